using System.Collections.Immutable;

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
        return state.Tasks.All(t => t.IsFinal || t.IsExpanded || IsReplaceable(state, t));
    }

    /// <summary>True for a task that a new plan may take the place of: it has called nothing, nobody holds it, and nobody has said what is to become of it.</summary>
    public static bool IsReplaceable(WorkflowState state, TaskState task)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        return task.Task.Template is null && task.Status switch
        {
            WorkTaskStatus.Pending or WorkTaskStatus.Ready => true,
            WorkTaskStatus.Blocked => task.HeldBy is null && task.Order is null
                && task.Calls.All(c => state.Calls[c].Started is null)
                && !state.Escalations.Values.Any(e => e is { Choice: not null, Raised.Kind: EscalationKind.BlockedTask } && e.Raised.Task == task.Task.Id),
            _ => false,
        };
    }

    /// <summary>True for what somebody has said yes to, and what is not in force yet.</summary>
    public static bool IsSigned(WorkflowState state, EscalationId escalation)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Proposals.ContainsKey(escalation) && state.Escalations.TryGetValue(escalation, out var asked) && asked is { Choice: Agree, Raised.Kind: EscalationKind.ContractChange };
    }

    internal static WorkflowState? Apply(WorkflowState state, WorkflowEvent fact) => fact switch
    {
        MessageAnswered answered when answered.Upto > state.HeardMessages && answered.Upto <= state.Messages.Length =>
            state with { HeardMessages = answered.Upto, WantsPlan = state.WantsPlan || answered.Effect == MessageEffect.Revise },
        ContractProposed proposed when state.Agreed is not null && !state.Escalations.ContainsKey(proposed.Escalation) => Overtake(state, proposed.Escalation) with
        {
            Proposals = ImmutableDictionary<EscalationId, Contract>.Empty.Add(proposed.Escalation, proposed.Contract),
        },
        ContractChanged changed when IsSigned(state, changed.Escalation) => Overtake(state, changed.Escalation) with
        {
            Agreed = state.Agreed! with { Contract = state.Proposals[changed.Escalation] },
            Proposals = ImmutableDictionary<EscalationId, Contract>.Empty,
            Acceptance = [],
            WantsPlan = true,
            HasNewTerms = true,
        },
        PlanKept when state.WantsPlan => state with { WantsPlan = false, HasNewTerms = false },
        _ => null,
    };

    /// <summary>What was said, and whether anybody is to answer it: journals from before that was told have nobody who does.</summary>
    internal static WorkflowState Hear(WorkflowState state, MessagePosted message) => state with
    {
        Messages = state.Messages.Add(message),
        HeardMessages = message.WantsAnswer || state.HasUnheard ? state.HeardMessages : state.Messages.Length + 1,
    };

    /// <summary>Terms are whole: whoever was asked about others is asked no more, for those would take away what these say.</summary>
    private static WorkflowState Overtake(WorkflowState state, EscalationId by) => state with
    {
        Escalations = TakenBack.From(state.Escalations, asked => asked.Kind == EscalationKind.ContractChange && asked.Escalation != by),
    };
}
