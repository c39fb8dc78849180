using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace AiManager.Bench;

/// <summary>
/// What a server commits when each insert is a transaction of its own: pgbench with 32 clients, a prepared statement, and one number in a table without an index,
/// which is the least that an insert can be. Where there is no pgbench, a loop of our own does the same.
/// </summary>
internal static partial class SingleInserts
{
    private const int Clients = 32;
    private const string Insert = "insert into singles (v) values (1)";

    /// <summary>What is measured, for the table's head.</summary>
    public static string Name { get; } = (Tool() ?? "a loop of our own") + $", {Clients} clients, one row each commit";

    /// <summary>Commits per second in this database.</summary>
    public static async Task<double> MeasureAsync(string database, TimeSpan span)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = Clients, MaxAutoPrepare = 1, AutoPrepareMinUsages = 1 });
        await using (var table = server.CreateCommand("create table if not exists singles (v integer)"))
        {
            await table.ExecuteNonQueryAsync();
        }

        return Tool() is { } tool ? await PgbenchAsync(tool, new NpgsqlConnectionStringBuilder(database), span) : await LoopAsync(server, span);
    }

    private static async Task<double> PgbenchAsync(string tool, NpgsqlConnectionStringBuilder at, TimeSpan span)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Insert + ";\n");
            var seconds = Math.Max(1, (int)Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            var clients = Clients.ToString(CultureInfo.InvariantCulture);
            var command = new ProcessStartInfo(
                tool, ["-h", at.Host!, "-p", at.Port.ToString(CultureInfo.InvariantCulture), "-U", at.Username!, "-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", seconds, "-f", script, at.Database!])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            command.Environment["PGPASSWORD"] = at.Password;
            using var process = Process.Start(command)!;
            var faults = process.StandardError.ReadToEndAsync();
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return Rate().Match(said) is { Success: true } rate
                ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {await faults}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<double> LoopAsync(NpgsqlDataSource server, TimeSpan span)
    {
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            await using var connection = await server.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand(Insert, connection);
            var count = 0;
            for (; Stopwatch.GetElapsedTime(begin) < span; count++)
            {
                await insert.ExecuteNonQueryAsync();
            }

            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static string? Tool() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin", "pgbench")).Where(File.Exists).Max()
            : null;

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
