using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>
/// For whom calls are looked at: the company's agents, the program's own checks, whoever a rule names, and somebody whom nobody has thought of. A pattern
/// stands for itself with its stars left out.
/// </summary>
internal static class AgentSet
{
    /// <summary>The agent whom nobody has thought of.</summary>
    public const string Another = "another-agent";

    private const string System = "system";
    private const string ModelPrefix = "model:";

    private static readonly ImmutableArray<bool> InsideAndOutside = [true, false];

    public static ImmutableArray<string> Of(IEnumerable<string> agents, IEnumerable<PolicyRule> rules) =>
        [.. agents.Order(StringComparer.Ordinal).Concat(rules.SelectMany(r => r.Agents).Select(a => a.Text.Replace("*", string.Empty, StringComparison.Ordinal))).Append(System).Append(Another).Where(a => a.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>Those who can come to call a tool: the program itself only reads.</summary>
    public static IEnumerable<string> Callers(GovernedTool tool, ImmutableArray<string> agents) => agents.Where(a => a != System || tool.IsReadOnly);

    /// <summary>The models that rules name, and one more, each inside and outside.</summary>
    public static IEnumerable<GovernedTool> Models(IEnumerable<PolicyRule> rules)
    {
        var names = rules
            .SelectMany(r => r.Tools)
            .Where(p => p.Text.StartsWith(ModelPrefix, StringComparison.Ordinal))
            .Select(p => p.Text[ModelPrefix.Length..].Replace("*", string.Empty, StringComparison.Ordinal))
            .Append("default")
            .Append("another-model")
            .Where(n => n.Length > 0)
            .Distinct(StringComparer.Ordinal);
        return from name in names
               from isInside in InsideAndOutside
               select new GovernedTool(ModelPrefix + name, ToolTraits.OfModel(name, isInside), PolicyScope.Nothing, PolicyScope.Nothing);
    }
}
