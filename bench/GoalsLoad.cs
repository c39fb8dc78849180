using System.Diagnostics;
using Npgsql;

namespace AiManager.Bench;

/// <summary>Whole hosts on one store with always enough goals open for each; submitted to them in turn, driven by whoever claims them.</summary>
internal static class GoalsLoad
{
    /// <summary>Twice what a host drives at the same time by default.</summary>
    private const int OpenForEach = 32;

    private const string Open = "select count(*) from workflows where is_open = 1";
    private const string Completed = "select count(*) from workflows where status = 'completed'";
    private const string Events = "select count(*) from events";

    /// <summary>Until then a host spends more on compiling itself than on goals.</summary>
    private const int WarmUpForEach = 60;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task<GoalRate> RunAsync(string store, int hosts, TimeSpan span)
    {
        await using var entries = new Entries(store);
        await using var database = NpgsqlDataSource.Create(store);
        var serving = new List<BenchedHost>();
        for (var i = 0; i < hosts; i++)
        {
            serving.Add(await entries.ServeAsync());
        }

        using var stop = new CancellationTokenSource();
        var feeding = FeedAsync(entries, serving, database, stop.Token);
        while (await CountAsync(database, Completed) < WarmUpForEach * hosts)
        {
            await (feeding.IsCompleted ? feeding : Task.Delay(Look, TimeProvider.System));
        }

        var (completed, events) = (await CountAsync(database, Completed), await CountAsync(database, Events));
        var (before, cpu, begin) = (await ServerLoad.ReadAsync(store), Cpu(), Stopwatch.GetTimestamp());
        await Task.Delay(span, TimeProvider.System);
        var (seconds, used, after) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, Cpu() - cpu, await ServerLoad.ReadAsync(store));
        completed = await CountAsync(database, Completed) - completed;
        events = await CountAsync(database, Events) - events;
        await stop.CancelAsync();
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return completed == 0
            ? throw new InvalidOperationException("No goal was completed.")
            : new GoalRate(
                completed / seconds,
                events / seconds,
                used.TotalSeconds / seconds,
                (after.Cpu - before.Cpu)?.TotalSeconds / seconds,
                (after.Transactions - before.Transactions) / seconds);

        TimeSpan Cpu() => serving.Aggregate(TimeSpan.Zero, (sum, host) => sum + host.Cpu());
    }

    private static async Task FeedAsync(Entries entries, List<BenchedHost> hosts, NpgsqlDataSource database, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look, TimeProvider.System);
        var next = 0;
        do
        {
            var missing = (OpenForEach * hosts.Count) - (int)await CountAsync(database, Open);
            await Task.WhenAll(Enumerable.Range(0, Math.Max(0, missing)).Select(_ => entries.SubmitAsync(hosts[next++ % hosts.Count], stop)));
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource database, string sql)
    {
#pragma warning disable CA2100 // constant text above
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

/// <summary>What hosts came to.</summary>
/// <param name="Goals">Completed per second, by all hosts together.</param>
/// <param name="PerSecond">Events on disk per second.</param>
/// <param name="Cpu">Cores that the hosts kept busy.</param>
/// <param name="ServerCpu">Cores that the server kept busy; null where it cannot be seen.</param>
/// <param name="Transactions">Of the server, per second.</param>
internal sealed record GoalRate(double Goals, double PerSecond, double Cpu, double? ServerCpu, double Transactions) : IEventRate;
