using System.Globalization;

namespace AiManager.Host;

/// <summary>A schedule as people say it. What is not said simply stays as it is written.</summary>
internal static class ScheduleText
{
    /// <summary>Of <c>cron 0 2 * * * Europe/Prague</c>: "daily at 02:00, Europe/Prague"; of <c>every 600s</c>: "every 10 minutes".</summary>
    public static string Of(string schedule) => schedule.Split(' ') switch
    {
        ["every", [.. var seconds, 's']] when int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var every) => "every " + Span(every),
        ["cron", .. { Length: 6 } said] when CronWords.Of(said.AsSpan(0, 5)) is { } words => $"{words}, {said[^1]}",
        _ => schedule,
    };

    /// <summary>In whose time it is meant; null for what has no zone.</summary>
    public static TimeZoneInfo? ZoneOf(string schedule) =>
        schedule.Split(' ') is ["cron", .. { Length: 6 } said] && TimeZoneInfo.TryFindSystemTimeZoneById(said[^1], out var zone) ? zone : null;

    private static string Span(int seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: 1 } => "day",
        { TotalHours: 1 } => "hour",
        { TotalMinutes: 1 } => "minute",
        { TotalMinutes: < 120 and var minutes } when seconds % 60 == 0 => $"{(int)minutes} minutes",
        { TotalHours: < 48 and var hours } when seconds % 3600 == 0 => $"{(int)hours} hours",
        { TotalDays: var days } when seconds % 86400 == 0 => $"{(int)days} days",
        _ => $"{seconds} s",
    };
}
