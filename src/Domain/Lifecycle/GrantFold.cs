namespace AiManager.Domain;

/// <summary>Grants that are taken back.</summary>
internal static class GrantFold
{
    /// <summary>Ends the task and, of a template, every child that has not ended: they have what they may do from it.</summary>
    public static WorkflowState? Apply(WorkflowState state, GrantRevoked revoked, Recorded recorded)
    {
        if (state.Task(revoked.Task) is not { } task || WorkTaskLifecycle.Next(task.Status, revoked) is null)
        {
            return null;
        }

        var who = recorded.Actor.PersonId ?? recorded.Actor.Value;
        var reason = $"{who} took back what it may do: {revoked.Reason.Words}";
        foreach (var each in state.Tasks.Where(t => t.Task.Id == revoked.Task || t.Task.Template == revoked.Task))
        {
            if (WorkTaskLifecycle.Next(each.Status, revoked) is { } status)
            {
                state = TaskFold.Replace(state, each, each with { Status = status, Reason = reason, IsReasonFinal = true, IsRevoked = true, SpokenBy = each.SpokenBy.Add(revoked.Reason.Person), Order = null, HeldBy = null });
            }
        }

        return PlanFold.Settle(state);
    }
}
