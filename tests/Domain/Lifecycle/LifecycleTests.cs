namespace AiManager.Domain.Tests;

/// <summary>The three tables, whole: what is legal is listed, and everything else is refused.</summary>
public sealed class LifecycleTests
{
    private static readonly TaskId Task = Given.Task("a");
    private static readonly CallId Call = Given.Call("c");
    private static readonly ApprovalId Approval = Given.Approval("ap");

    /// <summary>Every event, and those apart whose content decides where they lead.</summary>
    private static readonly Dictionary<string, WorkflowEvent> Facts = new WorkflowEvent[]
    {
        Given.Goal(), Given.Contract(), new GoalCompleted(""), new GoalFailed(GoalFailure.GivenUp, ""), new GoalCancelled(Given.Words("")),
        new WorkflowPaused(Given.Words("")), new WorkflowResumed(), new MessagePosted(Given.Words("")), new AcceptanceChecked(0, 1, null, true, ""),
        Given.Answered("e", "noted"), new PlanAdopted(Given.Plan()), new PlanRevised(Given.Plan(), ""),
        new TaskRetried(Task, ""), new TaskBlocked(Task, "", false), new ReplyCorrected(Task, default, []), new DeliverableSubmitted(Task, JsonText.Null),
        new TaskFailed(Task, ""), Given.Proposed("c"), Given.Started(Call), Given.Requested(Approval, Call), Given.Seat(Approval),
        Given.Asked(default), Given.Replied(default, null, ""),
    }.ToDictionary(e => e.GetType().Name).Concat(new Dictionary<string, WorkflowEvent>
    {
        ["ApprovalReminded"] = new ApprovalReminded(Approval),
        ["StandInsAdmitted"] = new StandInsAdmitted(Approval, []),
        ["ApprovalEscalated"] = new ApprovalEscalated(Approval, "cfo"),
        ["DeadlinePassed"] = new DeadlinePassed(Task, Given.Noon),
        ["DeadlineExtended"] = new DeadlineExtended(Task, Given.Noon),
        ["Escalated"] = Given.Escalated("e", EscalationKind.Finding),
        ["Escalated unknown"] = Given.Escalated("e", EscalationKind.UnknownCall, null, Call),
        ["TaskExpanded"] = new TaskExpanded(Task, [Given.WorkTask("a/1")]),
        ["TaskExpanded empty"] = new TaskExpanded(Task, []),
        ["TaskAssigned"] = Given.Assigned("a"),
        ["TaskAssigned person"] = Given.AssignedToPerson("a"),
        ["TaskReassigned"] = new TaskReassigned(Task, new Executor(Actor.Agent("b")), null, null, ""),
        ["TaskReassigned person"] = new TaskReassigned(Task, new Executor(Actor.Person("b")), null, null, ""),
        ["DeliverableReviewed"] = new DeliverableReviewed(Task, Actor.System, true, [], []),
        ["DeliverableReviewed bad"] = new DeliverableReviewed(Task, Actor.System, false, [], []),
        ["CallDecided"] = Given.Decided(Call, Effect.Allow),
        ["CallDecided ask"] = Given.Decided(Call, Effect.Ask),
        ["CallDecided deny"] = Given.Decided(Call, Effect.Deny),
        ["CallSettled"] = Given.Settled(Call),
        ["CallSettled failed"] = Given.Settled(Call, CallOutcome.Failed),
        ["CallSettled unknown"] = Given.Settled(Call, CallOutcome.Unknown),
        ["CallEndedLate"] = new CallEndedLate(Call, CallOutcome.Succeeded, JsonText.EmptyObject, "host:1", 1),
        ["CallDecided defer"] = Given.Decided(Call, Effect.Defer),
        ["CallDecided transform"] = Given.Decided(Call, Effect.Transform),
        ["CallChanged"] = new CallChanged(Call, JsonText.EmptyObject, [], JsonText.EmptyObject),
        ["CallDeferred"] = new CallDeferred(Call, DeferralKind.Defer, Given.Noon),
        ["DeferralEnded"] = new DeferralEnded(Call),
        ["ShadowBegun"] = new ShadowBegun("restock"),
        ["CallTakenUp"] = new CallTakenUp(Call, "host:1"),
        ["ModelAskedAgain"] = new ModelAskedAgain(Given.Id<AskId>("ask"), Task, "host:1"),
        ["CallAnswered"] = new CallAnswered(Call, Approval, null),
        ["CallShadowed"] = new CallShadowed(Call, [], null),
        ["LookAsked"] = new LookAsked(Given.Id<EscalationId>("l"), Call, "cfo", false, ""),
        ["ApprovalDecided"] = Given.Verdict(Approval, ApprovalVerdict.Approved),
        ["ApprovalDecided rejected"] = Given.Verdict(Approval, ApprovalVerdict.Rejected),
        ["ApprovalDecided expired"] = Given.Verdict(Approval, ApprovalVerdict.Expired),
        ["ApprovalDecided void"] = Given.Verdict(Approval, ApprovalVerdict.Void),
        ["ApprovalDecided edited"] = Given.Verdict(Approval, ApprovalVerdict.Edited),
        ["ApprovalDecided responded"] = Given.Verdict(Approval, ApprovalVerdict.Responded),
        ["BundleActivated"] = EventSamples.Full.OfType<BundleActivated>().Single(),
        ["KeyCreated"] = EventSamples.Full.OfType<KeyCreated>().Single(),
        ["KeyRevoked"] = EventSamples.Full.OfType<KeyRevoked>().Single(),
        ["SessionBegun"] = new SessionBegun(SessionBegun.Link),
        ["SessionEnded"] = new SessionEnded(),
        ["ToolClassified"] = EventSamples.Full.OfType<ToolClassified>().Single(),
        ["SourceListed"] = EventSamples.Later.OfType<SourceListed>().Single(),
        ["Suspended"] = EventSamples.Full.OfType<Suspended>().Single(),
        ["SuspensionLifted"] = EventSamples.Full.OfType<SuspensionLifted>().Single(),
        ["WorkHeld"] = new WorkHeld(null, "all/*", Given.Words("Why")),
        ["WorkHeld task"] = new WorkHeld(Task, "agent/a", Given.Words("Why")),
        ["WorkReleased"] = new WorkReleased(null),
        ["WorkReleased task"] = new WorkReleased(Task),
        ["JournalSealed"] = new JournalSealed(1, 0, SealHash.Genesis, SealHash.Genesis, SealHash.Genesis, null, []),
        ["PersonErased"] = EventSamples.Full.OfType<PersonErased>().Single(),
        ["MonitorDefined"] = new MonitorDefined("nightly", "every 60s"),
        ["MonitorFired"] = Watch.Fired(1),
        ["MonitorChecked"] = new MonitorChecked(1, null, true, ""),
        ["MonitorSubmitted"] = Watch.Submitted(1),
        ["MonitorSkipped"] = Watch.Skipped("f"),
        ["MonitorQueued"] = Watch.Queued("f"),
        ["MonitorRunEnded"] = Watch.Ended(1),
        ["MonitorPaused"] = new MonitorPaused(Given.Words("Why")),
        ["MonitorResumed"] = new MonitorResumed(),
        ["ChangeProposed"] = EventSamples.Later.OfType<ChangeProposed>().First(),
        ["ChangeDecided"] = EventSamples.Later.OfType<ChangeDecided>().First(),
        ["ChangeCompared"] = EventSamples.Later.OfType<ChangeCompared>().First(),
        ["WorkRecalled"] = EventSamples.Later.OfType<WorkRecalled>().Single(),
        ["HistorySummarised"] = new HistorySummarised(Task, 1, 0, 1, "", [], Given.Id<AskId>("ask")),
        ["StandingSettled"] = new StandingSettled(Given.Approval("ap"), null, "Nobody confirms."),
        ["AssignmentPutOff"] = new AssignmentPutOff(Task, "", Given.Noon),
        ["MessageAnswered"] = new MessageAnswered(1, MessageEffect.None, Given.Words("Yes.")),
        ["ContractProposed"] = new ContractProposed(Given.Id<EscalationId>("e"), Given.Contract().Contract),
        ["ContractChanged"] = new ContractChanged(Given.Id<EscalationId>("e")),
        ["PlanKept"] = new PlanKept(""),
        ["GrantRevoked"] = new GrantRevoked(Task, Given.Words("Why")),
    }).ToDictionary();

    /// <summary>What may happen in any status of a workflow: what people say, and the end of what was under way.</summary>
    private const string Always =
        "CallProposed, CallDecided, CallDecided ask, CallDecided deny, CallSettled, CallSettled failed, CallSettled unknown, CallEndedLate, ModelReplied, SeatFilled, StandingSettled, "
        + "CallDecided defer, CallDecided transform, CallChanged, CallAnswered, CallShadowed, LookAsked, "
        + "ApprovalDecided, ApprovalDecided rejected, ApprovalDecided expired, ApprovalDecided void, ApprovalDecided edited, ApprovalDecided responded, EscalationAnswered, MessagePosted, Escalated unknown";

    private const string WhileOpen = "TaskBlocked, TaskFailed, ReplyCorrected, HistorySummarised, DeliverableSubmitted, DeliverableReviewed, DeliverableReviewed bad, AcceptanceChecked, DeadlineExtended, WorkReleased task";

    private const string WhileGoingOn = "CallStarted, CallTakenUp, CallDeferred, DeferralEnded, ModelAsked, ModelAskedAgain, ApprovalRequested, Escalated, ApprovalReminded, StandInsAdmitted, ApprovalEscalated, DeadlinePassed, WorkHeld task";

    [Theory]
    [InlineData(WorkflowStatus.Planning, "Planning: ContractAgreed, ShadowBegun, WorkRecalled", "Running: PlanAdopted", "Failed: GoalFailed", "Paused: WorkflowPaused, WorkHeld", "Cancelled: GoalCancelled", "Planning: " + WhileOpen + ", " + WhileGoingOn)]
    [InlineData(
        WorkflowStatus.Running,
        "Running: PlanRevised, MessageAnswered, ContractProposed, ContractChanged, PlanKept, TaskExpanded, TaskExpanded empty, TaskAssigned, TaskAssigned person, AssignmentPutOff, TaskRetried, TaskReassigned, TaskReassigned person, GrantRevoked",
        "Completed: GoalCompleted", "Failed: GoalFailed", "Paused: WorkflowPaused, WorkHeld", "Cancelled: GoalCancelled", "Running: " + WhileOpen + ", " + WhileGoingOn)]
    [InlineData(WorkflowStatus.Paused, "Running: WorkflowResumed, WorkReleased", "Cancelled: GoalCancelled", "Paused: GrantRevoked, " + WhileOpen)]
    [InlineData(WorkflowStatus.Waiting, "Waiting: CallTakenUp")]
    [InlineData(WorkflowStatus.Completed, "Completed: CallTakenUp")]
    [InlineData(WorkflowStatus.Failed, "Failed: CallTakenUp")]
    [InlineData(WorkflowStatus.Cancelled, "Cancelled: CallTakenUp")]
    public void A_workflow_moves_like_this_and_not_otherwise(WorkflowStatus from, params string[] moves) =>
        Check(from, [.. moves, $"{from}: {Always}"], WorkflowLifecycle.Next);

    [Theory]
    [InlineData(WorkTaskStatus.Pending, "Failed: TaskFailed, GrantRevoked")]
    [InlineData(WorkTaskStatus.Ready, "Done: TaskExpanded empty", "Running: TaskExpanded, TaskAssigned", "WaitingPerson: TaskAssigned person", "Ready: AssignmentPutOff", "Blocked: TaskBlocked, WorkHeld, WorkHeld task", "Failed: TaskFailed, GrantRevoked")]
    [InlineData(WorkTaskStatus.Running, "InReview: DeliverableSubmitted", "Blocked: TaskBlocked, WorkHeld, WorkHeld task", "Running: ReplyCorrected, HistorySummarised", "Failed: GrantRevoked")]
    [InlineData(WorkTaskStatus.WaitingApproval, "Failed: GrantRevoked")]
    [InlineData(WorkTaskStatus.WaitingPerson, "InReview: DeliverableSubmitted", "Blocked: TaskBlocked", "Failed: GrantRevoked")]
    [InlineData(WorkTaskStatus.Blocked, "Running: TaskRetried, TaskReassigned, WorkReleased, WorkReleased task", "WaitingPerson: TaskReassigned person", "Failed: TaskFailed, GrantRevoked")]
    [InlineData(WorkTaskStatus.InReview, "Done: DeliverableReviewed", "Blocked: DeliverableReviewed bad", "Failed: GrantRevoked")]
    [InlineData(WorkTaskStatus.Done)]
    [InlineData(WorkTaskStatus.Failed)]
    [InlineData(WorkTaskStatus.Cancelled)]
    public void A_task_moves_like_this_and_not_otherwise(WorkTaskStatus from, params string[] moves) => Check(from, moves, WorkTaskLifecycle.Next);

    [Theory]
    [InlineData(CallStatus.Proposed, "Proposed: CallDecided, CallDecided ask, CallDecided defer, CallDecided transform, CallChanged", "Refused: CallDecided deny", "Deferred: CallDeferred", "Shadowed: CallShadowed", "Asked: ApprovalRequested", "Started: CallStarted")]
    [InlineData(CallStatus.Asked, "Approved: ApprovalDecided", "Refused: ApprovalDecided rejected, ApprovalDecided expired, ApprovalDecided void, ApprovalDecided responded", "Proposed: ApprovalDecided edited")]
    [InlineData(CallStatus.Approved, "Approved: CallDecided, CallDecided ask, CallDecided defer, CallDecided transform, ApprovalDecided void", "Refused: CallDecided deny", "Deferred: CallDeferred", "Asked: ApprovalRequested", "Started: CallStarted")]
    [InlineData(CallStatus.Started, "Succeeded: CallSettled", "Failed: CallSettled failed", "Unknown: CallSettled unknown", "Started: CallEndedLate, CallTakenUp")]
    [InlineData(CallStatus.Unknown, "Succeeded: CallSettled", "Failed: CallSettled failed", "Started: CallStarted", "Unknown: CallEndedLate")]
    [InlineData(CallStatus.Deferred, "Proposed: DeferralEnded")]
    [InlineData(CallStatus.Shadowed)]
    [InlineData(CallStatus.Refused, "Refused: CallAnswered")]
    [InlineData(CallStatus.Succeeded, "Succeeded: CallEndedLate")]
    [InlineData(CallStatus.Failed, "Failed: CallEndedLate")]
    public void A_call_moves_like_this_and_not_otherwise(CallStatus from, params string[] moves) => Check(from, moves, CallLifecycle.Next);

    [Fact]
    public void Every_kind_of_event_is_in_the_tables() =>
        Assert.Equal(EventTypes.All.Select(e => e.Name).Order(), Facts.Values.Select(f => f.GetType().Name).Distinct().Order());

    [Fact]
    public void Final_is_what_nothing_leaves()
    {
        Assert.Equal([WorkflowStatus.Completed, WorkflowStatus.Failed, WorkflowStatus.Cancelled], Enum.GetValues<WorkflowStatus>().Where(WorkflowLifecycle.IsFinal));
        Assert.Equal([WorkTaskStatus.Done, WorkTaskStatus.Failed, WorkTaskStatus.Cancelled], Enum.GetValues<WorkTaskStatus>().Where(WorkTaskLifecycle.IsFinal));
        Assert.Equal([CallStatus.Shadowed, CallStatus.Refused, CallStatus.Succeeded, CallStatus.Failed], Enum.GetValues<CallStatus>().Where(CallLifecycle.IsFinal));
    }

    [Fact]
    public void A_workflows_statuses_are_read_as_they_are_written_and_listed_all_and_open()
    {
        Assert.Equal(["planning", "running", "waiting", "paused", "completed", "failed", "cancelled"], StatusNames.OfWorkflows.AsEnumerable());
        Assert.Equal(["planning", "running", "waiting", "paused"], StatusNames.OfOpenWorkflows.AsEnumerable());
        Assert.Equal(Enum.GetValues<WorkflowStatus>().Select(s => (WorkflowStatus?)s), StatusNames.OfWorkflows.Select(StatusNames.ReadWorkflow));
        Assert.Null(StatusNames.ReadWorkflow("done"));
        Assert.Null(StatusNames.ReadWorkflow("Planning"));
    }

    [Theory]
    [InlineData("waiting_approval", WorkTaskStatus.WaitingApproval)]
    [InlineData("in_review", WorkTaskStatus.InReview)]
    [InlineData("done", WorkTaskStatus.Done)]
    public void Statuses_are_written_in_snake_case(string written, WorkTaskStatus status) => Assert.Equal(written, StatusNames.Write(status));

    private static void Check<TStatus>(TStatus from, string[] moves, Func<TStatus, WorkflowEvent, TStatus?> next)
        where TStatus : struct, Enum
    {
        var legal = moves
            .SelectMany(m => m.Split(": ")[1].Split(", ").Select(name => (name, Status: Enum.Parse<TStatus>(m.Split(": ")[0]))))
            .ToDictionary(m => m.name, m => m.Status);
        Assert.All(Facts, fact => Assert.Equal(legal.TryGetValue(fact.Key, out var status) ? status : null, next(from, fact.Value)));
        Assert.Empty(legal.Keys.Except(Facts.Keys));
    }
}
