using Npgsql;

namespace AiManager.Memory;

/// <summary>Brings a shared store's schema up to date, one host at a time.</summary>
internal static class PostgresSchema
{
    /// <summary>Applies what is missing and answers the schema's number. Throws <see cref="StoreVersionException"/> when the store is too new.</summary>
    public static async Task<int> UpgradeAsync(string connectionString, IReadOnlyList<Migration> steps, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);

        // Of the session, since each step is a transaction of its own; it goes with the connection.
        await using (var taken = new NpgsqlCommand("select pg_advisory_lock($1)", connection))
        {
            taken.Parameters.Add(PostgresCommands.Of(AdvisoryKeys.Schema));
            await taken.ExecuteNonQueryAsync(cancellationToken);
        }

        return SchemaUpgrade.Apply(connection, steps);
    }
}
