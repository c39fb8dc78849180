using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Which tools a statement is about. Tried in this order: a tool's name or a pattern; <c>effect CLASS</c>; <c>call</c> or <c>tool</c> for all of them; a word of
/// the names of tools that do more than read (<c>purchase</c> is in <c>erp.create_purchase_order</c>), then of those that read; a plain word for an effect.
/// </summary>
internal static class StatementWords
{
    private static readonly ImmutableArray<(string Word, ImmutableArray<string> Classes)> Plain =
    [
        ("purchase", ["spend"]), ("spending", ["spend"]), ("spend", ["spend"]), ("payment", ["spend"]), ("expense", ["spend"]),
        ("write", ["write-reversible", "write-irreversible", "spend"]), ("change", ["write-reversible", "write-irreversible", "spend"]),
        ("message", ["communicate-out"]), ("communication", ["communicate-out"]), ("mail", ["communicate-out"]), ("email", ["communicate-out"]),
        ("read", ["observe"]), ("code", ["execute-code"]),
    ];

    /// <summary>The tools. Throws <see cref="StatementException"/> when it is about none.</summary>
    public static ImmutableArray<GovernedTool> Find(string what, IReadOnlyCollection<GovernedTool> tools)
    {
        var word = what.Trim();
        var found = Named(word, tools) ?? OfClass(word, tools) ?? Everything(word, tools) ?? OfWord(Singular(word), tools) ?? OfPlain(Singular(word), tools) ?? [];
        return found.IsEmpty
            ? throw new StatementException($"Nothing here is called '{what}'. Write a tool ({string.Join(", ", tools.Take(3).Select(t => t.Name))}, …), a pattern such as erp.*, 'effect CLASS' ({string.Join(", ", EffectClassNames.All)}), or a word of a tool's name.")
            : found;
    }

    private static ImmutableArray<GovernedTool>? Named(string word, IReadOnlyCollection<GovernedTool> tools)
    {
        var pattern = new NamePattern(word, new ConfigPlace("statement", 1, 1));
        return Found(tools.Where(t => pattern.Matches(t.Name)));
    }

    private static ImmutableArray<GovernedTool>? OfClass(string word, IReadOnlyCollection<GovernedTool> tools)
    {
        var name = word.StartsWith("effect ", StringComparison.OrdinalIgnoreCase) ? word["effect ".Length..].Trim() : word;
        name = name.ToLowerInvariant();
        if (EffectClassNames.Read(name) is null)
        {
            return null;
        }

        return Found(tools.Where(t => t.EffectName == name))
            ?? throw new StatementException($"No tool has the effect '{name}'.");
    }

    private static ImmutableArray<GovernedTool>? Everything(string word, IReadOnlyCollection<GovernedTool> tools) =>
        Singular(word) is "call" or "tool" or "tool call" or "anything" ? Found(tools) : null;

    private static ImmutableArray<GovernedTool>? OfWord(string word, IReadOnlyCollection<GovernedTool> tools)
    {
        var named = tools.Where(t => WordsOf(t.Name).Contains(word, StringComparer.OrdinalIgnoreCase)).ToList();
        return Found(named.Where(t => !t.IsReadOnly)) ?? Found(named);
    }

    private static ImmutableArray<GovernedTool>? OfPlain(string word, IReadOnlyCollection<GovernedTool> tools) => Found(
        from plain in Plain
        where plain.Word.Equals(word, StringComparison.OrdinalIgnoreCase)
        from tool in tools
        where plain.Classes.Contains(tool.EffectName)
        select tool);

    private static ImmutableArray<GovernedTool>? Found(IEnumerable<GovernedTool> tools) => tools.ToImmutableArray() is { IsEmpty: false } found ? found : null;

    private static IEnumerable<string> WordsOf(string name) => name.Split('.', '_', '-').Select(Singular);

    private static string Singular(string word) => word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;
}
