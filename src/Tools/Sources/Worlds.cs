using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A sample's database, built once from its script when a data folder is new.</summary>
public static class Worlds
{
    /// <summary>
    /// Builds the file at <paramref name="path"/> unless it is there. The script runs in one transaction on a file beside it, which then takes
    /// the name: nobody ever opens half a world, and of two processes the first one wins.
    /// </summary>
    /// <param name="provider">The engine.</param>
    /// <param name="connectionOf">The connection string for a file that may have to be created; without pooling, so that the file is closed afterwards.</param>
    /// <param name="path">Where the world belongs.</param>
    /// <param name="script">SQL; <c>:now</c> and <c>:today</c> are known.</param>
    /// <param name="now">UTC.</param>
    /// <param name="zone">The company's time zone.</param>
    /// <param name="cancellationToken">Stops; nothing is left under the world's name.</param>
    /// <returns>True when it was built now. Throws <see cref="ConfigException"/> when the script does not run.</returns>
    public static async Task<bool> EnsureAsync(
        ISqlProvider provider, Func<string, string> connectionOf, string path, string script, DateTimeOffset now, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(connectionOf);
        if (File.Exists(path))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var building = $"{path}.{Environment.ProcessId}.new";
        File.Delete(building);
        try
        {
            await BuildAsync(provider, connectionOf(building), script, SqlMoment.Of(now, zone), cancellationToken);
            File.Move(building, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(building);
        }
    }

    private static async Task BuildAsync(ISqlProvider provider, string connectionString, string script, SqlMoment moment, CancellationToken cancellationToken)
    {
        await using var source = provider.Open(connectionString, isReadOnly: false);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await provider.PrepareAsync(connection, cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // the company's own script, from its own folder
            command.CommandText = script;
#pragma warning restore CA2100
            foreach (var (name, value) in new[] { ("now", moment.Now), ("today", moment.Today) }.Where(p => SqlText.Of(script).Parameters.Contains(p.Item1)))
            {
                provider.Add(command, name, value);
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbException fault)
        {
            throw new ConfigException([new ConfigFault(new ConfigPlace("world.sql", 1, 1), "The world cannot be built: " + fault.Message)]);
        }
    }
}
