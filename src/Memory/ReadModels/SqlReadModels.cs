using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Lists and inboxes in SQL that every provider understands.</summary>
internal sealed class SqlReadModels(DbDataSource database, InboxSql inbox) : IReadModels
{
    private const string Open =
        ReadModelRows.Workflows + " where w.is_open = 1 order by w.submitted_at, w.workflow";

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

    private readonly ListQueries _lists = new(inbox);
    private readonly SqlQueries _queries = new(database);

    // Whoever awaits is told of a cursor that is none, and not whoever begins.
    public async Task<Page<WorkflowRow>> WorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => await PageAsync(ListQueries.Of(query), cancellationToken);

    public async Task<Page<WorkflowRow>> ChangedWorkflowsAsync(ChangedQuery query, CancellationToken cancellationToken) => await PageAsync(ListQueries.Of(query), cancellationToken);

    public async Task<long> CountChangedAsync(ChangedQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (sql, values) = ListQueries.CountOf(query);
        return (await _queries.ListAsync(sql, row => row.GetInt64(0), cancellationToken, values))[0];
    }

    public async Task<FoundLists> ListAsync(AskedLists asked, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var together = new SqlTogether();
        var workflows = asked.Workflows.Select(q => Add(ListQueries.Of(q))).ToList();
        var approvals = asked.Approvals.Select(q => Add(_lists.Approvals(q))).ToList();
        var escalations = asked.Escalations.Select(q => Add(_lists.Escalations(q))).ToList();
        var tasks = asked.Tasks.Select(q => Add(ListQueries.Of(q))).ToList();
        var counts = asked.TaskCounts.Select(executor =>
        {
            var (sql, read, values) = ListQueries.CountOf(executor, null);
            return together.Add(sql, read, values);
        }).ToList();
        await _queries.RunAsync(together, cancellationToken);
        return new FoundLists([.. workflows.Select(w => w())], [.. approvals.Select(a => a())], [.. escalations.Select(e => e())], [.. tasks.Select(t => t())], [.. counts.Select(c => c())]);

        Func<Page<TRow>> Add<TRow>(ListQuery<TRow> query)
        {
            var rows = together.Add(query.Sql, query.Read, query.Values);
            return () => query.PageOf(rows());
        }
    }

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

    public async Task<Page<ApprovalRow>> ApprovalsAsync(InboxQuery query, CancellationToken cancellationToken) => await PageAsync(_lists.Approvals(query), cancellationToken);

    public async Task<Page<EscalationRow>> EscalationsAsync(InboxQuery query, CancellationToken cancellationToken) => await PageAsync(_lists.Escalations(query), cancellationToken);

    public Task<ImmutableArray<TaskCount>> CountTasksAsync(string? executor, WorkflowId? except, CancellationToken cancellationToken)
    {
        var (sql, read, values) = ListQueries.CountOf(executor, except);
        return _queries.ListAsync(sql, read, cancellationToken, values);
    }

    public async Task<Page<TaskRow>> TasksAsync(TaskQuery query, CancellationToken cancellationToken) => await PageAsync(ListQueries.Of(query), cancellationToken);

    public async Task<TaskRow?> TaskAsync(TaskId task, CancellationToken cancellationToken) =>
        (await _queries.ListAsync(OneTask, ReadModelRows.Task, cancellationToken, ("@task", task.ToString()))).FirstOrDefault();

    public Task<ImmutableArray<WorkflowId>> WithTasksAsync(string status, WorkflowId? after, int limit, CancellationToken cancellationToken) =>
        _queries.ListAsync(WithTasks, row => PrefixedId.Read<WorkflowId>(row.GetString(0)), cancellationToken, ("@status", status), ("@after", after?.ToString()), ("@limit", limit));

    public async Task<Amounts> LedgerAsync(string budget, string key, string window, DateTimeOffset? since, CancellationToken cancellationToken) =>
        (await LedgersAsync([new LedgerPlace(budget, key, window, since)], cancellationToken))[0];

    public async Task<ImmutableArray<Amounts>> LedgersAsync(ImmutableArray<LedgerPlace> places, CancellationToken cancellationToken)
    {
        var together = new SqlTogether();
        var found = places.Select(p => together.Add(
            p.Since is null ? Total : Since,
            row => ReadModelRows.Units(row, 0).ToAmounts(),
            ("@budget", p.Budget),
            ("@key", p.Key),
            ("@period", p.Window),
            ("@since", UnixMicros.Write(p.Since)))).ToList();
        await _queries.RunAsync(together, cancellationToken);
        return [.. found.Select(f => f() is [var amounts] ? amounts : Amounts.None)];
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

    private async Task<Page<TRow>> PageAsync<TRow>(ListQuery<TRow> query, CancellationToken cancellationToken) =>
        query.PageOf(await _queries.ListAsync(query.Sql, query.Read, cancellationToken, query.Values));

    private async Task<WorkflowId?> FirstWorkflowAsync(string sql, string name, string value, CancellationToken cancellationToken)
    {
        var found = await _queries.ListAsync(sql, row => ReadModelRows.WorkflowId(row, 0), cancellationToken, (name, value));
        return found.IsEmpty ? null : found[0];
    }
}
