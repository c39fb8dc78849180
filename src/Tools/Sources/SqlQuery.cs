using System.Data.Common;
using System.Text.Json;

namespace AiManager.Tools;

/// <summary>A fact or a precondition in SQL, on a connection that cannot write.</summary>
internal sealed class SqlQuery(SqlSource source, SqlText sql, TimeSpan timeout) : IFactQuery
{
    public Task<JsonElement?> ReadAsync(JsonElement args, CancellationToken cancellationToken) =>
        Task.Run(() => QueryAsync(args, cancellationToken), cancellationToken);   // an embedded engine works on the caller's thread

    private async Task<JsonElement?> QueryAsync(JsonElement args, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenAsync(isReadOnly: true, cancellationToken);
            await using var command = source.Command(connection, sql, args, key: null, timeout);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            var value = SqlRows.Scalar(reader.GetValue(0));
            return await reader.ReadAsync(cancellationToken) ? throw new FactException("It gives more than one row.") : value;
        }
        catch (DbException fault)
        {
            throw new FactException(source.Explain(fault).Message, fault);
        }
        catch (SqlFaultException fault)
        {
            throw new FactException(fault.Message, fault);
        }
    }
}
