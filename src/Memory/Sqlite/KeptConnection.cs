using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace AiManager.Memory;

/// <summary>An open connection with the queries that were prepared on it. Not thread-safe.</summary>
internal sealed class KeptConnection(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);

    /// <summary>A query, ready to run with these values. The reader must be disposed before the next is asked for.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    public DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _prepared.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }

        return command;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
