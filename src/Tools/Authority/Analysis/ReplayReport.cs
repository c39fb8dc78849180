using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What another policy would have decided over the journal's calls.</summary>
/// <param name="Calls">How often authority had been asked about a call: once for each, and once more for each time that a person wrote other arguments.</param>
/// <param name="RefusedEarlier">How many the gate had refused before it came to authority.</param>
/// <param name="LeftOut">How many are not decided again, because what they were decided on is not on record any more.</param>
/// <param name="Flips">What would have come out otherwise; more let through first, then by count.</param>
public sealed record ReplayReport(int Calls, int RefusedEarlier, int LeftOut, ImmutableArray<ReplayFlip> Flips)
{
    /// <summary>The policy: the digest that decisions under it would name.</summary>
    public string Policy { get; init; } = string.Empty;

    /// <summary>In how many workflows, monitors' streams among them, calls were decided again.</summary>
    public int Workflows { get; init; }

    /// <summary>When the first of them was decided, UTC; null where there is none.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When the last of them was decided, UTC; null where there is none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// How many of the flips are of calls about which rules look back, decided by a release that did not write down what it knew then: where another call was decided beside
    /// them, they may be none.
    /// </summary>
    public int Unplaced { get; init; }

    /// <summary>How many calls that is.</summary>
    public int Flipped => Flips.Sum(f => f.Count);
}

/// <summary>Calls that the same rules would have decided otherwise.</summary>
/// <param name="Before">What authority had said.</param>
/// <param name="After">What it would have said.</param>
/// <param name="Rules">The rules that would have decided; where none would, those that did.</param>
/// <param name="Count">How many calls.</param>
/// <param name="Examples">The first of them, at most 3.</param>
public sealed record ReplayFlip(Effect Before, Effect After, ImmutableArray<string> Rules, int Count, ImmutableArray<ReplayedCall> Examples)
{
    /// <summary>To how many of them people agreed when they were asked.</summary>
    public int Agreed { get; init; }

    /// <summary>To how many of them people said no, something else, or nothing in time.</summary>
    public int Refused { get; init; }
}

/// <summary>A call that was decided.</summary>
/// <param name="Position">Of its decision in the journal.</param>
/// <param name="Workflow">Whose.</param>
/// <param name="At">When.</param>
/// <param name="Agent">Who called.</param>
/// <param name="Tool">What.</param>
/// <param name="Args">With which arguments: as it was wanted, or as a person had written it.</param>
/// <param name="Facts">The facts as pinned.</param>
public sealed record ReplayedCall(long Position, string Workflow, DateTimeOffset At, string Agent, string Tool, JsonText Args, JsonText Facts)
{
    /// <summary>The seq of its decision in its stream.</summary>
    public int Seq { get; init; }
}
