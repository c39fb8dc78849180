namespace AiManager.Domain;

/// <summary>What became of a text that should be a condition.</summary>
public abstract record WhenParsed
{
    private WhenParsed() { }

    /// <summary>It follows the grammar. Whether its types fit is another question: <see cref="WhenExpression.Check"/>.</summary>
    public sealed record Sound(WhenExpression Expression) : WhenParsed;

    /// <param name="Faults">At least one; parsing stops at the first.</param>
    public sealed record Faulty(IReadOnlyList<WhenFault> Faults) : WhenParsed;
}
