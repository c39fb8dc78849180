using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>A call and what came of it.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Args">As they were written.</param>
/// <param name="Outcome"><c>succeeded</c>, <c>refused</c>, <c>answered</c>, <c>failed</c> or <c>unknown</c>.</param>
/// <param name="Result">What the tool gave, or a person in its place; otherwise an object with the reason.</param>
/// <param name="Round">How many user messages stood before it.</param>
internal sealed record ScriptCall(string Tool, JsonText Args, string Outcome, JsonElement Result, int Round)
{
    /// <summary>What an agent is told besides: that other arguments were sent than it asked for, and what rules advise. A script reads a result the same with and without.</summary>
    private static readonly ImmutableArray<string> Asides = ["changedBy", "changedByRules", "advice"];

    /// <summary>What was told besides, by name.</summary>
    public ImmutableArray<(string Name, string Json)> Told { get; private init; } = [];

    /// <summary>As an object: <c>{tool, args, outcome, result}</c>, with what was told besides.</summary>
    public string Written =>
        $$"""{"tool":{{JsonText.OfString(Tool)}},"args":{{Args}},"outcome":"{{Outcome}}","result":{{Result.GetRawText()}}{{string.Concat(Told.Select(t => $",\"{t.Name}\":{t.Json}"))}}}""";

    public static ScriptCall Read(ModelToolCall call, string text, int round)
    {
        var result = (JsonText.TryParse(text, out var json) ? json : JsonText.OfString(text)).ToElement();
        ImmutableArray<JsonProperty> fields = result.ValueKind == JsonValueKind.Object ? [.. result.EnumerateObject()] : [];
        ImmutableArray<JsonProperty> rest = [.. fields.Where(f => !Asides.Contains(f.Name))];
        var (outcome, given, isTold) = rest.Select(f => f.Name).ToArray() switch
        {
            ["refused"] => ("refused", result, true),
            ["error"] => ("failed", result, true),
            ["unknown"] => ("unknown", result, true),
            ["answered"] => ("answered", result, true),
            ["answered", "result"] => ("succeeded", rest[1].Value, true),
            ["result"] when fields.Any(IsChange) => ("succeeded", rest[0].Value, true),
            _ => ("succeeded", result, false),
        };
        return new ScriptCall(call.Tool, call.Args, outcome, given, round)
        {
            Told = isTold ? [.. fields.Where(f => Asides.Contains(f.Name) || f.Name == "answered").Select(f => (f.Name, f.Value.GetRawText()))] : [],
        };
    }

    /// <summary>As <see cref="AgentBrief"/> writes it: a tool may have a field of that name too.</summary>
    private static bool IsChange(JsonProperty field) => field.Name switch
    {
        "changedBy" => field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("person", out _) && field.Value.TryGetProperty("changes", out _),
        "changedByRules" => field.Value.ValueKind == JsonValueKind.Array,
        _ => false,
    };
}
