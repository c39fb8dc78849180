using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What authority says.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules that it rests on, by id, ordinal; empty when none matched.</param>
/// <param name="Reason">For people and for the agent.</param>
/// <param name="Seats">For an ask: who has to agree. Otherwise empty.</param>
/// <param name="Ladder">For an ask: how long they have and who is asked next, the earliest of all rules.</param>
/// <param name="Trace">Every rule that is about this tool and this agent, in the file's order.</param>
internal sealed record PolicyDecision(
    Effect Effect, ImmutableArray<string> Rules, string Reason, ImmutableArray<Seat> Seats, AskLadder Ladder, ImmutableArray<RuleTrace> Trace);
