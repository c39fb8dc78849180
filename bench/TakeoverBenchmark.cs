using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AiManager.Bench;

/// <summary>
/// How long the work of a dead host stands still: two hosts as they are by default on one PostgreSQL, goals coming in all the time, and one host that is killed
/// with what it is driving. Measured from its end until the first and until the last of those workflows moves: has another event, or, where nothing was left to
/// be done but letting go, has been taken and let go.
/// </summary>
internal static class TakeoverBenchmark
{
    private const string Database = "aimanager_takeover";
    private const int Feeders = 8;
    private const string Driven = "select stream, seq, epoch from streams where owner = $1 and lease_until is not null";

    private const string Moved =
        """
        select s.stream, s.seq, s.epoch from streams s join unnest($1, $2, $3) as dead (stream, seq, epoch) on dead.stream = s.stream
        where s.seq > dead.seq or (s.epoch > dead.epoch and s.lease_until is null)
        """;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMinutes(2);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        using var server = BenchedServer.Of(options);
        try
        {
            await MeasureAsync(await server.NewDatabaseAsync(Database), options.Count("--kills", 5));
            return 0;
        }
        finally
        {
            await server.DropDatabaseAsync(Database);
        }
    }

    private static async Task MeasureAsync(string store, int kills)
    {
        await using var entries = new Entries(store);
        await using var database = NpgsqlDataSource.Create(store);
        var heir = await entries.ServeAsync();
        using var stop = new CancellationTokenSource();
        var feeding = Enumerable.Range(0, Feeders).Select(_ => FeedAsync(entries, heir, stop.Token)).ToList();

        Console.WriteLine("| kill | workflows driven by the dead host | s until the first moves | s until the last moves |");
        Console.WriteLine("|--:|--:|--:|--:|");
        var worst = 0.0;
        for (var kill = 1; kill <= kills; kill++)
        {
            var doomed = await entries.ServeAsync();
            await Task.Delay(WarmUp, TimeProvider.System);
            await doomed.KillAsync();
            var (all, first, last) = await WatchAsync(database, doomed.Node);
            worst = Math.Max(worst, last);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kill} | {all} | {first:N1} | {last:N1} |"));
        }

        await stop.CancelAsync();
        await Task.WhenAll(feeding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"At most {worst:N1} s from kill -9 until the last workflow of the dead host moved again."));
    }

    private static async Task<(int All, double First, double Last)> WatchAsync(NpgsqlDataSource database, string node)
    {
        var dead = Stopwatch.GetTimestamp();
        var left = await ReadAsync(database, Driven, [new() { Value = node }]);
        var (all, first, last) = (left.Count, 0.0, 0.0);
        while (left.Count > 0)
        {
            if (Stopwatch.GetElapsedTime(dead) > Longest)
            {
                throw new TimeoutException($"{left.Count} workflows still stand still, such as {left[0].Stream}.");
            }

            await Task.Delay(Look, TimeProvider.System);
            var moved = await ReadAsync(database, Moved, [
                new() { Value = left.Select(head => head.Stream).ToArray() }, new() { Value = left.Select(head => head.Seq).ToArray() }, new() { Value = left.Select(head => head.Epoch).ToArray() }]);
            if (moved.Count > 0)
            {
                left.RemoveAll(head => moved.Exists(other => other.Stream == head.Stream));
                last = Stopwatch.GetElapsedTime(dead).TotalSeconds;
                first = first == 0 ? last : first;
            }
        }

        return (all, first, last);
    }

    private static async Task FeedAsync(Entries entries, BenchedHost host, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await entries.SubmitAsync(host, stop);
        }
    }

    private static async Task<List<(string Stream, int Seq, long Epoch)>> ReadAsync(NpgsqlDataSource database, string sql, NpgsqlParameter[] values)
    {
#pragma warning disable CA2100 // constant text above
        await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.AddRange(values);
        await using var reader = await command.ExecuteReaderAsync();
        var heads = new List<(string, int, long)>();
        while (await reader.ReadAsync())
        {
            heads.Add((reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2)));
        }

        return heads;
    }
}
