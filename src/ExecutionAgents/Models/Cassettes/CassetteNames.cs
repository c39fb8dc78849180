using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.ExecutionAgents;

/// <summary>
/// The ids, times and dates of one request, by the order in which they first stand in it. They are another run's in another run; which stand for the same thing stays.
/// </summary>
internal sealed partial class CassetteNames
{
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _meant = new(StringComparer.Ordinal);

    /// <summary>The request's own text, with a place in it for each.</summary>
    public string Take(string text) => Changing().Replace(text, found =>
    {
        if (!_written.TryGetValue(found.Value, out var place))
        {
            place = string.Create(CultureInfo.InvariantCulture, $"{{{{{KindOf(found)}:{_written.Count + 1}}}}}");
            _written.Add(found.Value, place);
            _meant.Add(place, found.Value);
        }

        return place;
    });

    /// <summary>A reply as it is kept: what it has from the request is marked as such.</summary>
    public string Keep(string text) => Changing().Replace(text, found => _written.GetValueOrDefault(found.Value) ?? found.Value);

    /// <summary>A kept reply as it would have been given to this request.</summary>
    public string Fill(string text) => Place().Replace(text, found => _meant.GetValueOrDefault(found.Value) ?? found.Value);

    private static string KindOf(Match found) => found.Groups["prefix"] is { Success: true, Value: var prefix } ? prefix : found.Groups["time"].Success ? "time" : found.Groups["day"].Success ? "day" : "id";

    // What stands before one can be an escape of JSON within JSON, whose last character is a letter or a digit.
    [GeneratedRegex(@"(?:(?<=\\[nrt]|\\u[0-9a-fA-F]{4})|(?<![0-9A-Za-z_]))(?:(?<prefix>[a-z]{2,6})_[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)|(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))(?![0-9a-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Changing();

    [GeneratedRegex(@"\{\{[a-z]+:[0-9]+\}\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Place();
}
