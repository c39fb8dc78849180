using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace AiManager.Memory;

/// <summary>Statements of a batch, one round trip together. Parameters are <c>$1</c>, <c>$2</c> …: columns of rows for <c>unnest</c>, or single values.</summary>
internal static class PostgresCommands
{
    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes constant text; values are parameters.")]
    public static NpgsqlBatchCommand Then(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value);
        }

        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>Adds a statement that both providers understand, with its values by name.</summary>
    public static NpgsqlBatchCommand Then(this NpgsqlBatch batch, StatementWrite write)
    {
        var command = batch.Then(write.Sql);
        foreach (var (name, value) in write.Values)
        {
            command.Parameters.Add(new NpgsqlParameter(name, value switch
            {
                null => DBNull.Value,
                bool isSo => isSo ? 1 : 0,
                string or long or int or byte[] => value,
                _ => throw new ArgumentException($"A {value.GetType().Name} cannot be bound."),
            }));
        }

        return command;
    }

    public static NpgsqlParameter Of(string value) => new NpgsqlParameter<string> { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = value };

    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = value };

    public static NpgsqlParameter Of(int value) => new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer, TypedValue = value };

    public static NpgsqlParameter Column<TRow>(IReadOnlyCollection<TRow> rows, Func<TRow, string?> value) => Column(rows, value, NpgsqlDbType.Text);

    public static NpgsqlParameter Column<TRow>(IReadOnlyCollection<TRow> rows, Func<TRow, long> value) => Column(rows, value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Column<TRow>(IReadOnlyCollection<TRow> rows, Func<TRow, int> value) => Column(rows, value, NpgsqlDbType.Integer);

    public static NpgsqlParameter Column<TRow>(IReadOnlyCollection<TRow> rows, Func<TRow, byte[]> value) => Column(rows, value, NpgsqlDbType.Bytea);

    public static NpgsqlParameter MaybeColumn<TRow>(IReadOnlyCollection<TRow> rows, Func<TRow, long?> value) => Column(rows, value, NpgsqlDbType.Bigint);

    private static NpgsqlParameter<T[]> Column<TRow, T>(IReadOnlyCollection<TRow> rows, Func<TRow, T> value, NpgsqlDbType type)
    {
        var values = new T[rows.Count];
        var i = 0;
        foreach (var row in rows)
        {
            values[i++] = value(row);
        }

        return new NpgsqlParameter<T[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
    }
}
