using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What one workflow says about how work goes: few enough figures to be kept when its thousands of events are not.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="Waits">How long it waited for people, by whom it waited for; what still waits is left out.</param>
/// <param name="Approvals">How each of its approvals ended; null for one that still waits.</param>
/// <param name="Escalations">What it asked people about.</param>
/// <param name="Efforts">What became of each executor's work.</param>
/// <param name="Spent">What it cost.</param>
public sealed record WorkflowDigest(
    WorkflowId Workflow,
    ImmutableArray<RoleWait> Waits,
    ImmutableArray<ApprovalVerdict?> Approvals,
    ImmutableArray<AskedPerson> Escalations,
    ImmutableArray<Effort> Efforts,
    Amounts Spent)
{
    /// <summary>Makes it. Pure.</summary>
    public static WorkflowDigest Of(WorkflowSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var digest = new Digesting();
        foreach (var recorded in snapshot.Events)
        {
            digest.Take(recorded);
        }

        var state = snapshot.State;
        return new WorkflowDigest(
            state.Id,
            [.. digest.Waits],
            [.. state.Approvals.Values.Select(a => a.Verdict)],
            [.. state.Escalations.Values.Where(e => !e.IsLook).OrderBy(e => e.RaisedSeq).Select(e => new AskedPerson(e.Raised.Kind, e.Raised.Question))],
            [.. digest.Efforts],
            state.Spend.Spent);
    }

    /// <summary>Walks the events once.</summary>
    private sealed class Digesting
    {
        private readonly Dictionary<ApprovalId, (DateTimeOffset Since, List<string> Open)> _approvals = [];
        private readonly Dictionary<EscalationId, (DateTimeOffset Since, string Role)> _escalations = [];
        private readonly Dictionary<TaskId, (Actor Who, bool WasSentBack)> _tasks = [];

        public List<RoleWait> Waits { get; } = [];

        public List<Effort> Efforts { get; } = [];

        public void Take(Recorded recorded)
        {
            switch (recorded.Event)
            {
                case ApprovalRequested asked:
                    _approvals[asked.Approval] = (recorded.At, [.. asked.Seats.SelectMany(s => Enumerable.Repeat(s.Role, s.Count))]);
                    break;
                case SeatFilled filled when _approvals.TryGetValue(filled.Approval, out var open) && open.Open.Remove(filled.Role):
                    Waits.Add(new RoleWait(filled.Role, recorded.At - open.Since));
                    break;
                case ApprovalDecided decided when _approvals.Remove(decided.Approval, out var open):
                    Waits.AddRange(open.Open.Distinct().Select(role => new RoleWait(role, recorded.At - open.Since)));
                    break;
                case Escalated { Kind: not (EscalationKind.Notice or EscalationKind.SecondLook) } raised:
                    _escalations[raised.Escalation] = (recorded.At, raised.Role);
                    break;
                case EscalationAnswered answered when _escalations.Remove(answered.Escalation, out var open):
                    Waits.Add(new RoleWait(open.Role, recorded.At - open.Since));
                    break;
                case TaskAssigned assigned:
                    _tasks[assigned.Task] = (assigned.Executor.Actor, false);
                    break;
                case TaskReassigned again:
                    _tasks[again.Task] = (again.Executor.Actor, false);
                    break;
                case DeliverableReviewed reviewed when _tasks.TryGetValue(reviewed.Task, out var task):
                    Efforts.Add(new Effort(task.Who, !reviewed.Accepted ? EffortEnd.SentBack : task.WasSentBack ? EffortEnd.AcceptedLater : EffortEnd.AcceptedFirst));
                    _tasks[reviewed.Task] = (task.Who, true);
                    break;
                case TaskFailed failed when _tasks.Remove(failed.Task, out var task):
                    Efforts.Add(new Effort(task.Who, EffortEnd.Failed));
                    break;
            }
        }
    }
}

/// <summary>A wait for people that is over.</summary>
/// <param name="Role">For whom.</param>
/// <param name="Time">How long.</param>
public sealed record RoleWait(string Role, TimeSpan Time);

/// <summary>Something that people were asked.</summary>
/// <param name="Kind">What about.</param>
/// <param name="Question">In plain words.</param>
public sealed record AskedPerson(EscalationKind Kind, string Question);

/// <summary>A piece of work and what became of it.</summary>
/// <param name="Who">The executor.</param>
/// <param name="End">What became of it.</param>
public sealed record Effort(Actor Who, EffortEnd End);

/// <summary>What became of a piece of work.</summary>
public enum EffortEnd
{
    /// <summary>Accepted as it was first handed in.</summary>
    AcceptedFirst,

    /// <summary>Accepted after it had been sent back.</summary>
    AcceptedLater,

    /// <summary>Sent back.</summary>
    SentBack,

    /// <summary>The task failed in its hands.</summary>
    Failed,
}
