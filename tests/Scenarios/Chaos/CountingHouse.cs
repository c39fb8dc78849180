using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// A company whose goals each book three entries under keys and send one letter without, and the databases outside the product in which both are counted.
/// </summary>
internal sealed class CountingHouse : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-chaos-").FullName;
    private readonly string? _database;
    private readonly string? _data;
    private readonly bool _isOwn;

    private CountingHouse(string? database, string? data, bool isOwn)
    {
        (_database, _data, _isOwn) = (database, data, isOwn);
        WorldDatabase.Create(Letters, "create table letters (number integer not null, at text not null)");
    }

    public static string Company => Path.Combine(RepositoryFiles.Root, "tests", "Fixtures", "companies", "counting");

    public string Letters => Path.Combine(_folder, "letters.db");

    public string Ledger => Path.Combine(_folder, "ledger.db");

    /// <summary>For every verb: the store is in the environment, where no process list shows it.</summary>
    public IReadOnlyList<string> Arguments => ["--company", Company, "--data", _data ?? Path.Combine(_folder, "data")];

    public Dictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["COUNTING_LEDGER"] = Ledger,
                ["COUNTING_LETTERS"] = Letters,
                ["AIMANAGER_LEASE"] = "3s",
                ["AIMANAGER_PATIENCE"] = "1s",
            };
            if (_database is not null)
            {
                environment["AIMANAGER_STORE"] = _database;
            }

            return environment;
        }
    }

    /// <summary>On a new database.</summary>
    public static async Task<CountingHouse> OpenAsync() => new(await PostgresServer.NewDatabaseAsync(), null, isOwn: true);

    /// <summary>On a new database of a server that a test stops and starts.</summary>
    public static async Task<CountingHouse> OpenAsync(PostgresServer server) => new(await PostgresServer.NewDatabaseAsync(server.ConnectionString), null, isOwn: false);

    /// <summary>On the embedded store, in a data folder of the test's.</summary>
    public static CountingHouse Embedded(string data) => new(null, data, isOwn: false);

    /// <summary>A key of Olga's, who is the operator.</summary>
    public async Task<string> KeyAsync()
    {
        var made = await VerbAsync("keys", "create", "--person", "olga");
        Assert.True(made.ExitCode == 0, made.ToString());
        return made.Output.Trim();
    }

    public Task<HostResult> VerbAsync(params string[] verb) => HostProcess.RunAsync([.. verb, .. Arguments], Environment);

    /// <summary>Asks for a number; as often as it is sent, it is the same goal.</summary>
    public static HttpRequestMessage Submission(int number)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows")
        {
            Content = JsonContent.Create(new { goal = $"Count the number {number}.", playbook = "count", inputs = new { number } }),
        };
        request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"number-{number}"));
        return request;
    }

    /// <summary>How often each number was booked, by step.</summary>
    public Dictionary<(long Number, long Step), long> Booked()
    {
        using var ledger = WorldDatabase.Open(Ledger);
        return ledger.Read("select number, step, count(*) as n from entries group by number, step")
            .ToDictionary(row => ((long)row.Number("number"), (long)row.Number("step")), row => (long)row.Number("n"));
    }

    /// <summary>How often each number's letter was sent.</summary>
    public Dictionary<long, long> Sent()
    {
        using var letters = WorldDatabase.Open(Letters);
        return letters.Read("select number, count(*) as n from letters group by number")
            .ToDictionary(row => (long)row.Number("number"), row => (long)row.Number("n"));
    }

    /// <summary>The whole journal, by stream, in order.</summary>
    public async Task<Dictionary<string, List<CountedEvent>>> ExportAsync()
    {
        var exported = await VerbAsync("journal", "export");
        Assert.True(exported.ExitCode == 0, exported.Errors);
        return exported.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(e => (Stream: e.GetProperty("stream").GetString()!, Event: new CountedEvent(e.GetProperty("type").GetString()!, e.GetProperty("at").GetDateTimeOffset(), e.GetProperty("payload"))))
            .GroupBy(e => e.Stream, e => e.Event)
            .ToDictionary(g => g.Key, g => g.ToList());
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
        {
            await PostgresServer.DropAsync(_database!);
        }

        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>An event as it is exported.</summary>
internal sealed record CountedEvent(string Type, DateTimeOffset At, JsonElement Payload)
{
    /// <summary>A field that is text; null when there is none.</summary>
    public string? Text(string name) => Payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
