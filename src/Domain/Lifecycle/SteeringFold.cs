namespace AiManager.Domain;

/// <summary>What people say while work goes on, and what the manager makes of it.</summary>
public static class SteeringFold
{
    /// <summary>The answer that signs a contract.</summary>
    public const string Agree = "agree";

    /// <summary>The answer that leaves the contract as it is.</summary>
    public const string Keep = "keep";

    /// <summary>True when nothing is under way that a new plan would tear up: what has begun, and children of what has begun as a list, come to their end first.</summary>
    public static bool MayReplan(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Tasks.All(t => t.IsFinal || t.IsExpanded || (t.Task.Template is null && t.Status is WorkTaskStatus.Pending or WorkTaskStatus.Ready or WorkTaskStatus.Blocked));
    }

    internal static WorkflowState? Apply(WorkflowState state, WorkflowEvent fact) => fact switch
    {
        MessageAnswered answered when answered.Upto > state.HeardMessages && answered.Upto <= state.Messages.Length =>
            state with { HeardMessages = answered.Upto, WantsPlan = state.WantsPlan || answered.Effect == MessageEffect.Revise },
        ContractProposed proposed when state.Agreed is not null && !state.Escalations.ContainsKey(proposed.Escalation) && !state.Proposals.ContainsKey(proposed.Escalation) =>
            state with { Proposals = state.Proposals.Add(proposed.Escalation, proposed.Contract) },
        ContractChanged changed when IsSigned(state, changed.Escalation) => state with
        {
            Agreed = state.Agreed! with { Contract = state.Proposals[changed.Escalation] },
            Proposals = state.Proposals.Remove(changed.Escalation),
            Acceptance = [],
            WantsPlan = true,
        },
        PlanKept when state.WantsPlan => state with { WantsPlan = false },
        _ => null,
    };

    /// <summary>True for what somebody has said yes to, and what is not in force yet.</summary>
    public static bool IsSigned(WorkflowState state, EscalationId escalation)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Proposals.ContainsKey(escalation) && state.Escalations.TryGetValue(escalation, out var asked) && asked is { Choice: Agree, Raised.Kind: EscalationKind.ContractChange };
    }
}
