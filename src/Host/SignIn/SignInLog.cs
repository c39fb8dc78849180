using System.Threading.RateLimiting;

namespace AiManager.Host;

/// <summary>
/// Writes into the company's stream who signs in and out, before it counts: a session that nobody can find later does not begin. Each person only so often, so that nobody
/// fills the journal with it.
/// </summary>
internal sealed class SignInLog(ICompany company, OpenSessions sessions, INodes nodes, TimeProvider time, ILogger<SignInLog> logger) : IDisposable
{
    /// <summary>The first program that can read who signed in and out.</summary>
    private static readonly Version FirstThatReads = new(0, 3);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<(Actor Who, int PerMinute)> _rate = PartitionedRateLimiter.Create<(Actor Who, int PerMinute), Actor>(asked =>
        RateLimitPartition.GetTokenBucketLimiter(asked.Who, _ => new TokenBucketRateLimiterOptions { TokenLimit = asked.PerMinute, TokensPerPeriod = 1, ReplenishmentPeriod = Minute / asked.PerMinute, QueueLimit = 0 }));

    /// <summary>Writes down that a session begins. False where this person has begun too many within a minute: then none begins.</summary>
    /// <param name="who">Whoever showed the link or the key, or whom a provider named.</param>
    /// <param name="begun">How.</param>
    /// <param name="perMinute">How often within a minute one person may.</param>
    /// <param name="cancellationToken">Stops waiting; it may be written, and then no session followed.</param>
    public async Task<bool> TryBeginAsync(Actor who, SessionBegun begun, int perMinute, CancellationToken cancellationToken)
    {
        using var lease = _rate.AttemptAcquire((who, perMinute));
        if (!lease.IsAcquired)
        {
            return false;
        }

        if (!await TryWriteAsync(begun, who, cancellationToken) && begun.Session is { } id)
        {
            sessions.BeginUnwritten(new SessionState(id, who, begun, time.GetUtcNow()));
        }

        sessions.End(begun.Replaces);
        return true;
    }

    /// <summary>Writes down that a session ends, and ends it. False when it is not open: then nothing is written. Without the store it goes on, as other hosts would not know.</summary>
    /// <param name="session">Which; null for none.</param>
    /// <param name="who">Who ends it.</param>
    /// <param name="owner">Whose it is; null where that is who ends it.</param>
    /// <param name="cancellationToken">Stops waiting; it may have ended.</param>
    public async Task<bool> TryEndAsync(string? session, Actor who, string? owner, CancellationToken cancellationToken)
    {
        if (!sessions.IsOpen(session))
        {
            return false;
        }

        await TryWriteAsync(new SessionEnded(session, owner), who, cancellationToken);
        sessions.End(session);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _rate.Dispose();

    /// <summary>A host of the release before cannot read such an event, and would take no key any more: while one is remembered, also one that ended and may only be starting anew, it stands in this host's log alone.</summary>
    private async Task<bool> TryWriteAsync(WorkflowEvent fact, Actor who, CancellationToken cancellationToken)
    {
        if (NodeVersions.EverBefore(FirstThatReads, await nodes.ListAsync(cancellationToken)).Any())
        {
            logger.SignInNotJournaled(who.Value, fact.GetType().Name);
            return false;
        }

        await company.AppendAsync([fact], who, cancellationToken);
        return true;
    }
}
