using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>Where the rules and budgets of a policy stand in its text, so that whoever reads their names can go there.</summary>
internal static partial class PolicyPlaces
{
    /// <summary>False for a name that no address can hold as it is.</summary>
    public static bool IsLinkable(string rule) => Name().Match(rule).Length == rule.Length;

    /// <summary>The id of the element in which it begins.</summary>
    public static string Anchor(string rule) => "rule-" + rule;

    /// <summary>The names that each line is the first to give, by its index. Pure.</summary>
    public static ImmutableDictionary<int, string> Of(ImmutableArray<string> lines)
    {
        var places = ImmutableDictionary.CreateBuilder<int, string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var line = 0; line < lines.Length; line++)
        {
            if (Id().Match(lines[line]) is { Success: true } match && seen.Add(match.Groups[1].Value))
            {
                places[line] = match.Groups[1].Value;
            }
        }

        return places.ToImmutable();
    }

    [GeneratedRegex("[A-Za-z0-9_.-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("^\\s*-\\s*(?:\\{.*?)?\\bid:\\s*[\"']?([A-Za-z0-9_.-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
