using System.Collections.Concurrent;
using System.Collections.Immutable;
using AiManager.ExecutionAgents;
using Microsoft.Extensions.AI;

namespace AiManager.Evals;

/// <summary>
/// Any model, misbehaving by a plan. Each question has a connection of its own, with the product's retries and timeouts around it and a clock on which nothing takes
/// time: so no question disturbs another, and the same question is disturbed in the same way whenever it comes.
/// </summary>
internal sealed class ChaosModelClient : IModelClient
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Func<IChatClient> _inner;
    private readonly ModelOptions _options;
    private readonly ChaosPlan _plan;
    private readonly ReplySpoiler _spoiler;
    private readonly ConcurrentQueue<ChaosFall> _falls = new();
    private long _asked;
    private long _waitedTicks;

    private ChaosModelClient(Func<IChatClient> inner, ModelOptions options, ModelInfo model, ChaosPlan plan, ImmutableArray<string> tools) =>
        (_inner, _options, Models, _plan, _spoiler) = (inner, options, [model], plan, new ReplySpoiler(plan, tools));

    /// <inheritdoc/>
    public ImmutableArray<ModelInfo> Models { get; }

    /// <summary>What fell so far.</summary>
    public ImmutableArray<ChaosFall> Falls => [.. _falls];

    /// <summary>Questions so far.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>What all questions together would have waited.</summary>
    public TimeSpan Waited => TimeSpan.FromTicks(Interlocked.Read(ref _waitedTicks));

    /// <summary>Around the scripted model.</summary>
    /// <param name="model">It.</param>
    /// <param name="plan">Which fault falls where.</param>
    /// <param name="tools">Every tool of the company: what a model that calls the wrong one chooses from.</param>
    public static ChaosModelClient Around(ScriptedModel model, ChaosPlan plan, ImmutableArray<string> tools) => new(
        () => new ScriptedChatClient(model),
        ScriptedModelClient.Options,
        ScriptedModelClient.Info,
        plan,
        tools);

    /// <summary>Around a model behind an endpoint.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="plan">Which fault falls where.</param>
    /// <param name="tools">Every tool of the company.</param>
    public static ChaosModelClient Around(ModelOptions options, ChaosPlan plan, ImmutableArray<string> tools)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ChaosModelClient(
            () => options.Kind == ModelKind.Anthropic ? new AnthropicChatClient(options) : new OpenAiChatClient(options),
            options,
            new ModelInfo(options.Name, IsScripted: false, options.IsInside, options.InputPrice, options.OutputPrice),
            plan,
            tools);
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> AskAsync(ModelQuestion question, CancellationToken cancellationToken)
    {
        var fault = _plan.FaultOf(question);
        Interlocked.Increment(ref _asked);
        if (fault != ChaosFault.None)
        {
            _falls.Enqueue(new ChaosFall(question.Ask, question.Task, question.Step, fault));
        }

        var time = new PassingTime(Start);
        var spoilt = new ChaosChatClient(_inner(), question, fault, _plan, _spoiler, time);
        var patient = new RetryingChatClient(spoilt, _options.Retries, _options.Timeout, time, new Random(_plan.Pick(question.Ask, "jitter", int.MaxValue)));
        using var client = new ChatModelClient(patient, _options);
        var answer = await client.AskAsync(question, cancellationToken);
        Interlocked.Add(ref _waitedTicks, time.Passed.Ticks);
        return answer;
    }
}
