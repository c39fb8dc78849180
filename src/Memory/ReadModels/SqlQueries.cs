using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Runs queries, the same on every provider; a store that cannot answer is <see cref="StoreUnavailableException"/>.</summary>
internal sealed class SqlQueries(DbDataSource database)
{
    /// <summary>All rows, in order.</summary>
    /// <param name="sql">Constant text with <c>@name</c> parameters.</param>
    /// <param name="read">One row to one value.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="values">Parameters.</param>
    public async Task<ImmutableArray<T>> ListAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        try
        {
            if (database is KeptSqliteReads kept)
            {
                return await ListAsync(kept, sql, read, values, cancellationToken);
            }

            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await ListAsync(connection, sql, read, cancellationToken, values);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    /// <summary>Several, in one round trip where the provider takes them so.</summary>
    public async Task RunAsync(SqlTogether together, CancellationToken cancellationToken)
    {
        if (together.All is [] or [_] || database is SqliteDataSource)
        {
            foreach (var one in together.All)
            {
                await ListAsync(one.Sql, row => Taken(one, row), cancellationToken, one.Values);
            }

            return;
        }

        try
        {
            await using var batch = database.CreateBatch();
            foreach (var one in together.All)
            {
                Add(batch, one);
            }

            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            foreach (var one in together.All)
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    one.Take(reader);
                }

                await reader.NextResultAsync(cancellationToken);
            }
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    private static bool Taken(SqlTogether.One one, DbDataReader row)
    {
        one.Take(row);
        return true;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    private static void Add(DbBatch batch, SqlTogether.One one)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = one.Sql;
        foreach (var (name, value) in one.Values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static async Task<ImmutableArray<T>> ListAsync<T>(
        KeptSqliteReads kept, string sql, Func<DbDataReader, T> read, (string Name, object? Value)[] values, CancellationToken cancellationToken)
    {
        var connection = kept.Take();
        try
        {
            var rows = ImmutableArray.CreateBuilder<T>();
            await using (var reader = await connection.Command(sql, values).ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Add(read(reader));
                }
            }

            kept.Give(connection);
            return rows.DrainToImmutable();
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>As the other, over a connection that the caller has opened.</summary>
    public static async Task<ImmutableArray<T>> ListAsync<T>(
        DbConnection connection, string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        await foreach (var row in EachAsync(connection, sql, read, cancellationToken, values))
        {
            rows.Add(row);
        }

        return rows.DrainToImmutable();
    }

    /// <summary>Row by row, for more of them than memory should hold.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    public static async IAsyncEnumerable<T> EachAsync<T>(
        DbConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        params (string Name, object? Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return read(reader);
        }
    }
}
