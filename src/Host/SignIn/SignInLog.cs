using System.Threading.RateLimiting;

namespace AiManager.Host;

/// <summary>
/// Writes into the company's stream who signs in and out, before it counts: a session that nobody can find later does not begin. Each person only so often, so that nobody
/// fills the journal with it.
/// </summary>
internal sealed class SignInLog(ICompany company, INodes nodes, ILogger<SignInLog> logger) : IDisposable
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
        if (lease.IsAcquired)
        {
            await WriteAsync(begun, who, cancellationToken);
        }

        return lease.IsAcquired;
    }

    /// <summary>Writes down that somebody signed out.</summary>
    public Task EndAsync(Actor who, CancellationToken cancellationToken) => WriteAsync(new SessionEnded(), who, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _rate.Dispose();

    /// <summary>A host of the release before cannot read such an event, and would take no key any more: while one is remembered, also one that ended and may only be starting anew, it stands in this host's log alone.</summary>
    private async Task WriteAsync(WorkflowEvent fact, Actor who, CancellationToken cancellationToken)
    {
        if (NodeVersions.EverBefore(FirstThatReads, await nodes.ListAsync(cancellationToken)).Any())
        {
            logger.SignInNotJournaled(who.Value, fact.GetType().Name);
            return;
        }

        await company.AppendAsync([fact], who, cancellationToken);
    }
}
