using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AiManager.Domain;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>
/// The sample company with years of work behind it, in a folder that stays: workflows in every state, each a copy of one that the program really drove, and attempts of jobs.
/// Made once; whoever is interrupted goes on.
/// </summary>
internal sealed class FilledStore
{
    private const string Database = "aimanager_bench_pages";
    private const string Goal = "Restock everything below its reorder point.";
    private const int WaitingEnd = 3;
    private const int RunsAtOnce = 500;
    private const int WorkflowsAtOnce = 32;
    private const int PerDay = 400;

    /// <summary>Of each fifty: how many wait for approvals, are paused, ask somebody something, were cancelled; the rest is done.</summary>
    private const int Every = 50;

    private static readonly ImmutableArray<string> Jobs = ["monitor/nightly-restock", "monitor/late-deliveries", "upkeep", "seal", "memory"];

    private readonly string _folder;
    private readonly string? _database;

    private FilledStore(string folder, string? database) => (_folder, _database) = (folder, database);

    /// <summary>Where the host is to look: company, data, and where people's limits leave room for a benchmark.</summary>
    public string[] Place => ["--company", _database is null ? Company : Shared, "--data", Data];

    /// <summary>Where the store is, for a host.</summary>
    public IReadOnlyDictionary<string, string> Environment => _database is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["AIMANAGER_STORE"] = _database };

    private string Company => Path.Combine(_folder, "company");

    /// <summary>The same company where several hosts may work for it: then it says where its world is. What is copied was driven in worlds of its own.</summary>
    private string Shared => Path.Combine(_folder, "shared", "company");

    private string Data => Path.Combine(_folder, "store");

    /// <summary>As a command line wants it: in <c>--data</c>, on <paramref name="server"/> where there is one, with so many <c>--workflows</c> and <c>--runs</c>; with <c>--keep</c> in the database that is there.</summary>
    public static async Task<FilledStore> OpenAsync(Options options, BenchedServer? server) => await OpenAsync(
        options.Text("--data") ?? Path.Combine(Path.GetTempPath(), "aimanager-bench-pages"),
        server is null ? null : options.Has("--keep") ? await server.DatabaseAsync(Database) : await server.NewDatabaseAsync(Database),
        options.Count("--workflows", 10_000),
        options.Count("--runs", 100_000));

    /// <summary>Makes what is missing of it.</summary>
    /// <param name="folder">Which stays.</param>
    /// <param name="database">A connection string; null for the embedded store in the folder.</param>
    /// <param name="workflows">How many there are to be.</param>
    /// <param name="runs">How many attempts.</param>
    private static async Task<FilledStore> OpenAsync(string folder, string? database, int workflows, int runs)
    {
        var filled = new FilledStore(Path.GetFullPath(folder), database);
        CopyCompany(filled.Company);
        var done = await filled.DriveAsync("done", "--auto-approve", "procurement-lead", "--auto-approve", "cfo");
        var waiting = await filled.DriveAsync("waiting");
        if (database is not null)
        {
            var world = Path.Combine(filled._folder, "shared", "world.db");
            CopyCompany(filled.Shared, $"worlds: {{ company: {{ connection: \"Data Source={world}\" }} }}\n");
            File.Copy(Path.Combine(filled._folder, "done", "worlds", "company.db"), world, overwrite: true);
        }

        var watch = Stopwatch.StartNew();

        // The program makes the store, and has brought the company into force when others begin to write.
        await filled.KeyAsync("jana");
        await using (var store = await filled.StoreAsync())
        {
            await FillAsync(store, done, waiting, filled.Begun().AddDays(-(double)workflows / PerDay), workflows);
            await RunAsync(store, filled.Begun().AddDays(-20), runs);
        }

        await filled.SettleAsync();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{workflows:N0} workflows of {done.Events} (done) and {waiting.Events} events (waiting), {runs:N0} attempts; made or found in {watch.Elapsed.TotalSeconds:N0} s"));
        Console.WriteLine();
        return filled;
    }

    /// <summary>A new key of each.</summary>
    public async Task<List<string>> KeysAsync(IEnumerable<string> people)
    {
        var keys = new List<string>();
        foreach (var person in people)
        {
            keys.Add(await KeyAsync(person));
        }

        return keys;
    }

    /// <summary>A new key of somebody.</summary>
    private async Task<string> KeyAsync(string person) => (await BenchedHost.RunAsync(["keys", "create", "--person", person, .. Place], Environment)).Trim();

    /// <summary>A host on it.</summary>
    public Task<BenchedHost> ServeAsync() => BenchedHost.ServeAsync(Place, Environment);

    /// <summary>The workflow of a number: the same each time.</summary>
    private static WorkflowId IdOf(DateTimeOffset begin, int number) => PrefixedId.New<WorkflowId>(begin, new Random(number));

    private static async Task FillAsync(MemoryStore store, WorkflowTemplate done, WorkflowTemplate waiting, DateTimeOffset begun, int wanted)
    {
        var figures = await store.ReadModels.FiguresAsync(CancellationToken.None);
        var from = Math.Max(0, (int)figures.Workflows.Values.Sum() - WorkflowsAtOnce);
        foreach (var numbers in Enumerable.Range(from, wanted - from).Chunk(WorkflowsAtOnce))
        {
            await Task.WhenAll(numbers.Select(n => Task.Run(() => AppendAsync(store.Journal, done, waiting, n, begun.AddDays((double)n / PerDay)))));
        }
    }

    private static Task AppendAsync(IWorkflowJournal journal, WorkflowTemplate done, WorkflowTemplate waiting, int number, DateTimeOffset at)
    {
        var id = IdOf(at, number);
        var question = PrefixedId.Derive<EscalationId>(id.Value, "question");
        return (number % Every) switch
        {
            0 => waiting.AppendAsync(journal, id, at),
            1 => waiting.AppendAsync(journal, id, at, new Escalated(question, EscalationKind.Finding, null, null, "Two offers are equal. Which one is it to be?", ["noted"], "procurement-lead", null)),
            >= 2 and < 6 => waiting.AppendAsync(journal, id, at, new GoalCancelled(new PrivateText("system", "It is no longer needed."))),
            _ => done.AppendAsync(journal, id, at),
        };
    }

    private static async Task RunAsync(MemoryStore store, DateTimeOffset begin, int wanted)
    {
        if (!(await store.JobRuns.ListAsync(new JobRunQuery("run " + IdOf(begin, wanted), Limit: 1), CancellationToken.None)).Items.IsEmpty)
        {
            return;
        }

        for (var n = 0; n < wanted; n += RunsAtOnce)
        {
            await Task.WhenAll(Enumerable.Range(n, Math.Min(RunsAtOnce, wanted - n)).Select(i => store.JobRuns.BeginAsync(Run(i, begin), CancellationToken.None)));
        }

        // Says that all are there.
        await store.JobRuns.BeginAsync(Run(wanted, begin) with { Detail = $"run {IdOf(begin, wanted)}" }, CancellationToken.None);
    }

    private static JobRun Run(int number, DateTimeOffset begin)
    {
        var at = begin.AddSeconds(number * 15.0);
        var outcome = (number % 100) switch { 0 => JobOutcome.Failed, 1 => JobOutcome.Skipped, < 20 => JobOutcome.Submitted, < 60 => JobOutcome.NothingToDo, _ => JobOutcome.Done };
        return new JobRun($"run-{number:d7}", Jobs[number % Jobs.Length], "schedule", "bench:1", at, at, at.AddSeconds(2), outcome, number == 777 ? "The needle is here." : "It is as it was.", null, 1);
    }

    /// <summary>Whoever goes on must name the same workflow the same, whatever day it is.</summary>
    private DateTimeOffset Begun()
    {
        var file = Path.Combine(_folder, "begun");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        }

        return DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    private async Task<WorkflowTemplate> DriveAsync(string name, params string[] answers)
    {
        var folder = Path.Combine(_folder, name);
        if (!Directory.Exists(folder))
        {
            await BenchedHost.RunAsync(["submit", Goal, "--company", Company, "--data", folder, .. answers], new Dictionary<string, string>(), 0, WaitingEnd);
        }

        return await WorkflowTemplate.ReadAsync(folder);
    }

    private async Task<MemoryStore> StoreAsync() =>
        _database is null ? SqliteStore.Open(Data, new SqliteStoreOptions()) : await PostgresStore.OpenAsync(_database, new PostgresStoreOptions(), CancellationToken.None);

    /// <summary>Nothing of it is to be driven: it is there to be looked at.</summary>
    private async Task SettleAsync()
    {
        await using System.Data.Common.DbConnection connection = _database is null
            ? new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, SqliteStore.FileName)};Pooling=False")
            : new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(_database) { Pooling = false }.ConnectionString);
        await BenchedRows.ReadAsync(connection, "update streams set runnable = 0 where runnable = 1");
        await connection.CloseAsync();
        await BenchedRows.ReadAsync(connection, "update due set woken = 1 where woken = 0");
        if (_database is not null)
        {
            await connection.CloseAsync();
            await BenchedRows.ReadAsync(connection, "vacuum analyze");
        }
    }

    private static void CopyCompany(string folder, string more = "")
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        SampleCompany.Copy(folder, text => text);
        File.AppendAllText(Path.Combine(folder, "company.yaml"), "\napi: { streamsPerPerson: 1000, writesPerMinute: 100000 }\n" + more);
    }
}
