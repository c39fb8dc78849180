using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Npgsql;

namespace AiManager.Bench;

/// <summary>
/// How long the work of a dead host stands still: two hosts as they are by default on one PostgreSQL, goals coming in all the time, and one host that is killed
/// with what it is driving. Measured from its end until the first and until the last of those workflows has another event.
/// </summary>
internal static class TakeoverBenchmark
{
    private const string Database = "aimanager_takeover";
    private const int Feeders = 8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--store");
        if (at < 0 || at + 1 >= args.Length)
        {
            Console.WriteLine("takeover needs --store CONNECTION, a server on which databases may be created.");
            return 2;
        }

        var kills = Array.IndexOf(args, "--kills") is var k and >= 0 ? int.Parse(args[k + 1], CultureInfo.InvariantCulture) : 5;
        var folder = Directory.CreateTempSubdirectory("aimanager-bench-").FullName;
        await using var server = NpgsqlDataSource.Create(args[at + 1]);
        await ExecuteAsync(server, $"drop database if exists {Database} with (force)");
        await ExecuteAsync(server, $"create database {Database}");
        var store = new NpgsqlConnectionStringBuilder(args[at + 1]) { Database = Database }.ConnectionString;
        try
        {
            await MeasureAsync(store, folder, kills);
            return 0;
        }
        finally
        {
            await ExecuteAsync(server, $"drop database {Database} with (force)");
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string store, string folder, int kills)
    {
        IReadOnlyList<string> place = ["--company", Company(), "--data", Path.Combine(folder, "data")];
        var environment = new Dictionary<string, string> { ["AIMANAGER_STORE"] = store, ["BENCH_LEDGER"] = Path.Combine(folder, "ledger.db") };
        var key = (await BenchedHost.RunAsync(["keys", "create", "--person", "olga", .. place], environment)).Trim();
        await using var database = NpgsqlDataSource.Create(store);
        using var heir = await BenchedHost.ServeAsync(place, environment);
        using var stop = new CancellationTokenSource();
        var feeding = Enumerable.Range(0, Feeders).Select(_ => FeedAsync(heir, key, stop.Token)).ToList();

        Console.WriteLine("| kill | workflows driven by the dead host | s until the first moves | s until the last moves |");
        Console.WriteLine("|--:|--:|--:|--:|");
        var worst = 0.0;
        for (var kill = 1; kill <= kills; kill++)
        {
            using var doomed = await BenchedHost.ServeAsync(place, environment);
            await Task.Delay(WarmUp, TimeProvider.System);
            await doomed.KillAsync();
            var dead = Stopwatch.GetTimestamp();
            var left = await ReadAsync(database, "select stream, seq from streams where owner = $1 and lease_until is not null", doomed.Node);
            var (all, first) = (left.Count, 0.0);
            while (left.Count > 0)
            {
                if (Stopwatch.GetElapsedTime(dead) > Longest)
                {
                    throw new TimeoutException($"{left.Count} workflows still stand still, such as {left.Keys.First()}.");
                }

                await Task.Delay(Look, TimeProvider.System);
                var now = await ReadAsync(database, "select stream, seq from streams where stream = any($1)", left.Keys.ToArray());
                foreach (var (stream, _) in left.Where(l => now[l.Key] > l.Value).ToList())
                {
                    left.Remove(stream);
                    first = first == 0 ? Stopwatch.GetElapsedTime(dead).TotalSeconds : first;
                }
            }

            var last = all == 0 ? 0 : Stopwatch.GetElapsedTime(dead).TotalSeconds;
            worst = Math.Max(worst, last);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kill} | {all} | {first:N1} | {last:N1} |"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"At most {worst:N1} s from kill -9 until the last workflow of the dead host moved again."));
    }

    private static async Task FeedAsync(BenchedHost host, string key, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/workflows") { Content = JsonContent.Create(new { goal = "Book three entries.", playbook = "enter" }) };
            request.Headers.Authorization = new("Bearer", key);
            using var answer = await host.Client.SendAsync(request, stop);
            if (answer.Headers.RetryAfter?.Delta is { } pause)
            {
                await Task.Delay(pause, TimeProvider.System, stop);
            }
            else
            {
                answer.EnsureSuccessStatusCode();
            }
        }
    }

    private static async Task<Dictionary<string, int>> ReadAsync(NpgsqlDataSource database, string sql, object value)
    {
#pragma warning disable CA2100 // constant text above
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            rows[reader.GetString(0)] = reader.GetInt32(1);
        }

        return rows;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql)
    {
#pragma warning disable CA2100 // constant text above
        await using var command = server.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

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
