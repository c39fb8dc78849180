using System.Diagnostics;
using System.Globalization;

namespace AiManager.Bench;

/// <summary>A whole host as it is by default that has nothing to do, and what it has the server do meanwhile.</summary>
internal static class IdleHost
{
    /// <summary>Long enough for what a start costs to be over, and for every kind of look that a host takes now and then.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15), Span = TimeSpan.FromSeconds(60);

    /// <summary>One row of the table.</summary>
    public static async Task<string> MeasureAsync(IBenchedPlace place, int waiting)
    {
        await using var entries = new Entries(place.Store);
        var host = await entries.ServeAsync();
        await Task.Delay(WarmUp, TimeProvider.System);
        var (before, cpu, begin) = (await ServerLoad.ReadAsync(place.Store), host.Cpu(), Stopwatch.GetTimestamp());
        await Task.Delay(Span, TimeProvider.System);
        var (seconds, used, after) = (Stopwatch.GetElapsedTime(begin).TotalSeconds, host.Cpu() - cpu, await ServerLoad.ReadAsync(place.Store));
        var serverCpu = after.Cpu - before.Cpu is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds / seconds:P2}") : "–";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {waiting:N0} | {host.WorkingSet() / 1048576.0:N0} | {used.TotalSeconds / seconds:P2} | {(after.Transactions - before.Transactions) / seconds:N1} | {(after.Rows - before.Rows) / seconds:N0} | {serverCpu} |");
    }

    public static void Print(List<string> rows)
    {
        Console.WriteLine("| workflows waiting | host's memory, MiB | host's CPU, of one core | transactions/s | rows read/s | server's CPU, of one core |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|");
        rows.ForEach(Console.WriteLine);
        Console.WriteLine();
    }
}
