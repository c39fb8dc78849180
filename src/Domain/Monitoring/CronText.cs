using System.Collections.Immutable;
using System.Globalization;

namespace AiManager.Domain;

/// <summary>
/// Five fields as crontab has them: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday; names work). <c>*</c>, lists, ranges and
/// steps. Where day of month and day of week are both restricted, either suffices. Only the words are judged here; when it fires is for whoever keeps time.
/// </summary>
public static class CronText
{
    private static readonly ImmutableArray<string> Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly ImmutableArray<string> Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly ImmutableArray<(string Name, int Least, int Most, ImmutableArray<string> Words)> Fields =
    [
        ("minute", 0, 59, []),
        ("hour", 0, 23, []),
        ("day of the month", 1, 31, []),
        ("month", 1, 12, Months),
        ("day of the week", 0, 7, Days),
    ];

    private static readonly ImmutableArray<int> LongestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Fault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            return $"A cron expression has five fields: {string.Join(", ", Fields.Select(f => f.Name))}, such as \"0 2 * * *\"; this has {parts.Length}.";
        }

        var values = new HashSet<int>[Fields.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (Read(parts[i], Fields[i], out values[i]) is { } fault)
            {
                return $"'{parts[i]}' is no {Fields[i].Name}: {fault}";
            }
        }

        return parts[4] == "*" && !values[3].Any(month => values[2].Any(day => day <= LongestMonths[month - 1])) ? "That day never comes." : null;
    }

    private static string? Read(string text, (string Name, int Least, int Most, ImmutableArray<string> Words) field, out HashSet<int> values)
    {
        values = [];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var only] => (only, "1"),
                [var before, var after] => (before, after),
                _ => (string.Empty, "1"),
            };
            if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var by) || by < 1 || by > field.Most)
            {
                return $"a step is a whole number from 1 to {field.Most}.";
            }

            var ends = range == "*" ? [field.Least, field.Most] : range.Split('-').Select(word => Value(word, field)).ToArray();
            if (ends.Length is 0 or > 2 || ends.Any(e => e is null))
            {
                return $"it takes *, numbers from {field.Least} to {field.Most}{(field.Words.IsEmpty ? string.Empty : $" or names such as {field.Words[0]}")}, ranges a-b, steps /n and lists with commas.";
            }

            var (first, last) = (ends[0]!.Value, ends.Length == 2 ? ends[1]!.Value : part.Contains('/', StringComparison.Ordinal) ? field.Most : ends[0]!.Value);
            if (first > last)
            {
                return "a range goes upwards.";
            }

            for (var value = first; value <= last; value += by)
            {
                values.Add(value);
            }
        }

        return null;
    }

    private static int? Value(string word, (string Name, int Least, int Most, ImmutableArray<string> Words) field)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number >= field.Least && number <= field.Most ? number : null;
        }

        var place = field.Words.IndexOf(word.ToUpperInvariant());
        return place < 0 ? null : place + (field.Words == Months ? 1 : 0);
    }
}
