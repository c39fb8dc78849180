using AiManager.Contracts;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>A clock on which pauses are over at once and are counted, while timeouts (a minute and more) wait for the test to move it.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(59);
    private readonly ManualTime _time = new();
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _pauses = [];

    /// <summary>What was waited, in order.</summary>
    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_gate)
            {
                return [.. _pauses];
            }
        }
    }

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public void Advance(TimeSpan by) => _time.Advance(by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > LongestPause)
        {
            return _time.CreateTimer(callback, state, dueTime, period);
        }

        lock (_gate)
        {
            _pauses.Add(dueTime);
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
