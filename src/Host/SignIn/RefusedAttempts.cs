using System.Globalization;
using System.Threading.RateLimiting;

namespace AiManager.Host;

/// <summary>
/// Counts what was refused to somebody whom nobody knows: a key, a link, a monitor's secret. From one place so many a minute are looked at as usual; what comes beyond is told to come back later, and costs the store
/// nothing. Whoever shows what is good is let in all the same: who guesses holds up nobody who comes from the same place. Thread-safe.
/// </summary>
internal sealed class RefusedAttempts : IDisposable
{
    /// <summary>Refused in a minute from one place, all at once or spread.</summary>
    public const int PerMinute = 30;

    // A proxy that does not say from where a request comes: those share one part.
    private const string Unplaced = "unplaced";

    private static readonly TimeSpan Back = TimeSpan.FromMinutes(1) / PerMinute;

    private readonly PartitionedRateLimiter<string> _refused = PartitionedRateLimiter.Create<string, string>(place => RateLimitPartition.GetTokenBucketLimiter(
        place, _ => new TokenBucketRateLimiterOptions { TokenLimit = PerMinute, TokensPerPeriod = 1, ReplenishmentPeriod = Back, QueueLimit = 0 }));

    /// <summary>True while what comes from there may cost something.</summary>
    public bool MayAsk(HttpContext context)
    {
        using var lease = _refused.AttemptAcquire(PlaceOf(context), 0);
        return lease.IsAcquired;
    }

    /// <summary>Counts one more. False where there were too many: then the reply says 429 and when to come back.</summary>
    public bool TryCount(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var lease = _refused.AttemptAcquire(PlaceOf(context));
        if (!lease.IsAcquired)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(Back.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => _refused.Dispose();

    private static string PlaceOf(HttpContext context) => RequestSource.Of(context, context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits) ?? Unplaced;
}
