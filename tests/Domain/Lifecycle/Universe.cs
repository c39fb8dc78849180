using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

/// <summary>A small world of ids in which anything may be said to have happened: mostly what is legal now, sometimes what is not.</summary>
internal static class Universe
{
    private static readonly ImmutableArray<string> Choices = ["retry", "again", "giveUp", "happened", "skip", "accept", "noted", "reassign", "goOn", "agree", "keep", "nonsense"];

    private static readonly ImmutableArray<string> Replies =
        ["""{"answer":"yes"}""", """Well: {"answer":"yes"}""", """{"cannot":"no"}""", """{"answer":7}""", "no object"];

    private static readonly ImmutableArray<Plan> Plans =
    [
        Given.Plan(Given.WorkTask("a")),
        Given.Plan(Given.WorkTask("a"), Given.WorkTask("b", "a"), Given.WorkTask("c", "b")),
        Given.Plan(Given.WorkTask("a"), Given.Template("t", "$results.a.list", "a"), Given.WorkTask("end", "t")),
        Given.Plan(Given.WorkTask("a") with { Deadline = Given.Noon.AddMinutes(20) }, Given.WorkTask("b", "a") with { Deadline = Given.Noon.AddMinutes(40) }),
        Given.Plan(Given.Template("t", "$inputs.list"), Given.WorkTask("b")),
        Given.Plan(Given.WorkTask("a", "b"), Given.WorkTask("b", "a")),
        Given.Plan(),
    ];

    /// <summary>Histories of up to 100 events, by the choices that made them; they shrink to shorter ones.</summary>
    public static Arbitrary<int[]> Histories { get; } = Arb.From(
        from length in Gen.Choose(1, 100) from choices in Gen.ArrayOf(Gen.Choose(0, 1_000_000), length) select choices,
        choices => ArbMap.Default.ArbFor<int[]>().Shrinker(choices).Where(c => c.All(n => n >= 0)));

    public static Config Often => Config.QuickThrowOnFailure.WithMaxTest(50);

    /// <summary>The events that the choices lead to.</summary>
    public static List<Recorded> Tell(int[] choices)
    {
        var state = WorkflowFold.Start(Given.Workflow);
        var events = new List<Recorded>();
        foreach (var fact in choices.Length > 0 ? Beginning(choices[0]) : [])
        {
            Add(Record(state, fact));
        }

        foreach (var choice in choices)
        {
            Add(Next(state, choice));
        }

        return events;

        void Add(Recorded recorded)
        {
            state = WorkflowFold.Apply(state, recorded);
            events.Add(recorded);
        }
    }

    /// <summary>Most histories begin as histories do; the others with anything.</summary>
    private static IEnumerable<WorkflowEvent> Beginning(int choice)
    {
        if (choice % 4 == 0)
        {
            return [];
        }

        var plan = Plans[choice / 10 % Plans.Length];
        return [choice % 3 == 1 ? Given.Goal() with { Deadline = Given.Noon.AddMinutes(30) } : Given.Goal(), choice % 2 == 0 ? Given.Contract() : Given.Contract(Given.Check()), .. choice % 11 == 0 ? [new ShadowBegun("restock")] : Array.Empty<WorkflowEvent>(), new PlanAdopted(plan), .. plan.Tasks.Take(1).Select(t => Given.Assigned(t.Key))];
    }

    /// <summary>The state after each event, the empty one first.</summary>
    public static IEnumerable<WorkflowState> States(IEnumerable<Recorded> events)
    {
        var state = WorkflowFold.Start(Given.Workflow);
        yield return state;
        foreach (var recorded in events)
        {
            state = WorkflowFold.Apply(state, recorded);
            yield return state;
        }
    }

    private static Recorded Record(WorkflowState state, WorkflowEvent fact) => new(state.Seq + 1, state.Seq + 1, Given.Noon.AddMinutes(state.Seq), Actor.Person("lena"), fact);

    private static Recorded Next(WorkflowState state, int choice)
    {
        var at = Given.Noon.AddMinutes(state.Seq);
        // One in three goes on with an agent's work, or hardly a turn would get far.
        if (choice % 3 == 1 && Work(state, choice, at).Where(e => WorkflowFold.TryApply(state, Record(state, e)) is not null).ToList() is { Count: > 0 } work)
        {
            return Record(state, work[choice / 1000 % work.Count]);
        }

        var all = Candidates(state, choice, at).ToList();
        if (choice % 37 != 0)
        {
            all.RemoveAll(e => e is GoalCompleted or GoalFailed or GoalCancelled or WorkflowPaused);
        }

        // Events of one kind count as one, or the many that could be said of calls would drown the rest; work under way counts several times.
        var kinds = all.GroupBy(e => e.GetType()).SelectMany(g => Enumerable.Repeat(g.ToList(), IsWork(g.First()) ? 4 : 1)).ToList();
        var first = choice / 10 % kinds.Count;
        if (choice % 10 != 0)
        {
            foreach (var kind in kinds.Skip(first).Concat(kinds.Take(first)))
            {
                var legal = kind.Where(e => WorkflowFold.TryApply(state, Record(state, e)) is not null).ToList();
                if (legal.Count > 0)
                {
                    return Record(state, legal[choice / 1000 % legal.Count]);
                }
            }
        }

        return Record(state, kinds[first][choice / 1000 % kinds[first].Count]);
    }

    private static IEnumerable<WorkflowEvent> Work(WorkflowState state, int choice, DateTimeOffset at)
    {
        foreach (var task in state.Tasks.Where(t => t.Executor is { IsPerson: false }))
        {
            var calls = task.Turn.Items is [.., TurnItem.Reply reply] ? reply.Calls : [];
            foreach (var call in calls)
            {
                yield return Propose(task, call);
                if (state.Calls.TryGetValue(call.Call, out var known))
                {
                    yield return Given.Decided(call.Call, choice % 2 == 0 ? Effect.Ask : Effect.Allow);
                    yield return Given.Started(call.Call, known.Approval, choice % 500);
                    yield return OfCall(state, known, choice, at).OfType<ApprovalRequested>().Single();
                    yield return Given.Settled(call.Call, choice % 5 == 0 ? CallOutcome.Unknown : CallOutcome.Succeeded);
                }

                if (known is { Status: CallStatus.Unknown })
                {
                    yield return Given.Escalated($"e{state.Escalations.Count}", EscalationKind.UnknownCall, null, call.Call, "happened", "again", "giveUp");
                    if (state.LastEscalationOf(known) is { } asked)
                    {
                        yield return new EscalationAnswered(asked.Raised.Escalation, "again", null);
                    }
                }

                if (known?.Approval is { } approval)
                {
                    yield return Given.Seat(approval);
                    yield return Given.Seat(approval, "carl", "cfo");
                    yield return Given.Verdict(approval, ApprovalVerdict.Approved);
                }
            }

            if (task.Turn.OpenAsk is { } ask)
            {
                yield return Given.Replied(ask, task.Task.Key, null, Given.Wants());
                yield return Given.Replied(ask, task.Task.Key, null, Given.Wants("erp.read"), Given.Wants("erp.order", $$"""{"n":{{state.Seq}}}"""));
            }
            else if (AgentTurn.Decide(state, task) is [TurnMove.AskModel next])
            {
                yield return new ModelAsked(next.Ask, task.Task.Id, "act", "purchaser", "default", "", 1, 1, []);
            }
        }
    }

    private static CallProposed Propose(TaskState task, TurnCall call) => new(call.Call, task.Task.Id, "purchaser", call.Proposed.Tool, call.Proposed.Args, []);

    private static bool IsWork(WorkflowEvent fact) =>
        fact is ModelAsked or ModelReplied or CallProposed or CallDecided or CallStarted or CallSettled or ApprovalRequested or SeatFilled or ApprovalDecided or TaskAssigned;

    private static IEnumerable<WorkflowEvent> Candidates(WorkflowState state, int choice, DateTimeOffset at) =>
    [
        .. OfGoal(state),
        .. state.Tasks.SelectMany(t => OfTask(state, t)),
        .. state.Calls.Values.OrderBy(c => c.Proposed.Call.Value).SelectMany(c => OfCall(state, c, choice, at)),
        .. state.Approvals.Values.OrderBy(a => a.Requested.Approval.Value).SelectMany(OfApproval),
        .. state.Escalations.Values.OrderBy(e => e.Raised.Escalation.Value).SelectMany(e => Choices.Select(c => (WorkflowEvent)new EscalationAnswered(e.Raised.Escalation, c, null))),
        .. state.Asks.Keys.OrderBy(a => a.Value).Select(a => Given.Replied(a, null, "{}") with { Cost = new Money("0.01", "EUR") }),
        .. OfDeadlines(state, at),
        EventSamples.Later[choice % EventSamples.Later.Length],
        EventSamples.Full[choice % EventSamples.Full.Length],
        EventSamples.Bare[choice % EventSamples.Bare.Length],
    ];

    private static IEnumerable<WorkflowEvent> OfDeadlines(WorkflowState state, DateTimeOffset at)
    {
        var number = state.Escalations.Count;
        yield return new DeadlinePassed(null, state.Deadline ?? at);
        yield return new DeadlineExtended(null, at.AddMinutes(10));
        yield return Given.Escalated("e" + number, EscalationKind.MissedDeadline, null, null, "goOn", "giveUp");
        foreach (var task in state.Tasks)
        {
            yield return new DeadlinePassed(task.Task.Id, task.Task.Deadline ?? at);
            yield return new DeadlineExtended(task.Task.Id, at.AddMinutes(10));
            yield return Given.Escalated("e" + number, EscalationKind.MissedDeadline, task.Task.Key, null, "reassign", "skip", "giveUp");
        }
    }

    private static IEnumerable<WorkflowEvent> OfGoal(WorkflowState state)
    {
        yield return Given.Goal();
        yield return Given.Contract();
        yield return Given.Contract(Given.Check(), Given.Check());
        yield return new GoalCompleted("done");
        yield return new GoalFailed(GoalFailure.GivenUp, "no");
        yield return new GoalCancelled(Given.Words("stop"));
        yield return new WorkflowPaused(Given.Words("wait"));
        yield return new WorkflowResumed();
        yield return new MessagePosted(Given.Words("hello"));
        yield return new MessagePosted(Given.Words("otherwise")) { WantsAnswer = true };
        yield return new MessageAnswered(state.Messages.Length, MessageEffect.None, Given.Words("yes"));
        yield return new MessageAnswered(state.Messages.Length, MessageEffect.Revise, Given.Words("anew"));
        yield return new ContractProposed(Given.Id<EscalationId>("e" + state.Escalations.Count), Given.Contract(Given.Check()).Contract);
        yield return new PlanKept("no");
        foreach (var proposal in state.Proposals.Keys.OrderBy(p => p.Value))
        {
            yield return new Escalated(proposal, EscalationKind.ContractChange, null, null, "?", [SteeringFold.Agree, SteeringFold.Keep], "lead", null);
            yield return new ContractChanged(proposal);
        }

        yield return new AcceptanceChecked(state.Acceptance.Length, state.AcceptanceRound, null, true, "");
        yield return new AcceptanceChecked(0, state.AcceptanceRound + 1, null, state.AcceptanceRound % 2 == 1, "");
        yield return Given.Asked(Given.Id<AskId>("ask" + state.Asks.Count), step: "outline");
        yield return Given.Proposed("check" + state.Calls.Count, agent: "system");
        var number = state.Escalations.Count;
        yield return Given.Escalated("e" + number, EscalationKind.Model);
        yield return Given.Escalated("e" + number, EscalationKind.Finding);
        yield return Given.Escalated("e" + number, EscalationKind.UnmetGoal, null, null, "accept", "giveUp");
        foreach (var plan in Plans)
        {
            yield return new PlanAdopted(plan);
            yield return new PlanRevised(plan with { Version = state.PlanVersion + 1 }, "better");
        }

        yield return new PlanRevised(new Plan(state.PlanVersion + 1, [.. state.Tasks.Select(t => t.Task).Where((_, i) => i % 2 == 0)]), "half of it");
        yield return new PlanRevised(new Plan(state.PlanVersion + 1, [.. state.Tasks.Select(t => t.Task), Given.WorkTask("new" + state.PlanVersion)]), "and more");
    }

    private static IEnumerable<WorkflowEvent> OfTask(WorkflowState state, TaskState task)
    {
        var id = task.Task.Id;
        var limits = new TurnLimits(4, 600);
        yield return new TaskAssigned(id, new Executor(Actor.Agent("purchaser")), "default", limits, "");
        yield return new TaskAssigned(id, new Executor(Actor.Person("nora")), null, null, "");
        yield return new TaskReassigned(id, new Executor(Actor.Agent("other")), "default", limits, "");
        yield return new TaskReassigned(id, new Executor(Actor.Person("nora")), null, null, "");
        yield return new TaskRetried(id, "again");
        yield return new AssignmentPutOff(id, "full", state.UpdatedAt.AddMinutes(5));
        yield return new TaskBlocked(id, "stuck", false);
        yield return new TaskFailed(id, "no");
        yield return new ReplyCorrected(id, Given.Id<AskId>("x"), ["wrong"]);
        yield return new DeliverableSubmitted(id, Given.Json("""{"answer":"yes"}"""));
        yield return new DeliverableReviewed(id, Actor.System, true, [], []);
        yield return new DeliverableReviewed(id, Actor.Agent("purchaser"), true, [], []);
        yield return new DeliverableReviewed(id, Actor.System, false, ["no"], []);
        yield return new TaskExpanded(id, []);
        yield return new TaskExpanded(id, [.. Enumerable.Range(1, 2).Select(n => Given.Child(task.Task.Key, n) with { Needs = task.Task.Needs })]);
        yield return Given.Escalated("e" + state.Escalations.Count, EscalationKind.BlockedTask, task.Task.Key, null, "retry", "skip", "giveUp");
        yield return new ModelAsked(AgentTurn.NextAsk(task), id, "act", "purchaser", "default", "", 1, 1, []);
        yield return new CallProposed(Given.Call($"evidence{state.Calls.Count}"), id, "system", "erp.read", JsonText.EmptyObject, []);
        if (task.Turn.OpenAsk is { } ask)
        {
            foreach (var reply in Replies)
            {
                yield return Given.Replied(ask, task.Task.Key, reply);
            }

            yield return Given.Replied(ask, task.Task.Key, null, Given.Wants("erp.read"), Given.Wants("erp.order", $$"""{"n":{{state.Seq}}}"""));
            yield return Given.Replied(ask, task.Task.Key, null, Given.Wants());
            yield return Given.Replied(ask, task.Task.Key, null) with { Outcome = ModelOutcome.Unavailable, Usage = null };
        }

        foreach (var call in task.Turn.Items.OfType<TurnItem.Reply>().SelectMany(r => r.Calls).Where(c => !state.Calls.ContainsKey(c.Call)))
        {
            yield return Propose(task, call);
        }
    }

    private static IEnumerable<WorkflowEvent> OfCall(WorkflowState state, CallState call, int choice, DateTimeOffset at)
    {
        var id = call.Proposed.Call;
        foreach (var effect in Enum.GetValues<Effect>())
        {
            yield return Given.Decided(id, effect);
        }

        yield return Given.Started(id, null, choice % 3 == 0 ? null : choice % 500);
        foreach (var approval in state.Approvals.Keys)
        {
            yield return Given.Started(id, approval, 20);
        }

        foreach (var outcome in Enum.GetValues<CallOutcome>())
        {
            yield return Given.Settled(id, outcome, "{}", outcome == CallOutcome.Succeeded && choice % 2 == 0 ? "12.50" : null);
        }

        yield return Given.Requested(Given.Approval($"{id}/{call.ApprovalsAsked}"), id, call.Proposed.Task) with
        {
            ExpiresAt = at + (choice % 2 == 0 ? TimeSpan.FromMinutes(5) : TimeSpan.FromDays(2)),
            Ladder = choice % 4 == 0 ? null : new ApprovalLadder(
                choice % 7 == 0 ? null : at.AddMinutes(1), at.AddMinutes(2), at.AddMinutes(3), choice % 4 == 1 ? [] : [new SeatEscalation("lead", "cfo")], choice % 2 == 0 ? null : [new SeatOrder("lead", "cfo")]),
            Seats = choice % 5 == 0 ? [] : choice % 3 == 0 ? [new Seat("lead", 1), new Seat("cfo", 1)] : [new Seat("lead", 1)],
        };
        yield return Given.Escalated($"e{state.Escalations.Count}", EscalationKind.UnknownCall, null, id, "happened", "again", "giveUp");
        yield return new CallChanged(id, Given.Json("""{"n":1}"""), [new ArgumentChange("n", "at most 1", ["cap"])], JsonText.EmptyObject);
        yield return new CallDeferred(id, choice % 2 == 0 ? DeferralKind.Defer : DeferralKind.Hold, at.AddMinutes(5));
        yield return new DeferralEnded(id);
        yield return new CallShadowed(id, [], null);
        if (call.Status == CallStatus.Started && choice % 4 == 0)
        {
            yield return new CallTakenUp(id, "host:1");
        }

        if (call.Approval is { } asked)
        {
            yield return new CallAnswered(id, asked, null);
            yield return new CallChanged(id, Given.Json("""{"n":2}"""), [], JsonText.EmptyObject, new ArgumentEdit(asked, "lena"));
        }

        yield return new LookAsked(Given.Id<EscalationId>($"look{state.Escalations.Count}"), id, "lead", choice % 2 == 0, "Look.");
    }

    private static IEnumerable<WorkflowEvent> OfApproval(ApprovalState approval)
    {
        var id = approval.Requested.Approval;
        yield return new ApprovalReminded(id);
        yield return new StandInsAdmitted(id, [new StandIn("omar", "lena", "lead")]);
        yield return new StandInsAdmitted(id, [new StandIn("petra", "lena", "lead")]);
        yield return new ApprovalEscalated(id, "cfo");
        yield return Given.Seat(id, "omar") with { StandsInFor = "lena" };
        yield return Given.Seat(id, "carl") with { EscalatedTo = "cfo" };
        foreach (var person in (string[])["lena", "carl", "petra"])
        {
            yield return Given.Seat(id, person);
            yield return Given.Seat(id, person, "cfo");
        }

        foreach (var verdict in Enum.GetValues<ApprovalVerdict>())
        {
            yield return Given.Verdict(id, verdict);
        }
    }
}
