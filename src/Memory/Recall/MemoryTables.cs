using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The tables of the memory: made when first used, read by anybody, written by one at a time.</summary>
/// <param name="database">Where they are, or will be.</param>
/// <param name="sql">The provider's own statements.</param>
/// <param name="isReadOnly">True where they are there and somebody else writes them.</param>
/// <param name="address">How others connect to that database; null where it is a file.</param>
internal sealed class MemoryTables(DbDataSource database, MemorySql sql, bool isReadOnly, string? address = null)
{
    private readonly SqlQueries _queries = new(database);
    private bool _isPrepared = isReadOnly;

    /// <summary>The provider's own statements.</summary>
    public MemorySql Sql => sql;

    /// <summary>Where they are.</summary>
    public DbDataSource Database => database;

    /// <summary>How others connect to that database, password and all; null where it is a file.</summary>
    public string? Connection { get; } = address;

    /// <summary>True where somebody else writes them.</summary>
    public bool IsReadOnly { get; } = isReadOnly;

    /// <summary>Rows, of constant text.</summary>
    public async Task<ImmutableArray<T>> ListAsync<T>(string statement, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        await PrepareAsync(cancellationToken);
        return await _queries.ListAsync(statement, read, cancellationToken, values);
    }

    /// <summary>The first number of the first row; null when there is no row.</summary>
    public async Task<long?> NumberAsync(string statement, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        await ListAsync(statement, row => row.GetInt64(0), cancellationToken, values) is [var first, ..] ? first : null;

    /// <summary>In one transaction, alone among writers.</summary>
    public async Task<int> WriteAsync(Func<DbConnection, Task<int>> write, CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, cancellationToken);
            var done = await write(connection);
            await transaction.CommitAsync(cancellationToken);
            return done;
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The memory cannot be written now: {cause.Message}", cause);
        }
    }

    /// <summary>Runs statements that may not be in a transaction, in order.</summary>
    public async Task RunAloneAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var statement in statements)
        {
            await RunAsync(connection, statement, cancellationToken);
        }
    }

    /// <summary>Runs one statement.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    public static async Task<int> RunAsync(DbConnection connection, string statement, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isPrepared))
        {
            return;
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await LockAsync(connection, cancellationToken);
            foreach (var statement in sql.Schema)
            {
                await RunAsync(connection, statement, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            Volatile.Write(ref _isPrepared, true);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The memory cannot be opened now: {cause.Message}", cause);
        }
    }

    private async Task LockAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (sql.Lock is { } alone)
        {
            await RunAsync(connection, alone, cancellationToken, ("@key", AdvisoryKeys.Memory));
        }
    }
}
