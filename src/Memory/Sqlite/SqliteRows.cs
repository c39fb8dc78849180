using System.Diagnostics;
using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>
/// Writes read-model rows. Updates come first and inserts only when nothing was there: most changes are to rows that exist, and an update binds
/// what may change and leaves the rest, above all a goal's words, which once erased must not come back from somebody's memory.
/// </summary>
internal sealed class SqliteRows(sqlite3 database) : IDisposable
{
    // Nearly always it is only how far it is that changed; then no index is touched.
    private readonly SqliteStatement _moveWorkflow = new(
        database,
        """
        update workflows set status = ?, tasks_done = ?, tasks_total = ?
        where workflow = ? and is_open = ? and playbook is ? and singleton is ? and priority = ?
        """);

    private readonly SqliteStatement _updateWorkflow = new(
        database,
        "update workflows set status = ?, tasks_done = ?, tasks_total = ?, is_open = ?, playbook = ?, singleton = ?, priority = ? where workflow = ?");

    private readonly SqliteStatement _insertWorkflow = new(
        database,
        """
        insert into workflows (status, tasks_done, tasks_total, is_open, playbook, singleton, priority, workflow, goal, goal_folded, requester, submitted_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly SqliteStatement _moveTask = new(
        database,
        "update tasks set status = ? where workflow = ? and task = ? and key = ? and title = ? and executor is ? and deadline is ?");

    private readonly SqliteStatement _updateTask = new(
        database,
        "update tasks set key = ?, title = ?, status = ?, executor = ?, deadline = ? where workflow = ? and task = ?");

    private readonly SqliteStatement _insertTask = new(
        database,
        "insert into tasks (key, title, status, executor, deadline, workflow, task) values (?, ?, ?, ?, ?, ?, ?)");

    private readonly SqliteStatement _approval = new(
        database,
        """
        insert into approvals (approval, workflow, status, roles, expires_at, requested_at) values (?, ?, ?, ?, ?, ?)
        on conflict (approval) do update set status = excluded.status, roles = excluded.roles, expires_at = excluded.expires_at
        """);

    private readonly SqliteStatement _escalation = new(
        database,
        """
        insert into escalations (escalation, workflow, kind, role, status, question, raised_at, task, choices, deadline, answer, answered_by, told_status)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (escalation) do update set status = excluded.status, task = excluded.task, choices = excluded.choices, deadline = excluded.deadline,
          answer = excluded.answer, answered_by = excluded.answered_by, told_status = excluded.told_status
        """);

    private readonly SqliteStatement _due = new(
        database,
        """
        insert into due (stream, kind, key, at) values (?, ?, ?, ?)
        on conflict (stream, kind, key) do update set at = excluded.at, woken = 0
        """);

    private readonly SqliteStatement _clearDue = new(database, "delete from due where stream = ? and kind = ? and key = ?");
    private readonly SqliteLedgers _ledgers = new(database);
    // What archived workflows spent is no longer to be found in any event here.
    private const string ArchivedLedgers =
        """
        insert into ledgers (budget, key, period, money, model_cost, tokens, calls, tool_calls, time, recipients)
        select budget, key, period, sum(money), sum(model_cost), sum(tokens), sum(calls), sum(tool_calls), sum(time), sum(recipients)
        from ledger_entries group by budget, key, period
        """;

    private readonly SqliteStatement[] _clear =
    [
        .. new[]
        {
            "delete from workflows", "delete from tasks", "delete from approvals", "delete from escalations", "delete from due", "delete from ledgers",
            "delete from ledger_entries where archived is null", ArchivedLedgers,
            "delete from audit_words", "delete from audit_places", "update audit_through set position = 0",
        }.Select(sql => new SqliteStatement(database, sql)),
    ];

    public void Put(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.PutTask put:
                Put(put.Row);
                break;
            case ReadModelChange.PutWorkflow put:
                Put(put.Row);
                break;
            case ReadModelChange.Reserve reserve:
                _ledgers.Reserve(reserve);
                break;
            case ReadModelChange.Settle settle:
                _ledgers.Settle(settle);
                break;
            case ReadModelChange.PutApproval { Row: var row }:
                _approval.Bind(row.Approval.ToString()).Bind(row.Workflow.ToString()).Bind(row.Status).Bind(row.Roles).Bind(UnixMicros.Write(row.ExpiresAt))
                    .Bind(UnixMicros.Write(row.RequestedAt)).Run();
                break;
            case ReadModelChange.PutEscalation { Row: var row }:
                _escalation.Bind(row.Escalation.ToString()).Bind(row.Workflow.ToString()).Bind(row.Kind).Bind(row.Role).Bind(row.Status).Bind(row.Question)
                    .Bind(UnixMicros.Write(row.RaisedAt)).Bind(row.Details?.Task?.ToString()).Bind(row.Details?.Choices).Bind(UnixMicros.Write(row.Details?.Deadline))
                    .Bind(row.Details?.Answer).Bind(row.Details?.By).Bind(row.Details is null ? null : row.Status).Run();
                break;
            case ReadModelChange.PutDue put:
                _due.Bind(put.Stream).Bind(put.Kind).Bind(put.Key).Bind(UnixMicros.Write(put.At)).Run();
                break;
            case ReadModelChange.ClearDue clear:
                _clearDue.Bind(clear.Stream).Bind(clear.Kind).Bind(clear.Key).Run();
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Throws all rows away.</summary>
    public void Clear()
    {
        foreach (var statement in _clear)
        {
            statement.Run();
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _moveWorkflow, _updateWorkflow, _insertWorkflow, _moveTask, _updateTask, _insertTask, _approval, _escalation, _due, _clearDue }.Concat(_clear))
        {
            statement.Dispose();
        }

        _ledgers.Dispose();
    }

    private void Put(WorkflowRow row)
    {
        var workflow = row.Workflow.ToString();
        var isOpen = WorkflowText.IsOpen(row.Status) ? 1 : 0;
        var moved = _moveWorkflow.Bind(row.Status).Bind(row.TasksDone).Bind(row.TasksTotal)
            .Bind(workflow).Bind(isOpen).Bind(row.Playbook).Bind(row.Singleton).Bind(row.Priority).Run();
        if (moved == 0 && Shared(_updateWorkflow, row, isOpen).Bind(workflow).Run() == 0)
        {
            Shared(_insertWorkflow, row, isOpen).Bind(workflow).Bind(row.Goal).Bind(WorkflowText.Fold(row.Goal)).Bind(row.Requester)
                .Bind(UnixMicros.Write(row.SubmittedAt)).Run();
        }
    }

    private static SqliteStatement Shared(SqliteStatement statement, WorkflowRow row, int isOpen) =>
        statement.Bind(row.Status).Bind(row.TasksDone).Bind(row.TasksTotal).Bind(isOpen).Bind(row.Playbook).Bind(row.Singleton).Bind(row.Priority);

    private void Put(TaskRow row)
    {
        var workflow = row.Workflow.ToString();
        var task = row.Task.ToString();
        var moved = _moveTask.Bind(row.Status)
            .Bind(workflow).Bind(task).Bind(row.Key).Bind(row.Title).Bind(row.Executor).Bind(UnixMicros.Write(row.Deadline)).Run();
        if (moved == 0 && Shared(_updateTask, row).Bind(workflow).Bind(task).Run() == 0)
        {
            Shared(_insertTask, row).Bind(workflow).Bind(task).Run();
        }
    }

    private static SqliteStatement Shared(SqliteStatement statement, TaskRow row) =>
        statement.Bind(row.Key).Bind(row.Title).Bind(row.Status).Bind(row.Executor).Bind(UnixMicros.Write(row.Deadline));
}
