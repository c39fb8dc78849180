using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Tools that every company has. Their effect is an event, so that it and its settlement are one append.</summary>
internal static class PeopleTools
{
    /// <summary>The first part of their names.</summary>
    public const string Source = "people";

    private static readonly JsonText Parameters = JsonText.Parse(
        """
        {"type":"object","required":["question","role"],"additionalProperties":false,"properties":{
          "question":{"type":"string","minLength":1,"maxLength":2000,"description":"what the person must know and decide, in plain words"},
          "role":{"type":"string","minLength":1,"maxLength":100,"description":"who should answer"}}}
        """);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Tool> All { get; } = [Escalate()];

    private static Tool Escalate()
    {
        JsonSchema.TryLoad(Parameters, out var schema, out _);
        var info = new ToolInfo(
            Source + ".escalate",
            "Puts a finding before a person: something that they must know or decide. It does not wait for the answer.",
            EffectClass.WriteReversible,
            Parameters,
            CanonicalJson.Digest(Source, Parameters.Text),
            TimeSpan.FromSeconds(5))
        {
            IsIdempotent = true,
        };
        return new Tool(info, schema!, new EscalateTool()) { Kind = "built-in", ArgsType = ParameterReader.TypeOf(System.Text.Json.Nodes.JsonNode.Parse(Parameters.Text)) };
    }

    /// <summary>Raises a finding. The escalation's id follows from the call, so raising it twice is raising it once.</summary>
    private sealed class EscalateTool : IToolImplementation
    {
        ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

        Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
        {
            var args = intent.Args.ToElement();
            var id = PrefixedId.Derive<EscalationId>(intent.Call.Value, "finding");
            var raised = new Escalated(
                id, EscalationKind.Finding, intent.Task, intent.Call, args.GetProperty("question").GetString()!, ["noted"], args.GetProperty("role").GetString()!, null);
            var result = JsonText.Parse(JsonSerializer.Serialize(new Dictionary<string, string> { ["escalation"] = id.ToString() }));
            return Task.FromResult<ToolOutput>(new ToolOutput.Done(result, [raised]));
        }
    }
}
