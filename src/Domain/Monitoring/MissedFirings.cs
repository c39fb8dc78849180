using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Which moments of a schedule are due, from the last one that was dealt with to now, and which of them are made up for. Whoever wakes the monitor need
/// not know: woken twice, or an hour late, or by two hosts, it comes to the same.
/// </summary>
public static class MissedFirings
{
    /// <summary>How late a moment may be and still count as on time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>With <see cref="MonitorCatchUp.All"/>, how many are made up for.</summary>
    public const int MostMadeUp = 100;

    /// <summary>Moments looked at; what lies before is not counted one by one.</summary>
    private const int MostCounted = 50_000;

    /// <summary>Finds what is due.</summary>
    /// <param name="policy">What to do with what was missed.</param>
    /// <param name="seenUntil">The last moment that was dealt with.</param>
    /// <param name="now">UTC.</param>
    /// <param name="next">The schedule's first moment after another; null when there is none.</param>
    public static DueFirings Find(MonitorCatchUp policy, DateTimeOffset seenUntil, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset?> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var kept = new Queue<DateTimeOffset>();
        var count = 0;
        var most = policy == MonitorCatchUp.All ? MostMadeUp : 1;
        for (var at = next(seenUntil); at is { } moment && moment <= now; at = next(moment))
        {
            kept.Enqueue(moment);
            if (kept.Count > most)
            {
                kept.Dequeue();
            }

            if (++count == MostCounted)
            {
                // Down for longer than anybody counts: go on with what is near.
                var near = now - Grace - Grace;
                moment = moment < near ? near : moment;
            }
        }

        if (count == 0)
        {
            return DueFirings.None;
        }

        var due = kept.Select(moment => (moment, now - moment <= Grace ? MonitorTrigger.Schedule : MonitorTrigger.CatchUp)).ToImmutableArray();
        if (policy == MonitorCatchUp.None)
        {
            var onTime = due.RemoveAll(d => d.Item2 == MonitorTrigger.CatchUp);
            return new DueFirings(onTime, count - onTime.Length, onTime.IsEmpty ? kept.Last() : null);
        }

        return new DueFirings(due, count - due.Length, null);
    }
}

/// <summary>What is due.</summary>
/// <param name="Fire">To be run, oldest first.</param>
/// <param name="Missed">How many others were due and are not made up for.</param>
/// <param name="MissedUntil">The last of them, when nothing is run that lies behind it; else null.</param>
public sealed record DueFirings(ImmutableArray<(DateTimeOffset ScheduledFor, MonitorTrigger Trigger)> Fire, int Missed, DateTimeOffset? MissedUntil)
{
    /// <summary>Nothing.</summary>
    public static DueFirings None { get; } = new([], 0, null);
}
