using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>The procurement company on a PostgreSQL store of its own, and the world in a file that all hosts of a test open.</summary>
internal sealed partial class SharedRun : IAsyncDisposable
{
    private readonly ProcurementRun _run = new();
    private readonly string _store;
    private readonly bool _isOwn;

    private SharedRun(string store, bool isOwn)
    {
        (_store, _isOwn) = (store, isOwn);
        File.AppendAllText(Path.Combine(_run.Company, "company.yaml"), $"worlds: {{ procurement: {{ connection: \"Data Source={WorldFile}\" }} }}\n");
    }

    /// <summary>The company's folder.</summary>
    public string Company => _run.Company;

    /// <summary>The data folder of processes that are not told another.</summary>
    public string Data => _run.Data;

    /// <summary>The world.</summary>
    public WorldDatabase World() => WorldDatabase.Open(WorldFile);

    private string WorldFile => Path.Combine(Path.GetDirectoryName(_run.Company)!, "shared-world.db");

    /// <summary>On a new database.</summary>
    public static async Task<SharedRun> OpenAsync() => new(await PostgresServer.NewDatabaseAsync(), isOwn: true);

    /// <summary>On a new database of a server that a test stops and starts.</summary>
    public static async Task<SharedRun> OpenAsync(PostgresServer server) => new(await PostgresServer.NewDatabaseAsync(server.ConnectionString), isOwn: false);

    /// <summary>Runs a verb.</summary>
    public Task<HostResult> VerbAsync(params string[] arguments) => VerbOnAsync(arguments, Company);

    /// <summary>Runs a verb on another company's folder.</summary>
    public Task<HostResult> VerbOnAsync(IReadOnlyList<string> arguments, string company) =>
        HostProcess.RunAsync([.. arguments, "--company", company, "--data", Data], new Dictionary<string, string> { ["AIMANAGER_STORE"] = _store });

    /// <summary>Starts a host.</summary>
    /// <param name="company">Its folder; null for the usual one.</param>
    /// <param name="environment">More of its environment.</param>
    public Task<ServedHost> ServeAsync(string? company = null, params (string Name, string Value)[] environment) => ServedHost.StartAsync(
        ["serve", "--company", company ?? Company, "--data", Data],
        "/health/ready",
        environment.Append(("AIMANAGER_STORE", _store)).ToDictionary(e => e.Item1, e => e.Item2));

    /// <summary>A person's key.</summary>
    public async Task<string> KeyAsync(string person)
    {
        var made = await VerbAsync("keys", "create", "--person", person);
        Assert.True(made.ExitCode == 0, made.ToString());
        return Key().Match(made.Output).Value;
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

    /// <summary>Has every pending approval decided by the lead, and where a second seat is open by the cfo, each with their own key.</summary>
    public static async Task ApproveAllAsync(HttpClient lead, HttpClient finance)
    {
        foreach (var approval in (await lead.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending")).EnumerateArray().ToList())
        {
            var path = $"/api/approvals/{approval.GetProperty("id").GetString()}";
            Assert.Equal(HttpStatusCode.OK, await DecideAsync(lead, path));
            if (approval.GetProperty("seats").GetArrayLength() > 1)
            {
                Assert.Equal(HttpStatusCode.OK, await DecideAsync(finance, path));
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
        _run.Dispose();
        if (_isOwn)
        {
            await PostgresServer.DropAsync(_store);
        }
    }

    [GeneratedRegex("aim_[0-9a-f]{12}_[0-9a-f]{64}")]
    private static partial Regex Key();
}
