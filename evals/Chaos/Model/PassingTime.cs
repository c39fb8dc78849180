namespace AiManager.Evals;

/// <summary>
/// A clock for one question: whoever waits on it waits no time at all, and the clock has moved on by as much. A deadline (a token that cancels itself) does not
/// pass by itself; it rings when a wait would outlast it, and that wait never ends. So a minute of silence, a timeout and the pauses of a storm take their turns as they would, at once.
/// </summary>
internal sealed class PassingTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Deadline> _deadlines = [];
    private TimeSpan _passed;

    /// <summary>What has been waited for, all together.</summary>
    public TimeSpan Passed
    {
        get
        {
            lock (_gate)
            {
                return _passed;
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Passed.Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Passed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is CancellationTokenSource || dueTime < TimeSpan.Zero)
        {
            var deadline = new Deadline(this, () => callback(state));
            deadline.Change(dueTime, period);
            return deadline;
        }

        return Pass(dueTime) is not { } first ? System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan) : Ring(first);
    }

    /// <summary>Moves on to the end of a wait, or to the deadline that comes before it.</summary>
    private Deadline? Pass(TimeSpan wait)
    {
        lock (_gate)
        {
            var until = _passed + wait;
            var first = _deadlines.Where(d => d.At <= until).MinBy(d => d.At);
            _passed = first is null ? until : first.At > _passed ? first.At : _passed;
            if (first is not null)
            {
                _deadlines.Remove(first);
            }

            return first;
        }
    }

    private static Deadline Ring(Deadline first)
    {
        first.Ring();
        return first;
    }

    private sealed class Deadline(PassingTime time, Action ring) : ITimer
    {
        public TimeSpan At { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._deadlines.Remove(this);
                if (dueTime >= TimeSpan.Zero)
                {
                    At = time._passed + dueTime;
                    time._deadlines.Add(this);
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
