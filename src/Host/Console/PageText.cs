using System.Globalization;

namespace AiManager.Host;

/// <summary>What stands in the addresses of pages.</summary>
internal static class PageText
{
    /// <summary>A day as date fields write it, from its beginning in UTC; null when nothing is said.</summary>
    public static DateTimeOffset? Day(string name, string? text) => string.IsNullOrEmpty(text) ? null
        : DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? new DateTimeOffset(day, TimeSpan.Zero)
        : throw new BadHttpRequestException($"'{name}' must be a day such as 2026-01-31.");

    /// <summary>The moment that a day ends; the last day of the calendar has none.</summary>
    public static DateTimeOffset? DayAfter(string name, string? text) => Day(name, text) is not { } day ? null
        : day < DateTimeOffset.MaxValue.AddDays(-1) ? day.AddDays(1)
        : throw new BadHttpRequestException($"'{name}' must be an earlier day.");

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
