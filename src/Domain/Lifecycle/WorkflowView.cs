using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Read-model rows from state: what an append changes, found by comparing the states before and after it. Pure, so it also rebuilds.</summary>
public static class WorkflowView
{
    private const string Expiry = "approvalExpires";

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
        if (before.Submitted is null || Row(before) with { UpdatedAt = row.UpdatedAt } != row)
        {
            changes.Add(new ReadModelChange.PutWorkflow(row));
        }

        AddTasks(before, after, changes);
        AddApprovals(before, after, changes);
        AddEscalations(before, after, changes);
        AddLedgers(events, changes);
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
            state.UpdatedAt,
            work.Count(t => t.Status == WorkTaskStatus.Done),
            work.Count);
    }

    private static void AddTasks(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        if (before.Tasks == after.Tasks)
        {
            return;
        }

        foreach (var task in after.Tasks)
        {
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
        if (ReferenceEquals(before.Approvals, after.Approvals))
        {
            return;
        }

        foreach (var (id, approval) in after.Approvals.OrderBy(a => a.Key.Value))
        {
            var known = before.Approvals.GetValueOrDefault(id);
            if (ReferenceEquals(known, approval))
            {
                continue;
            }

            var status = approval.IsUsed ? "used" : approval.Verdict is { } verdict ? StatusName(verdict) : "pending";
            var open = approval.Requested.Seats.Where(s => approval.Open(s.Role) > 0).Select(s => s.Role);
            changes.Add(new ReadModelChange.PutApproval(
                new ApprovalRow(id, after.Id, status, string.Join(',', open), approval.Requested.ExpiresAt, approval.RequestedAt)));
            if (known is null && approval.Verdict is null)
            {
                changes.Add(new ReadModelChange.PutDue(after.Id.ToString(), Expiry, id.ToString(), approval.Requested.ExpiresAt));
            }
            else if (known is { Verdict: null } && approval.Verdict is not null)
            {
                changes.Add(new ReadModelChange.ClearDue(after.Id.ToString(), Expiry, id.ToString()));
            }
        }
    }

    private static string StatusName(ApprovalVerdict verdict) => verdict switch
    {
        ApprovalVerdict.Approved => "approved",
        ApprovalVerdict.Rejected => "rejected",
        ApprovalVerdict.Expired => "expired",
        _ => "void",
    };

    private static void AddEscalations(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        if (ReferenceEquals(before.Escalations, after.Escalations))
        {
            return;
        }

        foreach (var (id, escalation) in after.Escalations.OrderBy(e => e.Key.Value))
        {
            if (!ReferenceEquals(before.Escalations.GetValueOrDefault(id), escalation))
            {
                var raised = escalation.Raised;
                changes.Add(new ReadModelChange.PutEscalation(new EscalationRow(
                    id, after.Id, raised.Kind.ToString(), raised.Role, escalation.Choice is null ? "open" : "answered", raised.Question, escalation.RaisedAt)));
            }
        }
    }

    private static void AddLedgers(IEnumerable<Recorded> events, ImmutableArray<ReadModelChange>.Builder changes)
    {
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case CallStarted started:
                    changes.AddRange(started.Reserved.Select(r => new ReadModelChange.Reserve(started.Call.ToString(), r, recorded.At)));
                    break;
                case CallSettled settled:
                    changes.AddRange(settled.Settled.Select(r => new ReadModelChange.Settle(settled.Call.ToString(), r)));
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
