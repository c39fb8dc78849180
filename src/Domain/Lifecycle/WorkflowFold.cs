using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Events to state. <see cref="TryApply"/> is the only judge of what may happen next; reading a journal uses
/// <see cref="Apply"/>, which passes over what is not a legal move, so that no stored sequence of events can break a fold.
/// </summary>
public static class WorkflowFold
{
    /// <summary>One list for all, so that folding a stream twice gives equal states.</summary>
    private static readonly ImmutableArray<string> LookChoices = [EscalationState.Noted];

    /// <summary>The state of a workflow in which nothing has happened.</summary>
    public static WorkflowState Start(WorkflowId id) => new() { Id = id };

    /// <summary>Folds stored history; never throws. An event that is not a legal move changes nothing but the seq.</summary>
    public static WorkflowState Apply(WorkflowState state, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(recorded);
        return TryApply(state, recorded) ?? state with { Seq = recorded.Seq, UpdatedAt = recorded.At };
    }

    /// <summary>The many small events of work under way, for which no list is written anew.</summary>
    private static bool IsNoise(WorkflowEvent fact) =>
        fact is ModelAsked or ModelReplied or CallProposed or CallChanged or CallDecided or CallStarted or CallTakenUp or ModelAskedAgain or CallSettled or ReplyCorrected or WorkRecalled or HistorySummarised or AssignmentPutOff;

    /// <summary>Folds all of <paramref name="history"/> onto nothing.</summary>
    public static WorkflowState Of(WorkflowId id, IEnumerable<Recorded> history) => history.Aggregate(Start(id), Apply);

    /// <summary>The state after <paramref name="recorded"/>, or null when it is not a legal move.</summary>
    public static WorkflowState? TryApply(WorkflowState state, Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(recorded);
        return Move(state, recorded) is { } next
            ? next with { Seq = recorded.Seq, UpdatedAt = recorded.At, ListedAt = IsNoise(recorded.Event) ? state.ListedAt : recorded.At }
            : null;
    }

    private static WorkflowState? Move(WorkflowState state, Recorded recorded)
    {
        if (recorded.Event is GoalSubmitted submitted)
        {
            return state.Submitted is not null ? null : state with { Submitted = submitted, SubmittedAt = recorded.At };
        }

        if (state.Submitted is null || WorkflowLifecycle.Next(state.Status, recorded.Event) is not { } status)
        {
            return null;
        }

        // A workflow that was paused before it had a plan goes back to planning.
        if (recorded.Event is WorkflowResumed or WorkReleased { Task: null } && state.PlanVersion == 0)
        {
            status = WorkflowStatus.Planning;
        }

        var moved = status == state.Status ? state : state with { Status = status };
        return recorded.Event switch
        {
            ContractAgreed agreed => state.Agreed is null ? moved with { Agreed = agreed } : null,
            PlanAdopted or PlanRevised or TaskExpanded => PlanFold.Apply(moved, recorded.Event),
            MessageAnswered or ContractProposed or ContractChanged or PlanKept => SteeringFold.Apply(moved, recorded.Event),
            TaskAssigned or AssignmentPutOff or TaskRetried or TaskReassigned or TaskBlocked or TaskFailed or ReplyCorrected or HistorySummarised or DeliverableSubmitted or DeliverableReviewed
                => TaskFold.Apply(moved, recorded),
            WorkRecalled recalled => state.Recalled is null ? moved with { Recalled = recalled } : null,
            ShadowBegun begun => state.Shadow is null ? moved with { Shadow = begun } : null,
            CallProposed or CallChanged or CallDecided or CallDeferred or DeferralEnded or CallShadowed or CallAnswered or CallStarted or CallTakenUp or CallSettled or CallEndedLate => CallFold.Apply(Notice(moved, recorded.Event), recorded),
            ApprovalRequested or SeatFilled or ApprovalDecided or StandingSettled or ApprovalReminded or StandInsAdmitted or ApprovalEscalated => ApprovalFold.Apply(moved, recorded),
            ModelAsked or ModelAskedAgain or ModelReplied => AskFold.Apply(Notice(moved, recorded.Event), recorded),
            GrantRevoked revoked => GrantFold.Apply(moved, revoked, recorded),
            DeadlinePassed or DeadlineExtended => DeadlineFold.Apply(moved, recorded.Event),
            Escalated { Kind: not (EscalationKind.Notice or EscalationKind.SecondLook) } raised => Raise(moved, raised, recorded),
            LookAsked look => Raise(moved, AsEscalation(moved, look), recorded),
            EscalationAnswered answer => Answer(moved, answer, recorded.Actor),
            AcceptanceChecked check => Accept(moved, check),
            MessagePosted message => SteeringFold.Hear(moved, message),
            GoalCompleted completed => Close(moved) with { Ending = completed.Summary },
            GoalFailed failed => Close(moved) with { Ending = failed.Reason, Failure = failed, JoinedTo = failed.Joined },
            GoalCancelled cancelled => Close(moved) with { Ending = cancelled.Reason.Words, JoinedTo = cancelled.Joined },
            WorkflowPaused paused => moved with { Pause = paused.Reason },
            WorkflowResumed => state.HeldBy is null ? moved with { Pause = null } : null,
            WorkHeld { Task: null } held => moved with { HeldBy = held.By, HeldReason = held.Reason.Words },
            WorkReleased { Task: null } => state.HeldBy is null ? null : moved with { HeldBy = null, HeldReason = null },
            WorkHeld or WorkReleased => TaskFold.Apply(moved, recorded),
            _ => null,
        };
    }

    /// <summary>What the gate saw of budgets on the way.</summary>
    private static WorkflowState Notice(WorkflowState state, WorkflowEvent fact)
    {
        var low = fact switch
        {
            ModelAsked asked => asked.Low,
            CallStarted started => started.Low,
            _ => null,
        };
        return fact is ModelReplied { UsedUp: { Task: null } usedUp } ? state with { UsedUp = usedUp }
            : low is null || state.LowBudgets.Any(b => b.Budget == low.Budget && b.Task == low.Task) ? state
            : state with { LowBudgets = state.LowBudgets.Add(low) };
    }

    /// <summary>What people are to look at stands in the same inbox as what they are to answer.</summary>
    private static Escalated AsEscalation(WorkflowState state, LookAsked look) => new(
        look.Escalation,
        look.IsSecondLook ? EscalationKind.SecondLook : EscalationKind.Notice,
        state.Calls.GetValueOrDefault(look.Call)?.Proposed.Task,
        look.Call,
        look.Text,
        LookChoices,
        look.Role,
        null);

    private static WorkflowState? Raise(WorkflowState state, Escalated raised, Recorded recorded) =>
        state.Escalations.ContainsKey(raised.Escalation) || (raised.Call is { } call && !state.Calls.ContainsKey(call))
            ? null
            : state with
            {
                Escalations = Supersede(state.Escalations, raised).Add(raised.Escalation, new EscalationState(raised) { RaisedAt = recorded.At, RaisedSeq = recorded.Seq }),
            };

    /// <summary>More is known about a call than when a person was asked: the older question is taken back, and the new one stands alone.</summary>
    private static ImmutableDictionary<EscalationId, EscalationState> Supersede(ImmutableDictionary<EscalationId, EscalationState> escalations, Escalated raised) =>
        raised is { Kind: EscalationKind.UnknownCall, Call: { } call }
            ? TakenBack.From(escalations, asked => asked.Kind == EscalationKind.UnknownCall && asked.Call == call)
            : escalations;

    private static WorkflowState? Answer(WorkflowState state, EscalationAnswered answer, Actor by)
    {
        if (!state.Escalations.TryGetValue(answer.Escalation, out var open)
            || open.Choice is not null
            || (open.Raised.Kind != EscalationKind.Finding && !open.Raised.Choices.Contains(answer.Choice)))
        {
            return null;
        }

        return DeadlineFold.Answer(
            state with
            {
                Escalations = state.Escalations.SetItem(answer.Escalation, open with { Choice = answer.Choice, By = by, Answer = answer.Answer?.Words }),
            },
            open.Raised,
            answer.Choice);
    }

    private static WorkflowState? Accept(WorkflowState state, AcceptanceChecked check)
    {
        if (check.Round == state.AcceptanceRound + 1 && check.Index == 0)
        {
            return state with { AcceptanceRound = check.Round, Acceptance = [check] };
        }

        return check.Round == state.AcceptanceRound && check.Index == state.Acceptance.Length
            ? state with { Acceptance = state.Acceptance.Add(check) }
            : null;
    }

    /// <summary>What is still open when a workflow ends is no longer wanted.</summary>
    private static WorkflowState Close(WorkflowState state) =>
        state with { Tasks = [.. state.Tasks.Select(t => t.IsFinal ? t : t with { Status = WorkTaskStatus.Cancelled })] };
}
