using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Bench;

/// <summary>Goals whose one call waits for people, with all the due rows that go with it: folded and turned into rows as a session does it, and let go.</summary>
/// <param name="begin">When all of them were submitted.</param>
internal sealed class WaitingWorkflows(DateTimeOffset begin)
{
    /// <summary>Events of each.</summary>
    public const int Events = 7;

    private const int AtOnce = 256;

    /// <summary>Appends as many as there are between the two numbers.</summary>
    public async Task AppendAsync(IWorkflowJournal journal, int from, int to)
    {
        for (var first = from; first < to; first += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(first, Math.Min(AtOnce, to - first)).Select(n => journal.AppendAsync(Waiting(n), CancellationToken.None)));
        }
    }

    /// <summary>The append that wakes one of them.</summary>
    public AppendRequest Message(int number) => new(
        Id(number).ToString(), Events, null, [EventCodec.Encode(new MessagePosted(new PrivateText("system", "Hello.")), begin, Actor.System, "")], [], []);

    private WorkflowId Id(int number) => PrefixedId.New<WorkflowId>(begin, new Random(number));

    private AppendRequest Waiting(int number)
    {
        var id = Id(number);
        var task = PrefixedId.Derive<TaskId>(id.Value, "order");
        var call = PrefixedId.Derive<CallId>(id.Value, "call");
        var approval = PrefixedId.Derive<ApprovalId>(id.Value, "approval");
        var work = new WorkTask(
            task, "order", "Order", "Order it.", [], "purchasing", new DeliverableContract(JsonText.EmptyObject, null, null), new Grant(["erp.order"]), null, null, JsonText.Null,
            begin.AddDays(30).AddSeconds(number), Risk.High);
        ImmutableArray<WorkflowEvent> facts =
        [
            new GoalSubmitted(new PrivateText("system", "Restock everything."), "jana", null, null, JsonText.EmptyObject, begin.AddDays(40), null, null, "", null, 0),
            new ContractAgreed(new Contract("Everything is back.", [], [], null, null), null, null, "playbook"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(task, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "It has the skill."),
            new CallProposed(call, task, "purchaser", "erp.order", JsonText.Parse("""{"supplier":"acme","quantity":12}"""), []),
            new CallDecided(call, Effect.Ask, ["over-limit"], JsonText.EmptyObject, "It is much.", "", "", []),
            new ApprovalRequested(
                approval, call, task, "purchaser", "erp.order", JsonText.EmptyObject, JsonText.EmptyObject, "", ["over-limit"], [], "It is much.", [new Seat("lead", 1)], ["jana"],
                begin.AddDays(20).AddSeconds(number),
                new ApprovalLadder(begin.AddDays(10), begin.AddDays(11), begin.AddDays(12), [new SeatEscalation("lead", "cfo")])),
        ];
        var before = WorkflowFold.Start(id);
        var recorded = facts.Select((fact, i) => new Recorded(0, i + 1, begin, Actor.System, fact)).ToImmutableArray();
        var after = recorded.Aggregate(before, WorkflowFold.Apply);
        return new AppendRequest(
            id.ToString(), 0, null, [.. recorded.Select(r => EventCodec.Encode(r.Event, r.At, r.Actor, ""))], [], WorkflowView.Changes(before, recorded, after));
    }
}
