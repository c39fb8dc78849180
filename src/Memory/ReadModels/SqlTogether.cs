using System.Collections.Immutable;
using System.Data.Common;

namespace AiManager.Memory;

/// <summary>Queries that are asked in one go where the store is elsewhere, and one after the other where it is in this process.</summary>
internal sealed class SqlTogether
{
    private readonly List<One> _all = [];

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<One> All => _all;

    /// <summary>Adds one.</summary>
    /// <param name="sql">Constant text with <c>@name</c> parameters.</param>
    /// <param name="read">One row to one value.</param>
    /// <param name="values">Parameters.</param>
    /// <returns>Its rows in order, once all have been run.</returns>
    public Func<ImmutableArray<T>> Add<T>(string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] values)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        _all.Add(new One(sql, values, reader => rows.Add(read(reader))));
        return rows.ToImmutable;
    }

    /// <summary>One of them.</summary>
    /// <param name="Sql">Its text.</param>
    /// <param name="Values">Parameters.</param>
    /// <param name="Take">Takes a row.</param>
    internal sealed record One(string Sql, (string Name, object? Value)[] Values, Action<DbDataReader> Take);
}
