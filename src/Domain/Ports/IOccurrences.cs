namespace AiManager.Domain;

/// <summary>Whoever keeps time: the moments of a schedule.</summary>
public interface IOccurrences
{
    /// <summary>
    /// The first moment after <paramref name="after"/>, UTC; null when there is none, or when the schedule has no moments of its own (a webhook). A wall-clock
    /// time that a change of clocks leaves out comes at the change; one that comes twice is met once, unless the schedule names every hour.
    /// </summary>
    DateTimeOffset? Next(MonitorSchedule schedule, DateTimeOffset after);
}
