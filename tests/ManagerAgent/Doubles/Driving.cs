using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.ManagerAgent.Tests;

/// <summary>One process: what people can do through its desk, and its loop.</summary>
internal sealed class Driving(House house, MemoryJournal journal, ServiceProvider services)
{
    /// <summary>Longest that a run without any real waiting may take before it counts as hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public MemoryJournal Journal { get; } = journal;

    public WorkflowDesk Desk { get; } = services.GetRequiredService<WorkflowDesk>();

    public AnswerDesk Answers { get; } = services.GetRequiredService<AnswerDesk>();

    public WorkflowLoop Loop { get; } = services.GetRequiredService<WorkflowLoop>();

    public IWorkflowOutside Outside { get; } = services.GetRequiredService<IWorkflowOutside>();

    public WorkflowDriver Driver { get; } = services.GetRequiredService<WorkflowDriver>();

    public EventStream Stream { get; } = services.GetRequiredService<EventStream>();

    public async Task<WorkflowId> SubmitAsync(string goal = House.Goal, Func<SubmitRequest, SubmitRequest>? change = null)
    {
        var request = new SubmitRequest(goal, "olga", "bundle");
        return Assert.IsType<SubmitResult.Created>(await Desk.SubmitAsync(change?.Invoke(request) ?? request, default)).Workflow;
    }

    /// <summary>Drives until idle and says where that led. What it leaves behind is checked.</summary>
    public async Task<WorkflowState> RunAsync(WorkflowId workflow)
    {
        await Loop.RunUntilIdleAsync(null, default).WaitAsync(Patience);
        var snapshot = await SnapshotAsync(workflow);
        Invariants.Check(house, snapshot);
        return snapshot.State;
    }

    public async Task<WorkflowState> SubmitAndRunAsync(string goal = House.Goal, Func<SubmitRequest, SubmitRequest>? change = null) =>
        await RunAsync(await SubmitAsync(goal, change));

    public async Task<WorkflowSnapshot> SnapshotAsync(WorkflowId workflow) => (await Desk.FindAsync(workflow, default))!;

    public async Task<ImmutableArray<T>> EventsAsync<T>(WorkflowId workflow)
        where T : WorkflowEvent => [.. (await SnapshotAsync(workflow)).Events.Select(e => e.Event).OfType<T>()];

    /// <summary>Answers the one open escalation of a kind.</summary>
    public async Task AnswerAsync(WorkflowId workflow, EscalationKind kind, string choice, string? words = null)
    {
        var open = (await SnapshotAsync(workflow)).State.Escalations.Values.First(e => e.Choice is null && e.Raised.Kind == kind);
        Assert.IsType<AnswerResult.Given>(await Answers.AnswerAsync(workflow, open.Raised.Escalation, choice, words, "olga", "api", default));
    }

    /// <summary>Fills the seat of every pending approval, or says no to it.</summary>
    public async Task DecideAllAsync(WorkflowId workflow, bool approve)
    {
        foreach (var approval in (await SnapshotAsync(workflow)).State.Approvals.Values.Where(a => a.Verdict is null))
        {
            var id = approval.Requested.Approval;
            ImmutableArray<WorkflowEvent> events = approve
                ? [new SeatFilled(id, "lead", "petra", "api", null), new ApprovalDecided(id, "petra", "api", ApprovalVerdict.Approved, null)]
                : [new ApprovalDecided(id, "petra", "api", ApprovalVerdict.Rejected, null)];
            await Outside.AppendAsync(workflow, _ => new OutsideDecision.Append(events), Actor.Person("petra"), default);
        }
    }
}
