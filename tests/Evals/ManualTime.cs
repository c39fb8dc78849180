using System.Threading.Channels;

namespace AiManager.Evals.Tests;

/// <summary>A clock that stands still until it is moved, and says when somebody begins to wait on it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private readonly Channel<bool> _waits = Channel.CreateUnbounded<bool>();
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _passed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Comes when somebody has begun to wait, once for each wait.</summary>
    public Task SomebodyWaitsAsync() => _waits.Reader.ReadAsync().AsTask();

    /// <summary>Moves it, and wakes whoever has waited that long.</summary>
    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _passed += by;
            due = [.. _timers.Where(t => t.Due <= _passed)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(t => t.Ring());
    }

    private sealed class Timer(ManualTime time, Action ring) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._passed + dueTime;
                    time._timers.Add(this);
                    time._waits.Writer.TryWrite(true);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
