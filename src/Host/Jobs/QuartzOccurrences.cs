using System.Collections.Concurrent;
using Quartz;

namespace AiManager.Host;

/// <summary>
/// The moments of a schedule, as the scheduler itself reckons them: one evaluator for what fires, what is shown as next, and what was missed.
/// </summary>
internal sealed class QuartzOccurrences : IOccurrences
{
    private readonly ConcurrentDictionary<MonitorSchedule.Cron, Func<DateTimeOffset, DateTimeOffset?>> _read = [];

    /// <inheritdoc/>
    public DateTimeOffset? Next(MonitorSchedule schedule, DateTimeOffset after) => schedule switch
    {
        MonitorSchedule.Cron cron => _read.GetOrAdd(cron, c => Of(c).GetNextValidTimeAfter)(after)?.ToUniversalTime(),
        MonitorSchedule.Every { Interval: var interval } => new DateTimeOffset((after.UtcTicks / interval.Ticks * interval.Ticks) + interval.Ticks, TimeSpan.Zero),
        _ => null,
    };

    /// <summary>A cron line as Quartz has it.</summary>
    public static CronExpression Of(MonitorSchedule.Cron cron) => CronExpression.Parse(cron.Expression, CronFormat.Unix).WithTimeZone(cron.Zone);
}
