using System.Text.RegularExpressions;

namespace AiManager.ExecutionAgents;

/// <summary>What a text says of the one run that it comes from: ids, times and dates, which are others in another run of the same thing.</summary>
internal static partial class RunMarks
{
    public const string Time = "time";
    public const string Day = "day";
    public const string Id = "id";

    /// <summary>The text with each of them replaced.</summary>
    /// <param name="text">JSON, or anything else.</param>
    /// <param name="replacement">Of the mark and its kind: <see cref="Time"/>, <see cref="Day"/>, the prefix of an id, or <see cref="Id"/> for one without.</param>
    public static string Replace(string text, Func<string, string, string> replacement) => Marks().Replace(text, found => replacement(found.Value, KindOf(found)));

    private static string KindOf(Match found) =>
        found.Groups["prefix"] is { Success: true, Value: var prefix } ? prefix : found.Groups["time"].Success ? Time : found.Groups["day"].Success ? Day : Id;

    // What stands before one can be an escape of JSON within JSON, whose last character is a letter or a digit.
    [GeneratedRegex(@"(?:(?<=\\[nrt]|\\u[0-9a-fA-F]{4})|(?<![0-9A-Za-z_]))(?:(?<prefix>[a-z]{2,6})_[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)|(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2}))(?![0-9a-z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Marks();
}
