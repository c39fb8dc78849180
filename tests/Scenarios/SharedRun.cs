using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// The procurement company on a PostgreSQL store of its own, and the world in a file that all hosts of a test open. Every store is a copy of one in which the
/// company is in force and Jana, Petra and Helena have their keys.
/// </summary>
internal sealed partial class SharedRun : IStoreRun
{
    private const int Waiting = 3;
    private const string WorldVariable = "PROCUREMENT_WORLD";
    private static readonly Lazy<Task<(string Store, Dictionary<string, string> Keys)>> Prepared = new(PrepareAsync);

    private readonly ProcurementRun _run;
    private string _store;
    private readonly bool _isOwn;
    private readonly Dictionary<string, string> _keys;
    private readonly Dictionary<string, string> _driving = [];
    private ServedHost? _inbox;

    private SharedRun(ProcurementRun run, string store, bool isOwn, Dictionary<string, string> keys)
    {
        (_run, _store, _isOwn, _keys) = (run, store, isOwn, keys);
        File.AppendAllText(Path.Combine(_run.Company, "company.yaml"), $"worlds: {{ procurement: {{ connection: \"Data Source=${{{WorldVariable}}}\" }} }}\n");
    }

    /// <inheritdoc/>
    public string Company => _run.Company;

    /// <summary>The data folder of processes that are not told another.</summary>
    public string Data => _run.Data;

    /// <inheritdoc/>
    public WorldDatabase World() => WorldDatabase.Open(WorldFile);

    private string WorldFile => Path.Combine(Path.GetDirectoryName(_run.Company)!, "shared-world.db");

    /// <summary>On a new database.</summary>
    /// <param name="worldSql">Takes the place of <c>world.sql</c>; null to keep the shipped one.</param>
    /// <param name="scripts">A folder whose files are laid over <c>scripts/</c>; null to keep the shipped ones.</param>
    public static async Task<SharedRun> OpenAsync(string? worldSql = null, string? scripts = null)
    {
        var (store, keys) = await Prepared.Value;
        return new SharedRun(new ProcurementRun(worldSql, scripts), await PostgresServer.CopyAsync(store), isOwn: true, keys);
    }

    /// <summary>On a new database of a server that a test stops and starts.</summary>
    public static async Task<SharedRun> OpenAsync(PostgresServer server) =>
        new(new ProcurementRun(), await PostgresServer.NewDatabaseAsync(server.ConnectionString), isOwn: false, []);

    /// <summary>Another company than this repository's sample, on a new database that whichever program first opens it makes.</summary>
    /// <param name="sample">Its folder.</param>
    public static async Task<SharedRun> OfAsync(string sample) => new(new ProcurementRun(sample: sample), await PostgresServer.NewDatabaseAsync(), isOwn: true, []);

    /// <summary>The build of the program with which verbs run and hosts start from now on; null for the one beside these tests.</summary>
    public string? Program { get; set; }

    /// <summary>The store, for a test that changes it.</summary>
    public string Store => _store;

    /// <summary>What a stream's row has in a column of numbers.</summary>
    public Task<long> StreamAsync(string stream, string column) => PostgresServer.NumberAsync(_store, $"select {column} from streams where stream = '{stream}'");

    /// <summary>Goes on in another database, with what a dump took out of this one.</summary>
    /// <param name="emptied">Tables that come without their rows.</param>
    public async Task RestoreElsewhereAsync(params string[] emptied)
    {
        var restored = await PostgresServer.RestoreElsewhereAsync(_store, emptied);
        await PostgresServer.DropAsync(_store);
        _store = restored;
    }

    /// <summary>Runs a verb.</summary>
    public Task<HostResult> VerbAsync(params string[] arguments) => VerbOnAsync(arguments, Company);

    /// <summary>Runs a verb on another company's folder.</summary>
    public Task<HostResult> VerbOnAsync(IReadOnlyList<string> arguments, string company, IReadOnlyDictionary<string, string>? environment = null) =>
        HostProcess.RunAsync([.. arguments, "--company", company, "--data", Data], Environment(environment ?? _driving), Program);

    /// <inheritdoc/>
    public Task<HostResult> VerbAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null) => VerbOnAsync(arguments, Company, environment);

    /// <inheritdoc/>
    public Task EditAsync(string file, string? find, string replace) => _run.EditAsync(file, find, replace);

    /// <inheritdoc/>
    public Task<HostResult> SubmitAsync(string goal, IReadOnlyDictionary<string, string>? environment = null) =>
        VerbAsync(["submit", goal, "--json", "--activate"], environment);

    /// <inheritdoc/>
    public async Task<HostResult> SubmitApprovedAsync(string goal, IReadOnlyDictionary<string, string>? environment = null) =>
        await AgreeAsync(await SubmitAsync(goal, environment), environment);

    /// <inheritdoc/>
    public async Task<HostResult> ResumeApprovedAsync() => await AgreeAsync(await VerbAsync(["resume", "--json"]), null);

    /// <inheritdoc/>
    public async Task<HostResult> CrashAsync(string goal, string point, int passing)
    {
        (_driving["AIMANAGER_LEASE"], _driving["AIMANAGER_PATIENCE"]) = ("2s", "1s");
        var environment = ProcurementRun.CrashAt(point, passing);
        var submitted = await SubmitAsync(goal, environment.Union(_driving).ToDictionary());
        if (submitted.ExitCode != Waiting)
        {
            return submitted;
        }

        // What happens only once people decide, happens at the host where they do.
        await using var host = await ServeAsync(null, [.. environment.Select(e => (e.Key, e.Value))]);
        using var lead = host.As(await KeyAsync("petra"));
        using var finance = host.As(await KeyAsync("helena"));
        try
        {
            await ApproveAllAsync(lead, finance);
        }
        catch (HttpRequestException)
        {
            // It died over the answer.
        }

        var (code, said) = await host.EndAsync();
        return new HostResult(code, said, string.Empty);
    }

    /// <inheritdoc/>
    Task<ServedHost> IStoreRun.ServeAsync(IReadOnlyDictionary<string, string>? environment) =>
        ServedHost.StartAsync(["serve", "--activate", "--company", Company, "--data", Data], "/health/ready", Environment((environment ?? _driving).Concat(_driving)), Program);

    /// <summary>Starts a host.</summary>
    public Task<ServedHost> ServeAsync() => ServeAsync(null);

    /// <summary>Starts a host.</summary>
    /// <param name="company">Its folder; null for the usual one.</param>
    /// <param name="environment">More of its environment.</param>
    public Task<ServedHost> ServeAsync(string? company, params (string Name, string Value)[] environment) => ServedHost.StartAsync(
        ["serve", "--company", company ?? Company, "--data", Data],
        "/health/ready",
        Environment(environment.Select(e => KeyValuePair.Create(e.Name, e.Value)).Concat(_driving)),
        Program);

    /// <inheritdoc/>
    public async Task<string> KeyAsync(string person) => _keys.TryGetValue(person, out var key) ? key : await MakeKeyAsync(person);

    private async Task<string> MakeKeyAsync(string person)
    {
        var made = await VerbAsync("keys", "create", "--person", person);
        Assert.True(made.ExitCode == 0, made.ToString());
        return Key().Match(made.Output).Value;
    }

    /// <summary>Where a run waits for people, has them agree at a host beside it, and goes on at the terminal.</summary>
    private async Task<HostResult> AgreeAsync(HostResult run, IReadOnlyDictionary<string, string>? environment)
    {
        if (run.ExitCode != Waiting)
        {
            return run;
        }

        _inbox ??= await ServeAsync(null, [.. (environment ?? _driving).Select(e => (e.Key, e.Value))]);
        using var lead = _inbox.As(await KeyAsync("petra"));
        using var finance = _inbox.As(await KeyAsync("helena"));
        await ApproveAllAsync(lead, finance);
        return await VerbAsync(["resume", "--workflow", run.Workflow.GetProperty("id").GetString()!, "--json"], environment);
    }

    private Dictionary<string, string> Environment(IEnumerable<KeyValuePair<string, string>> more) =>
        new(more.DistinctBy(e => e.Key)) { ["AIMANAGER_STORE"] = _store, [WorldVariable] = WorldFile };

    private static async Task<(string Store, Dictionary<string, string> Keys)> PrepareAsync()
    {
        var keys = new Dictionary<string, string>();
        var store = await PostgresServer.NewDatabaseAsync();
        PostgresServer.DropAtExit(store);
        await using var run = new SharedRun(new ProcurementRun(), store, isOwn: false, []);
        foreach (var person in (string[])["jana", "petra", "helena"])
        {
            keys[person] = await run.MakeKeyAsync(person);
        }

        return (store, keys);
    }

    /// <summary>A copy of the company's folder, changed.</summary>
    public string OtherFolder(string file, Func<string, string> change)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Company)!, "other", "procurement");
        foreach (var path in Directory.EnumerateFiles(Company, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(Company, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        File.WriteAllText(Path.Combine(folder, file), change(File.ReadAllText(Path.Combine(folder, file))));
        return folder;
    }

    /// <summary>Submits the goal; the workflow's id.</summary>
    public static async Task<string> SubmitAsync(HttpClient client)
    {
        using var submitted = await client.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal });
        Assert.True(submitted.StatusCode == HttpStatusCode.Created, await submitted.Content.ReadAsStringAsync());
        return (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Reads the live stream until events of a type have come so many times.</summary>
    public static async Task FollowAsync(HttpClient client, string id, string type, int times)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var stream = await client.GetStreamAsync(new Uri($"/api/workflows/{id}/stream", UriKind.Relative), patience.Token);
        using var reader = new StreamReader(stream);
        while (times > 0 && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            times -= line.StartsWith("data:", StringComparison.Ordinal) && line.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal(0, times);
    }

    /// <summary>Has every open seat of every pending approval filled by the lead or the cfo, each with their own key.</summary>
    public static async Task ApproveAllAsync(HttpClient lead, HttpClient finance)
    {
        foreach (var approval in (await lead.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending")).EnumerateArray().ToList())
        {
            var path = $"/api/approvals/{approval.GetProperty("id").GetString()}";
            foreach (var seat in approval.GetProperty("seats").EnumerateArray().Where(s => !s.TryGetProperty("by", out var by) || by.ValueKind == JsonValueKind.Null))
            {
                Assert.Equal(HttpStatusCode.OK, await DecideAsync(seat.GetProperty("role").GetString() == "cfo" ? finance : lead, path));
            }
        }
    }

    /// <summary>Approves one.</summary>
    public static async Task<HttpStatusCode> DecideAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsJsonAsync(path, new { decision = "approve", reason = "It is needed." });
        return answer.StatusCode;
    }

    /// <summary>Waits until a reply is as wanted.</summary>
    public static async Task<JsonElement> UntilAsync(HttpClient client, string path, Func<JsonElement, bool> isSo)
    {
        JsonElement reply = default;
        for (var attempt = 0; attempt < 900; attempt++)
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            if (answer.IsSuccessStatusCode && isSo(reply = await answer.Content.ReadFromJsonAsync<JsonElement>()))
            {
                return reply;
            }

            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException($"{path} never came to that: {reply}");
    }

    /// <summary>Waits for a workflow's status.</summary>
    public static Task<JsonElement> StatusAsync(HttpClient client, string id, string status) =>
        UntilAsync(client, $"/api/workflows/{id}", workflow => workflow.GetProperty("status").GetString() == status);

    /// <summary>Asserts that exactly what is right was ordered, and that the journal is sound.</summary>
    public async Task AssertDoneAsync()
    {
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(Company, "world.sql")));
        using var world = World();
        Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));
        var verified = await VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_inbox is not null)
        {
            await _inbox.DisposeAsync();
        }

        _run.Dispose();
        if (_isOwn)
        {
            await PostgresServer.DropAsync(_store);
        }
    }

    [GeneratedRegex("aim_[0-9a-f]{12}_[0-9a-f]{64}")]
    private static partial Regex Key();
}
