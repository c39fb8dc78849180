using System.Globalization;
using Npgsql;

namespace AiManager.Bench;

/// <summary>What a PostgreSQL server has done so far, by its own counters and by those of the operating system.</summary>
/// <param name="Transactions">Ended in this database, either way.</param>
/// <param name="Rows">Read there, from tables and indexes.</param>
/// <param name="Cpu">Of all the server's processes; null where they are not on this machine or not to be seen.</param>
internal sealed record ServerLoad(long Transactions, long Rows, TimeSpan? Cpu)
{
    private const string Counters = "select xact_commit + xact_rollback, tup_returned from pg_stat_database where datname = current_database()";

    public static async Task<ServerLoad> ReadAsync(string database)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(Counters), new NpgsqlBatchCommand("show data_directory") } };
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (transactions, rows) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return new ServerLoad(transactions, rows, CpuOf(reader.GetString(0)));
    }

    private static TimeSpan? CpuOf(string dataDirectory)
    {
        var held = Path.Combine(dataDirectory, "postmaster.pid");
        if (!File.Exists(held))
        {
            return null;
        }

        var postmaster = int.Parse(File.ReadLines(held).First(), CultureInfo.InvariantCulture);
        var ticks = Directory.EnumerateDirectories("/proc").Select(Stat).Sum(stat =>
            stat is null ? 0 : stat.Process == postmaster ? stat.Own + stat.OfEnded : stat.Parent == postmaster ? stat.Own : 0);
        return TimeSpan.FromSeconds(ticks / 100.0);
    }

    /// <summary>Null for what is no process, or none any more.</summary>
    private static ProcessStat? Stat(string folder)
    {
        try
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process))
            {
                return null;
            }

            // Behind the name, which may hold anything: state, parent, …, and from the twelfth on the four counts of CPU time in hundredths of a second.
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ').Skip(1).Take(14).Select(long.Parse).ToArray();
            return new ProcessStat(process, (int)fields[0], fields[10] + fields[11], fields[12] + fields[13]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record ProcessStat(int Process, int Parent, long Own, long OfEnded);
}
