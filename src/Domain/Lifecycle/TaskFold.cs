namespace AiManager.Domain;

/// <summary>A task's way from assigned to done.</summary>
internal static class TaskFold
{
    public static WorkflowState? Apply(WorkflowState state, Recorded recorded)
    {
        var id = TaskOf(recorded.Event);
        if (state.Task(id) is not { } task || WorkTaskLifecycle.Next(task.Status, recorded.Event) is not { } status)
        {
            return null;
        }

        if (recorded.Event is WorkReleased && task.HeldBy is null)
        {
            return null;
        }

        if (recorded.Event is HistorySummarised summary && !Covers(task, summary))
        {
            return null;
        }

        // A template is nobody's work, and nobody judges their own.
        if ((task.Task.ForEach is not null && (task.IsExpanded || recorded.Event is not (TaskBlocked or TaskRetried or TaskFailed)))
            || (recorded.Event is DeliverableReviewed reviewed && reviewed.Reviewer == task.Executor?.Actor))
        {
            return null;
        }

        // What goes on again goes back to whoever had it; if nobody had, it begins anew (Settle promotes it).
        if (recorded.Event is TaskRetried or WorkReleased)
        {
            status = task.Executor switch { null => WorkTaskStatus.Pending, { IsPerson: true } => WorkTaskStatus.WaitingPerson, _ => status };
        }

        var moved = recorded.Event switch
        {
            TaskAssigned assigned => Assign(task, assigned.Executor, assigned.Model, assigned.Limits),
            AssignmentPutOff put => task with { Reason = put.Reason, PutOffs = task.PutOffs + 1 },
            TaskReassigned reassigned => Assign(task, reassigned.Executor, reassigned.Model, reassigned.Limits),
            TaskRetried retried => task with
            {
                Retries = task.Retries + 1,
                Reason = null,
                Turn = Tell(task.Turn, retried.Feedback) with { Corrections = 0, Attempt = (task.Turn.Asks, task.Turn.Tokens, task.Turn.Items.Length) },
            },
            TaskBlocked blocked => task with { Reason = blocked.Reason, IsReasonFinal = blocked.Final },
            WorkHeld held => task with { Reason = $"{held.By.Split('/', 2)[^1]} is suspended: {held.Reason.Words}", IsReasonFinal = false, SpokenBy = task.SpokenBy.Add(held.Reason.Person) },
            WorkReleased => task with { Reason = null },
            TaskFailed failed => task with { Reason = failed.Reason },
            ReplyCorrected corrected => task with
            {
                Turn = Tell(task.Turn, string.Join('\n', corrected.Errors)) with { Corrections = task.Turn.Corrections + 1 },
            },
            HistorySummarised summarised => task with { Turn = task.Turn with { Summary = summarised } },
            DeliverableSubmitted submitted => task with { Deliverable = submitted.Deliverable, Submissions = task.Submissions + 1, Reason = null },
            DeliverableReviewed { Accepted: false } review => task with { Reason = string.Join(' ', review.Reasons), IsReasonFinal = false },
            _ => task,
        };
        // What a person ordered about its deadline is carried out, or overtaken, once it is somebody else's, stopped or taken up anew.
        var order = recorded.Event is TaskBlocked or TaskRetried or TaskReassigned or TaskFailed ? null : task.Order;
        var after = Replace(state, task, moved with
        {
            Status = status,
            Order = order,
            HeldBy = (recorded.Event as WorkHeld)?.By,
            PutOffUntil = (recorded.Event as AssignmentPutOff)?.Until,
        });
        after = task.Executor is { IsPerson: true } && (WorkTaskLifecycle.IsFinal(status) || recorded.Event is TaskReassigned) ? LookAgain(after) : after;
        return PlanFold.Settle(recorded.Event is WorkReleased ? FollowCalls(after, id) : after);
    }

    /// <summary>Puts <paramref name="after"/> in the place of <paramref name="before"/>.</summary>
    public static WorkflowState Replace(WorkflowState state, TaskState before, TaskState after) =>
        state with { Tasks = state.Tasks.Replace(before, after) };

    /// <summary>
    /// A running task waits when a call of the last reply waits for an approval and no other can go on, and runs again when one can.
    /// </summary>
    public static WorkflowState FollowCalls(WorkflowState state, TaskId? id)
    {
        if (id is not { } task || state.Task(task) is not { } found || found.Status is not (WorkTaskStatus.Running or WorkTaskStatus.WaitingApproval))
        {
            return state;
        }

        var calls = found.Turn.Items is [.., TurnItem.Reply reply] ? reply.Calls : [];
        var unfinished = calls.Select(c => state.Calls.GetValueOrDefault(c.Call)).Where(c => c is not { IsFinal: true }).ToList();
        var status = unfinished.Count > 0 && unfinished.All(c => c is { Status: CallStatus.Asked }) ? WorkTaskStatus.WaitingApproval : WorkTaskStatus.Running;
        return status == found.Status ? state : Replace(state, found, found with { Status = status });
    }

    /// <summary>A person has one task less: what waits for somebody with time may find them.</summary>
    private static WorkflowState LookAgain(WorkflowState state) => state.Tasks.Any(t => t.PutOffUntil is not null)
        ? state with { Tasks = [.. state.Tasks.Select(t => t.PutOffUntil is null ? t : t with { PutOffUntil = null })] }
        : state;

    private static TaskState Assign(TaskState task, Executor executor, string? model, TurnLimits? limits) => task with
    {
        Executor = executor,
        Model = model,
        Limits = limits ?? new TurnLimits(),
        Assignment = task.Assignment + 1,
        Turn = TurnState.Empty,
        Tried = task.Tried.Add(executor.Actor),
        PutOffs = 0,
        Reason = null,
    };

    private static TurnState Tell(TurnState turn, string feedback) => turn with { Items = turn.Items.Add(new TurnItem.Feedback(feedback)) };

    /// <summary>It goes on where the last one ended, in the same conversation, and covers what has been said.</summary>
    private static bool Covers(TaskState task, HistorySummarised summary) =>
        summary.Assignment == task.Assignment && summary.From == (task.Turn.Summary?.To ?? 0) && summary.To > summary.From && summary.To <= task.Turn.Items.Length
        && task.Executor is { IsPerson: false };

    private static TaskId TaskOf(WorkflowEvent fact) => fact switch
    {
        TaskAssigned e => e.Task,
        AssignmentPutOff e => e.Task,
        TaskRetried e => e.Task,
        TaskReassigned e => e.Task,
        TaskBlocked e => e.Task,
        WorkHeld { Task: { } held } => held,
        WorkReleased { Task: { } released } => released,
        TaskFailed e => e.Task,
        ReplyCorrected e => e.Task,
        HistorySummarised e => e.Task,
        DeliverableSubmitted e => e.Task,
        DeliverableReviewed e => e.Task,
        _ => default,
    };
}
