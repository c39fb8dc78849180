using System.Text;
using System.Text.RegularExpressions;

namespace AiManager.Evals;

/// <summary>A pack in which one label says the opposite.</summary>
/// <param name="Tool">Whose result it is about, without the suite.</param>
/// <param name="Field">Which field.</param>
/// <param name="From">What the pack says.</param>
/// <param name="To">What this one says.</param>
/// <param name="Pack">The pack with that change and no other.</param>
internal sealed record LabelFlip(string Tool, string Field, string From, string To, Pack Pack);

/// <summary>Puts every label of a pack the other way in turn: what is believed becomes what others can write, and what others can write becomes believed.</summary>
internal static partial class LabelFlips
{
    public static IEnumerable<LabelFlip> Of(Pack pack)
    {
        var lines = pack.Tools.Split('\n');
        var (tool, isReturns) = (string.Empty, false);
        for (var at = 0; at < lines.Length; at++)
        {
            if (ToolName().Match(lines[at]) is { Success: true } named)
            {
                (tool, isReturns) = (named.Groups[1].Value, false);
            }
            else if (lines[at].Trim() == "returns:")
            {
                isReturns = true;
            }
            else if (isReturns && Labelled().Match(lines[at]) is { Success: true } found)
            {
                var from = found.Groups["integrity"];
                var to = from.Value == "vetted" ? "third-party" : "vetted";
                var changed = new StringBuilder(lines[at]).Remove(from.Index, from.Length).Insert(from.Index, to).ToString();
                string[] all = [.. lines[..at], changed, .. lines[(at + 1)..]];
                yield return new LabelFlip(tool, found.Groups["field"].Value, from.Value, to, pack with { Tools = string.Join('\n', all) });
            }
            else if (isReturns && lines[at].Trim().Length > 0 && !lines[at].StartsWith("          ", StringComparison.Ordinal))
            {
                isReturns = false;
            }
        }
    }

    [GeneratedRegex(@"^\s+- name: (\S+)$")]
    private static partial Regex ToolName();

    [GeneratedRegex("""^\s+"?(?<field>[^"\s:]+)"?: \{ integrity: (?<integrity>[a-z-]+)""")]
    private static partial Regex Labelled();
}
