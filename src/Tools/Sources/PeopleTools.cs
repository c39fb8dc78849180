using System.Collections.Immutable;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Tools that every company has. Their effect is an event, so that it and its settlement are one append.</summary>
internal static class PeopleTools
{
    /// <summary>The first part of their names.</summary>
    public const string Source = "people";

    private const string Finding = "finding";

    private static readonly JsonText Parameters = JsonText.Parse(
        """
        {"type":"object","required":["question","role"],"additionalProperties":false,"properties":{
          "question":{"type":"string","minLength":1,"maxLength":2000,"description":"what the person must know and decide, in plain words"},
          "role":{"type":"string","minLength":1,"maxLength":100,"description":"who should answer"}}}
        """);

    /// <summary>All of them, for one catalogue.</summary>
    public static ImmutableArray<Tool> Make() => [Escalate()];

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

    /// <summary>
    /// Raises a finding. The escalation's id follows from the call, so raising it twice is raising it once. One that says the same as another which the role has not noted yet is not put
    /// before it again: a run that comes round daily would bury what is new under what is known.
    /// </summary>
    internal sealed class EscalateTool : IToolImplementation
    {
        /// <summary>Pages of open escalations that are looked through; beyond, it is told once more.</summary>
        private const int MostPages = 5;

        private IReadModels? _lists;

        /// <summary>What is open is looked up there from here on.</summary>
        public void Look(IReadModels lists) => _lists = lists;

        ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

        async Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken)
        {
            var args = intent.Args.ToElement();
            var (question, role) = (args.GetProperty("question").GetString()!, args.GetProperty("role").GetString()!);
            if (await ToldAlreadyAsync(question, role, cancellationToken) is { } told)
            {
                return new ToolOutput.Done(Result(told, $"Told already: the same finding is still open with {role}."), []);
            }

            var id = PrefixedId.Derive<EscalationId>(intent.Call.Value, Finding);
            var raised = new Escalated(
                id, EscalationKind.Finding, intent.Task, intent.Call, question, ["noted"], role, null);
            return new ToolOutput.Done(Result(id, note: null), [raised]);
        }

        private static JsonText Result(EscalationId id, string? note)
        {
            var result = new Dictionary<string, string> { ["escalation"] = id.ToString() };
            if (note is not null)
            {
                result["note"] = note;
            }

            return JsonText.Parse(JsonSerializer.Serialize(result));
        }

        private async Task<EscalationId?> ToldAlreadyAsync(string question, string role, CancellationToken cancellationToken)
        {
            var query = new InboxQuery("open") { Any = [role] };
            for (var page = 0; _lists is { } lists && page < MostPages; page++)
            {
                var found = await lists.EscalationsAsync(query, cancellationToken);
                if (found.Items.FirstOrDefault(e => e.Kind == Finding && e.Role == role && e.Question == question) is { } same)
                {
                    return same.Escalation;
                }

                if (found.Next is null)
                {
                    break;
                }

                query = query with { Cursor = found.Next };
            }

            return null;
        }
    }
}
