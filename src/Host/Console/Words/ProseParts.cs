using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>A part of a sentence: words, or a moment.</summary>
/// <param name="Words">As they stand; empty for a moment.</param>
/// <param name="At">The moment; null for words.</param>
internal sealed record ProsePart(string Words, DateTimeOffset? At);

/// <summary>
/// Takes sentences of the journal and of reports apart for a page. Programs and terminals read the same sentences, and need the ids and the zone in them; a page has links
/// and a reader's zone. Pure.
/// </summary>
internal static partial class ProseParts
{
    /// <summary>The parts of a sentence, in order.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="who">Names of actors.</param>
    public static ImmutableArray<ProsePart> Of(string text, Func<string, string> who)
    {
        var words = Cents().Replace(People().Replace(Ids().Replace(text, string.Empty), m => who(m.Value)), string.Empty);
        var parts = ImmutableArray.CreateBuilder<ProsePart>();
        var from = 0;
        foreach (Match match in Moments().Matches(words))
        {
            if (DateTime.TryParseExact(match.Groups[1].Value, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            {
                Add(words[from..match.Index]);
                parts.Add(new ProsePart(string.Empty, new DateTimeOffset(at, TimeSpan.Zero)));
                from = match.Index + match.Length;
            }
        }

        Add(words[from..]);
        return parts.ToImmutable();

        void Add(string plain)
        {
            if (plain.Length > 0)
            {
                parts.Add(new ProsePart(plain, null));
            }
        }
    }

    [GeneratedRegex(@" \((?:ap|es|tk|task|call)_[0-9a-z]{26}\)", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();

    [GeneratedRegex(@"\bperson:[A-Za-z0-9_.-]*[A-Za-z0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex People();

    // Pages write 12,400 EUR; where there are no cents, a sentence does too.
    [GeneratedRegex(@"(?<=\d)\.00(?= [A-Z]{3}\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Cents();

    [GeneratedRegex(@"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b", RegexOptions.CultureInvariant)]
    private static partial Regex Moments();
}
