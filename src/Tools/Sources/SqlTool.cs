using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What an <c>sql</c> tool is made of.</summary>
/// <param name="Sql">One or more statements.</param>
/// <param name="JsonColumns">Columns whose text is JSON.</param>
/// <param name="IsReadOnly">It reads, on a connection that cannot write.</param>
/// <param name="IsIdempotent">Its author says that twice is as good as once, keys or not.</param>
/// <param name="Timeout">For one statement.</param>
/// <param name="MostRows">A result of more is refused.</param>
/// <param name="Precondition">What must give a row in the very transaction of the write; null for nothing.</param>
internal sealed record SqlToolDefinition(
    SqlText Sql, ImmutableArray<string> JsonColumns, bool IsReadOnly, bool IsIdempotent, TimeSpan Timeout, int MostRows, SqlPrecondition? Precondition);

/// <summary>What must be so for a write.</summary>
/// <param name="Sql">Gives a row when it is.</param>
/// <param name="Words">What it means when it is not.</param>
internal sealed record SqlPrecondition(SqlText Sql, string Words);

/// <summary>
/// A tool in SQL. A write, its precondition and its key are one transaction: each intent is applied once, or not at all. The gate has read the precondition just
/// before; between its look and the write another call can do the same thing.
/// </summary>
internal sealed class SqlTool(SqlSource source, SqlToolDefinition definition, ICrashPoints crashPoints) : IToolImplementation
{
    ValueTask<bool> IToolImplementation.StoresKeysAsync(CancellationToken cancellationToken) => source.StoresKeysAsync(cancellationToken);

    Task<ToolOutput> IToolImplementation.InvokeAsync(StartedIntent intent, CancellationToken cancellationToken) =>
        Task.Run(() => definition.IsReadOnly ? ReadAsync(intent, cancellationToken) : WriteAsync(intent, cancellationToken), cancellationToken);

    private async Task<ToolOutput> ReadAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenAsync(isReadOnly: true, cancellationToken);
            return Done(await RunAsync(connection, transaction: null, intent, cancellationToken));
        }
        catch (SqlFaultException fault)
        {
            return Failed(fault);
        }
    }

    private async Task<ToolOutput> WriteAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        var isKnownUndone = !intent.IsResumed;
        try
        {
            var isKeyed = await source.StoresKeysAsync(cancellationToken);
            if (!isKeyed && intent.IsRepeatable && !definition.IsIdempotent)
            {
                throw new SqlFaultException($"The table aimanager_effects is no longer in the database of '{source.Name}'.", SqlFaultKind.Other);
            }

            await using var connection = await source.OpenAsync(isReadOnly: false, cancellationToken);
            await using var transaction = await BeginAsync(connection, cancellationToken);
            if (isKeyed && await FindAsync(connection, transaction, intent, cancellationToken) is { } stored)
            {
                return Done(stored);
            }

            isKnownUndone |= isKeyed;

            // Not where it may have happened already: its own effect would be what keeps it from happening.
            if (isKnownUndone && definition.Precondition is { } condition && !await HoldsAsync(connection, transaction, condition, intent, cancellationToken))
            {
                return new ToolOutput.Failed(condition.Words, IsRetryable: false) { IsKnownUndone = true };
            }

            var result = await RunAsync(connection, transaction, intent, cancellationToken);
            if (isKeyed)
            {
                await StoreAsync(connection, transaction, intent, result, cancellationToken);
            }

            crashPoints.Pass(CrashPoint.InsideToolTransaction, intent.Workflow);
            return await CommitAsync(transaction, cancellationToken) ? Done(result) : await LookAgainAsync(intent, isKeyed, cancellationToken);
        }
        catch (SqlFaultException fault)
        {
            if (fault.Kind == SqlFaultKind.Constraint && await StoredAsync(intent, cancellationToken) is { } stored)
            {
                return Done(stored);   // the same intent was being applied at the very moment, and that one was first
            }

            // Sent before, and this time it did not even come to looking for the key: whether it happened then cannot be said.
            return Failed(fault) with { IsKnownUndone = isKnownUndone };
        }
    }

    /// <summary>What came of this intent, where its key is stored; null where it is not, or cannot be read.</summary>
    private async Task<JsonText?> StoredAsync(StartedIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            if (!await source.StoresKeysAsync(cancellationToken))
            {
                return null;
            }

            await using var connection = await source.OpenAsync(isReadOnly: true, cancellationToken);
            return await FindAsync(connection, transaction: null, intent, cancellationToken);
        }
        catch (SqlFaultException)
        {
            return null;
        }
    }

    /// <summary>The engine lost the commit on its way: only the key can tell.</summary>
    private async Task<ToolOutput> LookAgainAsync(StartedIntent intent, bool isKeyed, CancellationToken cancellationToken)
    {
        const string Lost = "The database went away while it was committing.";
        if (!isKeyed)
        {
            return new ToolOutput.Unclear(Lost);
        }

        try
        {
            await using var connection = await source.OpenAsync(isReadOnly: false, cancellationToken);
            await using var transaction = await BeginAsync(connection, cancellationToken);
            return await FindAsync(connection, transaction, intent, cancellationToken) is { } stored ? Done(stored) : new ToolOutput.Failed(Lost, IsRetryable: true) { IsKnownUndone = true };
        }
        catch (SqlFaultException)
        {
            return new ToolOutput.Unclear(Lost);
        }
    }

    private Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Explained(() => connection.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken).AsTask());

    private static async Task<bool> CommitAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private Task<JsonText> RunAsync(DbConnection connection, DbTransaction? transaction, StartedIntent intent, CancellationToken cancellationToken) => Explained(async () =>
    {
        await using var command = source.Command(connection, definition.Sql, intent.Args.ToElement(), intent.Key, definition.Timeout);
        command.Transaction = transaction;

        // Nobody waits for a statement beyond the call's time, and then it must not go on by itself either.
        await using var interruption = cancellationToken.Register(() => source.Provider.Interrupt(connection));
        return await SqlRows.ReadAsync(command, definition.JsonColumns, definition.MostRows, cancellationToken);
    });

    private Task<bool> HoldsAsync(DbConnection connection, DbTransaction transaction, SqlPrecondition condition, StartedIntent intent, CancellationToken cancellationToken) => Explained(async () =>
    {
        await using var command = source.Command(connection, condition.Sql, intent.Args.ToElement(), key: null, definition.Timeout);
        command.Transaction = transaction;
        await using var interruption = cancellationToken.Register(() => source.Provider.Interrupt(connection));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    });

    private Task<JsonText?> FindAsync(DbConnection connection, DbTransaction? transaction, StartedIntent intent, CancellationToken cancellationToken) => Explained(async () =>
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "select result from aimanager_effects where key = :key";
        source.Add(command, "key", intent.Key);
        return await command.ExecuteScalarAsync(cancellationToken) is string stored ? JsonText.Parse(stored) : (JsonText?)null;
    });

    private Task<int> StoreAsync(DbConnection connection, DbTransaction transaction, StartedIntent intent, JsonText result, CancellationToken cancellationToken) => Explained(async () =>
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "insert into aimanager_effects (key, result, at) values (:key, :result, :now)";
        source.Add(command, "key", intent.Key);
        source.Add(command, "result", result.Text);
        source.Add(command, "now", source.Moment.Now);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    });

    private async Task<T> Explained<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException fault)
        {
            throw source.Explain(fault);
        }
    }

    private static ToolOutput.Done Done(JsonText result) => new(result, []);

    private static ToolOutput.Failed Failed(SqlFaultException fault) => new(fault.Message, fault.Kind == SqlFaultKind.Busy);
}
