using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>
/// Says in OpenAPI what parameters mean: by their name, where it means the same everywhere, else by the word of the path before it. What may stand in one is the
/// list that the route itself reads it with. Headers, and what the A2A routes take in the query, no handler declares: they are added.
/// </summary>
internal static class ApiParameters
{
    private const string AWorkflow = "wf_01m8e09d00fcqvj0b6yway8bqp";
    private const string ATime = "2026-11-27T00:00:00Z";

    private static readonly FrozenDictionary<string, About> Known = new Dictionary<string, About>
    {
        ["workflows/id"] = new("The workflow.", AWorkflow),
        ["tasks/task"] = new("The task of its plan.", "tk_01m8e09dz8e2zsyzxs9jy62vfh"),
        ["tasks/id"] = new("The task.", "tk_01m8e09eygfz9vtmxp8cdpb4zj"),
        ["approvals/id"] = new("The approval.", "ap_01m8e09rq0e53r1mjehtspqhs0"),
        ["escalations/id"] = new("The escalation.", "es_01m8e0aa9gfwpbghhs0bd5re3p"),
        ["changes/id"] = new("The change.", "chg_01m8e0a0h0fcwv2xppj0289dkq"),
        ["keys/id"] = new("The key's id, the part of it that is no secret.", "7f3c"),
        ["deliveries/id"] = new("The message, as its header webhook-id says.", "msg_1841"),
        ["a2a/id"] = new("The task: a workflow's id.", AWorkflow),
        ["monitors/name"] = new("The monitor, as monitors.yaml names it.", "nightly-restock"),
        ["webhooks/name"] = new("The webhook, as company.yaml names it.", "ops"),
        ["tools/name"] = new("The tool.", "files.read"),
        ["suspensions/kind"] = new("What kind of thing is stopped.", "tool", Suspension.Kinds),
        ["kind/name"] = new("Which one; * for everything.", "erp.create_purchase_order"),
        ["models/model"] = new("The model.", ChatWords.Model),
        ["workflows/status"] = new("Only those that stand so.", "waiting", StatusNames.OfWorkflows),
        ["approvals/status"] = new("Only those that stand so.", "pending", ApprovalEndpoints.Statuses),
        ["escalations/status"] = new("Only those that stand so.", "open", EscalationEndpoints.Statuses),
        ["changes/status"] = new("Only those that stand so.", "pending", ChangeEndpoints.Statuses),
        ["jobs/status"] = new("Only those that went so.", "failed", JobOutcome.All),
        ["jobs/node"] = new("Only on this host.", "host-1:4711"),
        ["webhooks/state"] = new("Only messages that stand so.", "dead", WebhookState.All),
        ["authority/format"] = new("How it is written; JSON Lines where nobody says.", DecisionText.Csv, [DecisionText.Csv, DecisionText.JsonLines]),
        ["memory/q"] = new("What to look for, in words.", "cables"),
        ["memory/limit"] = new("How many at most, 1 to 100; 10 where nobody says.", "10", Form: Form.Whole, Least: 1, Most: 100),
        ["memory/kind"] = new("Only what is remembered of this kind.", "decision", [.. MemoryKindNames.All]),
        ["q"] = new("Words that must stand in it.", "restock"),
        ["from"] = new("From this time on, RFC 3339.", ATime, Form: Form.Time),
        ["to"] = new("Before this time, RFC 3339.", "2026-11-28T00:00:00Z", Form: Form.Time),
        ["after"] = new("Only events with a greater seq.", "41", Form: Form.Whole),
        ["mine"] = new("true: only what is yours to do.", "true", Form: Form.Flag),
        ["workflow"] = new("Only of this workflow.", AWorkflow),
        ["cursor"] = new("Where the page before ended, as it said.", "MTc2NDIzMDQwMA"),
        ["limit"] = new("How many at most, 1 to 200.", "50", Form: Form.Whole, Least: 1, Most: 200),
        ["person"] = new("Only with this person's part in it.", "petra"),
        ["agent"] = new("Only of this agent.", "purchaser"),
        ["tool"] = new("Only of this tool.", "erp.create_purchase_order"),
        ["rule"] = new("Only where this rule decided.", "order-over-limit"),
        ["verdict"] = new("Only decided so.", "deny"),
        ["reads"] = new("no: without what only observes and was allowed.", AuditQuery.NoReads, [AuditQuery.NoReads]),
        ["a2a/status"] = new("Only tasks in this state.", "TASK_STATE_WORKING", A2aStates.All),
        ["contextId"] = new("Only of this conversation.", AWorkflow),
        ["pageSize"] = new("How many at most, 1 to 100.", "50", Form: Form.Whole, Least: 1, Most: 100),
        ["pageToken"] = new("Where the page before ended, as it said.", "MTc2NDIzMDQwMA"),
        ["historyLength"] = new("How many messages of the conversation come with it; 0 for none.", "5", Form: Form.Whole),
        ["statusTimestampAfter"] = new("Only tasks that changed at this time or later, RFC 3339.", ATime, Form: Form.Time),
        ["includeArtifacts"] = new("true: with what has come out of each.", "true", Form: Form.Flag),
        ["Idempotency-Key"] = new("The same key twice does it once, and answers the same; with something else it is refused (422).", "restock-2026-11-27"),
        ["Prefer"] = new("return=minimal leaves out what is related.", "return=minimal"),
        ["Last-Event-ID"] = new("The id of the last event that arrived: goes on behind it.", "41", Form: Form.Whole),
        [MonitorEndpoints.SecretHeader] = new("The monitor's secret.", "…"),
        [MonitorEndpoints.CauseHeader] = new("The workflow in whose name this is asked, so that no monitor sets itself off.", AWorkflow),
        ["X-Request-ID"] = new("Comes back as it is.", "7f3c"),
        ["A2A-Version"] = new("The revision of the protocol.", A2aVersion.Spoken),
        ["MCP-Protocol-Version"] = new("The revision of the protocol, as the body says it; needed since 2026-07-28.", McpRevision.SelfContained, McpRevision.Spoken),
        ["Mcp-Method"] = new("The method of the body, for whoever stands between; needed since 2026-07-28.", "tools/call"),
        ["Mcp-Name"] = new("The name in the body, for whoever stands between; needed since 2026-07-28.", "submit_goal"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ImmutableArray<string>> Headers = new Dictionary<string, ImmutableArray<string>>
    {
        ["SubmitGoal"] = ["Idempotency-Key", "Prefer"],
        ["PostMessage"] = ["Idempotency-Key"],
        ["CreateChatCompletion"] = ["Idempotency-Key"],
        ["StreamEvents"] = ["Last-Event-ID"],
        ["RunMonitor"] = [MonitorEndpoints.CauseHeader],
        ["CallMonitor"] = [MonitorEndpoints.SecretHeader, "Idempotency-Key", MonitorEndpoints.CauseHeader],
        ["EvaluateAccess"] = ["X-Request-ID"],
        ["EvaluateAccesses"] = ["X-Request-ID"],
        ["PostMcp"] = ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ImmutableArray<string>> Queries = new Dictionary<string, ImmutableArray<string>>
    {
        ["ListA2aTasks"] = ["contextId", "status", "pageSize", "pageToken", "historyLength", "includeArtifacts", "statusTimestampAfter"],
        ["GetA2aTask"] = ["historyLength"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Needed = [MonitorEndpoints.SecretHeader, "A2A-Version"];

    /// <summary>Describes them.</summary>
    /// <param name="operation">The route.</param>
    /// <param name="path">Its path, without the first slash.</param>
    /// <param name="name">Its name.</param>
    public static void Describe(OpenApiOperation operation, string path, string name)
    {
        var words = path.Split('/');
        var isA2a = words[0] == "a2a";
        operation.Parameters ??= [];
        foreach (var header in Headers.GetValueOrDefault(name, isA2a ? ["A2A-Version"] : []))
        {
            operation.Parameters.Add(new OpenApiParameter { Name = header, In = ParameterLocation.Header, Required = Needed.Contains(header), Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        foreach (var query in Queries.GetValueOrDefault(name, []))
        {
            operation.Parameters.Add(new OpenApiParameter { Name = query, In = ParameterLocation.Query, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            var before = parameter.In == ParameterLocation.Path ? Before(words, $"{{{parameter.Name}}}") : words.ElementAtOrDefault(1);
            var about = Known.GetValueOrDefault($"{(isA2a ? "a2a" : before)}/{parameter.Name}") ?? Known.GetValueOrDefault(parameter.Name!)
                ?? throw new InvalidOperationException($"Nobody says what '{parameter.Name}' of {path} is.");
            parameter.Description = about.Words;
            if (about.Form is { } form)
            {
                parameter.Schema = SchemaOf(about, form);
            }

            parameter.Example = about.Form switch
            {
                Form.Whole => JsonValue.Create(int.Parse(about.Example, CultureInfo.InvariantCulture)),
                Form.Flag => JsonValue.Create(about.Example == "true"),
                _ => JsonValue.Create(about.Example),
            };
            if (about.OneOf is { } choices && parameter.Schema is OpenApiSchema schema)
            {
                schema.Enum = [.. choices.Select(c => (JsonNode)JsonValue.Create(c))];
            }
        }
    }

    /// <summary>The word of the path before a placeholder, without the braces where that is one itself.</summary>
    private static string? Before(string[] words, string placeholder)
    {
        var at = Array.FindIndex(words, w => w.StartsWith(placeholder, StringComparison.Ordinal));
        return at > 0 ? words[at - 1].Trim('{', '}') : null;
    }

    /// <summary>Handlers take text and read it themselves, so that a wrong one is refused by name: what it must be is said here.</summary>
    private static OpenApiSchema SchemaOf(About about, Form form) => form switch
    {
        Form.Whole => new OpenApiSchema
        {
            Type = JsonSchemaType.Integer,
            Format = "int32",
            Minimum = about.Least.ToString(CultureInfo.InvariantCulture),
            Maximum = about.Most?.ToString(CultureInfo.InvariantCulture),
        },
        Form.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
        _ => new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
    };

    /// <summary>What a parameter must be that is more than text.</summary>
    private enum Form
    {
        Whole,
        Flag,
        Time,
    }

    /// <param name="Words">What it is.</param>
    /// <param name="Example">What could stand there.</param>
    /// <param name="OneOf">All that may stand there; null for anything.</param>
    /// <param name="Form">What it must be; null for text.</param>
    /// <param name="Least">Of a whole number.</param>
    /// <param name="Most">Of a whole number; null for any.</param>
    private sealed record About(string Words, string Example, IReadOnlyList<string>? OneOf = null, Form? Form = null, int Least = 0, int? Most = null);
}
