using System.Globalization;

namespace AiManager.Bench;

/// <summary>
/// What several processes do together on one PostgreSQL: events per second, each process a journal under workflows that append as fast as it takes them, and
/// goals per second of whole hosts that are given goals over HTTP. Before and after each row, what pgbench commits there when each insert is a commit.
/// </summary>
internal static class HostsBenchmark
{
    private const string Database = "aimanager_hosts";
    private static readonly TimeSpan SinglesSpan = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        var processes = options.Counts("--processes", 1, 2, 4);
        var span = TimeSpan.FromSeconds(options.Number("--seconds", 10));
        using var server = BenchedServer.Of(options);
        Console.WriteLine($"PostgreSQL, synchronous_commit=on, {Environment.ProcessorCount} cores for all of it. Single inserts by {SingleInserts.Name}.");
        Console.WriteLine();
        if (!options.Has("--goals-only"))
        {
            Console.WriteLine("| processes | workflows in each | events/s | events per commit | processes' CPU | server's CPU | single inserts, commits/s | ratio |");
            Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var count in processes)
            {
                foreach (var workflows in options.Counts("--workflows", 32, 100, 400))
                {
                    await BesideSinglesAsync(server, store => WritersLoad.RunAsync(store, count, workflows, span), writers => string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {count} | {workflows} | {writers.PerSecond:N0} | {writers.PerCommit:N1} | {writers.Cpu:P0} | {Percent(writers.ServerCpu)}"));
                }
            }

            Console.WriteLine();
        }

        if (!options.Has("--events-only"))
        {
            Console.WriteLine("| hosts | goals/s | events/s | events per goal | hosts' CPU | server's CPU | server's transactions/s | single inserts, commits/s | ratio |");
            Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
            foreach (var count in processes)
            {
                await BesideSinglesAsync(server, store => GoalsLoad.RunAsync(store, count, span), goals => string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {count} | {goals.Goals:N1} | {goals.PerSecond:N0} | {goals.PerSecond / goals.Goals:N0} | {goals.Cpu:P0} | {Percent(goals.ServerCpu)} | {goals.Transactions:N0}"));
            }
        }

        return 0;
    }

    private static async Task BesideSinglesAsync<T>(BenchedServer server, Func<string, Task<T>> load, Func<T, string> row)
        where T : IEventRate
    {
        try
        {
            var store = await server.NewDatabaseAsync(Database);
            var before = await SingleInserts.MeasureAsync(store, SinglesSpan);
            var loaded = await load(store);
            var singles = (before + await SingleInserts.MeasureAsync(store, SinglesSpan)) / 2;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row(loaded)} | {singles:N0} | {loaded.PerSecond / singles:N2} |"));
        }
        finally
        {
            await server.DropDatabaseAsync(Database);
        }
    }

    private static string Percent(double? part) => part is { } known ? known.ToString("P0", CultureInfo.InvariantCulture) : "–";
}

/// <summary>A load that ends in events on disk.</summary>
internal interface IEventRate
{
    /// <summary>Of all processes together.</summary>
    double PerSecond { get; }
}
