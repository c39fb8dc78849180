namespace AiManager.Memory;

/// <summary>
/// A small statement for a table of a feature's own, carried out in the group commit beside the appends. The outcome is how many rows changed.
/// </summary>
/// <param name="sql">One statement, constant text with <c>@name</c> parameters, that both providers understand.</param>
/// <param name="values">Text, bytes, whole numbers, truth (kept as 1 and 0) and null; a name that the statement lacks is an error.</param>
internal sealed class StatementWrite(string sql, params (string Name, object? Value)[] values) : Write<int>
{
    public string Sql { get; } = sql;

    public IReadOnlyList<(string Name, object? Value)> Values { get; } = values;

    public override int Bytes { get; } = 100 + values.Sum(value => value.Value switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        _ => 8,
    });
}
