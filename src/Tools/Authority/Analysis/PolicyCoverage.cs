using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the tests of <c>authority.yaml</c> show of its rules.</summary>
/// <param name="Missing">Rules without an example or without a counter-example; in the file's order.</param>
/// <param name="Exempt">Rules that no test can be about, and why; in the file's order.</param>
/// <param name="Branches">Every comparison of every condition, in the file's order.</param>
public sealed record PolicyCoverage(ImmutableArray<PolicyFinding> Missing, ImmutableArray<PolicyFinding> Exempt, ImmutableArray<ConditionCoverage> Branches)
{
    /// <summary>Two for each comparison: true, and false.</summary>
    public int All => 2 * Branches.Length;

    /// <summary>How many of them were seen.</summary>
    public int Seen => Branches.Sum(b => (b.SeenTrue ? 1 : 0) + (b.SeenFalse ? 1 : 0));

    /// <summary>0 to 100, rounded down, so that 100 means all; 100 without conditions.</summary>
    public int Percent => All == 0 ? 100 : Seen * 100 / All;
}

/// <summary>A comparison of a rule's condition, and how the tests have seen it.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Condition">The comparison as written.</param>
/// <param name="SeenTrue">Whether a test made it true.</param>
/// <param name="SeenFalse">Whether a test made it false.</param>
/// <param name="Place">Where the rule stands.</param>
public sealed record ConditionCoverage(string Rule, string Condition, bool SeenTrue, bool SeenFalse, ConfigPlace Place);

/// <summary>Something to say about a rule or a budget.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Place">Where it stands.</param>
public sealed record PolicyFinding(string Id, string Message, ConfigPlace Place);
