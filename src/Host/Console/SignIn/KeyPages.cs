using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A key.</summary>
/// <param name="Key">As made; its secret is nowhere.</param>
/// <param name="State"><c>good</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="May">What it lets its holder do now; empty for one that opens nothing.</param>
/// <param name="MayRevoke">Whether whoever looks may end it.</param>
/// <param name="IsThis">Whether whoever looks signed in with it.</param>
internal sealed record KeyRow(KeyState Key, string State, ImmutableArray<string> May, bool MayRevoke, bool IsThis);

/// <summary>A browser that is signed in.</summary>
/// <param name="Session">As it began.</param>
/// <param name="Until">Its last moment, however much it is used.</param>
/// <param name="MayEnd">Whether whoever looks may end it.</param>
/// <param name="IsThis">Whether whoever looks does so in it.</param>
internal sealed record SessionRow(SessionState Session, DateTimeOffset Until, bool MayEnd, bool IsThis);

/// <summary>What stands on the page about keys.</summary>
/// <param name="Rows">Those that are good first, each newest first.</param>
/// <param name="More">How many do not stand here.</param>
/// <param name="Sessions">Those that are open, newest first.</param>
/// <param name="MoreSessions">How many do not stand here.</param>
/// <param name="OfAll">Whether they are everybody's.</param>
/// <param name="Place">Where this service's company and data are.</param>
internal sealed record KeyPage(ImmutableArray<KeyRow> Rows, int More, ImmutableArray<SessionRow> Sessions, int MoreSessions, bool OfAll, Place Place)
{
    /// <summary>True where a data folder is not enough to make a key; what names the store is a secret, which no page says.</summary>
    public bool IsShared => Place.IsShared;

    /// <summary>How a command line says where: a terminal elsewhere would make the key of another deployment.</summary>
    public string Where => string.Join(' ', new[] { Place.CompanyFolder is { } company ? $"--company {Quoted(company)}" : null, IsShared ? null : $"--data {Quoted(Place.DataFolder)}" }.OfType<string>());

    /// <summary>As a shell takes it for one word, whatever stands in it.</summary>
    private static string Quoted(string folder) => $"'{Path.GetFullPath(folder).Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

/// <summary><c>/keys</c>: what opens the service, keys and browsers that are signed in, and the forms that end it. Keys are made in a terminal: whoever makes one can be anybody.</summary>
internal static class KeyPages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/keys";

    private const int Shown = 200;

    /// <summary>Maps it. To see and to end one's own keys takes no more than to be here; <see cref="KeyDesk"/> says whose somebody may end.</summary>
    public static void MapKeyPages(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read);
        keys.MapGet("/", (HttpContext context, CancellationToken _) => ShowAsync(context));
        keys.MapPost("/{id}/revoke", Revoke);
        keys.MapPost("/sessions/{id}/end", End);
    }

    private static async Task<IResult> Revoke(string id, HttpContext context, KeyDesk desk)
    {
        // Of somebody else's key nobody learns whether there is one.
        var caller = Caller.Of(context.User);
        var key = desk.ShownTo(context.User).FirstOrDefault(k => k.Created.Key == id);
        return key is null ? await ShowAsync(context, StatusCodes.Status404NotFound, "There is no such key, or it is not yours.")
            : !KeyDesk.MayRevoke(context.User, key) ? await ShowAsync(context, StatusCodes.Status403Forbidden, "This session came with a limited key, which may end itself and no other.")
            : await desk.RevokeAsync(id, Actor.Person(caller.Person), caller.Via, context.RequestAborted) ? PageReply.See(Path)
            : await ShowAsync(context, StatusCodes.Status409Conflict, "It is revoked already.");
    }

    private static async Task<IResult> End(string id, HttpContext context, SessionDesk desk)
    {
        // Of somebody else's session nobody learns whether there is one.
        var session = desk.ShownTo(context.User).FirstOrDefault(s => s.Session == id);
        return session is null ? await ShowAsync(context, StatusCodes.Status404NotFound, "There is no such session, it is over, or it is not yours.")
            : !SessionDesk.MayEnd(context.User, session) ? await ShowAsync(context, StatusCodes.Status403Forbidden, "This session came with a limited key, which may end itself and no other.")
            : await desk.TryEndAsync(context.User, session, context.RequestAborted) ? PageReply.See(session.Session == Caller.SessionOf(context.User) ? "/" : Path)
            : await ShowAsync(context, StatusCodes.Status409Conflict, "It is over already.");
    }

    private static async Task<IResult> ShowAsync(HttpContext context, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var (desk, directory, now) = (services.GetRequiredService<KeyDesk>(), services.GetRequiredService<IDirectory>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var keys = desk.ShownTo(context.User).OrderByDescending(k => k.IsGood(now)).ThenByDescending(k => k.At).ToList();
        var sessions = services.GetRequiredService<SessionDesk>().ShownTo(context.User).ToList();
        return await services.GetRequiredService<PageWriter>().ShowAsync<Keys>(
            context,
            new KeyPage(
                [
                    .. keys.Take(Shown).Select(k => new KeyRow(
                        k,
                        k.IsRevoked ? "revoked" : k.HasExpired(now) ? "expired" : "good",
                        k.IsGood(now) && directory.Person(k.Created.Person) is { } person ? RolePermissions.Of(person.Roles, k.Created.Scopes) : [],
                        k.IsGood(now) && KeyDesk.MayRevoke(context.User, k),
                        k.Created.Key == Caller.KeyOf(context.User))),
                ],
                Math.Max(0, keys.Count - Shown),
                [.. sessions.Take(Shown).Select(s => new SessionRow(s, s.At + SessionState.Longest, SessionDesk.MayEnd(context.User, s), s.Session == Caller.SessionOf(context.User)))],
                Math.Max(0, sessions.Count - Shown),
                Caller.May(context.User, Permission.Keys),
                services.GetRequiredService<Place>()),
            status,
            notice);
    }
}
