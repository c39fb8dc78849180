using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What authority says.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules that it rests on, by id, ordinal; empty when none matched.</param>
/// <param name="Reason">For people and for the agent.</param>
/// <param name="Seats">For an ask: who has to agree. Otherwise empty.</param>
/// <param name="Ladder">For an ask: how long they have and who is asked next, the earliest of all rules.</param>
/// <param name="Traced">What became of every rule that is about this tool and this agent.</param>
internal sealed record PolicyDecision(
    Effect Effect, ImmutableArray<string> Rules, string Reason, ImmutableArray<Seat> Seats, AskLadder Ladder, PolicyTrace Traced)
{
    /// <summary>Every rule that is about this tool and this agent, in the file's order.</summary>
    public ImmutableArray<RuleTrace> Trace => Traced.Rules;

    /// <summary>The arguments as transforms have changed them, canonical; null when none did. A call that is changed is decided anew before it is made (<see cref="Policy.DecideAnew"/>).</summary>
    public JsonText? Args { get; init; }

    /// <summary>What transforms changed.</summary>
    public ImmutableArray<ArgumentChange> Changes { get; init; } = [];

    /// <summary>For a defer: how long until it is decided again, the shortest of all rules.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>For a defer: how often it is put off at most, the fewest of all rules.</summary>
    public int Tries { get; init; }

    /// <summary>What the agent may read beside the reason; null for nothing.</summary>
    public string? Advice { get; init; }

    /// <summary>What is to be done about the call.</summary>
    public Obligations Obligations { get; init; } = Obligations.None;

    /// <summary>Standing rules that it rests on and that may be used only so often, as budgets; empty for none.</summary>
    public ImmutableArray<Budget> Uses { get; init; } = [];

    /// <summary>What would have been said had the rules in shadow counted; null when none matched.</summary>
    public ShadowVerdict? Shadow { get; init; }
}
