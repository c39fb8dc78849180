using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Attempts in a table, in SQL that every provider understands; writes go through the store's one writer.</summary>
internal sealed class SqlJobRuns(IWriteQueue writer, DbDataSource database) : IJobRuns
{
    private const int MostRows = 200;

    private const string Columns = "select id, job, set_off_by, node, scheduled_for, started_at, ended_at, outcome, detail, workflow, attempt from job_runs";

    private const string Begin =
        """
        insert into job_runs (id, job, set_off_by, node, scheduled_for, started_at, ended_at, outcome, detail, workflow, attempt, searched)
        values (@id, @job, @set_off_by, @node, @scheduled_for, @started_at, @ended_at, @outcome, @detail, @workflow, @attempt, @searched)
        on conflict (id) do nothing
        """;

    private const string End =
        """
        update job_runs set ended_at = @ended_at, outcome = @outcome, detail = @detail, workflow = @workflow, searched = searched || ' ' || @searched
        where id = @id and ended_at is null
        """;

    // The cursor is one comparison of pairs, so that a page far back begins where it begins and does not walk there.
    private const string Newest =
        """
         (started_at, id) < (cast(@cursor_at as bigint), cast(@cursor_id as text)) and started_at >= cast(@from as bigint) and started_at < cast(@to as bigint)
        order by started_at desc, id desc limit @limit
        """;

    private const string Narrower = " (cast(@job as text) is null or job = @job) and (cast(@node as text) is null or node = @node) and";

    private const string Page = Columns + " where" + Narrower + Newest;

    // Each in words that an index is for: of those that came to an end of one kind there may be a few among very many, and of open ones there are a handful.
    private const string PageOfOutcome = Columns + " where outcome = @outcome and" + Narrower + Newest;
    private const string PageOfRunning = Columns + " where ended_at is null and" + Narrower + Newest;

    // Reads as far back as it must, but only what is searched, which an index holds on SQLite; the rows behind it are read for one page. The outcome is written so that no other
    // index is taken, from which each attempt of it would have to be looked up.
    private const string PageOfText =
        Columns
        + """
           where id in (
            select id from job_runs
            where (cast(@outcome as text) is null or outcome = @outcome)
              and searched like @pattern escape '\'
              and
          """
        + Newest
        + """
          )
          order by started_at desc, id desc
          """;

    private const string PageOfNarrowerText = Columns + " where (cast(@outcome as text) is null or outcome = @outcome) and searched like @pattern escape '\\' and" + Narrower + Newest;
    private const string PageOfRunningText = Columns + " where ended_at is null and searched like @pattern escape '\\' and" + Narrower + Newest;

    // One job among very many attempts has an index of its own.
    private const string PageOfJob = Columns + " where job = @job and (cast(@node as text) is null or node = @node) and" + Newest;

    // From one job to the next behind all its attempts.
    private const string Last =
        """
        with recursive jobs (name) as (
          select min(job) from job_runs
          union all
          select (select min(r.job) from job_runs r where r.job > jobs.name) from jobs where jobs.name is not null)
        """
        + "\n" + Columns
        + """
           where id in (
            select (select r.id from job_runs r where r.job = jobs.name order by r.started_at desc, r.id desc limit 1)
            from jobs where jobs.name is not null)
          order by job
          """;

    private const string Open = Columns + " where ended_at is null order by started_at, id";
    private const string Prune = "delete from job_runs where ended_at is not null and ended_at < @before";

    // The newest by the index of the newest, and no more of them than a page can wait for.
    private const string Counted =
        """
        select (started_at - cast(@since as bigint)) / cast(@width as bigint) as stretch, coalesce(outcome, @running) as ended, count(*)
        from (select started_at, outcome from job_runs where started_at >= @since order by started_at desc limit @most) newest
        group by stretch, ended order by stretch, ended
        """;

    private readonly SqlQueries _queries = new(database);

    public Task BeginAsync(JobRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return WriteAsync(
            Begin,
            cancellationToken,
            ("@id", run.Id),
            ("@job", run.Job),
            ("@set_off_by", run.Trigger),
            ("@node", run.Node),
            ("@scheduled_for", UnixMicros.Write(run.ScheduledFor)),
            ("@started_at", UnixMicros.Write(run.StartedAt)),
            ("@ended_at", UnixMicros.Write(run.EndedAt)),
            ("@outcome", run.Outcome),
            ("@detail", run.Detail),
            ("@workflow", run.Workflow?.ToString()),
            ("@attempt", run.Attempt),
            ("@searched", $"{run.Job} {run.Detail} {run.Workflow}".ToLowerInvariant()));
    }

    public async Task<bool> EndAsync(string id, DateTimeOffset endedAt, string outcome, string detail, WorkflowId? workflow, CancellationToken cancellationToken) =>
        await WriteAsync(
            End,
            cancellationToken,
            ("@id", id),
            ("@ended_at", UnixMicros.Write(endedAt)),
            ("@outcome", outcome),
            ("@detail", detail),
            ("@workflow", workflow?.ToString()),
            ("@searched", $"{detail} {workflow}".ToLowerInvariant())) > 0;

    public async Task<Page<JobRun>> ListAsync(JobRunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = Math.Clamp(query.Limit, 1, MostRows);
        var (cursorAt, cursorId) = PageCursor.ReadBackwards(query.Cursor);
        var rows = await _queries.ListAsync(
            PageOf(query),
            Read,
            cancellationToken,
            ("@outcome", query.Status),
            ("@pattern", query.Text is { } text ? WorkflowText.Pattern(text) : null),
            ("@job", query.Job),
            ("@node", query.Node),
            ("@from", query.From is { } from ? UnixMicros.Write(from) : long.MinValue),
            ("@to", query.To is { } to ? UnixMicros.Write(to) : long.MaxValue),
            ("@cursor_at", cursorAt),
            ("@cursor_id", cursorId),
            ("@limit", limit + 1));
        return PageCursor.PageOf(rows, limit, row => PageCursor.Write(row.StartedAt, row.Id));
    }

    public Task<ImmutableArray<JobCount>> CountAsync(DateTimeOffset since, TimeSpan width, CancellationToken cancellationToken) => _queries.ListAsync(
        Counted,
        row => new JobCount((int)row.GetInt64(0), row.GetString(1), (int)row.GetInt64(2)),
        cancellationToken,
        ("@since", UnixMicros.Write(since)),
        ("@width", (long)width.TotalMicroseconds),
        ("@running", JobOutcome.Running),
        ("@most", JobCount.Most));

    public Task<ImmutableArray<JobRun>> LastAsync(CancellationToken cancellationToken) => _queries.ListAsync(Last, Read, cancellationToken);

    public Task<ImmutableArray<JobRun>> OpenAsync(CancellationToken cancellationToken) => _queries.ListAsync(Open, Read, cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) =>
        WriteAsync(Prune, cancellationToken, ("@before", UnixMicros.Write(endedBefore)));

    /// <summary>The statement that answers a question.</summary>
    internal static string PageOf(JobRunQuery query) => query switch
    {
        { Status: JobOutcome.Running, Text: null } => PageOfRunning,
        { Status: JobOutcome.Running } => PageOfRunningText,
        { Text: not null, Job: null, Node: null } => PageOfText,
        { Text: not null } => PageOfNarrowerText,
        { Status: not null } => PageOfOutcome,
        { Job: not null } => PageOfJob,
        _ => Page,
    };

    private async Task<int> WriteAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var write = new StatementWrite(sql, values);
        writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    private static JobRun Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.IsDBNull(4) ? null : UnixMicros.Read(row.GetInt64(4)),
        UnixMicros.Read(row.GetInt64(5)),
        row.IsDBNull(6) ? null : UnixMicros.Read(row.GetInt64(6)),
        row.IsDBNull(7) ? null : row.GetString(7),
        row.GetString(8),
        row.IsDBNull(9) ? null : PrefixedId.Read<WorkflowId>(row.GetString(9)),
        row.GetInt32(10));
}
