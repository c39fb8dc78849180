using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>When a workflow must be looked at again though nobody does anything: the rows that wake it. They follow from the state alone.</summary>
internal static class DueRows
{
    /// <summary>What changes between two states, in a fixed order.</summary>
    public static void AddChanges(WorkflowState before, WorkflowState after, ImmutableArray<ReadModelChange>.Builder changes)
    {
        // Most appends touch none of this.
        if (IsAwake(before) == IsAwake(after)
            && ReferenceEquals(before.Approvals, after.Approvals)
            && ReferenceEquals(before.Deferred, after.Deferred)
            && before.Changing.IsEmpty && after.Changing.IsEmpty
            && before.NextDeadline == after.NextDeadline
            && (before.Tasks == after.Tasks || !before.Tasks.Concat(after.Tasks).Any(t => t.NextDeadline is not null || t.NextAssignment is not null)))
        {
            return;
        }

        var (was, now) = (Of(before), Of(after));
        var stream = after.Id.ToString();
        changes.AddRange(was.Where(d => !now.ContainsKey(d.Key)).Select(d => new ReadModelChange.ClearDue(stream, d.Key.Kind, d.Key.Key)));
        changes.AddRange(now.Where(d => !was.TryGetValue(d.Key, out var at) || at != d.Value).Select(d => new ReadModelChange.PutDue(stream, d.Key.Kind, d.Key.Key, d.Value)));
    }

    /// <summary>A workflow that is paused or over would be woken by its clock again and again, and do nothing.</summary>
    private static bool IsAwake(WorkflowState state) => state.Submitted is not null && !state.IsFinal && state.Status != WorkflowStatus.Paused;

    private static SortedDictionary<(string Kind, string Key), DateTimeOffset> Of(WorkflowState state)
    {
        var rows = new SortedDictionary<(string Kind, string Key), DateTimeOffset>();

        // These wake nobody: they tell other workflows. A paused one is still about to change what it was about to.
        foreach (var (record, hasChanged) in RecordHolds.Of(state))
        {
            rows[(hasChanged ? RecordHolds.Changed : RecordHolds.Wanted, record)] = RecordHolds.Never;
        }

        if (!IsAwake(state))
        {
            return rows;
        }

        Add("goalDeadline", state.Id.ToString(), state.NextDeadline);
        foreach (var task in state.Tasks)
        {
            if (task.NextDeadline is { } deadline)
            {
                Add("taskDeadline", task.Task.Id.ToString(), deadline);
            }

            if (task.NextAssignment is { } look)
            {
                Add("assignment", task.Task.Id.ToString(), look);
            }
        }

        foreach (var id in state.Deferred)
        {
            Add("callDeferred", id.ToString(), state.Calls[id].NextDecision);
        }

        foreach (var (id, approval) in state.Approvals.Where(a => a.Value.Verdict is null))
        {
            var key = id.ToString();
            Add("approvalExpires", key, approval.Requested.ExpiresAt);
            Add("approvalReminds", key, approval.NextReminder);
            Add("approvalStandIns", key, approval.NextStandIns);
            Add("approvalEscalates", key, approval.NextEscalation);
        }

        return rows;

        void Add(string kind, string key, DateTimeOffset? at)
        {
            if (at is { } time)
            {
                rows[(kind, key)] = time;
            }
        }
    }
}
