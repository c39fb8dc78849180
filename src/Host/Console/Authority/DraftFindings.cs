using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What a drafted policy would be and do, and what it would have done.</summary>
/// <param name="Faults">Why it cannot be used, each with its place; the rest is empty then.</param>
/// <param name="Tests">Its own tests, run just now.</param>
/// <param name="Missing">Rules without an example or a counter-example: change control wants both.</param>
/// <param name="Findings">What its reader should look at, and what the policy in force does not have already.</param>
/// <param name="Cells">Permissions that are not the same.</param>
/// <param name="Changes">What it says otherwise, what lets more through first: as <c>authority diff</c>.</param>
/// <param name="IsWider">Whether more gets through, or may.</param>
/// <param name="Replay">What it would have decided over history: as <c>authority replay</c>; null where it cannot be used.</param>
/// <param name="Workflows">Over how many workflows, the newest.</param>
/// <param name="IsWholeHistory">False where there are older ones.</param>
internal sealed record DraftFindings(
    ImmutableArray<string> Faults,
    ImmutableArray<PolicyTestResult> Tests,
    ImmutableArray<string> Missing,
    ImmutableArray<LintFinding> Findings,
    ImmutableArray<CellChange> Cells,
    ImmutableArray<PolicyChange> Changes,
    bool IsWider,
    ReplayReport? Replay,
    int Workflows,
    bool IsWholeHistory)
{
    /// <summary>True where the text may be in order, and the faults say why nobody can say here what it would do.</summary>
    public bool IsUnsaid { get; init; }

    /// <summary>Of a text that nothing can be said of here.</summary>
    public static DraftFindings Unsaid(string why) => Unusable([why]) with { IsUnsaid = true };

    /// <summary>Of a text that cannot be used.</summary>
    public static DraftFindings Unusable(IEnumerable<string> faults) => new([.. faults], [], [], [], [], [], false, null, 0, true);
}

/// <summary>What an agent may do with a tool, before and after.</summary>
internal sealed record CellChange(string Agent, string Tool, ImmutableArray<Effect> Before, ImmutableArray<Effect> After);
