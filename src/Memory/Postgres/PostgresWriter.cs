using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// The writer's connection. A batch takes two round trips, however many writes it has: one that begins, locks and reads what decides, and one that
/// writes and commits.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _time;

    /// <summary>Connects. Throws <see cref="NpgsqlException"/>.</summary>
    public PostgresWriter(string connectionString, TimeProvider time)
    {
        _time = time;
        _connection = new NpgsqlConnection(connectionString);
        try
        {
            _connection.Open();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Carries out a batch in one transaction. <paramref name="pass"/> is told where it is; null when nobody wants to know.</summary>
    public void Carry(IReadOnlyList<IWrite> batch, Action<CrashPoint>? pass)
    {
        var decided = new DecidedBatch(LockedRows.Take(_connection, new TouchedRows(batch)), _time);
        foreach (var write in batch)
        {
            decided.Decide(write);
        }

        using var statements = new BatchStatements(_connection, decided);
        if (pass is null)
        {
            statements.AddCommit();
            statements.Run();
            return;
        }

        statements.Run();
        pass(CrashPoint.InsideGroupCommit);
        Execute("commit");
        pass(CrashPoint.AfterGroupCommit);
    }

    /// <summary>Carries out a write that shares a transaction with nobody.</summary>
    public void CarryAlone(IWrite write)
    {
        switch (write)
        {
            case EraseWrite erase:
                PostgresErasure.Erase(_connection, erase.Person);
                break;
            case RebuildWrite rebuild:
                new PostgresRebuild(_connection).Run(rebuild);
                break;
            default:
                throw new UnreachableException($"Nobody knows how to carry out a {write.GetType().Name}.");
        }
    }

    /// <summary>Ends a transaction that was not committed; harmless when there is none.</summary>
    public void TakeBack() => Execute("rollback");

    public void Dispose() => _connection.Dispose();

    [SuppressMessage("Security", "CA2100", Justification = "Commit or rollback.")]
    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }
}
