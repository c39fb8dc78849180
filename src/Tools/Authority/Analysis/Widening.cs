using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A policy with the tools it is about and the agents that may call them.</summary>
internal sealed record PolicySide(Policy Policy, ImmutableArray<GovernedTool> Tools, ImmutableArray<string> Agents)
{
    /// <summary>What it says of data; null where that is not looked at.</summary>
    public FlowPolicy? Flows { get; init; }

    /// <summary>Of its tools those that a source has listed and the gate knows by now: rules are looked up for them as the gate does.</summary>
    public ImmutableHashSet<string> FoundOut { get; init; } = [];

    /// <summary>Sources that are asked what they have.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>Of those the ones of which nobody knows here what they listed.</summary>
    public ImmutableArray<string> Unasked { get; init; } = [];

    /// <summary>Whether a tool may be one of a source that is asked.</summary>
    public bool MayList(string tool) => Sources.Any(s => tool.Length > s.Length && tool[s.Length] == '.' && tool.StartsWith(s, StringComparison.Ordinal));

    /// <summary>The rules that can match a tool, in the file's order.</summary>
    public ImmutableArray<PolicyRule> RulesOf(GovernedTool tool) => FoundOut.Contains(tool.Name) ? Policy.RulesOf(tool) : Policy.RulesOf(tool.Name);

    /// <summary>What it says of the calls of a tool by an agent.</summary>
    public PolicyView ViewOf(GovernedTool tool, string agent, DateTimeOffset now) =>
        FoundOut.Contains(tool.Name) ? PolicyView.OfFoundOut(Policy, tool, agent, now) : new PolicyView(Policy, tool, agent, now: now);
}

/// <summary>What one policy says otherwise than another, computed over all calls that there can be; see <see cref="WhenSolver"/> for what is beyond it.</summary>
internal static class Widening
{
    /// <summary>Whether <paramref name="after"/> lets more through than <paramref name="before"/>.</summary>
    public static WideningAnswer Of(PolicySide before, PolicySide after, DateTimeOffset now)
    {
        var wider = Diff(before, after, now).Changes.Where(c => c.IsWider).ToImmutableArray();
        return wider.IsEmpty ? new WideningAnswer.None()
            : wider.Any(c => c.IsCertain) ? new WideningAnswer.Widens(wider)
            : new WideningAnswer.Unknown(wider);
    }

    /// <summary>Every difference, widening ones first.</summary>
    public static PolicyDiff Diff(PolicySide before, PolicySide after, DateTimeOffset now)
    {
        var changes = new List<PolicyChange>();
        var agents = AgentSet.Of(before.Agents.Union(after.Agents), before.Policy.Rules.Concat(after.Policy.Rules));
        var known = before.Tools.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var then = after.Tools.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var models = AgentSet.Models(before.Policy.Rules.Concat(after.Policy.Rules));

        // A tool that only the rules of one side name is there for the other side's patterns as well, as soon as its source lists it.
        var unnamed = before.Tools.Where(t => t.IsOnlyNamed && !then.Contains(t.Name) && after.MayList(t.Name));
        foreach (var tool in after.Tools.Concat(unnamed).Concat(models))
        {
            foreach (var agent in AgentSet.Callers(tool, agents))
            {
                var was = known.Contains(tool.Name) || tool.IsModel ? new PolicyView(before.Policy, tool, agent, now: now)
                    : tool.IsOnlyNamed && before.MayList(tool.Name) ? PolicyView.OfFoundOut(before.Policy, tool, agent, now)
                    : null;
                var becomes = then.Contains(tool.Name) || tool.IsModel ? new PolicyView(after.Policy, tool, agent, now: now) : PolicyView.OfFoundOut(after.Policy, tool, agent, now);
                changes.AddRange(Changes(was, becomes, tool, agent, now));
            }
        }

        var byId = RuleChanges.Of(before.Policy, after.Policy).Concat(BudgetChanges.Of(before.Policy.Budgets, after.Policy.Budgets))
            .Concat(before.Flows is { } flows && after.Flows is { } flowsThen ? FlowChanges.Of(flows, flowsThen) : []);
        return new PolicyDiff([.. Merged(changes).Concat(byId).OrderByDescending(c => c.IsWider).ThenByDescending(c => c.IsCertain)]);
    }

    /// <summary>What the rules of one policy let through of a tool that was found out, and did not of it as it was; null where it could not run.</summary>
    public static IEnumerable<PolicyChange> OfTool(Policy policy, GovernedTool? before, GovernedTool after, IEnumerable<string> agents, DateTimeOffset now)
    {
        var callers = AgentSet.Of(agents, policy.Rules);
        var couldCall = before is null ? [] : AgentSet.Callers(before, callers).ToHashSet(StringComparer.Ordinal);
        return Merged(
            from agent in AgentSet.Callers(after, callers)
            let was = couldCall.Contains(agent) ? PolicyView.OfFoundOut(policy, before!, agent, now) : null
            from change in Changes(was, PolicyView.OfFoundOut(policy, after, agent, now), after, agent, now)
            where change.IsWider
            select change);
    }

    private static IEnumerable<PolicyChange> Changes(PolicyView? before, PolicyView after, GovernedTool tool, string agent, DateTimeOffset now)
    {
        var ground = CallGround.Of(tool, agent, now);
        foreach (var was in PolicyView.Verdicts)
        {
            foreach (var becomes in PolicyView.Verdicts.Where(e => e != was))
            {
                var demand = PolicyView.And([before?.Of(was) ?? (was == Effect.Deny ? WhenDemand.Always : WhenDemand.Never), after.Of(becomes)]);
                switch (WhenSolver.Solve(demand, ground))
                {
                    case WhenAnswer.Yes yes:
                        var rules = after.Verdict(yes.Example).Rules.Select(r => r.Id);
                        yield return new PolicyChange(tool.Name, [agent], was, becomes, IsWider: becomes > was, IsCertain: true, ByWhat(rules), CallExample.Of(agent, tool.Name, yes.Example));
                        break;
                    case WhenAnswer.Unknown unknown when becomes > was:
                        yield return new PolicyChange(tool.Name, [agent], was, becomes, IsWider: true, IsCertain: false, unknown.Reason, null);
                        break;
                }
            }
        }

        foreach (var change in before is null ? [] : FewerSeats(before, after, tool, agent, ground))
        {
            yield return change;
        }
    }

    /// <summary>Calls that are asked about as before, but of fewer people, or in any order.</summary>
    private static IEnumerable<PolicyChange> FewerSeats(PolicyView before, PolicyView after, GovernedTool tool, string agent, WhenGround ground)
    {
        var asks = before.Rules.Where(r => r.Effect == Effect.Ask).ToList();
        var fewer = asks.SelectMany(r => r.Approvers.Seats.Select(s => (Rule: r, Seat: s))).DistinctBy(a => (a.Rule.Id, a.Seat))
            .Select(a => (a.Rule, Without: after.WithoutSeat(a.Seat.Role, a.Seat.Count), What: $"{(a.Seat.Count == 1 ? a.Seat.Role : $"{a.Seat.Count} × {a.Seat.Role}")} need not agree any more"));
        var freer = asks.SelectMany(r => r.Approvers.Ladder.Order.Select(o => (Rule: r, Without: after.WithoutOrder(o), What: $"{o.Then} may agree before {o.First} has")));
        foreach (var (rule, without, words) in fewer.Concat(freer))
        {
            var demand = PolicyView.And([before.Asked, before.Matches(rule), after.Asked, without]);
            var what = $"{words} (rule '{rule.Id}')";
            switch (WhenSolver.Solve(demand, ground))
            {
                case WhenAnswer.Yes yes:
                    yield return new PolicyChange(tool.Name, [agent], Effect.Ask, Effect.Ask, IsWider: true, IsCertain: true, what, CallExample.Of(agent, tool.Name, yes.Example));
                    break;
                case WhenAnswer.Unknown unknown:
                    yield return new PolicyChange(tool.Name, [agent], Effect.Ask, Effect.Ask, IsWider: true, IsCertain: false, $"{what}, perhaps: {unknown.Reason}", null);
                    break;
            }
        }
    }

    private static string ByWhat(IEnumerable<string> rules) => string.Join(", ", rules) is { Length: > 0 } ids ? $"by {ids}" : "because no rule allows it";

    /// <summary>Agents of which the same is true are told of together.</summary>
    private static IEnumerable<PolicyChange> Merged(IEnumerable<PolicyChange> changes) => changes
        .GroupBy(c => (c.Tool, c.Before, c.After, c.IsWider, c.IsCertain, c.Message))
        .Select(g => g.First() with { Agents = [.. g.SelectMany(c => c.Agents)] });
}
