using System.Globalization;

namespace AiManager.Host;

/// <summary>What stands in the addresses of pages.</summary>
internal static class PageText
{
    /// <summary>A day as date fields write it, from its beginning; null when nothing is said.</summary>
    /// <param name="name">The field.</param>
    /// <param name="text">What stands in it.</param>
    /// <param name="zone">Where the day is reckoned; null for UTC.</param>
    public static DateTimeOffset? Day(string name, string? text, TimeZoneInfo? zone = null) => string.IsNullOrEmpty(text) ? null
        : DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Begins(day, zone ?? TimeZoneInfo.Utc)
        : throw new BadHttpRequestException($"'{name}' must be a day such as 2026-01-31.");

    /// <summary>The moment that a day ends; the last day of the calendar has none.</summary>
    public static DateTimeOffset? DayAfter(string name, string? text, TimeZoneInfo? zone = null) => Day(name, text, zone) is not { } day ? null
        : day < DateTimeOffset.MaxValue.AddDays(-2) ? Begins(TimeZoneInfo.ConvertTime(day, zone ?? TimeZoneInfo.Utc).Date.AddDays(1), zone ?? TimeZoneInfo.Utc)
        : throw new BadHttpRequestException($"'{name}' must be an earlier day.");

    /// <summary>Midnight; where the clock skips it, when the clock goes on. The first and the last days of the calendar are those of UTC.</summary>
    private static DateTimeOffset Begins(DateTime day, TimeZoneInfo zone)
    {
        if (day < DateTime.MinValue.AddDays(2) || day > DateTime.MaxValue.AddDays(-2))
        {
            return new DateTimeOffset(day, TimeSpan.Zero);
        }

        while (zone.IsInvalidTime(day))
        {
            day = day.AddMinutes(30);
        }

        return new DateTimeOffset(day, zone.GetUtcOffset(day)).ToUniversalTime();
    }

    /// <summary>A path with what is said of a query; what is empty is left out.</summary>
    public static string Query(string path, params (string Name, string? Value)[] parts) =>
        path + QueryString.Create(parts.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value)));

    /// <summary>A page of a list; a cursor that is none is the reader's fault, not the program's.</summary>
    public static async Task<Page<T>> PageAsync<T>(Task<Page<T>> reading)
    {
        try
        {
            return await reading;
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the one that the page before names.", fault);
        }
    }
}
