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
    public string Take(string text) => RunMarks.Replace(text, (mark, kind) =>
    {
        if (!_written.TryGetValue(mark, out var place))
        {
            place = string.Create(CultureInfo.InvariantCulture, $"{{{{{kind}:{_written.Count + 1}}}}}");
            _written.Add(mark, place);
            _meant.Add(place, mark);
        }

        return place;
    });

    /// <summary>A reply as it is kept: what it has from the request is marked as such.</summary>
    public string Keep(string text) => RunMarks.Replace(text, (mark, _) => _written.GetValueOrDefault(mark) ?? mark);

    /// <summary>A kept reply as it would have been given to this request.</summary>
    public string Fill(string text) => Place().Replace(text, found => _meant.GetValueOrDefault(found.Value) ?? found.Value);

    [GeneratedRegex(@"\{\{[a-z]+:[0-9]+\}\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Place();
}
