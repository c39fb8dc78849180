using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

/// <summary>One event of each type with every field filled in, and the same with everything left out that may be.</summary>
internal static class EventSamples
{
    private static readonly Amounts Some = new(12.50m, 0.0031m, 4000, 2);
    private static readonly Reservation Reserved = new("orders", "company|acme", "2026-11-21", Some, new Amounts(Money: 20000m), Given.Approval("ap"));
    private static readonly PrivateText Sealed = new("petra", null, "k1", "bm9uY2Vub25jZQ==", "Y2lwaGVydGV4dA==");
    private static readonly PrivateText Open = new("system", "Nobody in particular said „no“ 😀.");
    private static readonly JsonText Args = Given.Json("""{"supplier":"acme","lines":[{"sku":"A-1","quantity":2.50}]}""");

    private static readonly Contract Contract = new(
        "Everything is back at its target.",
        ["Buy from approved suppliers only."],
        [new AcceptanceCheck("erp.low", JsonText.EmptyObject, "size(result.rows) == 0", null), new AcceptanceCheck(null, JsonText.EmptyObject, null, "It reads well.")],
        Given.Noon.AddDays(1),
        Some);

    private static readonly WorkTask Task = new(
        Given.Task("order"), "order", "Order", "Order it.", [Given.Task("quotes")], "buying",
        new DeliverableContract(Given.OneText, new EvidenceCheck("erp.order_of", Args, "result.n == 1", "$deliverable.order"), "It is what was asked."),
        new Grant(["erp.order"], Some, Given.Noon.AddHours(4)), "$results.quotes.lines", Given.Task("template"), Args, Given.Noon.AddHours(3), Risk.High);

    private static readonly ApprovalRequested Requested = new(
        Given.Approval("ap"), Given.Call("call"), Task.Id, "purchaser", "erp.order", Args, Given.Json("""{"total":12400}"""), new string('a', 64), ["big"], ["orders"], "It is much.",
        [new Seat("lead", 1), new Seat("cfo", 2)], ["petra"], Given.Noon.AddDays(2));

    /// <summary>In the order of <see cref="EventTypes"/>. Together with <see cref="Bare"/> the golden journal: neither changes any more.</summary>
    public static ImmutableArray<WorkflowEvent> Full { get; } =
    [
        new GoalSubmitted(Sealed, "petra", "restock", "restock", Args, Given.Noon.AddDays(1), Some, Contract, new string('c', 64), Given.Id<WorkflowId>("parent"), 5),
        new ContractAgreed(Contract, "restock", "restock", "playbook"),
        new GoalCompleted("All 14 lines are ordered."),
        new GoalFailed(GoalFailure.Joined, "Another workflow does it.", Given.Id<WorkflowId>("other")),
        new GoalCancelled(Sealed),
        new WorkflowPaused(Sealed),
        new WorkflowResumed(),
        new MessagePosted(Open),
        new AcceptanceChecked(1, 2, Given.Call("check"), true, "0 rows"),
        new Escalated(Given.Id<EscalationId>("esc"), EscalationKind.UnknownCall, Task.Id, Given.Call("call"), "Did it happen?", ["happened", "again", "giveUp"], "lead", Given.Noon),
        new EscalationAnswered(Given.Id<EscalationId>("esc"), "again", Sealed),
        new PlanAdopted(new Plan(1, [Task])),
        new PlanRevised(new Plan(2, [Task with { Risk = Risk.Medium }]), "A supplier is closed."),
        new TaskExpanded(Given.Task("template"), [Task, Task with { Risk = Risk.Low }]),
        new TaskAssigned(Task.Id, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(10, 5000), "It has the skill."),
        new TaskRetried(Task.Id, "Mind the minimum."),
        new TaskReassigned(Task.Id, new Executor(Actor.Person("nora")), "default", new TurnLimits(), "The first one gave up."),
        new TaskBlocked(Task.Id, "No supplier.", true),
        new ReplyCorrected(Task.Id, Given.Id<AskId>("ask"), ["$.order: is missing"]),
        new DeliverableSubmitted(Task.Id, Args),
        new DeliverableReviewed(Task.Id, Actor.System, true, ["It is there."], [Given.Call("check")]),
        new TaskFailed(Task.Id, "Nobody can do it."),
        new CallProposed(Given.Call("call"), Task.Id, "purchaser", "erp.order", Args, ["untrusted"]),
        new CallDecided(Given.Call("call"), Effect.Ask, ["big"], Given.Json("""{"total":12400.00}"""), "It is much.", "policy", "tool", [new GateStep("grant", "passed"), new GateStep("authority", "asked", "big")]),
        new CallStarted(Given.Call("call"), "wf/task/call", true, [Reserved], Given.Approval("ap"), "erp.cancel"),
        new CallSettled(Given.Call("call"), CallOutcome.Succeeded, Args, new Money("12.50", "EUR"), "sha256-" + new string('b', 64), [Reserved]),
        Requested,
        new SeatFilled(Given.Approval("ap"), "lead", "lena", "api", Sealed),
        new ApprovalDecided(Given.Approval("ap"), "lena", "console", ApprovalVerdict.Void, Open),
        new ModelAsked(Given.Id<AskId>("ask"), Task.Id, "act", "purchaser", "default", new string('d', 64), 1234, 4096, [Reserved]),
        new ModelReplied(
            Given.Id<AskId>("ask"), Task.Id, ModelOutcome.NoScript, "Words with \"quotes\"\n.", [new ModelToolCall("c1", "erp.order", Args)],
            new ModelUsage(100, 20), new Money("0.0031", "EUR"), "away", [Reserved]),
        new BundleActivated(new string('e', 64), ImmutableSortedDictionary<string, string>.Empty.Add("people.yaml", "sha256-1").Add("company.yaml", "sha256-2")),
        new KeyCreated("key1", "petra", ["workflows:write"], new string('f', 64)),
        new KeyRevoked("key1"),
        new ToolClassified("files.write", "v1", "destructive"),
        new Suspended("tool", "erp.order", Sealed),
        new SuspensionLifted("tool", "erp.order"),
        new PersonErased("petra"),
    ];

    /// <summary>For fields and events that came after the golden journal was written.</summary>
    public static ImmutableArray<WorkflowEvent> Later { get; } =
    [
        new MessagePosted(Sealed, new string('a', 64)),
        new MessagePosted(Sealed) { WantsAnswer = true },
        new KeyCreated("key1", "petra", ["read"], new string('f', 64), Given.Noon.AddDays(90)),
        new CallEndedLate(Given.Call("call"), CallOutcome.Succeeded, Args, "host:1", 24),
        new CallDecided(Given.Call("call"), Effect.Transform, ["cap", "small"], Given.Json("""{"total":10}"""), "As changed.", "policy", "tool", [new GateStep("authority", "changed", "cap")])
        {
            Policy = new PolicyVerdict(Effect.Transform, ["cap", "small"], Given.Noon, new string('e', 64)),
            Obligations = new Obligations(["iban"], ["cfo"], 600, ["lead"]),
            Advice = "Ask for less.",
            Shadow = new ShadowVerdict(Effect.Deny, ["later"]),
            Permits = new string('6', 64),
        },
        new CallDecided(Given.Call("call"), Effect.Allow, ["small"], JsonText.EmptyObject, "", "policy", "tool", [])
        {
            Policy = new PolicyVerdict(Effect.Allow, ["small"], Given.Noon, new string('e', 64)) { Labels = ["third-party", "user"], LabelsBefore = [] },
        },
        new CallDecided(Given.Call("call"), Effect.Deny, [], JsonText.EmptyObject, "", "policy", "tool", []) { Policy = new PolicyVerdict(Effect.Deny, [], Given.Noon, new string('e', 64)) { Known = 41 } },
        new CallDecided(Given.Call("call"), Effect.Defer, ["stale"], JsonText.EmptyObject, "", "", "", []) { Obligations = Obligations.None },
        new CallChanged(Given.Call("call"), Args, [new ArgumentChange("lines.quantity", "at most 100", ["cap"])], Given.Json("""{"total":12400}""")),
        new CallDeferred(Given.Call("call"), DeferralKind.Defer, Given.Noon.AddMinutes(15)),
        new CallDeferred(Given.Call("call"), DeferralKind.Hold, Given.Noon.AddMinutes(10)),
        new DeferralEnded(Given.Call("call")),
        new ShadowBegun("restock"),
        new CallShadowed(Given.Call("call"), [new Seat("lead", 1)], new Money("12.50", "EUR")),
        new CallShadowed(Given.Call("call"), [], null),
        new LookAsked(Given.Id<EscalationId>("look"), Given.Call("call"), "lead", true, "Have a second look."),
        Requested with
        {
            Ladder = new ApprovalLadder(Given.Noon.AddHours(1), Given.Noon.AddHours(2), Given.Noon.AddHours(4), [new SeatEscalation("lead", "cfo")]),
        },
        Requested with { Ladder = new ApprovalLadder(null, null, null, []) },
        Requested with { Steered = [new Steerer("petra", "supplier as in their message")] },
        new SeatFilled(Given.Approval("ap"), "lead", "omar", "api", null, "lena"),
        new SeatFilled(Given.Approval("ap"), "lead", "carl", "api", null, EscalatedTo: "cfo"),
        new ApprovalReminded(Given.Approval("ap")),
        new StandInsAdmitted(Given.Approval("ap"), [new StandIn("omar", "lena", "lead")]),
        new StandInsAdmitted(Given.Approval("ap"), []),
        new ApprovalEscalated(Given.Approval("ap"), "cfo"),
        new DeadlinePassed(Task.Id, Given.Noon),
        new DeadlinePassed(null, Given.Noon),
        new DeadlineExtended(Task.Id, Given.Noon.AddDays(1)),
        new DeadlineExtended(null, Given.Noon.AddDays(1)),
        new Escalated(Given.Id<EscalationId>("esc"), EscalationKind.MissedDeadline, null, null, "", ["extend", "goOn", "giveUp"], "operator", null),
        new MonitorDefined("nightly-restock", "cron 0 2 * * * Europe/Prague"),
        new MonitorFired(7, "2026-11-21T12:00:00Z", MonitorTrigger.CatchUp, Given.Noon, 2, "host:1", Given.Id<WorkflowId>("cause"), Args),
        new MonitorFired(8, "manual/1", MonitorTrigger.Manual, null, 1, "host:1", null, JsonText.Null),
        new MonitorFired(9, "webhook/1", MonitorTrigger.Webhook, null, 1, "host:1", Given.Id<WorkflowId>("cause"), JsonText.Null) { Ancestry = new Ancestry([Given.Id<WorkflowId>("cause"), Given.Id<WorkflowId>("top")], ["purchaser"]) },
        new GoalSubmitted(Sealed, "petra", null, null, JsonText.EmptyObject, null, null, null, new string('c', 64), Given.Id<WorkflowId>("cause"), 0) { Monitor = "watch", Ancestry = new Ancestry([Given.Id<WorkflowId>("cause")], []) },
        new MonitorFired(10, "manual/2", MonitorTrigger.Manual, null, 1, "host:1", null, JsonText.Null) { By = "petra" },
        new MonitorQueued("manual/3", MonitorTrigger.Manual, null, null, JsonText.Null) { By = "petra" },
        new GoalSubmitted(Sealed, "jana", null, null, JsonText.EmptyObject, null, null, null, new string('c', 64), null, 0) { Monitor = "watch", SetOffBy = "petra" },
        new MonitorChecked(7, Given.Call("check"), true, "size(result.rows) is 14"),
        new MonitorChecked(8, null, false, ""),
        new MonitorSubmitted(7, Given.Workflow, true, Some),
        new MonitorSubmitted(8, Given.Workflow, false, null),
        new MonitorSkipped("2026-11-21T12:00:00Z", MonitorTrigger.Schedule, Given.Noon, MonitorSkip.OwnCause, "It led to itself.", 3),
        new MonitorSkipped("webhook/1", MonitorTrigger.Webhook, null, MonitorSkip.Quiet, "", 1),
        new MonitorQueued("webhook/1", MonitorTrigger.Webhook, Given.Noon, Given.Id<WorkflowId>("cause"), Args),
        new MonitorQueued("webhook/2", MonitorTrigger.Webhook, null, null, JsonText.Null),
        new MonitorRunEnded(7, MonitorOutcome.NothingToDo, "Nothing is low.", [new DaySpend(new DateOnly(2026, 11, 21), 12.50m)]),
        new MonitorRunEnded(8, MonitorOutcome.Lost, "", []),
        new MonitorPaused(Sealed),
        new MonitorResumed(),
        new GrantRevoked(Task.Id, Sealed),
        new AssignmentPutOff(Task.Id, "nora has 2 of 2 open tasks.", Given.Noon),
        new CallStarted(Given.Call("call"), "wf/task/call", true, [], null, null, new BudgetNotice("goal", Task.Id, "Little is left."), 12),
        new CallStarted(Given.Call("call"), "wf/task/call", true, [], null, Changes: true),
        new ModelAsked(Given.Id<AskId>("ask"), Task.Id, "act", "purchaser", "default", "", 0, 0, []) { Low = new BudgetNotice("goal", null, "Little is left.") },
        new ModelReplied(Given.Id<AskId>("ask"), Task.Id, ModelOutcome.Refused, null, [], null, null, "No room.", []) { UsedUp = new BudgetNotice("goal", null, "Nothing is left.") },
        new ContractAgreed(
            new Contract("", [], [], null, null)
            {
                Grant = new Grant(
                    ["erp.order"], null, null, [new ArgumentLimit("erp.order", "lines.quantity", 1, 10.50m, [Given.Json("1"), Given.Json("\"a\"")], "/in/")], ["supplier:*"], ["internal"], []),
                TaskGrants = [new NamedGrant("order", new Grant(["erp.order"], Some, Given.Noon.AddHours(1), null, ["supplier:acme"]))],
            },
            null,
            null,
            "playbook"),
        new WorkHeld(Task.Id, "agent/purchaser", Sealed),
        new WorkHeld(null, "all/*", Sealed),
        new WorkReleased(Task.Id),
        new WorkReleased(null),
        new JournalSealed(2, 812, new string('1', 64), new string('2', 64), new string('3', 64), "c2lnbmVk", [new SealedHead("company", 3, 811, new string('4', 64))]),
        Requested with { Ladder = new ApprovalLadder(null, null, null, [], [new SeatOrder("lead", "cfo")]) },
        new ApprovalDecided(Given.Approval("ap"), "lena", "api", ApprovalVerdict.Edited, Open),
        new CallChanged(Given.Call("call"), Args, [new ArgumentChange("lines[0].quantity", "2.50 → 1", [])], Given.Json("""{"total":12400}"""), new ArgumentEdit(Given.Approval("ap"), "lena")),
        new ApprovalDecided(Given.Approval("ap"), "lena", "api", ApprovalVerdict.Responded, Sealed),
        new CallAnswered(Given.Call("call"), Given.Approval("ap"), Args),
        new CallAnswered(Given.Call("call"), Given.Approval("ap"), null),
        new CallTakenUp(Given.Call("call"), "host:1"),
        new WorkRecalled(
        [
            new RecalledWork(Given.Workflow, "join", "running", "All is ordered.", null, []),
            new RecalledWork(Given.Id<WorkflowId>("other"), "same", "failed", "All is ordered.", "Nobody sells bolts.", ["customer-data"]),
        ]),
        new HistorySummarised(Task.Id, 2, 0, 6, "It asked three suppliers; acme is cheapest.", ["customer-data"], Given.Id<AskId>("ask")),
        new GoalCancelled(Sealed, Given.Id<WorkflowId>("other")),
        Requested with { Preview = new EffectPreview("erp.order_effect", Args) },
        new StandingSettled(Given.Approval("ap"), Given.Id<ChangeId>("change"), null),
        new StandingSettled(Given.Approval("ap"), null, "Nobody confirms."),
        new CallDecided(Given.Call("call"), Effect.Ask, ["record"], JsonText.EmptyObject, "", "", "", []) { Records = ["order:PO-4464"] },
        new CallSettled(Given.Call("call"), CallOutcome.Succeeded, Args, null, null, []) { Labels = ["customer-data"] },
        new ModelAskedAgain(Given.Id<AskId>("ask"), Task.Id, "host:1"),
        new CallSettled(Given.Call("call"), CallOutcome.Succeeded, Args, null, "sha256-1", [], ["third-party", "unknown"]),
        new ToolClassified("files.write", new string('1', 64), "write-reversible", true, false, true, new string('2', 64)),
        new SessionBegun("key", "key1"),
        new SessionBegun("stand-in", As: "petra"),
        new SessionBegun("link", Session: "0a1b", Replaces: "0a1a"),
        new SessionEnded(),
        new SessionEnded("0a1b", "petra"),
        new SourceListed("files", new string('3', 64), "sha256-" + new string('4', 64), 14),
        new JournalSealed(1, 0, new string('0', 64), new string('0', 64), new string('3', 64), null, []),
        Requested with { Ladder = new ApprovalLadder(null, null, null, [], null, ["lead"]) },
        new SeatFilled(Given.Approval("ap"), "lead", "lena", "api", null) { Load = Reserved },
        new ApprovalDecided(Given.Approval("ap"), "lena", "api", ApprovalVerdict.Rejected, null) { Load = Reserved },
        new ChangeProposed(
            Given.Id<ChangeId>("change"), new string('5', 64), ImmutableSortedDictionary<string, string>.Empty.Add("authority.yaml", "sha256-3"), new string('e', 64),
            [new ProposedWidening("erp.order", "ask → allow by large", true, "buyer calls erp.order {}"), new ProposedWidening("tools.yaml", "Nobody can say.", false)], Args, Sealed),
        new ChangeProposed(Given.Id<ChangeId>("change"), "", ImmutableSortedDictionary<string, string>.Empty, "", [], null, null),
        new ChangeProposed(Given.Id<ChangeId>("change"), "", ImmutableSortedDictionary<string, string>.Empty, "", [], null, null) { Classification = new ToolClassified("files.write", "v2", "observe", false, true, false) },
        new ChangeDecided(Given.Id<ChangeId>("change"), ChangeVerdict.Rejected, Sealed),
        new ChangeDecided(Given.Id<ChangeId>("change"), ChangeVerdict.Confirmed, null),
        new ChangeDecided(Given.Id<ChangeId>("change"), ChangeVerdict.Superseded, null),
        new ChangeProposed(Given.Id<ChangeId>("change"), "", ImmutableSortedDictionary<string, string>.Empty, "", [], null, null) { Via = "api", Barred = ["jana"] },
        new ChangeDecided(Given.Id<ChangeId>("change"), ChangeVerdict.Confirmed, null) { Via = "local-terminal" },
        new ChangeCompared(Given.Id<ChangeId>("change"), new string('e', 64), [new ProposedWidening("erp.order", "ask → allow by large", true)]),
        new SeatFilled(Given.Approval("ap"), "lead", "lena", "api", null) { Standing = new StandingTerms(Given.Noon, 5) },
        new SeatFilled(Given.Approval("ap"), "lead", "lena", "api", null) { Standing = new StandingTerms(null, null) },
        new MessageAnswered(2, MessageEffect.Drop, Sealed),
        new MessageAnswered(3, MessageEffect.None, Open),
        new ContractProposed(Given.Id<EscalationId>("esc"), new Contract("Less.", ["Only acme."], [], null, null)),
        new Escalated(Given.Id<EscalationId>("esc"), EscalationKind.ContractChange, null, null, "Agree?", ["agree", "keep"], "operator", null),
        new ContractChanged(Given.Id<EscalationId>("esc")),
        new PlanKept("No other plan came out."),
        new EscalationAnswered(Given.Id<EscalationId>("esc"), "again", Sealed) { Via = "local-console" },
        new KeyRevoked("key1") { Via = "console" },
        new ToolClassified("files.write", "v1", "destructive") { Via = "local-terminal" },
        new Suspended("tool", "erp.order", Sealed) { Via = "api" },
        new SuspensionLifted("tool", "erp.order") { Via = "local-console" },
    ];

    /// <summary>The types that have something to leave out, with all of it left out.</summary>
    public static ImmutableArray<WorkflowEvent> Bare { get; } =
    [
        new GoalSubmitted(Open, "petra", null, null, JsonText.Null, null, null, null, "", null, 0),
        new ContractAgreed(new Contract("", [], [], null, null), null, null, "manager"),
        new GoalFailed(GoalFailure.NoPlan, ""),
        new AcceptanceChecked(0, 1, null, false, ""),
        new Escalated(Given.Id<EscalationId>("esc"), EscalationKind.Finding, null, null, "", [], "", null),
        new EscalationAnswered(Given.Id<EscalationId>("esc"), "noted", null),
        new PlanAdopted(new Plan(1, [])),
        new PlanAdopted(new Plan(1, [Given.WorkTask("a")])),
        new TaskExpanded(Given.Task("template"), []),
        new TaskAssigned(Task.Id, new Executor(Actor.Person("nora")), null, null, ""),
        new TaskReassigned(Task.Id, new Executor(Actor.Person("nora")), null, null, ""),
        new ReplyCorrected(Task.Id, Given.Id<AskId>("ask"), []),
        new DeliverableSubmitted(Task.Id, default),
        new DeliverableReviewed(Task.Id, Actor.Manager, false, [], []),
        new CallProposed(Given.Call("call"), null, "system", "", Given.Json("\"rubbish\""), []),
        new CallDecided(Given.Call("call"), Effect.Deny, [], JsonText.EmptyObject, "", "", "", []),
        new CallStarted(Given.Call("call"), "", false, [], null),
        new CallSettled(Given.Call("call"), CallOutcome.Unknown, JsonText.Null, null, null, []),
        Requested with { Task = null, Rules = [], Budgets = [], Seats = [], Excluded = [] },
        new SeatFilled(Given.Approval("ap"), "lead", "lena", "api", null),
        new ApprovalDecided(Given.Approval("ap"), "system", "clock", ApprovalVerdict.Expired, null),
        new ModelAsked(Given.Id<AskId>("ask"), null, "outline", "manager", "default", "", 0, 0, []),
        new ModelReplied(Given.Id<AskId>("ask"), null, ModelOutcome.Unavailable, null, [], null, null, null, []),
        new BundleActivated("", ImmutableSortedDictionary<string, string>.Empty),
        new KeyCreated("key1", "petra", [], ""),
    ];
}
