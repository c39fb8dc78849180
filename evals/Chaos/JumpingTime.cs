namespace AiManager.Evals;

/// <summary>The machine's clock, ahead by what has been skipped: two days until an approval expires pass in no time, once nothing else is left to do.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _aheadTicks;

    /// <summary>What has been skipped.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    /// <summary>Skips the time until a moment; nothing when it has passed.</summary>
    public void JumpTo(DateTimeOffset moment)
    {
        var skip = moment - GetUtcNow();
        if (skip > TimeSpan.Zero)
        {
            Interlocked.Add(ref _aheadTicks, skip.Ticks);
        }
    }
}
