using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What a workflow needs next, from its state alone: no clock, no I/O, no chance. Empty means that it waits
/// (for people or a clock) or is over. The same state always gives the same commands.
/// </summary>
public static class Decider
{
    /// <summary>The commands that can be carried out now, side by side.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="now">For what runs out; UTC.</param>
    public static ImmutableArray<WorkflowCommand> Decide(WorkflowState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status == WorkflowStatus.Paused || state.Submitted is null)
        {
            return [];
        }

        var commands = ImmutableArray.CreateBuilder<WorkflowCommand>();
        AddUnsettled(state, commands);
        if (state.IsFinal)
        {
            return commands.ToImmutable();
        }

        // Whatever is under way is still brought to its end; nothing is begun, asked or tried again.
        if (state.UsedUp is not null)
        {
            commands.Add(new WorkflowCommand.EndAtLimit());
            return commands.ToImmutable();
        }

        DueDecider.Add(state, now, commands);
        commands.AddRange(state.Approvals.Values.Where(state.NeedsPreview).OrderBy(a => a.Requested.Approval.Value).Select(a => new WorkflowCommand.Preview(a.Requested.Approval)));
        if (state.PlanVersion == 0)
        {
            AddPlanning(state, commands);
        }
        else
        {
            AddSteering(state, commands);
            AddTasks(state, now, commands);
            if (commands.Count == 0 && state.Tasks.All(t => t.IsFinal))
            {
                AddEnding(state, commands);
            }
        }

        return commands.ToImmutable();
    }

    /// <summary>Effects without an end, also of what is over: money stays set aside for them until somebody knows. And what people wanted besides, whatever became of the call.</summary>
    private static void AddUnsettled(WorkflowState state, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        commands.AddRange(state.Calls.Values
            .Where(c => c.Status == CallStatus.Started && (state.IsFinal || (c.Proposed.Task is { } id && state.Task(id) is { IsFinal: true })))
            .OrderBy(c => c.Proposed.Call.Value)
            .Select(c => new WorkflowCommand.TakeUp(c.Proposed.Call)));
        commands.AddRange(state.Escalations.Values
            .Where(e => e is { Raised: { Kind: EscalationKind.UnknownCall, Call: { } }, Choice: not null }
                && state.Calls.TryGetValue(e.Raised.Call.Value, out var call) && call.Status == CallStatus.Unknown && state.LastEscalationOf(call) == e
                && !(e.Choice == WorkflowState.Again && IsHeld(state, call)))
            .OrderBy(e => e.Raised.Escalation.Value)
            .Select(e => new WorkflowCommand.ResolveUnknown(e.Raised.Escalation)));
        commands.AddRange(state.Approvals.Values.Where(a => a.WantsStanding).OrderBy(a => a.Requested.Approval.Value).Select(a => new WorkflowCommand.ProposeStanding(a.Requested.Approval)));
    }

    /// <summary>True while the agent that wanted it is suspended: nothing is sent again for it until that is lifted.</summary>
    private static bool IsHeld(WorkflowState state, CallState call) => call.Proposed.Task is { } id && state.Task(id) is { IsHeld: true };

    /// <summary>True when somebody has been asked about <paramref name="kind"/> (and the task, if one is given) and has not answered.</summary>
    public static bool IsAsked(WorkflowState state, EscalationKind kind, TaskId? task = null) =>
        state.Escalations.Values.Any(e => e.Choice is null && e.Raised.Kind == kind && e.Raised.Task == task);

    /// <summary>Every check holds; where the contract names none, every task of the plan in force came to its end.</summary>
    internal static bool IsMet(WorkflowState state) =>
        state.Acceptance.IsEmpty ? state.Tasks.All(t => t.Status != WorkTaskStatus.Failed || !state.IsInForce(t)) : state.Acceptance.All(a => a.Held);

    private static void AddPlanning(WorkflowState state, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        if (!IsAsked(state, EscalationKind.Model))
        {
            commands.Add(state.Agreed is null ? new WorkflowCommand.AgreeContract() : new WorkflowCommand.MakePlan());
        }
    }

    /// <summary>What people want otherwise comes before anything new is begun.</summary>
    private static void AddSteering(WorkflowState state, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        var signed = state.Proposals.Keys.Where(id => SteeringFold.IsSigned(state, id)).OrderBy(id => id.Value).ToList();
        commands.AddRange(signed.Select(id => new WorkflowCommand.ChangeContract(id)));
        if (state.HasUnheard)
        {
            commands.Add(new WorkflowCommand.Hear());
        }
        else if (state.WantsPlan && signed.Count == 0 && !IsAsked(state, EscalationKind.Model) && SteeringFold.MayReplan(state))
        {
            commands.Add(new WorkflowCommand.Replan());
        }
    }

    private static void AddTasks(WorkflowState state, DateTimeOffset now, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        foreach (var task in state.Tasks)
        {
            // Nothing is begun while somebody waits for an answer. A new plan is waited for by what it takes the place of: children of a list that has begun go on.
            var isHeld = state.HasUnheard || (state.WantsPlan && task.Task.Template is null);
            var isLeft = state.HasUnheard || (state.WantsPlan && SteeringFold.IsReplaceable(state, task));
            var isAsked = IsAsked(state, EscalationKind.BlockedTask, task.Task.Id) || IsAsked(state, EscalationKind.Model);
            WorkflowCommand? command = task.Status switch
            {
                WorkTaskStatus.Ready when task.Task.ForEach is not null && !isAsked && !isHeld => new WorkflowCommand.Expand(task.Task.Id),
                WorkTaskStatus.Ready when !isAsked && !isHeld && !(task.NextAssignment > now) && !IsBehind(state, task) => new WorkflowCommand.Assign(task.Task.Id),
                WorkTaskStatus.Running when !task.IsExpanded && !AgentTurn.Decide(state, task).IsEmpty => new WorkflowCommand.Step(task.Task.Id),
                WorkTaskStatus.InReview when !isAsked && !CheckWaits(state, task.Calls.Select(c => state.Calls[c])) => new WorkflowCommand.Review(task.Task.Id),
                WorkTaskStatus.Blocked when !isAsked && !isLeft && task.Order is null && task.HeldBy is null => new WorkflowCommand.Climb(task.Task.Id),
                _ => null,
            };
            if (command is not null)
            {
                commands.Add(command);
            }
        }
    }

    /// <summary>
    /// True when a task waits behind another for the same people: until that one has somebody, nobody is looked for for this one. So a long list is not put off
    /// as a whole each time one of its tasks is done.
    /// </summary>
    public static bool IsBehind(WorkflowState state, TaskState task)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        return task.NextAssignment is null
            && state.Tasks.Any(t => t.NextAssignment is not null && t.Task.Skill == task.Task.Skill && t.Task.Grant.Tools.SequenceEqual(task.Task.Grant.Tools) && !IsAsked(state, EscalationKind.BlockedTask, t.Task.Id));
    }

    /// <summary>True when a check by the system itself, on a task or on the goal, waits for people.</summary>
    private static bool CheckWaits(WorkflowState state, IEnumerable<CallState> calls) =>
        calls.Any(c =>
            c.Proposed.Agent == Actor.System.Value
            && (c.Status is CallStatus.Asked or CallStatus.Deferred || (c.Status == CallStatus.Unknown && state.LastEscalationOf(c) is not null)));

    private static void AddEnding(WorkflowState state, ImmutableArray<WorkflowCommand>.Builder commands)
    {
        if (IsAsked(state, EscalationKind.UnmetGoal) || IsAsked(state, EscalationKind.Model) || CheckWaits(state, state.Calls.Values.Where(c => c.Proposed.Task is null)))
        {
            return;
        }

        // Nothing was done, so there is nothing to prove: the report says what would have happened.
        if (state.Shadow is not null)
        {
            commands.Add(new WorkflowCommand.Complete());
        }
        else if (state.Acceptance.Length < state.Agreed!.Contract.Acceptance.Length)
        {
            commands.Add(new WorkflowCommand.Accept());
        }
        else if (IsMet(state))
        {
            commands.Add(new WorkflowCommand.Complete());
        }
        else
        {
            commands.Add(new WorkflowCommand.Reconsider());
        }
    }
}
