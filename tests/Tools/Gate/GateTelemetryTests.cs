using System.Diagnostics.Metrics;
using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>What the gates tell about their work, and that it is never what a model wrote.</summary>
public sealed class GateTelemetryTests
{
    private const string Effect = "aimanager.call.effect";
    private const string Result = "aimanager.call.result";
    private const string Class = "aimanager.tool.class";
    private const string Outcome = "aimanager.call.outcome";

    private static readonly ModelInfo Known = new("big", IsScripted: false, IsInside: false, 0, 0) { Provider = "anthropic" };

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("erp.prices", "{}", "erp.prices", "erp.prices observe allow settled", "allow")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"plant","quantity":1}""", "erp.order", "erp.order spend ask suspended", "ask")]
    [InlineData("erp.order", """{"supplier":"shady","sku":"bolt","quantity":1}""", "erp.order", "erp.order spend deny refused", "deny")]
    [InlineData("written.by-a-model", "{}", "(not in the catalogue)", "(not in the catalogue) - deny refused", "deny")]
    public async Task A_call_through_the_gate_tells_what_was_decided_and_how_far_it_came(string tool, string args, string name, string told, string effect)
    {
        using var shop = await Shop.OpenAsync();
        using var heard = new Heard();
        var call = shop.Call(tool, args);
        await shop.CallAsync(call);

        Assert.Equal(told, heard.Told("gate " + name, GenAi.ToolName, Class, Effect, Result));
        Assert.Equal($"{shop.Log.State.Id} {shop.Task} {call.Call}", heard.Told("gate " + name, WorkflowTrace.Workflow, WorkflowTrace.Task, GenAi.ToolCallId));
        Assert.Equal([$"1 effect={effect}"], heard.Figures("aimanager.decisions"));
    }

    public static TheoryData<string, string, string> Outputs => new()
    {
        { "done", "succeeded -", "succeeded" },
        { "failed", "failed failed !", "failed" },
        { "unclear", "unknown unknown !", "unknown" },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task A_tool_at_work_tells_what_came_of_it_and_how_long_it_took(string output, string told, string outcome)
    {
        Shop? opened = null;
        var tool = new ToolDouble((_, _) =>
        {
            opened!.Time.Advance(TimeSpan.FromSeconds(7));
            return Task.FromResult<ToolOutput>(output switch { "done" => new ToolOutput.Done(JsonText.EmptyObject, []), "failed" => new ToolOutput.Failed("no"), _ => new ToolOutput.Unclear("who knows") });
        });
        using var shop = opened = await Shop.OpenAsync(Shop.Double("work", tool, EffectClass.WriteReversible));
        using var heard = new Heard();
        await shop.CallAsync(shop.Call("test.work", "{}"));

        Assert.Equal(told, heard.Told("execute_tool test.work", Outcome, GenAi.ErrorType));
        Assert.Equal("test.work write-reversible execute_tool function" + (output == "done" ? "" : " !"), heard.Told("execute_tool test.work", GenAi.ToolName, Class, GenAi.Operation, GenAi.ToolType));
        Assert.Equal([$"1 tool_class=write-reversible outcome={outcome}"], heard.Figures("aimanager.calls"));
        Assert.Equal(["7 tool_class=write-reversible"], heard.Figures("aimanager.call.duration"));
    }

    [Fact]
    public async Task Further_tries_are_counted_and_so_is_every_rest()
    {
        using var heard = new Heard();
        var lane = new ToolLane(ToolLimits.Inside with { Breaks = true }, _time, new Random(1));
        Queue<ToolOutput> outputs = new([new ToolOutput.Unclear("?"), new ToolOutput.Done(JsonText.EmptyObject, []), .. Enumerable.Repeat(new ToolOutput.Failed("busy", IsRetryable: true), 30)]);
        await lane.RunAsync(true, (_, _) => Task.FromResult(outputs.Dequeue()), CancellationToken.None);
        Assert.Equal(["1"], heard.Figures("aimanager.call.retries"));
        while (lane.Health.Condition != LaneCondition.Resting)
        {
            await lane.RunAsync(false, (_, _) => Task.FromResult(outputs.Dequeue()), CancellationToken.None);
        }

        Assert.Contains("1", heard.Figures("aimanager.tool.rests"));
    }

    public static TheoryData<ModelOutcome, string> Kinds => new()
    {
        { ModelOutcome.NoScript, "no_script" },
        { ModelOutcome.Unavailable, "unavailable" },
        { ModelOutcome.Declined, "declined" },
        { ModelOutcome.Refused, "refused" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_that_did_not_reply_is_told_as_an_error(ModelOutcome outcome, string kind)
    {
        using var heard = new Heard();
        Ask(Known, Reply(outcome, null, null));

        Assert.Equal(kind + " !", heard.Told("chat big", GenAi.ErrorType));
        Assert.Equal([$"3 gen_ai.operation.name=chat gen_ai.provider.name=anthropic gen_ai.request.model=big error.type={kind}"], heard.Figures("gen_ai.client.operation.duration"));
        Assert.Empty(heard.Figures("gen_ai.client.token.usage"));
        Assert.Empty(heard.Figures("aimanager.model.cost"));
    }

    [Fact]
    public void A_model_that_replied_tells_tokens_price_and_time()
    {
        const string Tags = "gen_ai.operation.name=chat gen_ai.provider.name=anthropic gen_ai.request.model=big";
        using var heard = new Heard();
        Ask(Known, Reply(ModelOutcome.Replied, new ModelUsage(30, 5), new Money("0.25", "EUR")));

        Assert.Equal("chat anthropic big 100 work - 30 5", heard.Told(
            "chat big", GenAi.Operation, GenAi.Provider, GenAi.RequestModel, GenAi.MaxTokens, "aimanager.ask.step", GenAi.ErrorType, GenAi.InputTokens, GenAi.OutputTokens));
        Assert.Equal([$"30 {Tags} gen_ai.token.type=input", $"5 {Tags} gen_ai.token.type=output"], heard.Figures("gen_ai.client.token.usage"));
        Assert.Equal([$"0.25 {Tags} currency=EUR"], heard.Figures("aimanager.model.cost"));
        Assert.Equal([$"3 {Tags}"], heard.Figures("gen_ai.client.operation.duration"));
    }

    [Theory]
    [InlineData("known", "anthropic")]
    [InlineData("scripted", "aimanager.scripted")]
    [InlineData("gone", "openai")]
    public void The_provider_is_the_protocol_that_is_spoken(string model, string provider)
    {
        using var heard = new Heard();
        Ask(model switch { "known" => Known, "scripted" => Known with { IsScripted = true }, _ => null }, Reply(ModelOutcome.Replied, null, null));
        Assert.Equal(provider, heard.Told("chat big", GenAi.Provider));
    }

    [Fact]
    public void Spans_and_figures_name_the_conventions_that_they_follow_and_tokens_have_buckets_of_their_own()
    {
        using var heard = new Heard();
        Ask(Known, Reply(ModelOutcome.Replied, null, null));
        Assert.Equal(GenAi.SchemaUrl, Assert.Single(heard.Spans("chat big")).Source.TelemetrySchemaUrl);
        var tokens = Assert.IsType<Histogram<long>>(heard.Instruments["gen_ai.client.token.usage"]);
        Assert.Equal(GenAi.SchemaUrl, tokens.Meter.TelemetrySchemaUrl);
        Assert.Equal(Enumerable.Range(0, 14).Select(i => 1L << (2 * i)), tokens.Advice!.HistogramBucketBoundaries!);
    }

    private void Ask(ModelInfo? model, ModelReplied replied)
    {
        var question = new ModelQuestion(replied.Ask, null, "work", "default", "big", [], [], JsonText.EmptyObject);
        var asked = new ModelAsked(replied.Ask, null, "work", "default", "big", "sha256-0", 0, 100, []);
        using var span = GateTelemetry.StartChat(question, asked, model, PrefixedId.New<WorkflowId>(_time.Now, new Random(3)));
        span.Replied(asked, model, replied, TimeSpan.FromSeconds(3));
    }

    private ModelReplied Reply(ModelOutcome outcome, ModelUsage? usage, Money? cost) =>
        new(PrefixedId.New<AskId>(_time.Now, new Random(4)), null, outcome, null, [], usage, cost, null, []);
}
