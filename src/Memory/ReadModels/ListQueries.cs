using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>A query for a page of a list, ready to be asked alone or with others.</summary>
/// <param name="Sql">Constant text.</param>
/// <param name="Read">A row.</param>
/// <param name="Limit">Rows of the page; one more is asked for.</param>
/// <param name="Cursor">Where the page behind a row begins.</param>
/// <param name="Values">Parameters.</param>
internal sealed record ListQuery<TRow>(string Sql, Func<DbDataReader, TRow> Read, int Limit, Func<TRow, string> Cursor, (string Name, object? Value)[] Values)
{
    /// <summary>The page that its rows are.</summary>
    public Page<TRow> PageOf(ImmutableArray<TRow> rows) => PageCursor.PageOf(rows, Limit, Cursor);
}

/// <summary>The lists that are read a page at a time, in SQL that every provider understands.</summary>
internal sealed class ListQueries(InboxSql inbox)
{
    private const int MostRows = 200;

    private const string PageRest =
        """
         (cast(@status as text) is null or w.status = @status)
          and (cast(@requester as text) is null or w.requester = @requester)
          and (cast(@playbook as text) is null or w.playbook = @playbook)
          and (cast(@pattern as text) is null or w.goal_folded like @pattern escape '\')
          and (cast(@from as bigint) is null or w.submitted_at >= @from)
          and (cast(@to as bigint) is null or w.submitted_at < @to)
          and (cast(@cursor_at as bigint) is null or w.submitted_at < @cursor_at or (w.submitted_at = @cursor_at and w.workflow < @cursor_id))
        order by w.submitted_at desc, w.workflow desc limit @limit
        """;

    private const string Page = ReadModelRows.Workflows + " where" + PageRest;

    // In words that the index of what is open is for.
    private const string OpenPage = ReadModelRows.Workflows + " where w.is_open = 1 and" + PageRest;
    private const string OverPage = ReadModelRows.Workflows + " where w.is_open = 0 and" + PageRest;

    // What is late or cannot go on has people asked about it; what is about to be late is due.
    private const string RiskPage =
        ReadModelRows.Workflows
        + """

        where w.is_open = 1
          and w.workflow in (
            select workflow from escalations where status = 'open' and kind in ('missedDeadline', 'blockedTask')
            union select stream from due where woken = 0 and at < @risk and kind in ('goalDeadline', 'taskDeadline'))
          and
        """
        + PageRest;

    private const string IsChanged =
        """
         (cast(@statuses as text) is null or @statuses like '%,' || w.status || ',%')
          and (cast(@since as bigint) is null or s.updated_at >= @since)
        """;

    // From the streams, whose index has this order; a few rows of the other kinds of streams are passed over.
    private const string Changed =
        ReadModelRows.Workflows
        + " where"
        + IsChanged
        + """

          and (cast(@cursor_at as bigint) is null or s.updated_at < @cursor_at or (s.updated_at = @cursor_at and s.stream < @cursor_id))
        order by s.updated_at desc, s.stream desc limit @limit
        """;

    private const string ChangedCount = "select count(*) from streams s join workflows w on w.workflow = s.stream where" + IsChanged;

    private const string OpenTasks = "status not in ('done', 'failed', 'cancelled')";
    private const string OfExecutor = "executor = @executor and "; // by itself, so that the index of executors serves it

    private const string CountedTasks = OpenTasks + " and (cast(@except as text) is null or workflow <> @except) group by executor, status order by executor, status";
    private const string CountTasks = "select executor, status, count(*) from tasks where " + CountedTasks;
    private const string CountTasksOf = "select executor, status, count(*) from tasks where " + OfExecutor + CountedTasks;

    // Tasks without a deadline come behind all others; the number is the largest that a column holds.
    private const string PageOfTasks =
        OpenTasks
        + """
           and (cast(@status as text) is null or status = @status)
          and (cast(@cursor_at as bigint) is null or coalesce(deadline, 9223372036854775807) > @cursor_at or (coalesce(deadline, 9223372036854775807) = @cursor_at and task > @cursor_id))
        order by coalesce(deadline, 9223372036854775807), task limit @limit
        """;

    private const string Tasks = ReadModelRows.Tasks + " where " + PageOfTasks;
    private const string TasksOf = ReadModelRows.Tasks + " where " + OfExecutor + PageOfTasks;

    /// <summary>Workflows, newest first.</summary>
    public static ListQuery<WorkflowRow> Of(WorkflowQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (cursorAt, cursorId) = Cursor<WorkflowId>(query.Cursor);
        return new ListQuery<WorkflowRow>(
            query switch { { RiskBefore: not null } => RiskPage, { IsOpen: true } => OpenPage, { IsOpen: false } => OverPage, _ => Page },
            ReadModelRows.Workflow,
            limit,
            row => PageCursor.Write(row.SubmittedAt, row.Workflow),
            [
                .. query.RiskBefore is { } risk ? [("@risk", UnixMicros.Write(risk))] : Array.Empty<(string, object?)>(),
                ("@status", query.Status),
                ("@requester", query.Requester),
                ("@playbook", query.Playbook),
                ("@pattern", query.Text is { } text ? WorkflowText.Pattern(text) : null),
                ("@from", UnixMicros.Write(query.From)),
                ("@to", UnixMicros.Write(query.To)),
                ("@cursor_at", cursorAt),
                ("@cursor_id", cursorId),
                ("@limit", limit + 1),
            ]);
    }

    /// <summary>Workflows, last changed first.</summary>
    public static ListQuery<WorkflowRow> Of(ChangedQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (cursorAt, cursorId) = Cursor<WorkflowId>(query.Cursor);
        return new ListQuery<WorkflowRow>(
            Changed, ReadModelRows.Workflow, limit, row => PageCursor.Write(row.UpdatedAt, row.Workflow), [.. Which(query), ("@cursor_at", cursorAt), ("@cursor_id", cursorId), ("@limit", limit + 1)]);
    }

    /// <summary>How many those are.</summary>
    public static (string Sql, (string Name, object? Value)[] Values) CountOf(ChangedQuery query) => (ChangedCount, [.. Which(query)]);

    /// <summary>Approvals, oldest first.</summary>
    public ListQuery<ApprovalRow> Approvals(InboxQuery query) => Of<ApprovalRow, ApprovalId>(
        query.Status is null ? inbox.Approvals : inbox.ApprovalsOf, query, ReadModelRows.Approval, row => PageCursor.Write(row.RequestedAt, row.Approval));

    /// <summary>Escalations, oldest first.</summary>
    public ListQuery<EscalationRow> Escalations(InboxQuery query) => Of<EscalationRow, EscalationId>(
        query.Status is null ? inbox.Escalations : inbox.EscalationsOf, query, ReadModelRows.Escalation, row => PageCursor.Write(row.RaisedAt, row.Escalation));

    /// <summary>Open tasks by deadline.</summary>
    public static ListQuery<TaskRow> Of(TaskQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (at, id) = Cursor<TaskId>(query.Cursor);
        return new ListQuery<TaskRow>(
            query.Executor is null ? Tasks : TasksOf,
            ReadModelRows.Task,
            limit,
            row => PageCursor.Write(row.Deadline, row.Task),
            [
                ("@status", query.Status), ("@cursor_at", at), ("@cursor_id", id), ("@limit", limit + 1),
                .. query.Executor is { } executor ? [("@executor", executor)] : Array.Empty<(string, object?)>(),
            ]);
    }

    /// <summary>Open tasks, counted.</summary>
    public static (string Sql, Func<DbDataReader, TaskCount> Read, (string Name, object? Value)[] Values) CountOf(string? executor, WorkflowId? except)
    {
        (string, object?) without = ("@except", except?.ToString());
        return executor is null ? (CountTasks, Count, [without]) : (CountTasksOf, Count, [without, ("@executor", executor)]);

        static TaskCount Count(DbDataReader row) => new(row.IsDBNull(0) ? null : row.GetString(0), row.GetString(1), checked((int)row.GetInt64(2)));
    }

    private static IEnumerable<(string Name, object? Value)> Which(ChangedQuery query) =>
        [("@statuses", query.Statuses.IsEmpty ? null : $",{string.Join(',', query.Statuses)},"), ("@since", UnixMicros.Write(query.Since))];

    private static ListQuery<TRow> Of<TRow, TId>(string sql, InboxQuery query, Func<DbDataReader, TRow> read, Func<TRow, string> cursor)
        where TId : struct, IPrefixedId<TId>
    {
        var limit = Math.Clamp(query.Limit, 1, InboxQuery.MostRows);
        var (cursorAt, cursorId) = Cursor<TId>(query.Cursor);
        return new ListQuery<TRow>(
            sql,
            read,
            limit,
            cursor,
            [
                .. query.Status is { } status ? [("@status", status)] : Array.Empty<(string, object?)>(),
                ("@workflow", query.Workflow?.ToString()),
                ("@any", Roles(query.Any)),
                ("@none", Roles(query.None)),
                ("@not_of", query.NotOf),
                ("@cursor_at", cursorAt),
                ("@cursor_id", cursorId),
                ("@limit", limit + 1),
            ]);
    }

    private static string? Roles(ImmutableArray<string>? roles) => roles is { } some ? JsonSerializer.Serialize(some) : null;

    private static (long? At, string? Id) Cursor<TId>(string? cursor)
        where TId : struct, IPrefixedId<TId> => PageCursor.Read(cursor, id => PrefixedId.TryRead<TId>(id, out _)) is { } read ? (read.At, read.Id) : (null, null);
}
