using System.Collections.Immutable;

namespace AiManager.Evals;

/// <summary>How each thing that a report can speak of stood after some events, from those events alone.</summary>
internal sealed class ReportedSubjects
{
    private readonly Dictionary<TaskId, TaskStand> _tasks = [];
    private readonly Dictionary<CallId, CallStand> _calls = [];
    private readonly Dictionary<ApprovalId, CallId> _asked = [];
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private ImmutableArray<AcceptanceChecked> _checks = [];

    public ReportedSubjects(IEnumerable<Recorded> events)
    {
        foreach (var recorded in events)
        {
            Read(recorded);
        }
    }

    /// <summary>Every task of every plan.</summary>
    public IReadOnlyCollection<TaskStand> Tasks => _tasks.Values;

    /// <summary>How the goal ended; null while it has not.</summary>
    public Recorded? Ending { get; private set; }

    /// <summary>Whether a check of the goal is of the last round of the plan in force.</summary>
    public bool IsInForce(AcceptanceChecked check) => _checks.Contains(check);

    /// <summary>Whether an approval or an escalation waits for somebody.</summary>
    public bool IsOpen(string id) => _open.Contains(id);

    /// <summary>The task that an event is of, or whose call it is about; null for others.</summary>
    public TaskStand? TaskOf(WorkflowEvent fact) => CallOf(fact) is { } call ? (call.Task is { } id ? _tasks.GetValueOrDefault(id) : null)
        : PrefixedId.TryRead<TaskId>(EventSubject.Of(fact), out var own) ? _tasks.GetValueOrDefault(own)
        : null;

    /// <summary>The call that an event is about; null for others.</summary>
    public CallStand? CallOf(WorkflowEvent fact)
    {
        var id = EventSubject.Of(fact);
        return PrefixedId.TryRead<CallId>(id, out var call) || PrefixedId.TryRead<ApprovalId>(id, out var approval) && _asked.TryGetValue(approval, out call) ? _calls.GetValueOrDefault(call) : null;
    }

    private void Read(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case PlanAdopted adopted:
                Plan(adopted.Plan.Tasks);
                break;
            case PlanRevised revised:
                Plan(revised.Plan.Tasks);
                _checks = [];
                break;
            case TaskExpanded expanded:
                Plan(expanded.Children);
                Move(expanded.Task, t => t with { Outcome = expanded.Children.IsEmpty ? recorded : t.Outcome });
                break;
            case TaskAssigned assigned:
                Move(assigned.Task, t => t with { Outcome = null, IsWithPerson = assigned.Executor.IsPerson, IsPutOff = false });
                break;
            case AssignmentPutOff put:
                Move(put.Task, t => t with { IsPutOff = true });
                break;
            case TaskReassigned assigned:
                Move(assigned.Task, t => t with { Outcome = null, IsWithPerson = assigned.Executor.IsPerson });
                break;
            case DeliverableSubmitted submitted:
                Move(submitted.Task, t => t with { Outcome = null, Deliverable = submitted.Deliverable });
                break;
            case DeliverableReviewed review:
                Move(review.Task, t => t with { Outcome = review.Accepted ? recorded : null });
                break;
            case TaskFailed failed:
                Move(failed.Task, t => t with { Outcome = recorded });
                break;
            case GrantRevoked revoked:
                Close(recorded, t => t.Task.Id == revoked.Task || t.Task.Template == revoked.Task);
                break;
            case GoalCompleted or GoalFailed or GoalCancelled:
                Ending = recorded;
                Close(recorded, _ => true);
                break;
            case AcceptanceChecked check:
                _checks = check.Index == 0 ? [check] : _checks.Add(check);
                break;
            case Escalated raised:
                _open.Add(raised.Escalation.ToString());
                break;
            case LookAsked look:
                _open.Add(look.Escalation.ToString());
                break;
            case EscalationAnswered answered:
                _open.Remove(answered.Escalation.ToString());
                break;
            default:
                ReadCall(recorded);
                break;
        }
    }

    private void ReadCall(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case CallProposed proposed:
                _calls.TryAdd(proposed.Call, new CallStand(proposed.Tool, proposed.Task));
                break;
            case CallDecided decided:
                Move(decided.Call, c => c with { Outcome = decided.Effect == Effect.Deny ? recorded : null });
                break;
            case CallStarted started:
                Move(started.Call, c => c with { Outcome = null, Sent = recorded });
                break;
            case CallSettled settled:
                Move(settled.Call, c => c with { Outcome = recorded });
                break;
            case CallAnswered answered:
                Move(answered.Call, c => c with { Outcome = recorded });
                break;
            case CallShadowed shadowed:
                Move(shadowed.Call, c => c with { Outcome = recorded });
                break;
            case ApprovalRequested requested:
                _asked[requested.Approval] = requested.Call;
                _open.Add(requested.Approval.ToString());
                break;
            case ApprovalDecided verdict:
                _open.Remove(verdict.Approval.ToString());
                if (verdict.Verdict is not (ApprovalVerdict.Approved or ApprovalVerdict.Edited) && _asked.TryGetValue(verdict.Approval, out var call))
                {
                    Move(call, c => c with { Outcome = recorded });
                }

                break;
        }
    }

    private void Plan(IEnumerable<WorkTask> tasks)
    {
        foreach (var task in tasks)
        {
            _tasks[task.Id] = _tasks.TryGetValue(task.Id, out var known) ? known with { Task = task } : new TaskStand(task);
        }
    }

    private void Close(Recorded recorded, Func<TaskStand, bool> which)
    {
        foreach (var open in _tasks.Values.Where(t => t.Outcome is null && which(t)).ToList())
        {
            _tasks[open.Task.Id] = open with { Outcome = recorded };
        }
    }

    private void Move(TaskId id, Func<TaskStand, TaskStand> to)
    {
        if (_tasks.TryGetValue(id, out var task))
        {
            _tasks[id] = to(task);
        }
    }

    private void Move(CallId id, Func<CallStand, CallStand> to)
    {
        if (_calls.TryGetValue(id, out var call))
        {
            _calls[id] = to(call);
        }
    }
}

/// <summary>A task.</summary>
/// <param name="Task">As planned last.</param>
internal sealed record TaskStand(WorkTask Task)
{
    /// <summary>What ended it: its acceptance, its failure, or the end of all; null while it is open.</summary>
    public Recorded? Outcome { get; init; }

    /// <summary>What was handed in last.</summary>
    public JsonText Deliverable { get; init; } = JsonText.Null;

    /// <summary>Whether a person has it.</summary>
    public bool IsWithPerson { get; init; }

    /// <summary>Whether it waits for somebody with time.</summary>
    public bool IsPutOff { get; init; }

    /// <summary>Whether it is done, and nothing else became of it.</summary>
    public bool IsDone => Outcome?.Event is DeliverableReviewed or TaskExpanded;
}

/// <summary>A call.</summary>
/// <param name="Tool">Its tool.</param>
/// <param name="Task">Its task; null for none.</param>
internal sealed record CallStand(string Tool, TaskId? Task)
{
    /// <summary>What came of it last; null while that is open.</summary>
    public Recorded? Outcome { get; init; }

    /// <summary>When it was sent last; null when it was not.</summary>
    public Recorded? Sent { get; init; }
}
