using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// Decisions as CSV (RFC 4180, every field in quotes) and as JSON Lines. A spreadsheet takes a field that begins with <c>= + - @</c>, a tab or a line break for a
/// formula, and what a model wrote may begin so: such a field gets an apostrophe in front, which a spreadsheet does not show.
/// </summary>
internal static class DecisionText
{
    /// <summary>Comma-separated values.</summary>
    public const string Csv = "csv";

    /// <summary>A JSON object a line.</summary>
    public const string JsonLines = "jsonl";

    private const string Heading =
        "\"time\",\"position\",\"workflow\",\"call\",\"agent\",\"tool\",\"effectClass\",\"verdict\",\"rules\",\"facts\",\"reason\",\"people\",\"outcome\",\"policyHash\"\r\n";

    /// <summary>The whole text in a form.</summary>
    public static string Write(IEnumerable<DecisionRecord> decisions, string form)
    {
        var text = new StringBuilder(form == Csv ? Heading : string.Empty);
        foreach (var decision in decisions)
        {
            if (form == Csv)
            {
                AddRow(text, decision);
            }
            else
            {
                text.Append(JsonSerializer.Serialize(decision, HostJson.Default.DecisionRecord)).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>A field of CSV.</summary>
    public static string Field(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + value : value;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static void AddRow(StringBuilder text, DecisionRecord decision) => text.AppendJoin(',', new[]
    {
        EventHash.WriteTime(decision.At),
        decision.Position.ToString(CultureInfo.InvariantCulture),
        decision.Workflow,
        decision.Call,
        decision.Agent,
        decision.Tool,
        decision.EffectClass,
        decision.Verdict,
        string.Join(' ', decision.Rules),
        decision.Facts.Text,
        decision.Reason,
        string.Join("; ", decision.People.Select(p => $"{p.Person} {p.Verdict}{(p.Role is null ? string.Empty : " as " + p.Role)} via {p.Via} at {EventHash.WriteTime(p.At)}")),
        decision.Outcome,
        decision.PolicyHash,
    }.Select(Field)).Append("\r\n");
}
