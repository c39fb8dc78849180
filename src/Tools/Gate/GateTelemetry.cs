using System.Diagnostics;
using System.Diagnostics.Metrics;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// What the gates tell about their work; source and meter <c>AiManager.Tools</c>. Names of tools and models come from the company's files, never from what
/// a model wrote; arguments, results, prompts and replies are never told.
/// </summary>
internal static class GateTelemetry
{
    private const string Name = "AiManager.Tools";
    private const string Unlisted = "(not in the catalogue)";

    private static readonly ActivitySource Source = new(new ActivitySourceOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });
    private static readonly Meter Meter = new(new MeterOptions(Name) { TelemetrySchemaUrl = GenAi.SchemaUrl });

    private static readonly Counter<long> Decisions = Meter.CreateCounter<long>("aimanager.decisions", "{decision}", "What the gate decided about calls");
    private static readonly Counter<long> Answers = Meter.CreateCounter<long>("aimanager.approvals.answers", "{answer}", "What people said to approvals, by whether it could be recorded");
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("aimanager.calls", "{call}", "Calls of tools that came to an end, by the tool's class");
    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram(
        "aimanager.call.duration", "s", "Time of one call of a tool", tags: null, advice: Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120));

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("aimanager.call.retries", "{try}", "Further tries of calls");
    private static readonly Counter<long> RestsBegun = Meter.CreateCounter<long>("aimanager.tool.rests", "{rest}", "Tools left alone after failing again and again");

    private static readonly Counter<double> ModelCost = Meter.CreateCounter<double>("aimanager.model.cost", null, "Price of model calls, in the company's currency");
    private static readonly Histogram<long> TokenUsage = Meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens used, by direction",
        tags: null,
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] });

    private static readonly Histogram<double> ModelDuration = Meter.CreateHistogram(
        "gen_ai.client.operation.duration",
        "s",
        "Time of one call of a model, retries included",
        tags: null,
        advice: Buckets(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92));

    /// <summary>A call going through the gate: decided, perhaps asked about, perhaps made.</summary>
    public static Activity? StartGate(ToolCall call, Tool? tool, IWorkflowLog log) => Tagged(Source.StartActivity("gate " + NameOf(tool)), call.Call, tool, log.State.Id.ToString())?
        .SetTag(WorkflowTrace.Task, call.Task?.ToString());

    /// <summary>How far it came.</summary>
    public static void Passed(this Activity? span, CallResult? result) => span?.SetTag(
        "aimanager.call.result", result switch { CallResult.Settled => "settled", CallResult.Refused => "refused", CallResult.Suspended => "suspended", _ => "raced" });

    /// <summary>One decision that is on record.</summary>
    public static void Decided(Effect effect)
    {
        Decisions.Add(1, new KeyValuePair<string, object?>("effect", EffectNames.Write(effect)));
        Activity.Current?.SetTag("aimanager.call.effect", EffectNames.Write(effect));
    }

    /// <summary>A person answered an approval: <c>recorded</c>, or <c>tooMany</c> where they have decided as much as one may within an hour. Who stands in the journal, not here.</summary>
    public static void Answered(string outcome) => Answers.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A tool at work: the effect itself.</summary>
    public static Activity? StartTool(StartedIntent intent, Tool tool) =>
        Tagged(Source.StartActivity("execute_tool " + tool.Name), intent.Call, tool, intent.Workflow)?.SetTag(GenAi.Operation, "execute_tool").SetTag(GenAi.ToolType, "function");

    /// <summary>It ended.</summary>
    public static void Ended(this Activity? span, Tool tool, ToolOutput output, TimeSpan took)
    {
        var outcome = output switch { ToolOutput.Done => "succeeded", ToolOutput.Failed => "failed", _ => "unknown" };
        var kind = EffectClassNames.Write(tool.Info.Effect);
        Calls.Add(1, new KeyValuePair<string, object?>("tool_class", kind), new KeyValuePair<string, object?>("outcome", outcome));
        CallDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("tool_class", kind));
        span?.SetTag("aimanager.call.outcome", outcome);
        if (output is not ToolOutput.Done)
        {
            span.Fail(outcome);
        }
    }

    /// <summary>One call is tried once more.</summary>
    public static void TriedAgain() => Retries.Add(1);

    /// <summary>One tool is left alone for a while.</summary>
    public static void Rests() => RestsBegun.Add(1);

    /// <summary>A question on its way to a model.</summary>
    public static Activity? StartChat(ModelQuestion question, ModelAsked asked, ModelInfo? model, WorkflowId workflow) =>
        Source.StartActivity("chat " + asked.Model, ActivityKind.Client)?
            .SetTag(GenAi.Operation, "chat")
            .SetTag(GenAi.Provider, ProviderOf(model))
            .SetTag(GenAi.RequestModel, asked.Model)
            .SetTag(GenAi.MaxTokens, asked.MaxTokens)
            .SetTag(GenAi.Conversation, workflow.ToString())
            .SetTag("aimanager.ask.id", asked.Ask.ToString())
            .SetTag("aimanager.ask.step", question.Step)
            .SetTag(WorkflowTrace.Task, question.Task?.ToString());

    /// <summary>What came back.</summary>
    public static void Replied(this Activity? span, ModelAsked asked, ModelInfo? model, ModelReplied replied, TimeSpan took)
    {
        var tags = new TagList { { GenAi.Operation, "chat" }, { GenAi.Provider, ProviderOf(model) }, { GenAi.RequestModel, asked.Model } };
        if (replied.Usage is { } usage)
        {
            TokenUsage.Record(usage.InputTokens, [.. tags, new(GenAi.TokenType, "input")]);
            TokenUsage.Record(usage.OutputTokens, [.. tags, new(GenAi.TokenType, "output")]);
            span?.SetTag(GenAi.InputTokens, usage.InputTokens).SetTag(GenAi.OutputTokens, usage.OutputTokens);
        }

        if (replied.Cost is { } cost && cost.TryRead(out var amount))
        {
            ModelCost.Add((double)amount, [.. tags, new("currency", cost.Currency)]);
        }

        if (replied.Outcome != ModelOutcome.Replied)
        {
            var kind = Of(replied.Outcome);
            tags.Add(GenAi.ErrorType, kind);
            span.Fail(kind);
        }

        ModelDuration.Record(took.TotalSeconds, tags);
    }

    private static Activity? Tagged(Activity? span, CallId call, Tool? tool, string workflow) => span?
        .SetTag(GenAi.ToolName, NameOf(tool))
        .SetTag(GenAi.ToolCallId, call.ToString())
        .SetTag(WorkflowTrace.Workflow, workflow)
        .SetTag("aimanager.tool.class", tool is null ? null : EffectClassNames.Write(tool.Info.Effect));

    private static string NameOf(Tool? tool) => tool?.Name ?? Unlisted;

    /// <summary>The protocol that is spoken, which is all that is known of an endpoint.</summary>
    private static string ProviderOf(ModelInfo? model) => model?.IsScripted == true ? "aimanager.scripted" : model?.Provider ?? "openai";

    private static string Of(ModelOutcome outcome) => outcome switch
    {
        ModelOutcome.NoScript => "no_script",
        ModelOutcome.Unavailable => "unavailable",
        ModelOutcome.Declined => "declined",
        ModelOutcome.Refused => "refused",
        _ => "_OTHER",
    };

    private static InstrumentAdvice<double> Buckets(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
