namespace AiManager.Tools;

/// <summary>What <c>:now</c> and <c>:today</c> are for one call.</summary>
/// <param name="Now">RFC 3339, UTC, whole seconds.</param>
/// <param name="Today">The day in the company's time zone.</param>
internal sealed record SqlMoment(string Now, string Today)
{
    public static SqlMoment Of(DateTimeOffset now, TimeZoneInfo zone) =>
        new(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), TimeZoneInfo.ConvertTime(now, zone).ToString("yyyy-MM-dd"));
}
