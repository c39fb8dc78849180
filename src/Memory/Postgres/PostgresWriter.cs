using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// The writer's connection. A batch takes two round trips, however many writes it has: one that begins, locks and reads what decides, and one that
/// writes and commits. Where nothing need be read it is one.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _time;
    private readonly KnownHeads _known = new();

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
        if (pass is null && _known.For(batch) is { } known && TryKnown(batch, known))
        {
            return;
        }

        var decided = Decide(batch, LockedRows.Take(_connection, new TouchedRows(batch)));
        using var statements = new BatchStatements(_connection, decided);
        if (pass is null)
        {
            statements.AddCommit();
            statements.Run();
            _known.Learn(decided.Heads);
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
            case TransactionWrite together:
                together.Outcome = PostgresTransaction.Run(_connection, together);
                break;
            default:
                throw new UnreachableException($"Nobody knows how to carry out a {write.GetType().Name}.");
        }
    }

    /// <summary>Ends a transaction that was not committed; harmless when there is none.</summary>
    public void TakeBack() => Execute("rollback");

    public void Dispose() => _connection.Dispose();

    private DecidedBatch Decide(IReadOnlyList<IWrite> batch, LockedRows locked)
    {
        var decided = new DecidedBatch(locked, _time);
        foreach (var write in batch)
        {
            decided.Decide(write);
        }

        return decided;
    }

    /// <summary>All in one round trip. False when a head is not as remembered or anything else is wrong: nothing is written then, and the slower way says what it is.</summary>
    private bool TryKnown(IReadOnlyList<IWrite> batch, LockedRows known)
    {
        var decided = Decide(batch, known);
        _known.Forget(decided.Heads);
        using var statements = new BatchStatements(_connection, decided);
        statements.AddCommit();
        try
        {
            statements.Run();
        }
        catch (PostgresException wrong) when (PostgresErrors.IsOfOneWrite(wrong) || PostgresErrors.IsRace(wrong))
        {
            TakeBack();
            return false;
        }

        _known.Learn(decided.Heads);
        return true;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Commit or rollback.")]
    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }
}
