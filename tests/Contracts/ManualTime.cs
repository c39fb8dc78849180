namespace AiManager.Contracts;

/// <summary>A clock that stands still until a test moves it. Thread-safe.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;

    /// <summary>Starts at noon UTC of an ordinary day.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>The time as it is now.</summary>
    public DateTimeOffset Now => GetUtcNow();

    /// <summary>Whether anything waits for it to move on.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count > 0;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves on, ringing every timer on the way at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (NextBefore(until) is { } timer)
        {
            timer.Ring();
        }

        lock (_gate)
        {
            _now = until;
        }
    }

    /// <summary>Sets the clock to another time, as somebody who corrects it would: nothing rings, and it may go back.</summary>
    public void Set(DateTimeOffset now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextBefore(DateTimeOffset until)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.At <= until).MinBy(t => t.At);
            if (next is not null)
            {
                _now = next.At > _now ? next.At : _now;
                next.Advance();
                if (next.IsOver)
                {
                    _timers.Remove(next);
                }
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action ring) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset At { get; private set; } = DateTimeOffset.MaxValue;

        public bool IsOver => At == DateTimeOffset.MaxValue;

        public void Ring() => ring();

        /// <summary>To the next ring; the caller holds the gate.</summary>
        public void Advance() => At = _period > TimeSpan.Zero ? At + _period : DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                _period = period;
                At = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : time._now + dueTime;
                if (!IsOver)
                {
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
