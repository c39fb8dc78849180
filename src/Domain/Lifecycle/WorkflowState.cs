using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A workflow as its events say it is: the fold of a stream. Immutable; parts that an event did not touch stay the same objects.</summary>
public sealed record WorkflowState
{
    /// <summary>Which workflow.</summary>
    public required WorkflowId Id { get; init; }

    /// <summary>The last event folded in; 0 for none.</summary>
    public int Seq { get; init; }

    /// <summary>Where it stands, as far as events say; see also <see cref="ShownStatus"/>.</summary>
    public WorkflowStatus Status { get; init; } = WorkflowStatus.Planning;

    /// <summary>How it was submitted; null before the first event.</summary>
    public GoalSubmitted? Submitted { get; init; }

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the last event was appended.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the last event was appended that is more than a model's or a tool's next step: what lists show, so that they are not written at each step.</summary>
    public DateTimeOffset ListedAt { get; init; }

    /// <summary>What the goal means; null until agreed.</summary>
    public ContractAgreed? Agreed { get; init; }

    /// <summary>Set when it runs in shadow: it makes no effect.</summary>
    public ShadowBegun? Shadow { get; init; }

    /// <summary>True once a run in shadow has left something undone: from there on, what should be there is not.</summary>
    public bool IsWithoutEffects => Shadow is not null && Calls.Values.Any(c => c.Status == CallStatus.Shadowed);

    /// <summary>Version of the plan in force; 0 for none.</summary>
    public int PlanVersion { get; init; }

    /// <summary>Tasks in the plan's order; children stand behind their template.</summary>
    public ImmutableArray<TaskState> Tasks { get; init; } = [];

    /// <summary>Every call, by id.</summary>
    public ImmutableDictionary<CallId, CallState> Calls { get; init; } = ImmutableDictionary<CallId, CallState>.Empty;

    /// <summary>The calls that wait for time to pass: few, where all calls may be thousands.</summary>
    public ImmutableHashSet<CallId> Deferred { get; init; } = [];

    /// <summary>The calls that were started and have no end yet, or one that nobody knows: what they have set aside is looked at with every call.</summary>
    public ImmutableHashSet<CallId> UnderWay { get; init; } = [];

    /// <summary>The calls of which it is known which records they would change: few, where all calls may be thousands.</summary>
    public ImmutableHashSet<CallId> Changing { get; init; } = [];

    /// <summary>Every approval, by id.</summary>
    public ImmutableDictionary<ApprovalId, ApprovalState> Approvals { get; init; } = ImmutableDictionary<ApprovalId, ApprovalState>.Empty;

    /// <summary>Every escalation, by id.</summary>
    public ImmutableDictionary<EscalationId, EscalationState> Escalations { get; init; } = ImmutableDictionary<EscalationId, EscalationState>.Empty;

    /// <summary>The manager's and the reviewers' questions, by id; an agent's own stand in its task's turn.</summary>
    public ImmutableDictionary<AskId, AskState> Asks { get; init; } = ImmutableDictionary<AskId, AskState>.Empty;

    /// <summary>Acceptance checks of the last round, in the contract's order.</summary>
    public ImmutableArray<AcceptanceChecked> Acceptance { get; init; } = [];

    /// <summary>How often all acceptance checks were made.</summary>
    public int AcceptanceRound { get; init; }

    /// <summary>What has been said to the manager, oldest first.</summary>
    public ImmutableArray<MessagePosted> Messages { get; init; } = [];

    /// <summary>How many of them the manager has answered.</summary>
    public int HeardMessages { get; init; }

    /// <summary>True while something was said that the manager has not answered: nothing new is begun until it has.</summary>
    public bool HasUnheard => HeardMessages < Messages.Length;

    /// <summary>True while people want another plan: what is under way comes to its end first, and nothing new is begun.</summary>
    public bool WantsPlan { get; init; }

    /// <summary>True while the plan that is wanted is for terms that somebody has signed: then the old one does not do.</summary>
    public bool HasNewTerms { get; init; }

    /// <summary>True while something that people said is still to be answered, or to be done by another plan: the end would overtake it.</summary>
    public bool IsSteered => HasUnheard || WantsPlan;

    /// <summary>Contracts that are or were put before people, by the question, and are not in force.</summary>
    public ImmutableDictionary<EscalationId, Contract> Proposals { get; init; } = ImmutableDictionary<EscalationId, Contract>.Empty;

    /// <summary>What is spent and set aside.</summary>
    public Spend Spend { get; init; } = Spend.Nothing;

    /// <summary>Budgets of the goal and of its tasks that run low, in the order in which that was seen.</summary>
    public ImmutableArray<BudgetNotice> LowBudgets { get; init; } = [];

    /// <summary>The goal's budget that is used up: nothing more is begun. Null while none is.</summary>
    public BudgetNotice? UsedUp { get; init; }

    /// <summary>A deadline that a person gave the goal after the first one had passed; null while nobody did.</summary>
    public DateTimeOffset? ExtendedDeadline { get; init; }

    /// <summary>The goal's deadline that was noticed to have passed; null while none was.</summary>
    public DateTimeOffset? PassedDeadline { get; init; }

    /// <summary>The goal's deadline, UTC; null when there is none.</summary>
    public DateTimeOffset? Deadline => ExtendedDeadline ?? Agreed?.Contract.Deadline ?? Submitted?.Deadline;

    /// <summary>The goal's deadline that it must be looked at for, UTC in whole microseconds; null when there is none or it was noticed.</summary>
    public DateTimeOffset? NextDeadline => Deadline is { } deadline && PassedDeadline != deadline && !IsFinal ? EventHash.Cut(deadline) : null;

    /// <summary>Who paused it last, and why; null where nobody did, or it went on since.</summary>
    public PrivateText? Pause { get; init; }

    /// <summary>The suspension that holds it, by its key; null while none does.</summary>
    public string? HeldBy { get; init; }

    /// <summary>What whoever suspended it said; null while nothing holds it.</summary>
    public string? HeldReason { get; init; }

    /// <summary>Why and how it ended; null while it has not.</summary>
    public string? Ending { get; init; }

    /// <summary>How it failed; null unless it did.</summary>
    public GoalFailed? Failure { get; init; }

    /// <summary>The workflow that pursues its goal instead; null where none does.</summary>
    public WorkflowId? JoinedTo { get; init; }

    /// <summary>What was remembered of other workflows when it was planned; null where nothing was.</summary>
    public WorkRecalled? Recalled { get; init; }

    /// <summary>True when it has ended for good.</summary>
    public bool IsFinal => WorkflowLifecycle.IsFinal(Status);

    /// <summary>True for a goal that a person took as it is: it is over as completed, and not all that was agreed holds.</summary>
    public bool IsTakenAsItIs => Status == WorkflowStatus.Completed && Shadow is null && !Decider.IsMet(this);

    /// <summary>The task, or null when the plan in force and those before it have none of that id.</summary>
    public TaskState? Task(TaskId id)
    {
        foreach (var task in Tasks)
        {
            if (task.Task.Id == id)
            {
                return task;
            }
        }

        return null;
    }

    /// <summary>True when the plan in force names the task, or the template that it came from.</summary>
    public bool IsInForce(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.PlanVersion == PlanVersion;
    }

    /// <summary>What was done in the world for a task, by whoever had it; in order.</summary>
    public IEnumerable<CallState> EffectsOf(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Calls.Select(c => Calls[c]).Where(c => c.HasTakenEffect);
    }

    /// <summary>The call that an approval is for, when there is one.</summary>
    public ApprovalState? PendingApprovalOf(CallId call) =>
        Calls.TryGetValue(call, out var state) && state.Approval is { } id && Approvals.TryGetValue(id, out var approval) && approval.Verdict is null ? approval : null;

    /// <summary>The answer about an unknown call that has it sent once more.</summary>
    public const string Again = "again";

    /// <summary>The last escalation about an unknown call since it was started; null when nobody was asked about this start.</summary>
    public EscalationState? LastEscalationOf(CallState call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Escalations.Values
            .Where(e => e.Raised.Kind == EscalationKind.UnknownCall && e.Raised.Call == call.Proposed.Call && e.RaisedSeq > call.StartedSeq)
            .MaxBy(e => e.RaisedSeq);
    }

    /// <summary>True while it is still to be found out what the call would do that an approval asks about; also when that began and has no end yet.</summary>
    public bool NeedsPreview(ApprovalState approval)
    {
        ArgumentNullException.ThrowIfNull(approval);
        return approval.PreviewCall is { } id && Calls.GetValueOrDefault(id)?.Status switch
        {
            CallStatus.Started => true,
            null or CallStatus.Proposed => approval.Verdict is null && !(approval.Requested.Task is { } task && Task(task) is { IsFinal: true }),
            _ => false,
        };
    }

    /// <summary>What the call may do that shows what another would do; null where that is no task's, or for any other call.</summary>
    public Grant? GrantOfPreview(CallId call) =>
        Approvals.Values.FirstOrDefault(a => a.PreviewCall == call) is { Requested: { Task: { } task, Preview: { } preview } } ? Task(task)?.Task.Grant.ToShow(preview.Tool) : null;

    /// <summary>True for a call that shows people what another would do. No agent is told what it gives.</summary>
    public bool IsPreview(CallState call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.Proposed.Task is null && call.Proposed.Agent == Actor.System.Value && Approvals.Values.Any(a => a.PreviewCall == call.Proposed.Call);
    }

    /// <summary>True while an answer to it means anything: nobody need say what is to become of a task that is over, or of a late one that became others.</summary>
    public bool IsOpen(EscalationState escalation)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        return escalation.Choice is null && escalation.Raised switch
        {
            { Kind: EscalationKind.MissedDeadline, Task: { } id } => Task(id) is not ({ IsFinal: true } or { IsExpanded: true }),
            { Kind: EscalationKind.BlockedTask, Task: { } id } => Task(id) is not { IsFinal: true },
            { Kind: EscalationKind.ContractChange } => !IsFinal && Proposals.ContainsKey(escalation.Raised.Escalation),
            _ => true,
        };
    }

    /// <summary>Who must act before anything can go on: pending approvals and open escalations, people's tasks, and tasks that wait for somebody with time. What people are only to look at, or to know, holds nothing up.</summary>
    public bool WaitsForPeople => Approvals.Values.Any(a => a.Verdict is null) || Escalations.Values.Any(e => IsOpen(e) && e.IsAwaited)
        || Tasks.Any(t => t.Status == WorkTaskStatus.WaitingPerson || t.NextAssignment is not null || t is { Status: WorkTaskStatus.Blocked, HeldBy: not null });

    /// <summary>The status to show: <see cref="WorkflowStatus.Waiting"/> when only people can take it further, or time that a call was put off for.</summary>
    public WorkflowStatus ShownStatus =>
        Status is WorkflowStatus.Planning or WorkflowStatus.Running && (WaitsForPeople || !Deferred.IsEmpty) && Decider.Decide(this, UpdatedAt).IsEmpty
            ? WorkflowStatus.Waiting
            : Status;
}

/// <summary>A call and how far it is.</summary>
/// <param name="Proposed">As proposed.</param>
/// <param name="Status">Where it stands.</param>
public sealed record CallState(CallProposed Proposed, CallStatus Status)
{
    /// <summary>The last decision; null before the first.</summary>
    public CallDecided? Decided { get; init; }

    /// <summary>How often it was decided.</summary>
    public int Decisions { get; init; }

    /// <summary>The last approval asked for it; null when none was.</summary>
    public ApprovalId? Approval { get; init; }

    /// <summary>How often an approval was asked for.</summary>
    public int ApprovalsAsked { get; init; }

    /// <summary>Its intent; null before it was started.</summary>
    public CallStarted? Started { get; init; }

    /// <summary>The seq of its last start; 0 before it was started.</summary>
    public int StartedSeq { get; init; }

    /// <summary>When it was last started, UTC; the earliest of all times before.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>What came of it, or for a refused call nothing.</summary>
    public CallSettled? Settled { get; init; }

    /// <summary>What hosts said of it that had lost the lease, one for each of its starts at most.</summary>
    public ImmutableArray<CallEndedLate> Late { get; init; } = [];

    /// <summary>What rules or people made of its arguments last; null while they are as proposed.</summary>
    public CallChanged? Changed { get; init; }

    /// <summary>What a person made of its arguments last; null while none did.</summary>
    public CallChanged? Edited { get; init; }

    /// <summary>The arguments that are wanted: as a person wrote them, or as proposed. Rules are asked about these.</summary>
    public JsonText Wanted => Edited?.Args ?? Proposed.Args;

    /// <summary>The arguments that count: as they were changed, or as proposed.</summary>
    public JsonText Args => Changed?.Args ?? Proposed.Args;

    /// <summary>What it waits for without a person; null while it does not.</summary>
    public CallDeferred? Deferred { get; init; }

    /// <summary>How often a rule put it off.</summary>
    public int Deferrals { get; init; }

    /// <summary>Until when it was held back after it had been decided; null when it was not.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>What it would have come to; null but in shadow.</summary>
    public CallShadowed? Shadowed { get; init; }

    /// <summary>When its workflow must be looked at for it; null when it does not wait for time.</summary>
    public DateTimeOffset? NextDecision => Status == CallStatus.Deferred ? Deferred?.Until : null;

    /// <summary>Why it was refused; null when it was not.</summary>
    public string? Refusal { get; init; }

    /// <summary>True when a person, or silence, said no.</summary>
    public bool WasRejected { get; init; }

    /// <summary>True once nobody knew what came of it, whatever was settled since.</summary>
    public bool WasUnknown { get; init; }

    /// <summary>What a person answered in the tool's place; null when nobody did.</summary>
    public CallAnswered? Answer { get; init; }

    /// <summary>The events that it came by: proposed, decided …, settled.</summary>
    public ImmutableArray<int> Seqs { get; init; } = [];

    /// <summary>True when nothing more will come of it.</summary>
    public bool IsFinal => CallLifecycle.IsFinal(Status);

    /// <summary>True for what was done in the world and stays, whatever becomes of its task. Events of before a start said so tell by what the call cost, and by what it takes to undo or repeat it.</summary>
    public bool HasTakenEffect => Status == CallStatus.Succeeded && (Started is { Changes: true } or { Undo: not null } or { IsRepeatable: false } || Settled?.Cost is not null);
}

/// <summary>An escalation and its answer.</summary>
/// <param name="Raised">As raised.</param>
public sealed record EscalationState(Escalated Raised)
{
    /// <summary>The choice of a question that was taken back because a newer one about the same call says more.</summary>
    public const string AskedAnew = "askedAnew";

    /// <summary>The answer to what people are only to look at.</summary>
    public const string Noted = "noted";

    /// <summary>True for what a rule has people look at: nobody waits for the answer.</summary>
    public bool IsLook => Raised.Kind is EscalationKind.Notice or EscalationKind.SecondLook;

    /// <summary>True when work waits for the answer. A finding is for a person to know or decide, whatever becomes of the work that found it.</summary>
    public bool IsAwaited => !IsLook && Raised.Kind != EscalationKind.Finding;

    /// <summary>When it was raised.</summary>
    public DateTimeOffset RaisedAt { get; init; }

    /// <summary>The seq of the event that raised it.</summary>
    public int RaisedSeq { get; init; }

    /// <summary>The answer; null while it is open.</summary>
    public string? Choice { get; init; }

    /// <summary>Who answered; null while it is open.</summary>
    public Actor? By { get; init; }

    /// <summary>Their words; null when they gave none.</summary>
    public string? Answer { get; init; }
}

/// <summary>A question to a model and its answer.</summary>
/// <param name="Asked">As asked.</param>
public sealed record AskState(ModelAsked Asked)
{
    /// <summary>What came back; null while it is open.</summary>
    public ModelReplied? Replied { get; init; }
}

/// <summary>What a workflow has cost so far.</summary>
/// <param name="Spent">Settled.</param>
/// <param name="ReservedMoney">Set aside for effects under way.</param>
/// <param name="Currency">Of all money here; null while nothing was spent.</param>
public sealed record Spend(Amounts Spent, decimal ReservedMoney, string? Currency)
{
    /// <summary>Nothing yet.</summary>
    public static Spend Nothing { get; } = new(Amounts.None, 0, null);

    internal Spend Reserve(decimal money) => this with { ReservedMoney = (new Amounts(ReservedMoney) + new Amounts(money)).Money!.Value };

    internal Spend Release(decimal money) => this with { ReservedMoney = Math.Max(0, ReservedMoney - money) };

    internal Spend Pay(Amounts amounts, string? currency) => this with { Spent = Spent + amounts, Currency = currency ?? Currency };
}
