using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What the model would answer to a question in this state of the workflow.</summary>
internal delegate ModelAnswer ModelRule(ModelQuestion question, WorkflowState state);

/// <summary>A model gate without a model: rules by step, the latest first. Records as the real one must: asked before, replied deferred.</summary>
internal sealed class ModelDouble : IModelGate
{
    private readonly ConcurrentDictionary<string, ModelRule> _rules = new();

    /// <summary>Every question that was sent, in order.</summary>
    public ConcurrentQueue<ModelQuestion> Sent { get; } = new();

    /// <summary>Called just before a question is sent.</summary>
    public Func<ModelQuestion, Task>? BeforeSend { get; set; }

    /// <summary>Called before a question goes on record.</summary>
    public Func<ModelQuestion, Task>? BeforeAsk { get; set; }

    /// <summary>Called when a question could not go on record, before that is said.</summary>
    public Func<IWorkflowLog, Task>? WhenOvertaken { get; set; }

    /// <summary>The budget that is in a question's way; null for none.</summary>
    public Func<ModelQuestion, BudgetNotice?> UsedUp { get; set; } = _ => null;

    public static ModelAnswer Text(string text) => new(ModelOutcome.Replied, text, [], new ModelUsage(100, 10), null);

    public static ModelAnswer Calls(params (string Tool, string Args)[] calls) => new(
        ModelOutcome.Replied, null, [.. calls.Select((c, i) => new ModelToolCall($"c{i}", c.Tool, JsonText.Parse(c.Args)))], new ModelUsage(100, 20), null);

    public static ModelAnswer Away() => new(ModelOutcome.Unavailable, null, [], null, "The endpoint does not answer.");

    public static ModelAnswer NoScript() => new(ModelOutcome.NoScript, null, [], null, "no_script");

    public void On(string step, ModelRule rule) => _rules[step] = rule;

    public ModelRule RuleOf(string step) => _rules[step];

    public void On(string step, string reply) => On(step, (_, _) => Text(reply));

    /// <summary>These replies one after the other; the last one stays.</summary>
    public void InTurn(string step, params ModelAnswer[] replies)
    {
        var next = -1;
        On(step, (_, _) => replies[Math.Min(Interlocked.Increment(ref next), replies.Length - 1)]);
    }

    public IEnumerable<ModelQuestion> SentFor(string step) => Sent.Where(q => q.Step == step);

    /// <summary>What no model may be told.</summary>
    public string? Kept { get; set; }

    public bool MayTell(string model, ImmutableArray<string> labels) => Kept is null || !labels.Contains(Kept);

    public async Task<ModelReplied> AskAsync(ModelQuestion question, IWorkflowLog log, CancellationToken cancellationToken)
    {
        await (BeforeAsk?.Invoke(question) ?? Task.CompletedTask);
        var actor = Actor.Agent(question.Role);
        var asked = new ModelAsked(question.Ask, question.Task, question.Step, question.Role, question.Model, "digest", 100, question.MaxTokens, []);
        if (!IsOpen(log.State, question) && await log.AppendAsync([asked], [], actor, cancellationToken) is not LogResult.Appended)
        {
            await (WhenOvertaken?.Invoke(log) ?? Task.CompletedTask);
            return Replied(question, new ModelAnswer(ModelOutcome.Refused, null, [], null, "The workflow does not go on."));
        }

        if (UsedUp(question) is { } notice)
        {
            var refused = Replied(question, new ModelAnswer(ModelOutcome.Refused, null, [], null, "The question was not let out.")) with { UsedUp = notice };
            await log.AppendAsync([refused], [], actor, cancellationToken);
            return refused;
        }

        await (BeforeSend?.Invoke(question) ?? Task.CompletedTask);
        Sent.Enqueue(question);
        var replied = Replied(question, _rules.TryGetValue(question.Step, out var rule) ? rule(question, log.State) : NoScript());
        await log.DeferAsync([replied], actor, cancellationToken);
        return replied;
    }

    private static bool IsOpen(WorkflowState state, ModelQuestion question) =>
        state.Asks.ContainsKey(question.Ask) || (question.Task is { } id && state.Task(id)?.Turn.OpenAsk == question.Ask);

    private static ModelReplied Replied(ModelQuestion question, ModelAnswer answer) =>
        new(question.Ask, question.Task, answer.Outcome, answer.Text, answer.Calls, answer.Usage, null, answer.Error, ImmutableArray<Reservation>.Empty);
}
