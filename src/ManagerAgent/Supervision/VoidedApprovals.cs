namespace AiManager.ManagerAgent;

/// <summary>What was asked for a task that nobody pursues any more: it is asked no more.</summary>
internal static class VoidedApprovals
{
    /// <summary>The ends of all that is asked for <paramref name="task"/>, or for the tasks that it became.</summary>
    /// <param name="state">The workflow.</param>
    /// <param name="task">The task.</param>
    /// <param name="by">Who made it so: a person's id, or <c>system</c>.</param>
    /// <param name="via">How, as <see cref="ApprovalDecided.Via"/> says it.</param>
    /// <param name="reason">For whoever was asked; null to say only that what was asked has changed.</param>
    public static IEnumerable<ApprovalDecided> Of(WorkflowState state, TaskId task, string by, string via, string? reason = null) => state.Approvals.Values
        .Where(a => a.Verdict is null && a.Requested.Task is { } id && (id == task || state.Task(id)?.Task.Template == task))
        .OrderBy(a => a.Requested.Approval.Value)
        .Select(a => new ApprovalDecided(a.Requested.Approval, by, via, ApprovalVerdict.Void, reason is null ? null : new PrivateText("system", reason)));
}
