using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Whether there is headroom in every ledger that a call touches.</summary>
/// <param name="Effect">Allow when there is; otherwise what the exceeded budgets say.</param>
/// <param name="Reservations">For an allow, and for an ask of a call that has an approval: what to set aside when the call starts. Otherwise empty.</param>
/// <param name="Guards">One for each reservation, in the same order.</param>
/// <param name="Budgets">The budgets that deny or ask, by id, ordinal; empty for an allow.</param>
/// <param name="Reason">For people and for the agent.</param>
/// <param name="Seats">For an ask: who has to agree.</param>
/// <param name="Ladder">For an ask: how long they have and who is asked next, the earliest of all budgets.</param>
internal sealed record BudgetDecision(
    Effect Effect, ImmutableArray<Reservation> Reservations, ImmutableArray<Guard> Guards, ImmutableArray<string> Budgets, string Reason, ImmutableArray<Seat> Seats, AskLadder Ladder)
{
    /// <summary>A budget of the goal or the task that runs low, which nobody has been told of yet; null when none does.</summary>
    public BudgetNotice? Low { get; init; }

    /// <summary>For a deny: the budget of the goal or the task that has no room for it, whatever calls under way give back; null when none is in the way.</summary>
    public BudgetNotice? UsedUp { get; init; }
}
