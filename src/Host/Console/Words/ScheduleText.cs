using System.Globalization;

namespace AiManager.Host;

/// <summary>A schedule as people say it. What is not said simply stays as it is written.</summary>
internal static class ScheduleText
{
    /// <summary>Of <c>cron 0 2 * * * Europe/Prague</c>: "daily at 02:00, Europe/Prague"; of <c>every 600s</c>: "every 10 minutes".</summary>
    public static string Of(string schedule) => schedule.Split(' ') switch
    {
        ["every", [.. var seconds, 's']] when int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var every) => "every " + Span(every),
        ["cron", var minute, var hour, "*", "*", var days, var zone] when Whole(minute) is { } m && Whole(hour) is { } h =>
            string.Create(CultureInfo.InvariantCulture, $"{(days == "*" ? "daily" : days)} at {h:00}:{m:00}, {zone}"),
        _ => schedule,
    };

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null;

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
