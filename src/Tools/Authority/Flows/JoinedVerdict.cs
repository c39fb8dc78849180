using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What the policy and the flow of data say of a call together: a no of either is a no, and who is asked by either is asked.</summary>
/// <param name="Effect">The verdict.</param>
/// <param name="Rules">The rules and flows that it rests on.</param>
/// <param name="Reason">For people.</param>
/// <param name="Seats">For an ask: who has to agree.</param>
internal sealed record JoinedVerdict(Effect Effect, ImmutableArray<string> Rules, string Reason, ImmutableArray<Seat> Seats)
{
    public static JoinedVerdict Of(PolicyDecision decision, FlowDecision flow) => (decision.Effect, flow.Effect) switch
    {
        (Effect.Deny or Effect.Defer, _) => new JoinedVerdict(decision.Effect, decision.Rules, decision.Reason, decision.Seats),
        (_, Effect.Deny) => new JoinedVerdict(Effect.Deny, flow.Rules, flow.Reason, []),
        (Effect.Ask, Effect.Ask) => new JoinedVerdict(
            Effect.Ask, [.. decision.Rules, .. flow.Rules], $"{decision.Reason} {flow.Reason}", Approvers.Together([new Approvers(decision.Seats, decision.Ladder), flow.Approvers]).Seats),
        (_, Effect.Ask) => new JoinedVerdict(Effect.Ask, [.. decision.Rules, .. flow.Rules], flow.Reason, flow.Approvers.Seats),
        _ => new JoinedVerdict(decision.Effect, decision.Rules, decision.Reason, decision.Seats),
    };
}
