using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>What one workflow says about how work goes: few enough figures to be kept when its thousands of events are not.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="EndedAt">UTC; null while it is not over. What comes afterwards, such as a call that was under way, counts; it takes no longer by it.</param>
/// <param name="Waits">How long it waited for people, by whom it waited for; what still waits is left out.</param>
/// <param name="Approvals">How each of its approvals ended; null for one that still waits.</param>
/// <param name="Escalations">What it asked people about.</param>
/// <param name="Efforts">What became of each executor's work, but for what somebody else took over.</param>
/// <param name="Spent">What it cost.</param>
public sealed record WorkflowDigest(
    WorkflowId Workflow,
    DateTimeOffset? EndedAt,
    ImmutableArray<RoleWait> Waits,
    ImmutableArray<ApprovalVerdict?> Approvals,
    ImmutableArray<AskedPerson> Escalations,
    ImmutableArray<Effort> Efforts,
    Amounts Spent)
{
    private static readonly ImmutableHashSet<string> Counted =
    [
        nameof(ApprovalRequested), nameof(SeatFilled), nameof(ApprovalDecided), nameof(Escalated), nameof(EscalationAnswered), nameof(CallSettled), nameof(ModelReplied),
        nameof(GoalCompleted), nameof(GoalFailed), nameof(GoalCancelled),
    ];

    /// <summary>True when it is over.</summary>
    public bool IsOver => EndedAt is not null;

    /// <summary>True for an event that is counted. The others need not even be decoded: what models were asked is most of a journal.</summary>
    public static bool Counts(string type) => Counted.Contains(type) || TasksInHand.Counts(type);

    /// <summary>Makes it. Pure; private words need not be open.</summary>
    /// <param name="workflow">Which.</param>
    /// <param name="events">Those that are counted, oldest first.</param>
    public static WorkflowDigest Of(WorkflowId workflow, IEnumerable<Recorded> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var digest = new Digesting();
        foreach (var recorded in events)
        {
            digest.Take(recorded);
        }

        return digest.ToDigest(workflow);
    }

    /// <summary>Walks the events once.</summary>
    private sealed class Digesting
    {
        private readonly Dictionary<ApprovalId, (DateTimeOffset Since, List<string> Open)> _approvals = [];
        private readonly Dictionary<EscalationId, (DateTimeOffset Since, string Role)> _escalations = [];
        private readonly TasksInHand _tasks = new();
        private readonly List<RoleWait> _waits = [];
        private readonly List<ApprovalVerdict?> _verdicts = [];
        private readonly List<AskedPerson> _asked = [];
        private readonly List<Effort> _efforts = [];
        private Amounts _spent = Amounts.None;
        private DateTimeOffset? _endedAt;

        public WorkflowDigest ToDigest(WorkflowId workflow) =>
            new(workflow, _endedAt, [.. _waits], [.. _verdicts, .. Enumerable.Repeat<ApprovalVerdict?>(null, _approvals.Count)], [.. _asked], [.. _efforts], _spent);

        public void Take(Recorded recorded)
        {
            if (_tasks.Take(recorded.Event) is { End: not EffortEnd.TakenAway } effort)
            {
                _efforts.Add(effort);
            }

            switch (recorded.Event)
            {
                case ApprovalRequested asked:
                    _approvals[asked.Approval] = (recorded.At, [.. asked.Seats.SelectMany(s => Enumerable.Repeat(s.Role, s.Count))]);
                    break;
                case SeatFilled filled when _approvals.TryGetValue(filled.Approval, out var open) && open.Open.Remove(filled.Role):
                    _waits.Add(new RoleWait(filled.Role, recorded.At - open.Since));
                    break;
                case ApprovalDecided decided when _approvals.Remove(decided.Approval, out var open):
                    _verdicts.Add(decided.Verdict);
                    _waits.AddRange(open.Open.Distinct().Select(role => new RoleWait(role, recorded.At - open.Since)));
                    break;
                case Escalated { Kind: not (EscalationKind.Notice or EscalationKind.SecondLook) } raised:
                    _asked.Add(new AskedPerson(raised.Kind, raised.Question));
                    _escalations[raised.Escalation] = (recorded.At, raised.Role);
                    break;
                case EscalationAnswered answered when _escalations.Remove(answered.Escalation, out var open):
                    _waits.Add(new RoleWait(open.Role, recorded.At - open.Since));
                    break;
                case CallSettled { Cost: { } cost } when cost.TryRead(out var amount):
                    _spent += new Amounts(Money: amount);
                    break;
                case ModelReplied { Usage: { } usage } replied:
                    _spent += new Amounts(ModelCost: replied.Cost is { } price && price.TryRead(out var paid) ? paid : 0, Tokens: usage.Total, Calls: 1);
                    break;
                case GoalCompleted or GoalFailed or GoalCancelled:
                    _endedAt ??= recorded.At;
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

    /// <summary>Accepted after it had been sent back, or was tried again.</summary>
    AcceptedLater,

    /// <summary>Sent back.</summary>
    SentBack,

    /// <summary>The task failed in its hands.</summary>
    Failed,

    /// <summary>Somebody else took it over.</summary>
    TakenAway,
}
