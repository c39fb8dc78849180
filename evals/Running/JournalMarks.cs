using System.Globalization;
using System.Text.RegularExpressions;
using AiManager.ExecutionAgents;

namespace AiManager.Evals;

/// <summary>
/// What a journal says of the one run that it is of, written as every run of the same thing would: ids by name or by number, dates by how many days they lie from the run's, moments by whole days from its
/// beginning. Two different ids stay two, and the same one stays the same wherever it stands. What took how long is no part of it.
/// </summary>
/// <param name="names">Of the ids that have one.</param>
/// <param name="begun">When the workflow began.</param>
/// <param name="zone">The company's, whose days they are.</param>
internal sealed partial class JournalMarks(JournalNames names, DateTimeOffset begun, TimeZoneInfo zone)
{
    private const string Unknown = "*";

    private readonly DateOnly _today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(begun, zone).DateTime);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>With a number for each id that has no name, by the order in which they are first seen here.</summary>
    public string Number(string text) => Replace(text, id => _numbers.TryGetValue(id, out var known) ? known : _numbers[id] = _numbers.Count + 1);

    /// <summary>With the numbers that there are by now; what is not known yet stays open.</summary>
    public string Known(string text) => Replace(text, id => _numbers.TryGetValue(id, out var known) ? known : null);

    private string Replace(string text, Func<string, int?> numberOf)
    {
        string Id(string id, string kind) => names.Of(id) ?? string.Create(CultureInfo.InvariantCulture, $"<{kind} {numberOf(id)?.ToString(CultureInfo.InvariantCulture) ?? Unknown}>");
        var marked = RunMarks.Replace(text, (mark, kind) => kind switch
        {
            RunMarks.Day when DateOnly.TryParseExact(mark, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
                string.Create(CultureInfo.InvariantCulture, $"<day {day.DayNumber - _today.DayNumber:+0;-0;+0}>"),
            RunMarks.Time when DateTimeOffset.TryParse(mark, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) =>
                string.Create(CultureInfo.InvariantCulture, $"<time {Math.Round((moment - begun).TotalDays):+0;-0;+0}>"),
            RunMarks.Day or RunMarks.Time => mark, // no such day
            _ => Id(mark, kind),
        });
        return Digest().Replace(marked, found => Id(found.Value, "digest"));
    }

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
