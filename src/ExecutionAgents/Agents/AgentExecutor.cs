using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>
/// Takes an agent's task one step further: asks its model, takes its calls to the gate, hands in what it made. What to do is decided
/// elsewhere (<see cref="AgentTurn"/>); nothing is kept here between steps. Safe for any number of threads.
/// </summary>
/// <param name="directory">Who the agents are.</param>
/// <param name="models">The way to models.</param>
/// <param name="tools">The way to tools.</param>
/// <param name="briefTokens">How long a question may be before older parts of it are shortened, in estimated tokens.</param>
public sealed class AgentExecutor(IDirectory directory, IModelGate models, IToolGate tools, long briefTokens = AgentExecutor.DefaultBriefTokens) : IExecutor
{
    /// <summary>How long a question may be where nobody says otherwise, in estimated tokens.</summary>
    public const long DefaultBriefTokens = 24_000;

    /// <inheritdoc/>
    public bool Serves(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        return executor.Actor.AgentName is not null;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<WorkflowEvent>> StepAsync(TaskId task, TurnMove move, IWorkflowLog log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(move);
        ArgumentNullException.ThrowIfNull(log);
        var state = log.State;
        if (state.Task(task) is not { Executor.Actor.AgentName: { } name } found)
        {
            throw new InvalidOperationException($"The task {task} has no agent.");
        }

        switch (move)
        {
            case TurnMove.Correct correct:
                return [new ReplyCorrected(task, correct.Ask, correct.Errors)];
            case TurnMove.SubmitDeliverable submit:
                return [new DeliverableSubmitted(task, submit.Deliverable)];
            case TurnMove.Stop stop:
                return [new TaskBlocked(task, stop.Reason, stop.Final)];
            case TurnMove.AskModel or TurnMove.CallTool when directory.Agent(name) is null:
                return [new TaskBlocked(task, $"There is no agent '{name}' any more.", Final: false)];
            case TurnMove.AskModel ask:
                return await AskAsync(ask.Ask, state, found, directory.Agent(name)!, log, cancellationToken);
            case TurnMove.CallTool call:
                var wanted = new ToolCall(
                    call.Call.Call, task, Actor.Agent(name), call.Call.Proposed.Tool, call.Call.Proposed.Args, Narrowed(found.Task.Grant, directory.Agent(name)!));
                _ = await tools.CallAsync(wanted, log, cancellationToken);
                return [];
            default:
                throw new InvalidOperationException($"An agent cannot {move.GetType().Name}.");
        }
    }

    private async Task<ImmutableArray<WorkflowEvent>> AskAsync(
        AskId ask, WorkflowState state, TaskState task, AgentProfile agent, IWorkflowLog log, CancellationToken cancellationToken)
    {
        if (HistorySummary.Due(state, task, agent, briefTokens) is { } summary)
        {
            if (HistorySummary.Read(await models.AskAsync(summary, log, cancellationToken), state, task) is { } summarised)
            {
                return [summarised];
            }

            // Somebody may have stopped or ended it meanwhile; if not, the question goes out with what the budget leaves of it.
            (state, task) = (log.State, log.State.Task(task.Task.Id) ?? task);
        }

        var question = new ModelQuestion(
            ask,
            task.Task.Id,
            AgentBrief.Step,
            agent.Name,
            task.Model ?? agent.Model,
            AgentBrief.Write(state, task, agent, briefTokens),
            tools.Describe(Narrowed(task.Task.Grant, agent).Tools),
            ReplySchema: JsonText.Null); // the brief names the schema: an endpoint that enforces one would rule out both calls and {"cannot": …}
        var replied = await models.AskAsync(question, log, cancellationToken);
        return replied.Outcome == ModelOutcome.Replied || (replied.Outcome == ModelOutcome.Refused && !IsOnRecord(ask, task, log.State)) ? [] : [new TaskBlocked(task.Task.Id, Reason(replied), Final: replied.UsedUp is not null)];
    }

    /// <summary>False for a no that nobody wrote down: the workflow was paused or held before the question was out. It may go on again by now, and then it is asked.</summary>
    private static bool IsOnRecord(AskId ask, TaskState before, WorkflowState now) =>
        now.Task(before.Task.Id) is { } task && task.Turn.OpenAsk != ask && (before.Turn.OpenAsk == ask || task.Turn.Asks > before.Turn.Asks);

    /// <summary>A grant is given to a task; the agent on it may be able to do less, never more.</summary>
    private static Grant Narrowed(Grant grant, AgentProfile agent) => grant with { Tools = [.. grant.Tools.Where(agent.Tools.Contains)] };

    private static string Reason(ModelReplied replied) => replied.UsedUp?.Words ?? replied.Error ?? replied.Outcome switch
    {
        ModelOutcome.NoScript => "The scripted model has no script for this.",
        ModelOutcome.Declined => "The model declined to answer.",
        ModelOutcome.Refused => "The question was not let out to the model.",
        _ => "The model did not answer.",
    };
}
