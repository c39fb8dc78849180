namespace AiManager.Host;

/// <summary>
/// The clock of a shared store, as this machine's clock and the difference measured last. Leases written by one host and read by another must not depend on how
/// well their machines keep time. Thread-safe.
/// </summary>
/// <param name="machine">This machine's clock.</param>
internal sealed class StoreClock(TimeProvider machine) : TimeProvider
{
    /// <summary>Differences below this are the way to the store and back, and change nothing.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(100);

    private long _ahead;

    /// <summary>How far the store's clock is ahead of this machine's.</summary>
    public TimeSpan Ahead => new(Interlocked.Read(ref _ahead));

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the store. Throws <see cref="StoreUnavailableException"/>; then the difference stays as it was.</summary>
    /// <param name="ask">The store's time; null when it has none of its own.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task MeasureAsync(Func<CancellationToken, Task<DateTimeOffset?>> ask, CancellationToken cancellationToken)
    {
        var begun = machine.GetTimestamp();
        if (await ask(cancellationToken) is { } there)
        {
            var ahead = there + (machine.GetElapsedTime(begun) / 2) - machine.GetUtcNow();
            if ((ahead - Ahead).Duration() > Noise)
            {
                Interlocked.Exchange(ref _ahead, ahead.Ticks);
            }
        }
    }
}
