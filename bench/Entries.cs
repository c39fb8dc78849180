using System.Net.Http.Json;

namespace AiManager.Bench;

/// <summary>Host processes of the company in <c>bench/companies/entries</c> on one store, each with a world of its own, and goals for them over HTTP.</summary>
internal sealed class Entries : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
    private readonly List<BenchedHost> _hosts = [];
    private readonly string _store;
    private string? _key;

    /// <param name="store">A database that is there.</param>
    public Entries(string store) => _store = store;

    /// <summary>Serves, and returns when it is ready.</summary>
    public async Task<BenchedHost> ServeAsync()
    {
        _key ??= (await BenchedHost.RunAsync(["keys", "create", "--person", "olga", .. Place], Environment(0))).Trim();
        var host = await BenchedHost.ServeAsync(Place, Environment(_hosts.Count));
        _hosts.Add(host);
        return host;
    }

    /// <summary>Submits one goal: three entries, one after the other, each planned, booked through the gate and reviewed.</summary>
    public async Task SubmitAsync(BenchedHost host, CancellationToken stop)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows") { Content = JsonContent.Create(new { goal = "Book three entries.", playbook = "enter" }) };
            request.Headers.Authorization = new("Bearer", _key);
            using var answer = await host.Client.SendAsync(request, stop);
            if (answer.Headers.RetryAfter?.Delta is not { } pause)
            {
                answer.EnsureSuccessStatusCode();
                return;
            }

            await Task.Delay(pause, TimeProvider.System, stop);
        }
    }

    public ValueTask DisposeAsync()
    {
        _hosts.ForEach(host => host.Dispose());
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string[] Place => ["--company", Company(), "--data", Path.Combine(_folder, "data")];

    private Dictionary<string, string> Environment(int host) => new() { ["AIMANAGER_STORE"] = _store, ["BENCH_LEDGER"] = Path.Combine(_folder, $"ledger{host}.db") };

    private static string Company()
    {
        var from = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(from.FullName, "bench", "companies")))
        {
            from = from.Parent ?? throw new InvalidOperationException("There is no bench/companies folder above this program.");
        }

        return Path.Combine(from.FullName, "bench", "companies", "entries");
    }
}
