using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Host;

/// <summary>A cron expression as people say it: "on weekdays at 07:30". What is not said simply has no words. Pure.</summary>
internal static class CronWords
{
    /// <summary>More times of a day, or days, than this are no words any more but a list.</summary>
    private const int MostListed = 4;

    private const int MinutesOfHour = 60;
    private const int HoursOfDay = 24;
    private const int LastWeekday = 7;
    private static readonly ImmutableArray<string> Weekdays = [.. CultureInfo.InvariantCulture.DateTimeFormat.DayNames];
    private static readonly ImmutableArray<string> Months = [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Take(12)];

    /// <summary>The words; null where there are no simple ones.</summary>
    /// <param name="fields">Minute, hour, day of the month, month, day of the week, as <see cref="CronText"/> takes them.</param>
    public static string? Of(ReadOnlySpan<string> fields)
    {
        if (fields is not [var minute, var hour, var day, var month, var weekday] || DaysOf(day, month, weekday) is not { } days)
        {
            return null;
        }

        return TimesOf(minute, hour) is { } times ? $"{(days.Length == 0 ? "daily" : days)} at {times}"
            : Every(minute, hour) is { } every ? $"{every} {days}".TrimEnd()
            : null;
    }

    /// <summary>Words in a row: "a, b and c".</summary>
    private static string Row(IReadOnlyList<string> words) => words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    /// <summary>"09:00 and 17:00".</summary>
    private static string? TimesOf(string minute, string hour) =>
        Numbers(minute) is [var at] && Numbers(hour) is { Length: <= MostListed } hours ? Row([.. hours.Select(h => Clock(h, at))]) : null;

    private static string? Every(string minute, string hour) => (Numbers(minute), Step(minute, MinutesOfHour), hour, Step(hour, HoursOfDay), Range(hour)) switch
    {
        ([0], _, "*", _, _) => "every hour",
        ([var past], _, "*", _, _) => $"every hour, {past} {(past == 1 ? "minute" : "minutes")} past",
        ([var past], _, _, { } hours, _) => hours == 1 ? Every(minute, "*") : $"every {hours} hours{(past == 0 ? string.Empty : $" from {Clock(0, past)}")}",
        ([var past], _, _, _, (var from, var to)) => $"every hour from {Clock(from, past)} to {Clock(to, past)}",
        (_, { } minutes, "*", _, _) => Minutes(minutes),
        (_, { } minutes, _, _, (var from, var to)) => $"{Minutes(minutes)} from {Clock(from, 0)} to {Clock(to, MinutesOfHour - minutes)}",
        _ => null,
    };

    private static string Minutes(int minutes) => minutes == 1 ? "every minute" : $"every {minutes} minutes";

    /// <summary>Empty for each day; null where there are no simple words, as where either of two kinds of day suffices.</summary>
    private static string? DaysOf(string day, string month, string weekday)
    {
        var months = month == "*" ? [] : Listed(month, Months, 1);
        return (day, weekday, months) switch
        {
            (_, _, null) => null,
            ("*", "*", []) => string.Empty,
            ("*", "*", var some) => $"in {Row(some)}",
            ("*", _, var some) => WeekdaysOf(weekday) is { } on ? $"{on}{(some.Count == 0 ? string.Empty : $" in {Row(some)}")}" : null,
            (_, "*", var some) when Numbers(day) is { Length: <= MostListed } days => $"on the {Row([.. days.Select(Written.Ordinal)])} of {(some.Count == 0 ? "each month" : Row(some))}",
            _ => null,
        };
    }

    private static string? WeekdaysOf(string field)
    {
        var days = new SortedSet<int>();
        foreach (var part in field.Split(','))
        {
            if (part.Split('-').Select(w => Value(w, Weekdays, 0)).ToList() is not ([{ } first, ..] and { Count: <= 2 } ends) || ends[^1] is not { } last || first > last)
            {
                return null;
            }

            days.UnionWith(Enumerable.Range(first, last - first + 1).Select(d => d % LastWeekday));
        }

        return days switch
        {
            { Count: LastWeekday } => string.Empty,
            { Count: 5, Min: 1, Max: 5 } => "on weekdays",
            { Count: 2, Min: 0, Max: 6 } => "on weekends",
            { Count: > 2 } when days.Max - days.Min == days.Count - 1 => $"{Weekdays[days.Min]} to {Weekdays[days.Max]}",
            _ => $"on {Row([.. days.Select(d => Weekdays[d] + "s")])}",
        };
    }

    /// <summary>Names of what a list holds; null for anything else than a short list.</summary>
    private static List<string>? Listed(string field, ImmutableArray<string> names, int first)
    {
        var values = field.Split(',').Select(w => Value(w, names, first)).ToList();
        return values.Count > MostListed || values.Contains(null) ? null : [.. values.Select(v => names[v!.Value - first])];
    }

    /// <summary>A number, or the first three letters of a name.</summary>
    private static int? Value(string word, ImmutableArray<string> names, int first) =>
        Whole(word) ?? (names.Select((name, i) => (name, i)).FirstOrDefault(n => n.name[..3].Equals(word, StringComparison.OrdinalIgnoreCase)) is { name: not null } found ? found.i + first : null);

    private static int? Step(string field, int most) => field == "*" ? 1 : field.Split('/') is ["*", var by] && Whole(by) is { } step && most % step == 0 ? step : null;

    private static (int From, int To)? Range(string field) => field.Split('-') is [var first, var last] && Whole(first) is { } from && Whole(last) is { } to ? (from, to) : null;

    private static int[]? Numbers(string field)
    {
        var numbers = field.Split(',').Select(Whole).ToList();
        return numbers.Contains(null) ? null : [.. numbers.Select(n => n!.Value)];
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");
}
