using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.ManagerAgent;
using AiManager.Memory;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Host.Tests;

/// <summary>
/// A company with one thing to watch, on a real store with a real tool behind the real gate, and a clock that a test moves. Nothing drives workflows and
/// no scheduler runs: a test says when the monitor is looked after.
/// </summary>
internal sealed class WatchedCompany : IAsyncDisposable
{
    public const string Name = "watch";

    private const string Tools =
        """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: low, description: What is low., effect: observe, readOnly: true, sql: "select sku, n from things where n > 0 order by sku" }
              - { name: secret, description: What nobody may read., effect: observe, readOnly: true, sql: "select 1 as n" }
              - { name: asked, description: What somebody must agree to., effect: observe, readOnly: true, sql: "select 1 as n" }
        """;

    private const string Authority =
        """
        version: 1
        rules:
          - { id: read, effect: allow, tools: [erp.low] }
          - { id: ask, effect: ask, tools: [erp.asked], approvers: { role: lead } }
        """;

    private const string People = "people:\n  - { id: jana, name: Jana, roles: [operator] }\n  - { id: petra, name: Petra, roles: [lead] }\n";
    private const string World = "create table things(sku text, n integer); insert into things values ('A-1', 3);";
    private const string Playbook = "---\nname: restock\noutcome: Stock is full.\nacceptance:\n  - { tool: erp.low, is: \"size(result.rows) == 0\" }\nsingleton: restock\n---\nDo it.\n";

    private readonly TempFolder _company;
    private readonly TempFolder _data = new();
    private MemoryStore _store = null!;
    private ServiceProvider _services = null!;

    private WatchedCompany(TempFolder company, DateTimeOffset now) => (_company, Time) = (company, new ManualTime(now));

    public ManualTime Time { get; }

    public MonitorId Id { get; } = MonitorId.Named(Name);

    public MonitorDesk Desk => Get<MonitorDesk>();

    public IJobRuns Rows => _store.JobRuns;

    /// <summary>What happens when a call passes a point; null for nothing. It may throw.</summary>
    public Action<CrashPoint>? Passing { get; set; }

    /// <summary>What happens once, just before the next run's row is written, which is just before its beginning is; null for nothing.</summary>
    public Func<Task>? Beginning { get; set; }

    /// <summary>Opens it. <paramref name="keys"/> are the monitor's, as flow YAML, behind its name.</summary>
    public static async Task<WatchedCompany> OpenAsync(
        string keys = """schedule: { every: 1h }, when: { tool: erp.low, is: "size(result.rows) > 0" }, submit: { goal: Restock. }""", DateTimeOffset? now = null)
    {
        var monitors = $"monitors:\n  - {{ name: {Name}, {keys} }}\n";
        var folder = SmallCompany.Make(
            ("tools.yaml", Tools), ("authority.yaml", Authority), ("people.yaml", People), ("world.sql", World), ("playbooks/restock.md", Playbook), ("monitors.yaml", monitors));
        var watched = new WatchedCompany(folder, now ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
        await watched.StartAsync();
        return watched;
    }

    /// <summary>As a new process after the old one has gone, however it went.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredService<TService>();

    /// <summary>Looks after the monitor once. Hosts other than this one are dead.</summary>
    public Task SweepAsync() => Get<MonitorClock>().SweepAsync(_ => true, CancellationToken.None);

    /// <summary>Moves the clock and looks.</summary>
    public Task SweepAfterAsync(TimeSpan by)
    {
        Time.Advance(by);
        return SweepAsync();
    }

    public async Task<MonitorState> StateAsync() => (await Desk.ViewAsync(Definition, CancellationToken.None)).State;

    public MonitorDefinition Definition => Desk.Find(Name)!;

    public Task<MonitorResult> RunAsync(WorkflowId? cause = null) => Desk.RunAsync(Definition, "jana", cause, CancellationToken.None);

    public async Task<WorkflowSnapshot> WorkflowAsync(WorkflowId id) => (await Get<WorkflowDesk>().FindAsync(id, CancellationToken.None))!;

    public async Task<int> WorkflowsAsync() => (await Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items.Length;

    /// <summary>Appends what a driver, or a person, would.</summary>
    public async Task AppendAsync(WorkflowId workflow, params WorkflowEvent[] events) => Assert.IsType<OutsideResult.Appended>(
        await Get<IWorkflowOutside>().AppendAsync(workflow, _ => new OutsideDecision.Append([.. events]), Actor.System, CancellationToken.None));

    /// <summary>Ends a workflow.</summary>
    public Task EndAsync(WorkflowId workflow) => AppendAsync(workflow, new GoalFailed(GoalFailure.GivenUp, "Nobody wants it."));

    /// <summary>Appends to the monitor's own stream what a host that is dead now wrote.</summary>
    public async Task WroteAsync(params WorkflowEvent[] events)
    {
        var journal = Get<IWorkflowJournal>();
        var seq = (await journal.ReadAsync(Id.ToString(), 0, 1000, CancellationToken.None)).Length;
        Assert.IsType<AppendResult.Appended>(await journal.AppendAsync(
            new AppendRequest(Id.ToString(), seq, null, [.. events.Select(e => EventCodec.Encode(e, Time.Now, Actor.System, ""))], [], []), CancellationToken.None));
    }

    public async Task<IReadOnlyList<JobRun>> RowsAsync() => (await Rows.ListAsync(new JobRunQuery(), CancellationToken.None)).Items;

    /// <summary>Changes the world.</summary>
    public void Set(string sku, int n)
    {
        using var connection = new SqliteConnection($"Data Source={LoadedCompany.WorldOf(_company.Path, _data.Path)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "update things set n = @n where sku = @sku";
        command.Parameters.AddWithValue("@n", n);
        command.Parameters.AddWithValue("@sku", sku);
        command.ExecuteNonQuery();
    }

    public async Task<AuditResult> VerifyAsync() => await _store.Audit.VerifyAsync(null, CancellationToken.None);

    /// <summary>Moves a workflow that is over out of the store, once nobody drives it and something else came after it.</summary>
    public async Task ArchiveAsync(WorkflowId workflow)
    {
        var journal = Get<IWorkflowJournal>();
        var claim = await journal.ClaimAsync("elsewhere:1", Time.Now, TimeSpan.FromMinutes(1), workflow.ToString(), CancellationToken.None);
        await journal.ReleaseAsync(claim!, (await WorkflowAsync(workflow)).State.Seq, CancellationToken.None);
        await Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Something else.", "petra", "bundle"), CancellationToken.None);
        Assert.NotEqual(0, (await _store.Archive.ArchiveAsync(_data.Path, Time.Now.AddDays(1), Time.Now, CancellationToken.None)).Workflows);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _company.Dispose();
        _data.Dispose();
    }

    private async Task StartAsync()
    {
        var loaded = LoadedCompany.Load(_company.Path, _data.Path, name => name == "HOOK" ? "open sesame" : null);
        await loaded.EnsureWorldAsync(CancellationToken.None);
        _store = SqliteStore.Open(_data.Path, new SqliteStoreOptions { Time = Time });
        _services = new ServiceCollection().AddLogging().AddDeployment(loaded, _store, new Points(this))
            .AddSingleton<IOccurrences, QuartzOccurrences>().AddSingleton<TimeProvider>(Time).AddSingleton<IJobRuns>(new BegunRuns(this)).BuildServiceProvider();
    }

    private async Task StopAsync()
    {
        await _services.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>The store's own rows, and before one is written whatever a test wants to happen then.</summary>
    private sealed class BegunRuns(WatchedCompany watched) : IJobRuns
    {
        public async Task BeginAsync(JobRun run, CancellationToken cancellationToken)
        {
            var beginning = watched.Beginning;
            watched.Beginning = null;
            await (beginning?.Invoke() ?? Task.CompletedTask);
            await watched.Rows.BeginAsync(run, cancellationToken);
        }

        public Task<bool> EndAsync(string id, DateTimeOffset endedAt, string outcome, string detail, WorkflowId? workflow, CancellationToken cancellationToken) =>
            watched.Rows.EndAsync(id, endedAt, outcome, detail, workflow, cancellationToken);

        public Task<Page<JobRun>> ListAsync(JobRunQuery query, CancellationToken cancellationToken) => watched.Rows.ListAsync(query, cancellationToken);

        public Task<ImmutableArray<JobRun>> LastAsync(CancellationToken cancellationToken) => watched.Rows.LastAsync(cancellationToken);

        public Task<ImmutableArray<JobCount>> CountAsync(DateTimeOffset since, TimeSpan width, CancellationToken cancellationToken) => watched.Rows.CountAsync(since, width, cancellationToken);

        public Task<ImmutableArray<JobRun>> OpenAsync(CancellationToken cancellationToken) => watched.Rows.OpenAsync(cancellationToken);

        public Task<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => watched.Rows.PruneAsync(endedBefore, cancellationToken);
    }

    private sealed class Points(WatchedCompany watched) : ICrashPoints
    {
        public void Pass(CrashPoint point, string stream) => watched.Passing?.Invoke(point);
    }
}
