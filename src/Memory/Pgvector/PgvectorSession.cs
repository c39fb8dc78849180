using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace AiManager.Memory;

/// <summary>
/// A connection for as long as somebody waits for what is done over it. Afterwards nothing more is sent: what was put late would come behind what was taken out meanwhile.
/// </summary>
/// <param name="connection">The connection; whoever opened it closes it.</param>
/// <param name="isOver">Told when nobody waits any more.</param>
internal sealed class PgvectorSession(NpgsqlConnection connection, CancellationToken isOver)
{
    /// <summary>A statement of <see cref="PgvectorSql"/>.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Statements of PgvectorSql: constant but for a digest of ours and a number; values are parameters.")]
    public NpgsqlCommand Command(NpgsqlTransaction? transaction, string statement, params (string Name, object Value)[] values)
    {
        isOver.ThrowIfCancellationRequested();
        var command = new NpgsqlCommand(statement, connection, transaction);
        foreach (var (name, value) in values)
        {
            command.Parameters.Add(value switch
            {
                float[] numbers => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Real) { Value = numbers },
                string[] words => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = words },
                long[] seqs => new NpgsqlParameter(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = seqs },
                _ => new NpgsqlParameter(name, value),
            });
        }

        return command;
    }

    /// <summary>Runs one.</summary>
    public async Task RunAsync(NpgsqlTransaction? transaction, string statement, params (string Name, object Value)[] values)
    {
        await using var command = Command(transaction, statement, values);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Begins a transaction.</summary>
    public async Task<NpgsqlTransaction> BeginAsync()
    {
        isOver.ThrowIfCancellationRequested();
        return await connection.BeginTransactionAsync(CancellationToken.None);
    }

    /// <summary>Ends one, all of it done.</summary>
    public async Task CommitAsync(NpgsqlTransaction transaction)
    {
        isOver.ThrowIfCancellationRequested();
        await transaction.CommitAsync(CancellationToken.None);
    }
}
