using System.Security.Claims;

namespace AiManager.Host;

/// <summary>Shows open sessions and ends them: each person their own, whoever answers for the service everybody's.</summary>
internal sealed class SessionDesk(OpenSessions sessions, SignInLog log)
{
    /// <summary>What of the open sessions somebody is shown, newest first.</summary>
    public IEnumerable<SessionState> ShownTo(ClaimsPrincipal user) =>
        Caller.May(user, Permission.Keys) ? sessions.All : sessions.All.Where(s => s.Who.PersonId == OwnerOf(user));

    /// <summary>Whether somebody may end one of those that they are shown: whoever came with a limited key that is not for that, their own and no other.</summary>
    public static bool MayEnd(ClaimsPrincipal user, SessionState session) =>
        Caller.May(user, Permission.Keys) || (session.Who.PersonId == OwnerOf(user) && (Caller.ScopesOf(user).IsEmpty || Caller.SessionOf(user) == session.Session));

    /// <summary>Ends it. False when it is over already.</summary>
    public Task<bool> TryEndAsync(ClaimsPrincipal user, SessionState session, CancellationToken cancellationToken)
    {
        var by = OwnerOf(user);
        return log.TryEndAsync(session.Session, Actor.Person(by), session.Who.PersonId == by ? null : session.Who.PersonId, cancellationToken);
    }

    /// <summary>Who signed in, as whomever they look now.</summary>
    private static string OwnerOf(ClaimsPrincipal user) => Caller.OwnerOf(user) ?? Caller.Of(user).Person;
}
