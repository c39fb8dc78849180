using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the gate found about a call, step by step, before anything was written.</summary>
/// <param name="Decided">The decision as it will be journaled.</param>
/// <param name="Tool">The tool; null when there is none.</param>
internal sealed record Judgement(CallDecided Decided, Tool? Tool)
{
    /// <summary>Who has to agree, when it is an ask.</summary>
    public ImmutableArray<Seat> Seats { get; init; } = [];

    /// <summary>How long those who are asked have, and who is asked next.</summary>
    public AskLadder Ladder { get; init; } = AskLadder.None;

    /// <summary>Budgets that ask.</summary>
    public ImmutableArray<string> AskingBudgets { get; init; } = [];

    /// <summary>What to set aside when it starts.</summary>
    public ImmutableArray<Reservation> Reservations { get; init; } = [];

    /// <summary>A budget that was seen to run low; null when none was.</summary>
    public BudgetNotice? Low { get; init; }

    /// <summary>What must hold when it starts.</summary>
    public ImmutableArray<Guard> Guards { get; init; } = [];

    /// <summary>The arguments that would be sent: as wanted, or as rules changed them.</summary>
    public required JsonText Args { get; init; }

    /// <summary>The arguments that it was asked about, in canonical form.</summary>
    public required JsonText Wanted { get; init; }

    /// <summary>What rules changed of what was wanted; empty when nothing.</summary>
    public ImmutableArray<ArgumentChange> Changes { get; init; } = [];

    /// <summary>The facts about what was wanted, when rules changed it.</summary>
    public JsonText FactsBefore { get; init; } = JsonText.EmptyObject;

    /// <summary>For a defer: how long until it is decided again.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>For a defer: how often it is put off before that becomes a no.</summary>
    public int Tries { get; init; }

    /// <summary>The money that it would spend; null when none.</summary>
    public decimal? Money { get; init; }

    /// <summary>What its arguments are, by name; empty if nothing is known.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Where rules looked back: the seq of the last call that was started before; null where none did.</summary>
    public int? After { get; init; }

    /// <summary>Workflows that have changed a record that it would change, or are changing it: whoever agrees must know of each.</summary>
    public ImmutableArray<WorkflowId> BegunElsewhere { get; init; } = [];

    /// <summary>What an approval of this call is for: tool, version and arguments.</summary>
    public required string Digest { get; init; }

    /// <summary>The same as a no, for a reason of the gate's own.</summary>
    public Judgement Refuse(string reason) => this with { Decided = Decided with { Effect = Effect.Deny, Reason = reason } };
}
