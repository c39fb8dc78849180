using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AiManager.ManagerAgent;

/// <summary>Writes a report's lines, in the order in which people ask: done, not done, waiting, cost, saved.</summary>
internal sealed class ReportWriter(WorkflowSnapshot snapshot, string currency, PlainWords words)
{
    /// <summary>Positions that one line names at most; the first and the last ones when there are more.</summary>
    private const int MostPositions = 40;

    private readonly ImmutableArray<ReportLine>.Builder _lines = ImmutableArray.CreateBuilder<ReportLine>();
    private readonly WorkflowState _state = snapshot.State;

    /// <summary>Who is who.</summary>
    public PlainWords Words => words;

    public ImmutableArray<ReportLine> ToImmutable() => _lines.ToImmutable();

    public void WriteTasks()
    {
        foreach (var task in _state.Tasks.Where(t => t.Task.ForEach is null))
        {
            WriteUnknown(task);
            switch (task.Status)
            {
                case WorkTaskStatus.Done:
                    // What was only read for an earlier plan, and read anew, says nothing that the later reading does not.
                    if (Again(task) is not { Status: WorkTaskStatus.Done } || _state.EffectsOf(task).Any())
                    {
                        Add(ReportKind.Done, $"{task.Task.Title}{Money(task)}: {Digest(task.Deliverable)}{FirstTried(task)}", WithEarlier(task));
                        WriteLeftOut(task);
                    }

                    WriteUndo(task);
                    break;
                case WorkTaskStatus.Failed:
                    if (Again(task) is null)
                    {
                        Add(ReportKind.NotDone, $"{task.Task.Title}: {words.ReadAny(task.Reason)}{FirstTried(task)}", WithEarlier(task));
                    }

                    WriteEffects(task);
                    WriteUndo(task);
                    break;
                case WorkTaskStatus.Cancelled when _state.IsFinal:
                    // What a plan of before left open, the plan in force has taken over.
                    if (_state.IsInForce(task))
                    {
                        Add(ReportKind.NotDone, $"{task.Task.Title}: {(!IsBegun(task) ? "not begun or no longer wanted" : _state.Status == WorkflowStatus.Cancelled ? "begun, then cancelled" : "begun, and not brought to an end")}.", [.. About(task), .. Ending]);
                    }

                    WriteEffects(task);
                    WriteUndo(task);
                    break;
            }
        }

        foreach (var template in _state.Tasks.Where(t => t.IsExpanded && _state.Tasks.All(c => c.Task.Template != t.Task.Id)))
        {
            Add(ReportKind.Done, $"{template.Task.Title}: nothing to do.", About(template));
        }
    }

    public void WriteAcceptance()
    {
        foreach (var check in _state.Acceptance)
        {
            Add(check.Held ? ReportKind.Done : ReportKind.NotDone, (check.Held ? "Proved: " : "Not proved: ") + check.Reason, Positions(e => e == check));
        }
    }

    /// <summary>What people are still to look at, also when the goal is over.</summary>
    public void WriteLooks()
    {
        foreach (var look in _state.Escalations.Values.Where(e => e is { Choice: null, Raised.Kind: EscalationKind.SecondLook }).OrderBy(e => e.RaisedAt))
        {
            Add(
                ReportKind.Waiting,
                $"{words.Read(look.Raised.Question)} Nobody waits for it; {look.Raised.Role} is to look ({look.Raised.Escalation}).",
                Positions(e => e is LookAsked l && l.Escalation == look.Raised.Escalation));
        }
    }

    public void WriteWaiting()
    {
        foreach (var approval in _state.Approvals.Values.Where(a => a.Verdict is null && !_state.IsFinal).OrderBy(a => a.RequestedAt))
        {
            var asked = approval.Requested;
            var seats = approval.OpenRoles.Select(role => (approval.Open(role) > 1 ? $"{approval.Open(role)} × " : string.Empty) + NowLine.Whom(approval, role, words));
            var title = asked.Task is { } id ? _state.Task(id)?.Task.Title : asked.Tool;
            Add(
                ReportKind.Waiting,
                $"{title} waits for {string.Join(" and ", seats)} to approve it until {asked.ExpiresAt:yyyy-MM-dd HH:mm} UTC ({asked.Approval}): {words.Read(asked.Reason)}",
                Positions(e => e is ApprovalRequested r && r.Approval == asked.Approval
                    || e is SeatFilled f && f.Approval == asked.Approval
                    || e is StandInsAdmitted s && s.Approval == asked.Approval
                    || e is ApprovalEscalated x && x.Approval == asked.Approval));
        }

        foreach (var escalation in _state.Escalations.Values.Where(e => _state.IsOpen(e) && !e.IsLook && (!_state.IsFinal || !e.IsAwaited)).OrderBy(e => e.RaisedAt))
        {
            Add(
                ReportKind.Waiting,
                $"{words.Read(escalation.Raised.Question)} {(escalation.IsAwaited ? "Waits for" : "No work waits for it; told to")} {escalation.Raised.Role} ({escalation.Raised.Escalation}).",
                Positions(e => e is Escalated r && r.Escalation == escalation.Raised.Escalation));
        }

        foreach (var task in _state.Tasks.Where(t => t.Status == WorkTaskStatus.WaitingPerson))
        {
            Add(ReportKind.Waiting, $"{task.Task.Title} waits for {words.Who(task.Executor?.Actor.Value)}.", About(task));
        }

        foreach (var task in _state.Tasks.Where(t => t.NextAssignment is not null))
        {
            Add(ReportKind.Waiting, $"{task.Task.Title} waits for somebody with time. {words.ReadAny(task.Reason)}", Positions(e => e is AssignmentPutOff put && put.Task == task.Task.Id));
        }
    }

    public void WriteEnding()
    {
        if (_state.Ending is { } ending)
        {
            Add(
                _state.Status == WorkflowStatus.Completed ? ReportKind.Done : ReportKind.NotDone,
                words.Read(ending),
                Ending);
        }
    }

    public void WriteCost()
    {
        foreach (var low in _state.LowBudgets)
        {
            Add(ReportKind.Cost, words.Read(low.Words), Positions(e => e is ModelAsked { Low: { } m } && m == low || e is CallStarted { Low: { } c } && c == low));
        }

        var spent = _state.Spend.Spent;
        var paid = Positions(e => e is CallSettled { Cost: not null });
        if (!paid.IsEmpty)
        {
            Add(ReportKind.Cost, $"Spent {Amount(spent.Money ?? 0)} by {Count(snapshot.Events.Count(e => e.Event is CallSettled { Cost: not null }), "call")}.", paid);
        }

        var asked = Positions(e => e is ModelReplied { Usage: not null });
        if (!asked.IsEmpty)
        {
            Add(ReportKind.Cost, $"Models: {Count(spent.Calls ?? 0, "call")}, {Count(spent.Tokens ?? 0, "token")}, {Amount(spent.ModelCost ?? 0)}.", asked);
        }
    }

    public void WriteSaving(decimal minutesPerTask)
    {
        var done = _state.Tasks.Where(t => t.Task.ForEach is null && t.Status == WorkTaskStatus.Done && t.Executor is { IsPerson: false } && Again(t) is not { Status: WorkTaskStatus.Done }).ToList();
        if (done.Count > 0 && minutesPerTask > 0)
        {
            var minutes = decimal.Round(done.Count * minutesPerTask);
            Add(
                ReportKind.Saved,
                string.Create(CultureInfo.InvariantCulture, $"About {Count((long)minutes, "minute")} of people's work: {Count(done.Count, "task")} done by agents × {minutesPerTask} minutes each (savings.minutesPerTask in company.yaml)."),
                [.. done.SelectMany(t => About(t)).Order()]);
        }
    }

    private bool IsBegun(TaskState task) => !task.Calls.IsEmpty || snapshot.Events.Any(e => e.Event is ModelAsked asked && asked.Task == task.Task.Id);

    /// <summary>The task of the plan in force that did the same once more, and has come to an end; null where none has.</summary>
    private TaskState? Again(TaskState task) => _state.IsInForce(task) ? null : _state.Tasks.FirstOrDefault(t => _state.IsInForce(t) && t.Status is WorkTaskStatus.Done or WorkTaskStatus.Failed && IsSame(t, task));

    /// <summary>Tasks of earlier plans that have no line of their own because this one did the same once more.</summary>
    private IEnumerable<TaskState> Earlier(TaskState task) => !_state.IsInForce(task) ? []
        : _state.Tasks.Where(t => !_state.IsInForce(t) && IsSame(t, task)
            && (t.Status == WorkTaskStatus.Failed || (t.Status == WorkTaskStatus.Done && task.Status == WorkTaskStatus.Done && !_state.EffectsOf(t).Any())));

    private string FirstTried(TaskState task) =>
        string.Concat(Earlier(task).Where(t => t.Status == WorkTaskStatus.Failed).Select(t => $" (first tried: {words.ReadAny(t.Reason)?.TrimEnd('.')})").Distinct());

    private ImmutableArray<long> WithEarlier(TaskState task) => [.. Earlier(task).Prepend(task).SelectMany(t => About(t)).Distinct().Order()];

    /// <summary>Elements of a list are known by their titles: the list may be shorter the second time.</summary>
    private static bool IsSame(TaskState one, TaskState other) =>
        one.Task.Title == other.Task.Title && one.Task.Skill == other.Task.Skill && (one.Task.Template is null) == (other.Task.Template is null);

    /// <summary>What a deliverable says was left out: a list <c>notDone</c> of texts, or of objects with <c>what</c> and <c>why</c>.</summary>
    private void WriteLeftOut(TaskState task)
    {
        var deliverable = task.Deliverable.ToElement();
        if (deliverable.ValueKind != JsonValueKind.Object || !deliverable.TryGetProperty("notDone", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var item in list.EnumerateArray())
        {
            var text = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("what", out var what) && item.TryGetProperty("why", out var why)
                ? $"{what}: {why}"
                : Cut(item.ToString());
            Add(ReportKind.NotDone, text, About(task));
        }
    }

    /// <summary>What a task did in the world that did not work out: it is not undone by that, and its money is spent. After a cancellation its own lines say it, with what undoes it.</summary>
    private void WriteEffects(TaskState task)
    {
        var done = _state.Status == WorkflowStatus.Cancelled ? [] : _state.EffectsOf(task).ToList();
        foreach (var call in done)
        {
            var which = done.Count > 1 ? $" {Cut(call.Args.Text)}" : string.Empty;
            Add(ReportKind.Done, $"{task.Task.Title}: done all the same: {EffectWords.Of(call)}{which}{(call.Started?.Undo is { } undo ? $"; {undo} undoes it" : string.Empty)}.", [.. Of(call)]);
        }
    }

    /// <summary>After a cancellation: what was done all the same, and what undoes it.</summary>
    private void WriteUndo(TaskState task)
    {
        if (_state.Status != WorkflowStatus.Cancelled)
        {
            return;
        }

        foreach (var call in _state.EffectsOf(task))
        {
            Add(
                ReportKind.Done,
                $"{call.Proposed.Tool} was done before the cancellation; {call.Started!.Undo ?? "nothing"} undoes it: {Cut(call.Settled!.Result.Text)}",
                [.. Of(call)]);
        }
    }

    /// <summary>A call whose end never came is neither done nor not done; whoever reads the report must look.</summary>
    private void WriteUnknown(TaskState task)
    {
        foreach (var call in task.Calls.Select(c => _state.Calls[c]).Where(c => _state.IsFinal && c.Status is (CallStatus.Unknown or CallStatus.Started)))
        {
            Add(ReportKind.NotDone, $"{task.Task.Title}: nobody knows whether {call.Proposed.Tool} was done: {Cut(call.Args.Text)}", [.. Of(call)]);
        }
    }

    private ImmutableArray<long> Ending => Positions(e => e is GoalCompleted or GoalFailed or GoalCancelled);

    private string Money(TaskState task)
    {
        var cost = task.Calls.Select(c => _state.Calls[c].Settled?.Cost).OfType<Money>().Sum(c => decimal.Parse(c.Amount, CultureInfo.InvariantCulture));
        return cost == 0 ? string.Empty : $" ({Amount(cost)})";
    }

    private static string Count(long count, string word) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {word}{(count == 1 ? string.Empty : "s")}");

    private string Amount(decimal amount) => MoneyText.Of(amount, currency);

    private ImmutableArray<long> About(TaskState task)
    {
        var id = task.Task.Id;
        var direct = Positions(e => e switch
        {
            TaskExpanded x => x.Task == id,
            TaskAssigned x => x.Task == id,
            TaskReassigned x => x.Task == id,
            TaskFailed x => x.Task == id,
            GrantRevoked x => task.IsRevoked && (x.Task == id || x.Task == task.Task.Template),
            DeliverableSubmitted x => x.Task == id,
            DeliverableReviewed x => x.Task == id,
            _ => false,
        });
        var calls = task.Calls.SelectMany(c => Of(_state.Calls[c]));
        var all = direct.Concat(calls).Distinct().Order().ToImmutableArray();

        // A task that nothing happened to is known from the plan.
        return all.IsEmpty ? Positions(e => e is PlanAdopted or PlanRevised) : all;
    }

    /// <summary>A line about one call, which rests on the call's own events; that one was not made which nobody refused, also on the end before which it was not.</summary>
    public void Write(ReportKind kind, string text, CallState call) => Add(kind, text, [.. Of(call), .. kind == ReportKind.NotDone && !call.IsFinal ? Ending : []]);

    /// <summary>A line about several calls.</summary>
    public void Write(ReportKind kind, string text, IEnumerable<CallState> calls) => Add(kind, text, [.. calls.SelectMany(Of).Distinct().Order()]);

    private IEnumerable<long> Of(CallState call) => call.Seqs.Select(seq => snapshot.Events[seq - 1].Position);

    private ImmutableArray<long> Positions(Func<WorkflowEvent, bool> wanted) => [.. snapshot.Events.Where(e => wanted(e.Event)).Select(e => e.Position)];

    private void Add(ReportKind kind, string text, ImmutableArray<long> events) =>
        _lines.Add(new ReportLine(text, kind, events.Length <= MostPositions ? events : [.. events.Take(MostPositions / 2), .. events.TakeLast(MostPositions / 2)]) { Rests = events.Length });

    /// <summary>A deliverable in a few words: its summary, or its short fields.</summary>
    private static string Digest(JsonText deliverable)
    {
        var element = deliverable.ToElement();
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Cut(deliverable.Text);
        }

        if (element.TryGetProperty("summary", out var summary) && summary.ValueKind == JsonValueKind.String)
        {
            return Cut(summary.GetString()!);
        }

        return Cut(string.Join(", ", element.EnumerateObject().Select(f => f.Value.ValueKind switch
        {
            JsonValueKind.Array => $"{f.Name}: {f.Value.GetArrayLength()}",
            JsonValueKind.Object => $"{f.Name}: …",
            _ => $"{f.Name}: {f.Value}",
        })));
    }

    internal static string Cut(string text) => text.Length <= 200 ? text : text[..199] + "…";
}
