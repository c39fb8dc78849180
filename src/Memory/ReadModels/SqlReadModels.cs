using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Lists and inboxes in SQL that every provider understands.</summary>
internal sealed class SqlReadModels(DbDataSource database, InboxSql inbox) : IReadModels
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

    private const string Open =
        ReadModelRows.Workflows + " where w.is_open = 1 order by w.submitted_at, w.workflow";

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

    private const string OneTask = ReadModelRows.Tasks + " where task = @task";

    private const string WithTasks =
        "select distinct workflow from tasks where status = @status and (cast(@after as text) is null or workflow > @after) order by workflow limit @limit";

    private const string Total = "select money, model_cost, tokens, calls, tool_calls, time, recipients from ledgers where budget = @budget and key = @key and period = @period";

    private const string Since =
        """
        select coalesce(sum(money), 0), coalesce(sum(model_cost), 0), coalesce(sum(tokens), 0), coalesce(sum(calls), 0),
          coalesce(sum(tool_calls), 0), coalesce(sum(time), 0), coalesce(sum(recipients), 0)
        from ledger_entries where budget = @budget and key = @key and period = @period and at >= @since
        """;

    private const string EntryAt =
        "select at from ledger_entries where budget = @budget and key = @key and period = @period and at >= @since order by at, entry limit 1 offset @skip";

    private const string Owner =
        "select workflow from approvals where approval = @id union all select workflow from escalations where escalation = @id";

    private const string Singleton =
        "select workflow from workflows where singleton = @key and is_open = 1 order by submitted_at limit 1";

    // All of them are due at one moment that never comes, so the index of due times has them side by side.
    private const string RecordHolders =
        """
        select stream, max(case when kind = 'recordChanged' then 1 else 0 end) from due
        where woken = 0 and at = @never and key = @record and kind in ('recordWanted', 'recordChanged') and stream <> @except
        group by stream order by stream
        """;

    private const string Figures =
        """
        select 'workflows', status, count(*) from workflows group by status
        union all select 'approvals', null, count(*) from approvals where status = 'pending'
        union all select 'escalations', null, count(*) from escalations where status = 'open'
        union all select 'runnable', null, count(*) from streams where runnable = 1
        union all select 'leased', null, count(*) from streams where lease_until is not null
        union all select 'oldest', null, min(woken_at) from streams where runnable = 1 and lease_until is null
        union all select 'due', null, min(at) from due where woken = 0 and at < @never
        """;

    private readonly SqlQueries _queries = new(database);

    public async Task<Page<WorkflowRow>> WorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (cursorAt, cursorId) = ReadCursor<WorkflowId>(query.Cursor);
        var rows = await _queries.ListAsync(
            query switch { { RiskBefore: not null } => RiskPage, { IsOpen: true } => OpenPage, { IsOpen: false } => OverPage, _ => Page },
            ReadModelRows.Workflow,
            cancellationToken,
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
        return PageCursor.PageOf(rows, limit, row => PageCursor.Write(row.SubmittedAt, row.Workflow));
    }

    public async Task<Page<WorkflowRow>> ChangedWorkflowsAsync(ChangedQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (cursorAt, cursorId) = ReadCursor<WorkflowId>(query.Cursor);
        var rows = await _queries.ListAsync(
            Changed, ReadModelRows.Workflow, cancellationToken, [.. Which(query), ("@cursor_at", cursorAt), ("@cursor_id", cursorId), ("@limit", limit + 1)]);
        return PageCursor.PageOf(rows, limit, row => PageCursor.Write(row.UpdatedAt, row.Workflow));
    }

    public async Task<long> CountChangedAsync(ChangedQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return (await _queries.ListAsync(ChangedCount, row => row.GetInt64(0), cancellationToken, [.. Which(query)]))[0];
    }

    private static IEnumerable<(string Name, object? Value)> Which(ChangedQuery query) =>
        [("@statuses", query.Statuses.IsEmpty ? null : $",{string.Join(',', query.Statuses)},"), ("@since", UnixMicros.Write(query.Since))];

    public Task<ImmutableArray<WorkflowRow>> OpenWorkflowsAsync(CancellationToken cancellationToken) =>
        _queries.ListAsync(Open, ReadModelRows.Workflow, cancellationToken);

    public Task<ImmutableArray<RecordHolder>> RecordHoldersAsync(string record, WorkflowId except, CancellationToken cancellationToken) => _queries.ListAsync(
        RecordHolders,
        row => new RecordHolder(PrefixedId.Read<WorkflowId>(row.GetString(0)), row.GetInt64(1) == 1),
        cancellationToken,
        ("@never", UnixMicros.Write(RecordHolds.Never)),
        ("@record", record),
        ("@except", except.ToString()));

    public Task<WorkflowId?> SingletonAsync(string key, CancellationToken cancellationToken) =>
        FirstWorkflowAsync(Singleton, "@key", key, cancellationToken);

    public Task<Page<ApprovalRow>> ApprovalsAsync(InboxQuery query, CancellationToken cancellationToken) =>
        InboxAsync<ApprovalRow, ApprovalId>(query.Status is null ? inbox.Approvals : inbox.ApprovalsOf, query, ReadModelRows.Approval, row => PageCursor.Write(row.RequestedAt, row.Approval), cancellationToken);

    public Task<Page<EscalationRow>> EscalationsAsync(InboxQuery query, CancellationToken cancellationToken) =>
        InboxAsync<EscalationRow, EscalationId>(query.Status is null ? inbox.Escalations : inbox.EscalationsOf, query, ReadModelRows.Escalation, row => PageCursor.Write(row.RaisedAt, row.Escalation), cancellationToken);

    public Task<ImmutableArray<TaskCount>> CountTasksAsync(string? executor, WorkflowId? except, CancellationToken cancellationToken)
    {
        (string, object?) without = ("@except", except?.ToString());
        return executor is null
            ? _queries.ListAsync(CountTasks, Count, cancellationToken, without)
            : _queries.ListAsync(CountTasksOf, Count, cancellationToken, without, ("@executor", executor));

        static TaskCount Count(DbDataReader row) => new(row.IsDBNull(0) ? null : row.GetString(0), row.GetString(1), checked((int)row.GetInt64(2)));
    }

    public async Task<Page<TaskRow>> TasksAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var most = Math.Clamp(query.Limit, 1, MostRows);
        var (at, id) = ReadCursor<TaskId>(query.Cursor);
        ImmutableArray<(string, object?)> asked = [("@status", query.Status), ("@cursor_at", at), ("@cursor_id", id), ("@limit", most + 1)];
        var rows = query.Executor is { } executor
            ? await _queries.ListAsync(TasksOf, ReadModelRows.Task, cancellationToken, [.. asked, ("@executor", executor)])
            : await _queries.ListAsync(Tasks, ReadModelRows.Task, cancellationToken, [.. asked]);
        return PageCursor.PageOf(rows, most, row => PageCursor.Write(row.Deadline, row.Task));
    }

    public async Task<TaskRow?> TaskAsync(TaskId task, CancellationToken cancellationToken) =>
        (await _queries.ListAsync(OneTask, ReadModelRows.Task, cancellationToken, ("@task", task.ToString()))).FirstOrDefault();

    public Task<ImmutableArray<WorkflowId>> WithTasksAsync(string status, WorkflowId? after, int limit, CancellationToken cancellationToken) =>
        _queries.ListAsync(WithTasks, row => PrefixedId.Read<WorkflowId>(row.GetString(0)), cancellationToken, ("@status", status), ("@after", after?.ToString()), ("@limit", limit));

    public async Task<Amounts> LedgerAsync(string budget, string key, string window, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var rows = await _queries.ListAsync(
            since is null ? Total : Since,
            row => ReadModelRows.Units(row, 0),
            cancellationToken,
            ("@budget", budget),
            ("@key", key),
            ("@period", window),
            ("@since", UnixMicros.Write(since)));
        return rows.IsEmpty ? Amounts.None : rows[0].ToAmounts();
    }

    public async Task<DateTimeOffset?> EntryAtAsync(string budget, string key, string window, DateTimeOffset since, int skip, CancellationToken cancellationToken)
    {
        var found = await _queries.ListAsync(
            EntryAt, row => UnixMicros.Read(row.GetInt64(0)), cancellationToken, ("@budget", budget), ("@key", key), ("@period", window), ("@since", UnixMicros.Write(since)), ("@skip", skip));
        return found.IsEmpty ? null : found[0];
    }

    public Task<WorkflowId?> OwnerAsync(string id, CancellationToken cancellationToken) => FirstWorkflowAsync(Owner, "@id", id, cancellationToken);

    public async Task<StoreFigures> FiguresAsync(CancellationToken cancellationToken)
    {
        var rows = await _queries.ListAsync(
            Figures, row => (What: row.GetString(0), Status: row.IsDBNull(1) ? null : row.GetString(1), Number: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)), cancellationToken,
            ("@never", UnixMicros.Write(RecordHolds.Never)));
        long? Of(string what) => rows.First(r => r.What == what).Number;
        DateTimeOffset? When(string what) => Of(what) is { } at ? UnixMicros.Read(at) : null;
        return new StoreFigures(
            rows.Where(r => r.Status is not null).ToImmutableSortedDictionary(r => r.Status!, r => r.Number ?? 0, StringComparer.Ordinal),
            Of("approvals") ?? 0,
            Of("escalations") ?? 0,
            Of("runnable") ?? 0,
            Of("leased") ?? 0,
            When("oldest"),
            When("due"));
    }

    private async Task<Page<TRow>> InboxAsync<TRow, TId>(string sql, InboxQuery query, Func<DbDataReader, TRow> read, Func<TRow, string> cursor, CancellationToken cancellationToken)
        where TId : struct, IPrefixedId<TId>
    {
        var limit = Math.Clamp(query.Limit, 1, InboxQuery.MostRows);
        var (cursorAt, cursorId) = ReadCursor<TId>(query.Cursor);
        var rows = await _queries.ListAsync(
            sql,
            read,
            cancellationToken,
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
        return PageCursor.PageOf(rows, limit, cursor);
    }

    private static string? Roles(ImmutableArray<string>? roles) => roles is { } some ? JsonSerializer.Serialize(some) : null;

    private async Task<WorkflowId?> FirstWorkflowAsync(string sql, string name, string value, CancellationToken cancellationToken)
    {
        var found = await _queries.ListAsync(sql, row => ReadModelRows.WorkflowId(row, 0), cancellationToken, (name, value));
        return found.IsEmpty ? null : found[0];
    }

    private static (long? At, string? Id) ReadCursor<TId>(string? cursor)
        where TId : struct, IPrefixedId<TId> => PageCursor.Read(cursor, id => PrefixedId.TryRead<TId>(id, out _)) is { } read ? (read.At, read.Id) : (null, null);
}
