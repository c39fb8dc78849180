using System.Diagnostics;
using System.Globalization;
using AiManager.Memory;

namespace AiManager.Bench;

/// <summary>Several processes that each append to the same store as fast as it takes it; this program is also each of them.</summary>
internal static class WritersLoad
{
    /// <summary>The verb of such a process.</summary>
    public const string Verb = "writer";

    private const string Ready = "ready";

    /// <summary>Loads and measures: all begin when the last is warm.</summary>
    public static async Task<Writers> RunAsync(string store, int processes, int workflows, TimeSpan span)
    {
        var all = Enumerable.Range(0, processes).Select(number => Start(store, number, workflows, span)).ToList();
        try
        {
            foreach (var process in all)
            {
                while (await process.StandardOutput.ReadLineAsync() != Ready)
                {
                    if (process.HasExited)
                    {
                        throw new InvalidOperationException($"A writer ended with {process.ExitCode}.");
                    }
                }
            }

            var (before, begin) = (await ServerLoad.ReadAsync(store), Stopwatch.GetTimestamp());
            all.ForEach(process => process.StandardInput.WriteLine());
            var said = await Task.WhenAll(all.Select(process => process.StandardOutput.ReadLineAsync()));
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var after = await ServerLoad.ReadAsync(store);
            var figures = said.Select(line => line!.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray()).ToList();
            return new Writers(figures.Sum(f => f[0]), figures.Average(f => f[1]), figures.Sum(f => f[0] * f[2]) / 1e6, (after.Cpu - before.Cpu)?.TotalSeconds / seconds);
        }
        finally
        {
            foreach (var process in all)
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }
    }

    /// <summary>What the process does: warms up, says so, waits for a line, loads, and says what it came to.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var options = new Options(args);
        await using var store = await PostgresStore.OpenAsync(options.Text("--store")!, new PostgresStoreOptions(), CancellationToken.None);
        var measured = await JournalLoop.RunAsync(
            store, options.Count("--workflows", 1), TimeSpan.FromSeconds(options.Number("--seconds", 1)), options.Count("--number", 0), async () =>
            {
                await Console.Out.WriteLineAsync(Ready);
                await Console.In.ReadLineAsync();
            });
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{measured.PerSecond} {measured.PerCommit} {measured.CpuMicros}"));

        // What a connection has cost the server can be counted as long as it is there: it ends when the measuring process has looked.
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static Process Start(string store, int number, int workflows, TimeSpan span) => Process.Start(new ProcessStartInfo(
        "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "AiManager.Bench.dll"), Verb, "--store", store, "--number", Text(number), "--workflows", Text(workflows), "--seconds",
            Text(span.TotalSeconds),
        ])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    }) ?? throw new InvalidOperationException("A writer did not start.");

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What writers came to.</summary>
/// <param name="PerSecond">Events on disk per second, all together.</param>
/// <param name="PerCommit">Of them in one commit, on average.</param>
/// <param name="Cpu">Cores that the processes kept busy.</param>
/// <param name="ServerCpu">Cores that the server kept busy; null where it cannot be seen.</param>
internal sealed record Writers(double PerSecond, double PerCommit, double Cpu, double? ServerCpu) : IEventRate;
