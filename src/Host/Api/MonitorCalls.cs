using System.Globalization;
using System.Threading.RateLimiting;

namespace AiManager.Host;

/// <summary>Counts calls of monitors by programs that have their secret, each monitor's by itself: no program fills the journal, and none takes another's turn. Thread-safe.</summary>
internal sealed class MonitorCalls : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<(string Monitor, int PerMinute)> _calls = PartitionedRateLimiter.Create<(string Monitor, int PerMinute), string>(asked => RateLimitPartition.GetTokenBucketLimiter(
        asked.Monitor, _ => new TokenBucketRateLimiterOptions { TokenLimit = asked.PerMinute, TokensPerPeriod = 1, ReplenishmentPeriod = Minute / asked.PerMinute, QueueLimit = 0 }));

    /// <summary>Takes one; false where there were too many, and then the reply says when to come back.</summary>
    public bool TryTake(string monitor, int perMinute, HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        using var lease = _calls.AttemptAcquire((monitor, perMinute));
        if (!lease.IsAcquired)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling((Minute / perMinute).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.Dispose();
}
