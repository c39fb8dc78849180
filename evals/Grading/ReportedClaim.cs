using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Evals;

/// <summary>
/// Whether the events that a line names can bear what it says of what it speaks of: of a task, what became of that task in the end; of a call, what became of that call; of the goal, its end or its checks.
/// An event of another task, or one that something else followed, bears nothing.
/// </summary>
/// <param name="line">The line.</param>
/// <param name="cited">Its events.</param>
/// <param name="subjects">How everything stood when it was written.</param>
internal sealed class ReportedClaim(ReportedLine line, ImmutableArray<Recorded> cited, ReportedSubjects subjects)
{
    public bool IsBorne => line.Kind switch
    {
        "done" => IsEnding(done: true) || AreChecks(held: true) || IsOfTask(t => t.IsDone) || IsOfCall(c => c.Outcome?.Event is CallSettled { Outcome: CallOutcome.Succeeded }),
        "notDone" => IsEnding(done: false) || AreChecks(held: false) || IsOfTask(t => !t.IsDone) || IsLeftOut || IsOfCall(c => c.Outcome?.Event is not CallSettled { Outcome: CallOutcome.Succeeded }),
        "waiting" => cited.Any(e => Waits(e.Event)) && cited.All(e => Waits(e.Event) || IsOfWaiting(e.Event)),
        "cost" => cited.All(e => e.Event is CallSettled { Cost: not null } or ModelReplied { Usage: not null } or ModelAsked { Low: not null } or CallStarted { Low: not null }),
        "saved" => cited.Any(e => e.Event is DeliverableReviewed { Accepted: true }) && cited.All(e => subjects.TaskOf(e.Event) is { IsDone: true }),
        "shadow" => cited.Any(e => e.Event is CallDecided) && cited.All(e => subjects.CallOf(e.Event) is not null),
        _ => false,
    };

    private bool Cites(Recorded? recorded) => recorded is not null && line.Events.Contains(recorded.Position);

    private bool IsEnding(bool done) => cited.All(e => e == subjects.Ending) && subjects.Ending!.Event is GoalCompleted == done;

    private bool AreChecks(bool held) => cited.All(e => e.Event is AcceptanceChecked check && check.Held == held && subjects.IsInForce(check) && line.Text.EndsWith(check.Reason, StringComparison.Ordinal));

    /// <summary>A line about a task begins with its title, names what ended it, and beside that only what happened to it, or to an earlier try at the same, the plan that it stands in and the end of all.</summary>
    private bool IsOfTask(Func<TaskStand, bool> isSo) => subjects.Tasks.Any(t =>
        isSo(t) && Cites(t.Outcome) && IsAbout(t)
        && cited.All(e => e == t.Outcome || e == subjects.Ending || e.Event is PlanAdopted or PlanRevised || subjects.TaskOf(e.Event) is { } of && (of.Task.Id == t.Task.Id || of.Task.Title == t.Task.Title)));

    /// <summary>Of two titles one may begin with the other, so what a line says after its title counts too: what became of it, what it cost, or whom it waits for.</summary>
    private bool IsAbout(TaskStand task) => line.Text.StartsWith(task.Task.Title, StringComparison.Ordinal)
        && line.Text[task.Task.Title.Length..] is var rest && (rest.StartsWith(':') || rest.StartsWith(" (", StringComparison.Ordinal) || rest.StartsWith(" waits", StringComparison.Ordinal));

    /// <summary>What was accepted says itself that this was left out.</summary>
    private bool IsLeftOut => cited.Select(e => subjects.TaskOf(e.Event)).Distinct().ToList() is [{ IsDone: true } task] && Cites(task.Outcome)
        && task.Deliverable.ToElement() is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty("notDone", out var list) && list.ValueKind == JsonValueKind.Array
        && list.EnumerateArray().Any(item => IsSaid(item.ValueKind == JsonValueKind.Object && item.TryGetProperty("what", out var what) && item.TryGetProperty("why", out var why) ? $"{what}: {why}" : item.ToString()));

    private bool IsSaid(string whole) => line.Text == whole || line.Text.EndsWith('…') && whole.StartsWith(line.Text[..^1], StringComparison.Ordinal);

    /// <summary>A line about a call names its tool and what became of it: what it came to, that it was sent and nothing came back, or the end before which it was not made.</summary>
    private bool IsOfCall(Func<CallStand, bool> isSo) => cited.Where(e => e != subjects.Ending).Select(e => subjects.CallOf(e.Event)).Distinct().ToList() is [{ } call]
        && isSo(call) && Cites(call.Outcome ?? call.Sent ?? subjects.Ending) && line.Text.Contains(call.Tool, StringComparison.Ordinal);

    private bool Waits(WorkflowEvent fact) => fact switch
    {
        ApprovalRequested asked => IsOpen(asked.Approval.ToString()),
        Escalated raised => IsOpen(raised.Escalation.ToString()),
        LookAsked look => IsOpen(look.Escalation.ToString()),
        TaskAssigned or TaskReassigned => subjects.TaskOf(fact) is { Outcome: null, IsWithPerson: true } task && IsAbout(task),
        AssignmentPutOff => subjects.TaskOf(fact) is { Outcome: null, IsPutOff: true } task && IsAbout(task),
        CallChanged => subjects.CallOf(fact) is { Outcome: null } call && line.Text.Contains(call.Tool, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Beside what somebody waits for, a line names how far that is: who sits where, or what happened before to the task, or to the call that was changed.</summary>
    private bool IsOfWaiting(WorkflowEvent fact) => fact switch
    {
        SeatFilled filled => IsOpen(filled.Approval.ToString()),
        StandInsAdmitted admitted => IsOpen(admitted.Approval.ToString()),
        ApprovalEscalated escalated => IsOpen(escalated.Approval.ToString()),
        _ => subjects.TaskOf(fact) is { Outcome: null } task && (task.IsWithPerson || task.IsPutOff) && IsAbout(task)
            || subjects.CallOf(fact) is { } call && cited.Any(e => e.Event is CallChanged && Waits(e.Event) && ReferenceEquals(subjects.CallOf(e.Event), call)),
    };

    private bool IsOpen(string id) => subjects.IsOpen(id) && line.Text.Contains(id, StringComparison.Ordinal);
}
