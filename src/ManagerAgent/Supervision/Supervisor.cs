namespace AiManager.ManagerAgent;

/// <summary>
/// The corrective ladder, by counters: try again with feedback, then another executor, then a new plan, then a person. Each rung is an event
/// with its reason.
/// </summary>
internal sealed class Supervisor(Delegation delegation, Replanner replanner)
{
    /// <summary>Takes the next rung for a blocked task.</summary>
    public async Task ClimbAsync(TaskId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (state.Task(id) is not { Status: WorkTaskStatus.Blocked } task)
        {
            return;
        }

        var fact = Obey(state, task) ?? Retry(task) ?? delegation.Reassign(state, task)
            ?? await replanner.ReviseAsync($"The task '{task.Task.Title}' cannot go on: {task.Reason}", session, cancellationToken)
            ?? (WorkflowEvent)Escalations.Blocked(task);
        await session.AppendAsync([fact], [], Actor.Manager, cancellationToken);
    }

    /// <summary>Silence is a no.</summary>
    public async Task ExpireAsync(ApprovalId approval, WorkflowSession session, CancellationToken cancellationToken) =>
        await session.AppendAsync([new ApprovalDecided(approval, "system", "clock", ApprovalVerdict.Expired, null)], [], Actor.System, cancellationToken);

    /// <summary>What a person's no, or a person's answer, means; null when nobody has spoken.</summary>
    private static WorkflowEvent? Obey(WorkflowState state, TaskState task)
    {
        if (task.IsReasonFinal)
        {
            return new TaskFailed(task.Task.Id, task.Reason ?? "A person said no.");
        }

        if (!state.Escalations.TryGetValue(Escalations.BlockedId(task), out var answered) || answered.Choice is null)
        {
            return null;
        }

        return answered.Choice switch
        {
            "retry" when task.Executor is not null => new TaskRetried(task.Task.Id, answered.Answer is { } words ? $"A person says: {words}" : "A person says: try again."),
            "giveUp" => new GoalFailed(GoalFailure.GivenUp, $"{answered.By} gave it up: '{task.Task.Title}' could not go on."),
            _ => new TaskFailed(task.Task.Id, $"{answered.By} skipped it: {task.Reason}"),
        };
    }

    /// <summary>Each executor gets one more try with what was wrong.</summary>
    private static TaskRetried? Retry(TaskState task) =>
        task.Executor is { IsPerson: false } && task.Retries < task.Assignment
            ? new TaskRetried(task.Task.Id, $"Your last attempt was not accepted: {task.Reason} Try once more.")
            : null;
}
