using System.Diagnostics;
using System.Globalization;

namespace AiManager.Bench;

/// <summary>
/// Durable events per second, each workflow appending its next event when the last one is on disk: every commit waits for the disk, hash and read models on, every
/// event with a changed task row and every fifth with a changed workflow row. Beside it a loop that only inserts: the same payload, the same number of rows per
/// commit, the same disk in the same minute, no index, no hash, no read models. Passes alternate, so that what else the machine does meets both alike.
/// </summary>
internal static class JournalBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Options(args);
        var seconds = options.Number("--seconds", 2.0);
        var passes = options.Count("--passes", 5);
        using var server = BenchedServer.IfWanted(options);
        IBenchedStores stores = server is null ? new SqliteStores() : new PostgresStores(server);
        Console.WriteLine($"{stores.Name}, {Workload.PayloadBytes} bytes per event, medians of {passes} alternating passes of {seconds} s");
        if (server is not null)
        {
            Console.WriteLine($"Single inserts by {SingleInserts.Name}, in the same passes.");
        }

        Console.WriteLine();
        Console.WriteLine("| workflows | events/s | raw loop, rows/s | ratio | events per commit | p50 ms | p99 ms | CPU µs/event | raw CPU µs/row | bytes/event | single inserts, commits/s | ratio |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var concurrency in options.Counts("--workflows", 1, 8, 32, 100))
        {
            await CompareAsync(stores, concurrency, TimeSpan.FromSeconds(seconds), passes);
        }

        return 0;
    }

    private static async Task CompareAsync(IBenchedStores stores, int concurrency, TimeSpan span, int passes)
    {
        var ours = new List<Measured>();
        var raw = new List<Measured>();
        var singles = new List<double?>();
        for (var pass = 0; pass < passes; pass++)
        {
            await using var place = await stores.NewAsync();
            await using (var store = await place.OpenAsync())
            {
                ours.Add(await JournalLoop.RunAsync(store, concurrency, span));
            }

            raw.Add(place.RunRaw(Math.Max(1, (int)Math.Round(ours[^1].PerCommit)), span));
            singles.Add(await place.RunSinglesAsync(span));
        }

        var single = singles[0] is null ? "– | –" : string.Create(
            CultureInfo.InvariantCulture, $"{Median(singles.Select(s => s!.Value)):N0} | {Median(ours.Zip(singles, (a, s) => a.PerSecond / s!.Value)):N2}");
        var ratio = Median(ours.Zip(raw, (a, b) => a.PerSecond / b.PerSecond));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {concurrency} | {Median(ours.Select(m => m.PerSecond)):N0} | {Median(raw.Select(m => m.PerSecond)):N0} | {ratio:P0} | {Median(ours.Select(m => m.PerCommit)):N1} | {Median(ours.Select(m => m.P50)):N2} | {Median(ours.Select(m => m.P99)):N2} | {Median(ours.Select(m => m.CpuMicros)):N1} | {Median(raw.Select(m => m.CpuMicros)):N1} | {Median(ours.Select(m => m.Allocated)):N0} | {single} |"));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>What one pass came to.</summary>
/// <param name="PerSecond">Events or rows on disk per second.</param>
/// <param name="PerCommit">Of them in one commit, on average.</param>
/// <param name="P50">Of an append, in milliseconds; 0 for the raw loop.</param>
/// <param name="P99">Of an append, in milliseconds; 0 for the raw loop.</param>
/// <param name="CpuMicros">Of the whole process, per event or row.</param>
/// <param name="Allocated">Bytes of the whole process, per event or row.</param>
internal sealed record Measured(double PerSecond, double PerCommit, double P50, double P99, double CpuMicros, double Allocated);

/// <summary>Counts what a stretch of time costs this process.</summary>
internal sealed class Meterstick
{
    private readonly long _at = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Cpu();
    private readonly long _allocated = GC.GetTotalAllocatedBytes(precise: true);

    public Measured Read(long count, double perCommit, double p50 = 0, double p99 = 0)
    {
        var (elapsed, cpu, allocated) = (Stopwatch.GetElapsedTime(_at), Cpu() - _cpu, GC.GetTotalAllocatedBytes(precise: true) - _allocated);
        return new Measured(count / elapsed.TotalSeconds, perCommit, p50, p99, cpu.TotalMicroseconds / count, (double)allocated / count);
    }

    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
