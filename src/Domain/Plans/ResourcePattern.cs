using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What a grant says of resources: <c>account:DE89…</c>, or with a trailing <c>*</c> everything that begins so. Ordinal.</summary>
internal static class ResourcePattern
{
    /// <summary>True when <paramref name="resource"/> is the one, or begins as the pattern does. Something that climbs out of a folder lies in none.</summary>
    public static bool Covers(string pattern, string resource) =>
        pattern.EndsWith('*') ? resource.StartsWith(pattern[..^1], StringComparison.Ordinal) && !ArgumentLimit.Climbs(resource) : resource == pattern;

    /// <summary>What both reach: of each pair the narrower one.</summary>
    public static ImmutableArray<string>? Meet(ImmutableArray<string>? parent, ImmutableArray<string>? asked) =>
        (parent ?? asked) is not { } wide || (asked ?? parent) is not { } wanted
            ? null
            : [.. wide.SelectMany(p => wanted.Select(a => Narrower(p, a))).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static string? Narrower(string left, string right) => IsWithin(left, right) ? left : IsWithin(right, left) ? right : null;

    private static bool IsWithin(string pattern, string wide) =>
        pattern == wide || (wide.EndsWith('*') && pattern.StartsWith(wide[..^1], StringComparison.Ordinal) && !ArgumentLimit.Climbs(pattern));
}
