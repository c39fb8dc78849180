using System.Globalization;
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
        "\"time\",\"position\",\"workflow\",\"call\",\"agent\",\"tool\",\"effectClass\",\"verdict\",\"rules\",\"facts\",\"reason\",\"people\",\"outcome\",\"policyHash\",\"arguments\",\"labels\",\"approval\",\"restsOn\"\r\n";

    /// <summary>Writes each as it comes, so that a text of any length takes no room.</summary>
    /// <param name="decisions">In the order in which they are written.</param>
    /// <param name="form">Which of the two.</param>
    /// <param name="output">Gets it; flushed at the end.</param>
    /// <param name="cancellationToken">Stops in the middle.</param>
    public static async Task WriteAsync(IAsyncEnumerable<DecisionRecord> decisions, string form, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync((form == Csv ? Heading : string.Empty).AsMemory(), cancellationToken);
        await foreach (var decision in decisions.WithCancellation(cancellationToken))
        {
            await output.WriteAsync((form == Csv ? Row(decision) : JsonSerializer.Serialize(decision, HostJson.Default.DecisionRecord) + "\n").AsMemory(), cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
    }

    /// <summary>A field of CSV.</summary>
    public static string Field(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + value : value;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Row(DecisionRecord decision) => string.Join(',', new[]
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
        decision.Arguments.Text,
        string.Join(' ', decision.Labels),
        decision.Approval ?? string.Empty,
        decision.RestsOn?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
    }.Select(Field)) + "\r\n";
}
