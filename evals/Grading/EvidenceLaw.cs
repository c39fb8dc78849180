namespace AiManager.Evals;

/// <summary>
/// Whatever is done was looked at by somebody who never had it, after it was handed in for the last time. A check rests on calls of that task that were made and succeeded; a
/// reviewer's word on a question that was put to them and answered. A goal that is reached held each of its acceptance checks, or a person took it as it is.
/// </summary>
internal sealed class EvidenceLaw
{
    private readonly WorkflowRecord _workflow;
    private readonly Dictionary<TaskId, Trail> _tasks = [];
    private readonly Dictionary<CallId, (CallProposed Proposed, int Seq, CallOutcome? Outcome)> _calls = [];
    private readonly HashSet<CallId> _edited = [];
    private readonly Dictionary<AskId, ModelAsked> _asks = [];
    private readonly HashSet<EscalationId> _unmet = [];
    private readonly Dictionary<int, AcceptanceChecked> _acceptance = [];
    private readonly List<string> _wrong = [];
    private Contract? _contract;
    private bool _isAcceptedAsItIs;

    private EvidenceLaw(WorkflowRecord workflow) => _workflow = workflow;

    public static Grade Of(WorkflowRecord workflow)
    {
        var law = new EvidenceLaw(workflow);

        // In shadow nothing is done, and nothing can be shown.
        if (!workflow.Events.Any(e => e.Event is ShadowBegun))
        {
            foreach (var recorded in workflow.Events)
            {
                law.Read(recorded);
            }

            law.JudgeTasks();
        }

        return Grade.Of(Aspects.Evidence, law._wrong);
    }

    private void Read(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case ContractAgreed agreed:
                _contract = agreed.Contract;
                break;
            case TaskAssigned assigned:
                Of(assigned.Task).Had.Add(assigned.Executor.Actor);
                break;
            case TaskReassigned assigned:
                Of(assigned.Task).Had.Add(assigned.Executor.Actor);
                break;
            case DeliverableSubmitted submitted:
                Of(submitted.Task).HandedIn = recorded.Seq;
                break;
            case DeliverableReviewed reviewed:
                (Of(reviewed.Task).Review, Of(reviewed.Task).ReviewedAt) = (reviewed, recorded.Seq);
                break;
            case CallProposed proposed:
                _calls.TryAdd(proposed.Call, (proposed, recorded.Seq, null));
                break;
            case CallChanged { Edit: not null } changed:
                _edited.Add(changed.Call);
                break;
            case CallSettled settled when _calls.TryGetValue(settled.Call, out var call):
                _calls[settled.Call] = call with { Outcome = settled.Outcome };
                break;
            case ModelAsked { Step: "review" } asked:
                _asks.TryAdd(asked.Ask, asked);
                break;
            case ModelReplied { Outcome: ModelOutcome.Replied } replied when _asks.TryGetValue(replied.Ask, out var asked) && asked.Task is { } id:
                Of(id).Answers.Add((asked.Role, recorded.Seq));
                break;
            case AcceptanceChecked check:
                Keep(check);
                break;
            case Escalated { Kind: EscalationKind.UnmetGoal } raised:
                _unmet.Add(raised.Escalation);
                break;
            case EscalationAnswered { Choice: "accept" } answered when _unmet.Contains(answered.Escalation) && recorded.Actor.PersonId is not null:
                _isAcceptedAsItIs = true;
                break;
            case GoalCompleted when !_isAcceptedAsItIs:
                JudgeGoal();
                break;
        }
    }

    private void Keep(AcceptanceChecked check)
    {
        if (_acceptance.Values.Any(a => a.Round != check.Round))
        {
            _acceptance.Clear();
        }

        _acceptance[check.Index] = check;
    }

    private void JudgeGoal()
    {
        var checks = _contract?.Acceptance ?? [];
        for (var index = 0; index < checks.Length; index++)
        {
            var shown = checks[index].Tool is { } tool ? tool : "a reviewer";
            if (_acceptance.GetValueOrDefault(index) is not { Held: true } made)
            {
                _wrong.Add($"the goal is reached and {shown} does not show it");
            }
            else if (checks[index].Tool is { } named && !(made.Call is { } call && _calls.TryGetValue(call, out var found) && found.Outcome == CallOutcome.Succeeded && found.Proposed.Tool == named))
            {
                _wrong.Add($"the goal is reached and no call of {named} is behind it");
            }
        }
    }

    private void JudgeTasks()
    {
        foreach (var task in _workflow.State.Tasks.Where(t => t.Status == WorkTaskStatus.Done && t.Executor is not null))
        {
            if (Fault(task.Task, Of(task.Task.Id)) is { } fault)
            {
                _wrong.Add($"{task.Task.Key} is done and {fault}");
            }
        }
    }

    private string? Fault(WorkTask task, Trail trail)
    {
        if (trail.Review is not { Accepted: true } review || trail.ReviewedAt < trail.HandedIn || trail.HandedIn == 0)
        {
            return "what was handed in last was not accepted";
        }

        if (trail.Had.Contains(review.Reviewer))
        {
            return $"{review.Reviewer} accepted it, who had it";
        }

        if (review.Evidence.Select(e => _calls.TryGetValue(e, out var call) && call.Proposed.Task == task.Id && call.Outcome == CallOutcome.Succeeded && call.Seq > trail.HandedIn ? null : e.ToString()).FirstOrDefault(e => e is not null) is { } lost)
        {
            return $"{lost} is no evidence: no call of it that succeeded after it was handed in";
        }

        // Where a person wrote other arguments than the agent wanted, the check does not know them, and somebody looks instead.
        if (task.Deliverable.Check is { When: null } check && !_edited.Any(e => _calls[e].Proposed.Task == task.Id) && review.Evidence.All(e => _calls[e].Proposed.Tool != check.Tool))
        {
            return $"{check.Tool} does not show it";
        }

        var role = review.Reviewer == Actor.Manager ? "manager" : review.Reviewer.AgentName;
        return review.Reviewer == Actor.System && review.Evidence.IsEmpty ? "nothing shows it"
            : role is not null && !trail.Answers.Any(a => a.Role == role && a.Seq > trail.HandedIn && a.Seq < trail.ReviewedAt) ? $"{review.Reviewer} was never asked about it"
            : null;
    }

    private Trail Of(TaskId task) => _tasks.TryGetValue(task, out var trail) ? trail : _tasks[task] = new Trail();

    private sealed class Trail
    {
        /// <summary>Whoever was given it.</summary>
        public HashSet<Actor> Had { get; } = [];

        /// <summary>When it was handed in last; 0 for never.</summary>
        public int HandedIn { get; set; }

        public DeliverableReviewed? Review { get; set; }

        public int ReviewedAt { get; set; }

        /// <summary>Who answered a question about it, and when.</summary>
        public List<(string Role, int Seq)> Answers { get; } = [];
    }
}
