using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>One of the reasons why people are asked about a call.</summary>
/// <param name="Rules">The rules or budgets that give it, by id; empty where that is not known.</param>
/// <param name="Words">What they say; empty where they are known only by name.</param>
public sealed record AskedReason(ImmutableArray<string> Rules, string Words)
{
    /// <summary>What stands before the words of a rule of which nobody can say whether it applies; before it stands what follows from it.</summary>
    internal const string Doubt = "because it cannot be known whether:";

    /// <summary>True for what a budget says of how it stood when it was asked.</summary>
    public bool IsBudget { get; init; }
}
