using System.Globalization;
using System.Net;
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
    private readonly string _database;

    private CountingHouse(string database) => _database = database;

    public static string Company => Path.Combine(RepositoryFiles.Root, "tests", "Fixtures", "companies", "counting");

    public string Letters => Path.Combine(_folder, "letters.db");

    public string Ledger => Path.Combine(_folder, "ledger.db");

    /// <summary>For every verb: the store is in the environment, where no process list shows it.</summary>
    public IReadOnlyList<string> Arguments => ["--company", Company, "--data", Path.Combine(_folder, "data")];

    public Dictionary<string, string> Environment => new(StringComparer.Ordinal)
    {
        ["AIMANAGER_STORE"] = _database,
        ["COUNTING_LEDGER"] = Ledger,
        ["COUNTING_LETTERS"] = Letters,
        ["AIMANAGER_LEASE"] = "3s",
        ["AIMANAGER_PATIENCE"] = "1s",
    };

    public static async Task<CountingHouse> OpenAsync()
    {
        var house = new CountingHouse(await PostgresServer.NewDatabaseAsync());
        WorldDatabase.Create(house.Letters, "create table letters (number integer not null, at text not null)");
        return house;
    }

    /// <summary>A key of Olga's, who is the operator.</summary>
    public async Task<string> KeyAsync()
    {
        var made = await VerbAsync("keys", "create", "--person", "olga");
        Assert.True(made.ExitCode == 0, made.ToString());
        return made.Output.Trim();
    }

    public Task<HostResult> VerbAsync(params string[] verb) => HostProcess.RunAsync([.. verb, .. Arguments], Environment);

    public static async Task<string> SubmitAsync(HostFleet hosts, string key, int first, int number)
    {
        using var answer = await hosts.SendAsync(key, first, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows")
            {
                Content = JsonContent.Create(new { goal = $"Count the number {number}.", playbook = "count", inputs = new { number } }),
            };
            request.Headers.Add("Idempotency-Key", string.Create(CultureInfo.InvariantCulture, $"number-{number}"));
            return request;
        });
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
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

    public async ValueTask DisposeAsync()
    {
        await PostgresServer.DropAsync(_database);
        Directory.Delete(_folder, recursive: true);
    }
}
