using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What authority would say of a call, and why.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules that it rests on, by id.</param>
/// <param name="Facts">The facts that the gate would decide on, an object.</param>
/// <param name="Reason">For people.</param>
/// <param name="Trace">Every rule that is about this tool and this agent.</param>
public sealed record AuthorityAnswer(Effect Effect, ImmutableArray<string> Rules, JsonText Facts, string Reason, ImmutableArray<RuleTrace> Trace)
{
    /// <summary>For an ask: who has to agree.</summary>
    public ImmutableArray<Seat> Seats { get; init; } = [];
}
