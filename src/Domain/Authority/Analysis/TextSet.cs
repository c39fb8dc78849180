using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Texts: either a few, or all that begin and end so, but for some. May hold more than it should, never fewer.</summary>
/// <param name="Only">The few; null when it is the others.</param>
internal sealed record TextSet(
    ImmutableArray<string>? Only,
    string Prefix,
    string Suffix,
    ImmutableArray<string> Not,
    ImmutableArray<string> NotPrefixes,
    ImmutableArray<string> NotSuffixes)
{
    public static readonly TextSet All = new(null, "", "", [], [], []);
    public static readonly TextSet None = Of([]);

    private static readonly string[] Fillers = ["", "a", "b", "x1", "other", "something-else", "0", "zz-top", "~"];

    public bool IsEmpty => Only is { IsEmpty: true };

    /// <summary>Whether both hold the same, and say it in the same words.</summary>
    public bool IsSame(TextSet other) => Only is { } few
        ? other.Only is { } others && few.AsSpan().SequenceEqual(others.AsSpan())
        : other.Only is null && Prefix == other.Prefix && Suffix == other.Suffix
            && Not.AsSpan().SequenceEqual(other.Not.AsSpan())
            && NotPrefixes.AsSpan().SequenceEqual(other.NotPrefixes.AsSpan())
            && NotSuffixes.AsSpan().SequenceEqual(other.NotSuffixes.AsSpan());

    public static TextSet Of(IEnumerable<string> few) => All with { Only = [.. few.Distinct(StringComparer.Ordinal)] };

    public static TextSet AllBut(IEnumerable<string> few) => All with { Not = [.. few.Distinct(StringComparer.Ordinal)] };

    public static TextSet Beginning(string prefix, bool does) => Settled(does ? All with { Prefix = prefix } : All with { NotPrefixes = [prefix] });

    public static TextSet Ending(string suffix, bool does) => Settled(does ? All with { Suffix = suffix } : All with { NotSuffixes = [suffix] });

    public bool Contains(string text) => Only is { } few
        ? few.Contains(text, StringComparer.Ordinal)
        : text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.EndsWith(Suffix, StringComparison.Ordinal)
            && !Not.Contains(text, StringComparer.Ordinal)
            && !NotPrefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal))
            && !NotSuffixes.Any(suffix => text.EndsWith(suffix, StringComparison.Ordinal));

    public TextSet With(TextSet other)
    {
        if (Only is { } mine)
            return Of(mine.Where(other.Contains));
        if (other.Only is { } theirs)
            return Of(theirs.Where(Contains));
        var (prefix, suffix) = (Longer(Prefix, other.Prefix), Longer(Suffix, other.Suffix));
        var begins = prefix.StartsWith(Prefix, StringComparison.Ordinal) && prefix.StartsWith(other.Prefix, StringComparison.Ordinal);
        var ends = suffix.EndsWith(Suffix, StringComparison.Ordinal) && suffix.EndsWith(other.Suffix, StringComparison.Ordinal);
        return !begins || !ends
            ? None
            : Settled(new TextSet(null, prefix, suffix, [.. Not, .. other.Not], [.. NotPrefixes, .. other.NotPrefixes], [.. NotSuffixes, .. other.NotSuffixes]));
    }

    /// <returns>One of them; null when none was found.</returns>
    public string? Pick() => Only is { } few ? few.FirstOrDefault() : Candidates().FirstOrDefault(Contains);

    private IEnumerable<string> Candidates()
    {
        for (var shared = Math.Min(Prefix.Length, Suffix.Length); shared > 0; shared--)
        {
            if (Prefix.EndsWith(Suffix[..shared], StringComparison.Ordinal))
                yield return Prefix + Suffix[shared..];
        }
        foreach (var filler in Fillers)
            yield return Prefix + filler + Suffix;
    }

    private static string Longer(string left, string right) => left.Length >= right.Length ? left : right;

    private static TextSet Settled(TextSet set) =>
        set.NotPrefixes.Any(prefix => set.Prefix.StartsWith(prefix, StringComparison.Ordinal)) || set.NotSuffixes.Any(suffix => set.Suffix.EndsWith(suffix, StringComparison.Ordinal))
            ? None
            : set;
}
