namespace AiManager.ManagerAgent;

/// <summary>
/// The corrective ladder, by counters: try again with feedback, then another executor, then a new plan, then a person. Each rung is an event
/// with its reason. Where something has been done in the world for the task already, the person comes before the other executor.
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

        if ((Obey(state, task) ?? EndInShadow(state, task) ?? (WorkflowEvent?)Retry(task)) is { } fact)
        {
            await session.AppendAsync([fact], [], Actor.Manager, cancellationToken);
        }
        else if (state.EffectsOf(task).Any())
        {
            // Whoever took over would begin anew and do it once more, and so would another plan: a person sees first what is done.
            await session.AppendAsync([Escalations.Blocked(state, task)], [], Actor.Manager, cancellationToken);
        }
        else if (await delegation.TakeoverAsync(state, task, cancellationToken) is { } takeover)
        {
            await session.AppendWhileAsync(takeover.Holds, [takeover.Fact], Actor.Manager, cancellationToken);
        }
        else if (!await ReviseAsync(task, session, cancellationToken))
        {
            await session.AppendAsync([Escalations.Blocked(state, task)], [], Actor.Manager, cancellationToken);
        }
    }

    /// <summary>
    /// A new plan takes the place of the old one only where no other task is under way: what it does may not be torn up, nor done twice. False when it is for the next rung.
    /// </summary>
    private async Task<bool> ReviseAsync(TaskState task, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (!IsAlone(session.State, task))
        {
            return false;
        }

        var (revised, isOvertaken) = await replanner.ReviseAsync($"The task '{task.Task.Title}' cannot go on: {task.Reason}", session, cancellationToken);
        return isOvertaken
            || (revised is not null && await session.AppendWhileAsync(now => IsAlone(now, task), [revised], Actor.Manager, cancellationToken) is LogResult.Appended);
    }

    private static bool IsAlone(WorkflowState state, TaskState task) => state.Tasks.All(t =>
        t.Task.Id == task.Task.Id || t.IsFinal || t.IsExpanded || t.Status is WorkTaskStatus.Pending or WorkTaskStatus.Ready
        || (t.Status == WorkTaskStatus.Blocked && !Decider.IsAsked(state, EscalationKind.BlockedTask, t.Task.Id)));

    /// <summary>What a person's no, or a person's answer, means; null when nobody has spoken.</summary>
    public static WorkflowEvent? Obey(WorkflowState state, TaskState task)
    {
        if (task.IsReasonFinal)
        {
            return new TaskFailed(task.Task.Id, task.Reason ?? "A person said no.");
        }

        // Another try would send anew what may have happened.
        if (Escalations.GivenUpCall(state, task.Calls) is { } givenUp)
        {
            return new TaskFailed(task.Task.Id, $"{givenUp.By} gave up a call of which nobody knows whether it was made.");
        }

        if (!state.Escalations.TryGetValue(Escalations.BlockedId(task), out var answered) || answered.Choice is null)
        {
            return null;
        }

        return answered.Choice switch
        {
            "retry" => new TaskRetried(task.Task.Id, answered.Answer is { } words ? $"A person says: {words}" : "A person says: try again."),
            "giveUp" => new GoalFailed(GoalFailure.GivenUp, $"{answered.By} gave it up: '{task.Task.Title}' could not go on."),
            _ => new TaskFailed(task.Task.Id, $"{answered.By} skipped it: {task.Reason}"),
        };
    }

    /// <summary>In shadow no other try can bring about what is not to be done, and nobody is asked to help a rehearsal on.</summary>
    private static TaskFailed? EndInShadow(WorkflowState state, TaskState task) =>
        state.IsWithoutEffects ? new TaskFailed(task.Task.Id, $"The run is in shadow, so it went no further: {task.Reason}") : null;

    /// <summary>Each executor gets one more try with what was wrong.</summary>
    private static TaskRetried? Retry(TaskState task) =>
        task.Executor is { IsPerson: false } && task.Retries < task.Assignment
            ? new TaskRetried(task.Task.Id, $"Your last attempt was not accepted: {task.Reason} Try once more.")
            : null;
}
