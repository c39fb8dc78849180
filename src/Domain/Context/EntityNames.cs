using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// What a text names by a number: <c>PO-4464</c>, <c>order 4464</c>, <c>A-1</c>, <c>10.000.3</c>. Two texts that name one are about the same thing, whatever else they say. Times, days and
/// amounts of money name nothing.
/// </summary>
public static partial class EntityNames
{
    private const int Most = 32;

    /// <summary>The names, lower-case, each once, in order.</summary>
    public static ImmutableArray<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
        [
            .. Name().Matches(text).Where(m => !IsQuantity(text, m)).Select(m => m.Groups["name"].Value.TrimEnd('.', '-', '_').ToLowerInvariant())
                .Where(n => n.Length > 1 && n.Any(char.IsAsciiDigit)).Distinct(StringComparer.Ordinal).Take(Most),
        ];
    }

    private static bool IsQuantity(string text, Match match)
    {
        var name = match.Groups["name"].Value;
        return Quantity().IsMatch(name) || Unit().IsMatch(text[(match.Index + match.Length)..Math.Min(text.Length, match.Index + match.Length + 12)]) || match.Groups["money"].Success
            || (name.Length < 3 && name.All(char.IsAsciiDigit));
    }

    [GeneratedRegex(@"(?<money>[€$£]\s?)?(?<![\w.-])(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,40}[A-Za-z0-9])(?![\w])", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    /// <summary>A year, a decimal number, a day, a time, an amount, an ordinal, a length of time.</summary>
    [GeneratedRegex(@"^(?:(?:19|20)\d{2}|\d+[.,]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|\d{1,3}(?:[.,]\d{3})*[.,]\d{2}|\d+(?:st|nd|rd|th|h|m|s|d|x|k|kg|km|mb|gb|ms|am|pm))$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Quantity();

    [GeneratedRegex(@"^\s?(?:%|€|EUR\b|USD\b|days?\b|hours?\b|minutes?\b|weeks?\b|pieces?\b|pcs\b|kg\b|times\b|percent\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Unit();
}
