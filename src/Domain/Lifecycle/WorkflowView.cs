using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Read-model rows from state: what an append changes, found by comparing the states before and after it. Pure, so it also rebuilds.</summary>
public static class WorkflowView
{
    /// <summary>The rows that <paramref name="events"/> change.</summary>
    /// <param name="before">The state without them.</param>
    /// <param name="events">In order.</param>
    /// <param name="after">The state with them.</param>
    public static ImmutableArray<ReadModelChange> Changes(WorkflowState before, IEnumerable<Recorded> events, WorkflowState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(after);
        var changes = ImmutableArray.CreateBuilder<ReadModelChange>();
        if (after.Submitted is null)
        {
            return [];
        }

        var row = Row(after);
        if (before.Submitted is null || Row(before) != row)
        {
            changes.Add(new ReadModelChange.PutWorkflow(row));
        }

        AddTasks(before, after, changes);
        AddApprovals(before, after, changes);
        AddEscalations(before, after, changes);
        DueRows.AddChanges(before, after, changes);
        AddLedgers(events, after, changes);
        changes.AddRange(RecordHolds.GivenBack(before, after));
        return changes.ToImmutable();
    }

    /// <summary>The workflow's row.</summary>
    public static WorkflowRow Row(WorkflowState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var submitted = state.Submitted ?? throw new InvalidOperationException("A workflow without its first event has no row.");
        var work = state.Tasks.Where(t => t.Task.ForEach is null && t.Status != WorkTaskStatus.Cancelled).ToList();
        return new WorkflowRow(
            state.Id,
            submitted.Goal.Words,
            submitted.Requester,
            StatusNames.Write(state.ShownStatus),
            state.Agreed?.Playbook ?? submitted.Playbook,
            state.IsFinal ? null : state.Agreed?.Singleton ?? submitted.Singleton,
            submitted.Priority,
            state.SubmittedAt,
            state.ListedAt,
            work.Count(t => t.Status == WorkTaskStatus.Done),
            work.Count);
    }

    private static void AddTasks(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        if (before.Tasks == after.Tasks)
        {
            return;
        }

        for (var i = 0; i < after.Tasks.Length; i++)
        {
            // Most tasks are the same object at the same place: looking each one up would take a plan of hundreds to its square.
            var task = after.Tasks[i];
            if (i < before.Tasks.Length && ReferenceEquals(before.Tasks[i], task))
            {
                continue;
            }

            var row = Row(after.Id, task);
            if (before.Task(task.Task.Id) is not { } known || (!ReferenceEquals(known, task) && Row(after.Id, known) != row))
            {
                changes.Add(new ReadModelChange.PutTask(row));
            }
        }
    }

    private static TaskRow Row(WorkflowId workflow, TaskState task) =>
        new(task.Task.Id, workflow, task.Task.Key, task.Task.Title, StatusNames.Write(task.Status), task.Executor?.Actor.Value, task.Task.Deadline);

    private static void AddApprovals(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        if (ReferenceEquals(before.Approvals, after.Approvals) && before.Status == after.Status)
        {
            return;
        }

        foreach (var (id, approval) in after.Approvals.OrderBy(a => a.Key.Value))
        {
            var known = before.Approvals.GetValueOrDefault(id);
            var row = Row(after, approval);
            if (known is null || Row(before, known) != row)
            {
                changes.Add(new ReadModelChange.PutApproval(row));
            }
        }
    }

    private static ApprovalRow Row(WorkflowState state, ApprovalState approval)
    {
        var status = approval.IsUsed ? "used"
            : approval.Verdict is { } verdict ? StatusName(verdict)
            : state.IsFinal ? StatusName(ApprovalVerdict.Void)   // nobody need answer for what is over
            : "pending";
        var open = approval.Requested.Seats.Where(s => approval.Open(s.Role) > 0 && !approval.IsWaiting(s.Role)).Select(s => s.Role);
        return new ApprovalRow(approval.Requested.Approval, state.Id, status, string.Join(',', open), approval.Requested.ExpiresAt, approval.RequestedAt);
    }

    private static string StatusName(ApprovalVerdict verdict) => verdict switch
    {
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Expired => "expired",
        ApprovalVerdict.Edited => "edited",
        ApprovalVerdict.Responded => "responded",
        _ => "void",
    };

    private static void AddEscalations(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        // A question about a task is over when the task is.
        if (after.Escalations.IsEmpty
            || (ReferenceEquals(before.Escalations, after.Escalations) && before.IsFinal == after.IsFinal && before.Tasks == after.Tasks))
        {
            return;
        }

        foreach (var (id, escalation) in after.Escalations.OrderBy(e => e.Key.Value))
        {
            var row = Row(after, escalation);
            if (before.Escalations.GetValueOrDefault(id) is not { } known || Row(before, known) != row)
            {
                changes.Add(new ReadModelChange.PutEscalation(row));
            }
        }
    }

    private static EscalationRow Row(WorkflowState state, EscalationState escalation)
    {
        var raised = escalation.Raised;
        var status = escalation.Choice is not null ? "answered" : state.IsOpen(escalation) ? "open" : "closed";
        return new EscalationRow(raised.Escalation, state.Id, ClosedWords.Of(raised.Kind), raised.Role, status, raised.Question, escalation.RaisedAt)
        {
            Details = EscalationDetails.Of(escalation),
        };
    }

    private static void AddLedgers(IEnumerable<Recorded> events, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case CallStarted started:
                    changes.AddRange(started.Reserved.Select(r => new ReadModelChange.Reserve(started.Call.ToString(), r, recorded.At)));
                    break;
                case CallSettled settled:
                    changes.AddRange(settled.Settled.Select(r => new ReadModelChange.Settle(settled.Call.ToString(), RecordHolds.Settle(r, settled, after))));
                    break;
                case SeatFilled { Load: { } load } filled:
                    changes.Add(new ReadModelChange.Reserve(filled.Approval.ToString(), load, recorded.At));
                    break;
                case ApprovalDecided { Load: { } load } decided:
                    changes.Add(new ReadModelChange.Reserve(decided.Approval.ToString(), load, recorded.At));
                    break;
                case ModelAsked asked:
                    changes.AddRange(asked.Reserved.Select(r => new ReadModelChange.Reserve(asked.Ask.ToString(), r, recorded.At)));
                    break;
                case ModelReplied replied:
                    changes.AddRange(replied.Settled.Select(r => new ReadModelChange.Settle(replied.Ask.ToString(), r)));
                    break;
            }
        }
    }
}
