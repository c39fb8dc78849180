using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One thing that a policy says otherwise.</summary>
/// <param name="Tool">Of which tool, or <c>model:NAME</c>; a budget's id for a budget.</param>
/// <param name="Agents">For whom; empty for a budget.</param>
/// <param name="Before">What was said; null for a budget.</param>
/// <param name="After">What is said now; null for a budget.</param>
/// <param name="IsWider">Whether more gets through. Also when nobody can say.</param>
/// <param name="IsCertain">False when it cannot be decided; the message says on what it depends.</param>
/// <param name="Message">By which rules, or why.</param>
/// <param name="Example">A call of which it is true; null for a budget, and when it is not certain.</param>
public sealed record PolicyChange(
    string Tool, ImmutableArray<string> Agents, Effect? Before, Effect? After, bool IsWider, bool IsCertain, string Message, CallExample? Example);

/// <summary>Everything that a policy says otherwise than another; widening changes first.</summary>
/// <param name="Changes">Empty when they say the same of every call.</param>
public sealed record PolicyDiff(ImmutableArray<PolicyChange> Changes)
{
    /// <summary>Whether more gets through, or may.</summary>
    public bool IsWider => Changes.Any(c => c.IsWider);
}

/// <summary>Whether a policy lets more through than another: what change control goes by.</summary>
public abstract record WideningAnswer
{
    private WideningAnswer()
    {
    }

    /// <summary>It does not.</summary>
    public sealed record None : WideningAnswer;

    /// <summary>It does.</summary>
    /// <param name="Changes">Where; at least one is certain.</param>
    public sealed record Widens(ImmutableArray<PolicyChange> Changes) : WideningAnswer;

    /// <summary>Nobody can say; to be treated as if it did.</summary>
    /// <param name="Changes">Where, and on what it depends.</param>
    public sealed record Unknown(ImmutableArray<PolicyChange> Changes) : WideningAnswer;
}
