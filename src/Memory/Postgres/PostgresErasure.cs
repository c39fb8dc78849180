using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Npgsql;
using static AiManager.Memory.PostgresCommands;

namespace AiManager.Memory;

/// <summary>
/// Destroys a person's key and the clear words that came from under it, in the rows and in the dead rows behind them: PostgreSQL leaves the old
/// version of a row in its file until something is written over it. The server's own log and its archives keep what passed through them as long as they are kept.
/// </summary>
internal static class PostgresErasure
{
    private const string Patience = "set lock_timeout = '5s'";
    private const string NoPatience = "reset lock_timeout";
    private const string Key = "delete from envelope_keys where person = $1";
    private const string Goals = $"update workflows set goal = '{PrivateText.Erased}', goal_folded = '{PrivateText.Erased}' where requester = $1";

    // A change of type writes a table anew from its living rows. A vacuum would free the place of dead ones and leave their bytes in it, and even a full one
    // carries them over while any snapshot is older. The price: a verification that began before finds these tables empty and has to be run again.
    private const string RewriteKeys = "alter table envelope_keys alter column secret type bytea using secret || ''::bytea";
    private const string RewriteWorkflows = "alter table workflows alter column goal type text collate \"C\" using goal || ''";

    public static void Erase(NpgsqlConnection connection, string person)
    {
        using (var batch = new NpgsqlBatch(connection))
        {
            batch.Then("begin");
            batch.Then(Key, Of(person));
            batch.Then(Goals, Of(person));
            batch.Then("commit");
            batch.ExecuteNonQuery();
        }

        Run(connection, Patience);
        try
        {
            Run(connection, RewriteKeys);
            Run(connection, RewriteWorkflows);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreUnavailableException("The key is destroyed, but somebody's reading keeps dead copies of it and of the words in the tables. Erase again in a moment.", busy);
        }
        finally
        {
            Run(connection, NoPatience);
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Constant text above.")]
    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // a large table takes as long as it takes
        command.ExecuteNonQuery();
    }
}
