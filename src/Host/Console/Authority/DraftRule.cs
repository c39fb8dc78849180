using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>A rule that a switch of the console stands for, as text for <c>authority.yaml</c>. Where it stands among the others makes no difference, so it goes first.</summary>
internal static partial class DraftRule
{
    private const string DefaultIndent = "  ";

    /// <summary>The rule, as lines without indentation.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="agent">For whom.</param>
    /// <param name="tool">About what.</param>
    /// <param name="effect">Allow, ask or deny.</param>
    /// <param name="role">Who is asked; counts for ask only.</param>
    /// <param name="reason">For people; empty for none.</param>
    public static string Write(string id, string agent, string tool, Effect effect, string role, string reason) => string.Join(
        '\n',
        [
            $"- id: {Scalar(id)}",
            $"  effect: {EffectNames.Write(effect)}",
            $"  agents: [{Scalar(agent)}]",
            $"  tools: [{Scalar(tool)}]",
            .. effect == Effect.Ask ? [$"  approvers: {{ role: {Scalar(role)} }}"] : Array.Empty<string>(),
            .. reason.Length > 0 ? [$"  reason: {JsonSerializer.Serialize(reason)}"] : Array.Empty<string>(),
        ]);

    /// <summary>An id that nothing in the policy's texts has: such as <c>purchaser-erp-order-deny</c>.</summary>
    public static string IdFor(string agent, string tool, Effect effect, string texts)
    {
        var taken = Ids().Matches(texts).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var wanted = Odd().Replace($"{agent}-{tool}-{EffectNames.Write(effect)}", "-");
        return Enumerable.Range(1, taken.Count + 1).Select(i => i == 1 ? wanted : $"{wanted}-{i}").First(id => !taken.Contains(id));
    }

    /// <summary>The policy with the rule in front of its others; null where <c>rules:</c> is not written line by line, so that a person has to put it in.</summary>
    public static string? Put(string policy, string rule)
    {
        var lines = policy.Split('\n').ToList();
        var at = lines.FindIndex(l => Head().IsMatch(l));
        if (at < 0)
        {
            return null;
        }

        lines[at] = EmptyList().Replace(lines[at], "rules:");
        var first = lines.Skip(at + 1).FirstOrDefault(l => l.Trim() is { Length: > 0 } text && text[0] != '#');
        var indent = first is not null && first.TrimStart().StartsWith('-') ? first[..^first.TrimStart().Length] : DefaultIndent;
        lines.InsertRange(at + 1, rule.Split('\n').Select(l => indent + l));
        return string.Join('\n', lines);
    }

    /// <summary>Plain where YAML reads it as a text, else in quotes, which are JSON's.</summary>
    private static string Scalar(string text) => Plain().IsMatch(text) ? text : JsonSerializer.Serialize(text);

    [GeneratedRegex(@"^rules:\s*(\[\s*\]\s*)?(#.*)?$")]
    private static partial Regex Head();

    [GeneratedRegex(@"^rules:\s*\[\s*\]")]
    private static partial Regex EmptyList();

    // With a hyphen, a dot or an underscore in it, it is none of the words that YAML reads as something else.
    [GeneratedRegex(@"^[a-z][a-z0-9]*[-._][a-z0-9._-]*[a-z0-9]$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\bid""?:\s*""?([A-Za-z0-9._-]+)")]
    private static partial Regex Ids();

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex Odd();
}
