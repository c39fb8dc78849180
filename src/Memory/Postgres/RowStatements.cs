using Npgsql;
using static AiManager.Memory.PostgresCommands;

namespace AiManager.Memory;

/// <summary>Read-model rows and ledgers, one statement per table however many rows.</summary>
internal static class RowStatements
{
    // A goal's words are written once: erased, they must not come back from somebody's memory.
    private const string Workflows =
        """
        insert into workflows (workflow, goal, goal_folded, requester, status, is_open, playbook, singleton, priority, submitted_at, tasks_done, tasks_total)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10), unnest($11), unnest($12)
        on conflict (workflow) do update set status = excluded.status, is_open = excluded.is_open, playbook = excluded.playbook,
          singleton = excluded.singleton, priority = excluded.priority, tasks_done = excluded.tasks_done, tasks_total = excluded.tasks_total
        """;

    private const string Tasks =
        """
        insert into tasks (workflow, task, key, title, status, executor, deadline)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7)
        on conflict (workflow, task) do update
          set key = excluded.key, title = excluded.title, status = excluded.status, executor = excluded.executor, deadline = excluded.deadline
        """;

    private const string Approvals =
        """
        insert into approvals (approval, workflow, status, roles, expires_at, requested_at)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)
        on conflict (approval) do update set status = excluded.status, roles = excluded.roles, expires_at = excluded.expires_at
        """;

    private const string Escalations =
        """
        insert into escalations (escalation, workflow, kind, role, status, question, raised_at, task, choices, deadline, answer, answered_by, told_status)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10), unnest($11), unnest($12), unnest($13)
        on conflict (escalation) do update set status = excluded.status, task = excluded.task, choices = excluded.choices, deadline = excluded.deadline,
          answer = excluded.answer, answered_by = excluded.answered_by, told_status = excluded.told_status
        """;

    private const string Due =
        """
        insert into due (stream, kind, key, at) select unnest($1), unnest($2), unnest($3), unnest($4)
        on conflict (stream, kind, key) do update set at = excluded.at, woken = 0
        """;

    private const string ClearDue =
        """
        delete from due using unnest($1, $2, $3) as gone (stream, kind, key)
        where due.stream = gone.stream and due.kind = gone.kind and due.key = gone.key
        """;

    private const string Ledgers =
        """
        insert into ledgers (budget, key, period, money, model_cost, tokens, calls, tool_calls, time, recipients)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10)
        on conflict (budget, key, period) do update set money = ledgers.money + excluded.money, model_cost = ledgers.model_cost + excluded.model_cost,
          tokens = ledgers.tokens + excluded.tokens, calls = ledgers.calls + excluded.calls, tool_calls = ledgers.tool_calls + excluded.tool_calls,
          time = ledgers.time + excluded.time, recipients = ledgers.recipients + excluded.recipients
        """;

    private const string Entries =
        """
        insert into ledger_entries (entry, budget, key, period, at, money, model_cost, tokens, calls, tool_calls, time, recipients, settled)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10),
          unnest($11), unnest($12), unnest($13)
        on conflict (entry, budget, key, period) do update set money = excluded.money, model_cost = excluded.model_cost, tokens = excluded.tokens,
          calls = excluded.calls, tool_calls = excluded.tool_calls, time = excluded.time, recipients = excluded.recipients, settled = excluded.settled
        """;

    public static void Add(NpgsqlBatch batch, ChangedRows rows)
    {
        if (rows.Workflows.Values is { Count: > 0 } workflows)
        {
            batch.Then(
                Workflows,
                Column(workflows, w => w.Workflow.ToString()),
                Column(workflows, w => w.Goal),
                Column(workflows, w => WorkflowText.Fold(w.Goal)),
                Column(workflows, w => w.Requester),
                Column(workflows, w => w.Status),
                Column(workflows, w => WorkflowText.IsOpen(w.Status) ? 1 : 0),
                Column(workflows, w => w.Playbook),
                Column(workflows, w => w.Singleton),
                Column(workflows, w => w.Priority),
                Column(workflows, w => UnixMicros.Write(w.SubmittedAt)),
                Column(workflows, w => w.TasksDone),
                Column(workflows, w => w.TasksTotal));
        }

        if (rows.Tasks.Values is { Count: > 0 } tasks)
        {
            batch.Then(
                Tasks,
                Column(tasks, t => t.Workflow.ToString()),
                Column(tasks, t => t.Task.ToString()),
                Column(tasks, t => t.Key),
                Column(tasks, t => t.Title),
                Column(tasks, t => t.Status),
                Column(tasks, t => t.Executor),
                MaybeColumn(tasks, t => UnixMicros.Write(t.Deadline)));
        }

        AddInboxes(batch, rows);
        AddDue(batch, rows);
    }

    public static void Add(NpgsqlBatch batch, LedgerBook book)
    {
        if (book.Added is { Count: > 0 } added)
        {
            batch.Then(
                Ledgers,
                Column(added, l => l.Key.Budget),
                Column(added, l => l.Key.Key),
                Column(added, l => l.Key.Period),
                Column(added, l => l.Value.Money),
                Column(added, l => l.Value.ModelCost),
                Column(added, l => l.Value.Tokens),
                Column(added, l => l.Value.Calls),
                Column(added, l => l.Value.ToolCalls),
                Column(added, l => l.Value.Time),
                Column(added, l => l.Value.Recipients));
        }

        if (book.Entries is { Count: > 0 } entries)
        {
            AddEntries(batch, Entries, entries);
        }
    }

    /// <summary>A statement over thirteen columns: entry, budget, key, period, at, money, model cost, tokens, calls, tool calls, time, recipients, settled.</summary>
    public static void AddEntries(NpgsqlBatch batch, string sql, IReadOnlyCollection<KeyValuePair<LedgerEntryKey, LedgerEntry>> entries) => batch.Then(
        sql,
        Column(entries, e => e.Key.Entry),
        Column(entries, e => e.Key.Budget),
        Column(entries, e => e.Key.Key),
        Column(entries, e => e.Key.Period),
        Column(entries, e => e.Value.At),
        Column(entries, e => e.Value.Units.Money),
        Column(entries, e => e.Value.Units.ModelCost),
        Column(entries, e => e.Value.Units.Tokens),
        Column(entries, e => e.Value.Units.Calls),
        Column(entries, e => e.Value.Units.ToolCalls),
        Column(entries, e => e.Value.Units.Time),
        Column(entries, e => e.Value.Units.Recipients),
        Column(entries, e => e.Value.IsSettled ? 1 : 0));

    private static void AddInboxes(NpgsqlBatch batch, ChangedRows rows)
    {
        if (rows.Approvals.Values is { Count: > 0 } approvals)
        {
            batch.Then(
                Approvals,
                Column(approvals, a => a.Approval.ToString()),
                Column(approvals, a => a.Workflow.ToString()),
                Column(approvals, a => a.Status),
                Column(approvals, a => a.Roles),
                Column(approvals, a => UnixMicros.Write(a.ExpiresAt)),
                Column(approvals, a => UnixMicros.Write(a.RequestedAt)));
        }

        if (rows.Escalations.Values is { Count: > 0 } escalations)
        {
            batch.Then(
                Escalations,
                Column(escalations, e => e.Escalation.ToString()),
                Column(escalations, e => e.Workflow.ToString()),
                Column(escalations, e => e.Kind),
                Column(escalations, e => e.Role),
                Column(escalations, e => e.Status),
                Column(escalations, e => e.Question),
                Column(escalations, e => UnixMicros.Write(e.RaisedAt)),
                Column(escalations, e => e.Details?.Task?.ToString()),
                Column(escalations, e => e.Details?.Choices),
                MaybeColumn(escalations, e => UnixMicros.Write(e.Details?.Deadline)),
                Column(escalations, e => e.Details?.Answer),
                Column(escalations, e => e.Details?.By),
                Column(escalations, e => e.Details is null ? null : e.Status));
        }
    }

    private static void AddDue(NpgsqlBatch batch, ChangedRows rows)
    {
        if (rows.Due.Count == 0)
        {
            return;
        }

        var set = rows.Due.Where(d => d.Value is not null).ToList();
        if (set.Count > 0)
        {
            batch.Then(Due, Column(set, d => d.Key.Stream), Column(set, d => d.Key.Kind), Column(set, d => d.Key.Key), Column(set, d => d.Value!.Value));
        }

        var cleared = rows.Due.Where(d => d.Value is null).ToList();
        if (cleared.Count > 0)
        {
            batch.Then(ClearDue, Column(cleared, d => d.Key.Stream), Column(cleared, d => d.Key.Kind), Column(cleared, d => d.Key.Key));
        }
    }
}
