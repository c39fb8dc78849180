namespace AiManager.Domain;

/// <summary>Which event moves a workflow where. The one place that knows; null means: not a legal move.</summary>
public static class WorkflowLifecycle
{
    /// <summary>True for a status that nothing leaves.</summary>
    public static bool IsFinal(WorkflowStatus status) => status is WorkflowStatus.Completed or WorkflowStatus.Failed or WorkflowStatus.Cancelled;

    /// <summary>The status after <paramref name="fact"/>, or null when it may not happen in <paramref name="status"/>.</summary>
    public static WorkflowStatus? Next(WorkflowStatus status, WorkflowEvent fact) => (status, fact) switch
    {
        (WorkflowStatus.Planning, ContractAgreed or ShadowBegun or WorkRecalled) => WorkflowStatus.Planning,
        (WorkflowStatus.Planning, PlanAdopted) => WorkflowStatus.Running,
        (WorkflowStatus.Running, PlanRevised or MessageAnswered or ContractProposed or ContractChanged or PlanKept or TaskExpanded or TaskAssigned or AssignmentPutOff or TaskRetried or TaskReassigned) => WorkflowStatus.Running,
        (WorkflowStatus.Running, GoalCompleted) => WorkflowStatus.Completed,
        (WorkflowStatus.Planning or WorkflowStatus.Running, GoalFailed) => WorkflowStatus.Failed,
        (WorkflowStatus.Planning or WorkflowStatus.Running, WorkflowPaused) => WorkflowStatus.Paused,
        (WorkflowStatus.Paused, WorkflowResumed) => WorkflowStatus.Running,
        (WorkflowStatus.Planning or WorkflowStatus.Running, WorkHeld { Task: null }) => WorkflowStatus.Paused,
        (WorkflowStatus.Paused, WorkReleased { Task: null }) => WorkflowStatus.Running,
        (WorkflowStatus.Planning or WorkflowStatus.Running, WorkHeld { Task: not null }) => status,
        (WorkflowStatus.Planning or WorkflowStatus.Running or WorkflowStatus.Paused, WorkReleased { Task: not null }) => status,
        (WorkflowStatus.Planning or WorkflowStatus.Running or WorkflowStatus.Paused, GoalCancelled) => WorkflowStatus.Cancelled,

        (WorkflowStatus.Planning or WorkflowStatus.Running, ApprovalReminded or StandInsAdmitted or ApprovalEscalated or DeadlinePassed) => status,
        (WorkflowStatus.Planning or WorkflowStatus.Running or WorkflowStatus.Paused, DeadlineExtended) => status,
        (WorkflowStatus.Running or WorkflowStatus.Paused, GrantRevoked) => status,

        // Nothing new may start while it is paused or over …
        (WorkflowStatus.Planning or WorkflowStatus.Running, CallStarted or ModelAsked or ModelAskedAgain or ApprovalRequested or Escalated or CallDeferred or DeferralEnded) => status,

        // Nor is anything sent again while it is paused. When it is over, what was sent may be, to learn how it ended.
        (not WorkflowStatus.Paused, CallTakenUp) => status,

        // … but what was under way still ends (or a person is asked how it did), and what people say is still written down.
        (_, Escalated { Kind: EscalationKind.UnknownCall }) => status,
        (_, CallProposed or CallChanged or CallAnswered or CallDecided or CallShadowed or CallSettled or CallEndedLate or ModelReplied or LookAsked) => status,
        (_, SeatFilled or ApprovalDecided or StandingSettled or EscalationAnswered or MessagePosted) => status,
        (WorkflowStatus.Planning or WorkflowStatus.Running or WorkflowStatus.Paused,
            TaskBlocked or TaskFailed or ReplyCorrected or HistorySummarised or DeliverableSubmitted or DeliverableReviewed or AcceptanceChecked) => status,
        _ => null,
    };
}

/// <summary>Which event moves a task where.</summary>
public static class WorkTaskLifecycle
{
    /// <summary>True for a status that nothing leaves.</summary>
    public static bool IsFinal(WorkTaskStatus status) => status is WorkTaskStatus.Done or WorkTaskStatus.Failed or WorkTaskStatus.Cancelled;

    /// <summary>The status after <paramref name="fact"/>, which is about this task, or null when it may not happen.</summary>
    public static WorkTaskStatus? Next(WorkTaskStatus status, WorkflowEvent fact) => (status, fact) switch
    {
        (WorkTaskStatus.Ready, TaskExpanded { Children.IsEmpty: true }) => WorkTaskStatus.Done,
        (WorkTaskStatus.Ready, TaskExpanded) => WorkTaskStatus.Running,
        (WorkTaskStatus.Ready, TaskAssigned { Executor.IsPerson: true }) => WorkTaskStatus.WaitingPerson,
        (WorkTaskStatus.Ready, TaskAssigned) => WorkTaskStatus.Running,
        (WorkTaskStatus.Ready, AssignmentPutOff) => WorkTaskStatus.Ready,
        (WorkTaskStatus.Running or WorkTaskStatus.WaitingPerson, DeliverableSubmitted) => WorkTaskStatus.InReview,
        (WorkTaskStatus.Ready or WorkTaskStatus.Running or WorkTaskStatus.WaitingPerson, TaskBlocked) => WorkTaskStatus.Blocked,
        (WorkTaskStatus.Ready or WorkTaskStatus.Running, WorkHeld) => WorkTaskStatus.Blocked,
        (WorkTaskStatus.Blocked, WorkReleased) => WorkTaskStatus.Running,
        (WorkTaskStatus.Running, ReplyCorrected or HistorySummarised) => WorkTaskStatus.Running,
        (WorkTaskStatus.InReview, DeliverableReviewed { Accepted: true }) => WorkTaskStatus.Done,
        (WorkTaskStatus.InReview, DeliverableReviewed) => WorkTaskStatus.Blocked,
        (WorkTaskStatus.Blocked, TaskRetried) => WorkTaskStatus.Running,
        (WorkTaskStatus.Blocked, TaskReassigned { Executor.IsPerson: true }) => WorkTaskStatus.WaitingPerson,
        (WorkTaskStatus.Blocked, TaskReassigned) => WorkTaskStatus.Running,
        (WorkTaskStatus.Pending or WorkTaskStatus.Ready or WorkTaskStatus.Blocked, TaskFailed) => WorkTaskStatus.Failed,
        (not (WorkTaskStatus.Done or WorkTaskStatus.Failed or WorkTaskStatus.Cancelled), GrantRevoked) => WorkTaskStatus.Failed,
        _ => null,
    };
}

/// <summary>Which event moves a call where.</summary>
public static class CallLifecycle
{
    /// <summary>True for a status that nothing leaves. An unknown call is not final: a person settles it.</summary>
    public static bool IsFinal(CallStatus status) => status is CallStatus.Refused or CallStatus.Shadowed or CallStatus.Succeeded or CallStatus.Failed;

    /// <summary>The status after <paramref name="fact"/>, which is about this call, or null when it may not happen.</summary>
    public static CallStatus? Next(CallStatus status, WorkflowEvent fact) => (status, fact) switch
    {
        (CallStatus.Proposed or CallStatus.Approved, CallDecided { Effect: Effect.Deny }) => CallStatus.Refused,
        (CallStatus.Proposed or CallStatus.Approved, CallDecided) => status,
        (CallStatus.Proposed, CallChanged) => CallStatus.Proposed,
        (CallStatus.Refused, CallAnswered) => CallStatus.Refused,
        (CallStatus.Proposed, CallShadowed) => CallStatus.Shadowed,
        (CallStatus.Proposed or CallStatus.Approved, CallDeferred) => CallStatus.Deferred,
        (CallStatus.Deferred, DeferralEnded) => CallStatus.Proposed,
        (CallStatus.Proposed or CallStatus.Approved, ApprovalRequested) => CallStatus.Asked,
        (CallStatus.Asked, ApprovalDecided { Verdict: ApprovalVerdict.Approved }) => CallStatus.Approved,
        (CallStatus.Asked, ApprovalDecided { Verdict: ApprovalVerdict.Edited }) => CallStatus.Proposed,
        (CallStatus.Asked, ApprovalDecided) => CallStatus.Refused,
        (CallStatus.Approved, ApprovalDecided { Verdict: ApprovalVerdict.Void }) => CallStatus.Approved,
        (CallStatus.Proposed or CallStatus.Approved, CallStarted) => CallStatus.Started,

        // A person said "it did not happen, do it again": the same intent, under the same key, on record before it is sent once more.
        (CallStatus.Unknown, CallStarted) => CallStatus.Started,
        (CallStatus.Started, CallTakenUp) => CallStatus.Started,
        (CallStatus.Started or CallStatus.Unknown, CallSettled { Outcome: CallOutcome.Succeeded }) => CallStatus.Succeeded,
        (CallStatus.Started or CallStatus.Unknown, CallSettled { Outcome: CallOutcome.Failed }) => CallStatus.Failed,
        (CallStatus.Started, CallSettled) => CallStatus.Unknown,
        (CallStatus.Started or CallStatus.Unknown or CallStatus.Succeeded or CallStatus.Failed, CallEndedLate) => status,
        _ => null,
    };
}
