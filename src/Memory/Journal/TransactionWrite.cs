namespace AiManager.Memory;

/// <summary>
/// Statements that stand or fall together. The outcome is true when they stand; one that changes another number of rows than it must takes all of them back,
/// and then it is false: the store is not what it was when they were prepared.
/// </summary>
/// <param name="statements">In order, each with how many rows it must change; null for any number.</param>
internal sealed class TransactionWrite(IReadOnlyList<(StatementWrite Statement, int? Expected)> statements) : Write<bool>
{
    public IReadOnlyList<(StatementWrite Statement, int? Expected)> Statements { get; } = statements;

    public override bool StandsAlone => true;
}
