using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace AiManager.Memory;

/// <summary>Carries out statements that stand or fall together, some hundreds a round trip.</summary>
internal static class PostgresTransaction
{
    private const int ARoundTrip = 500;

    /// <summary>True when they stand; otherwise nothing is written.</summary>
    public static bool Run(NpgsqlConnection connection, TransactionWrite together)
    {
        Execute(connection, "begin");
        foreach (var some in together.Statements.Chunk(ARoundTrip))
        {
            using var batch = new NpgsqlBatch(connection);
            var commands = some.Select(s => batch.Then(s.Statement)).ToList();
            batch.ExecuteNonQuery();
            if (some.Zip(commands).Any(s => s.First.Expected is { } wanted && s.Second.RecordsAffected != wanted))
            {
                Execute(connection, "rollback");
                return false;
            }
        }

        Execute(connection, "commit");
        return true;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Begin, commit or rollback.")]
    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
