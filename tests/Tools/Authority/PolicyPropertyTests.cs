using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

public sealed class PolicyPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(100);

    private static readonly Gen<(string[] Rules, AuthorityRequest[] Questions)> Worlds = Gen.Zip(PolicyWorlds.Policies8, PolicyWorlds.Questions).Select(w => (w.Item1, w.Item2));

    /// <summary>A no to some calls: by tool, class, agent, condition or past.</summary>
    private static readonly Gen<string> Denies =
        from about in Gen.Elements("tools: ['*']", "effects: [spend]", "agents: [purchaser], tools: ['erp.*']", "tools: ['*'], history: { some: { tools: [erp.create_purchase_order] } }")
        from condition in Gen.Elements(PolicyWorlds.Conditions).Where(c => !c.Contains("args.", StringComparison.Ordinal))
        select $"{{ id: z, effect: deny, {about}, when: \"{condition}\", obligations: {{ notify: cfo }} }}";

    [Fact]
    public void The_order_of_rules_does_not_matter() => Prop.ForAll(
        Arb.From(from world in Worlds
                 from shuffled in Gen.Shuffle(world.Rules)
                 select (world.Rules, Shuffled: shuffled, world.Questions)),
        world =>
        {
            var (there, other) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound(world.Shuffled));
            return world.Questions.All(q => Written(there, q) == Written(other, q) && Written(there, q, other) == Written(other, q, there));
        }).Check(Often);

    [Fact]
    public void Nor_does_it_in_any_of_all_orders()
    {
        var random = new Random(20261127);
        foreach (var world in Worlds.Sample(4))
        {
            var rules = world.Rules.OrderBy(_ => random.Next()).Where(r => !r.Contains("answers:", StringComparison.Ordinal)).Take(4).ToArray();
            var wanted = world.Questions.Select(q => Written(PolicyWorlds.Bound(rules), q)).ToArray();
            foreach (var order in Orders(rules))
            {
                var policy = PolicyWorlds.Bound(order);
                Assert.Equal(wanted, world.Questions.Select(q => Written(policy, q)));
            }
        }
    }

    [Fact]
    public void Another_deny_never_allows_more() => Prop.ForAll(Arb.From(Worlds), Arb.From(PolicyWorlds.Policies8), Arb.From(Denies), (world, begun, deny) =>
    {
        var (before, after) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound([.. world.Rules, deny]));
        var (then, later) = (PolicyWorlds.Bound(begun), PolicyWorlds.Bound([.. begun, deny]));
        return world.Questions.All(q =>
            IsNoWider(PolicyWorlds.Decide(before, q), PolicyWorlds.Decide(after, q))
            && IsNoWider(PolicyWorlds.Decide(before, q, then), PolicyWorlds.Decide(after, q, then))
            && IsNoWider(PolicyWorlds.Decide(before, q, then), PolicyWorlds.Decide(before, q, later)));
    }).Check(Often.WithMaxTest(40));

    [Fact]
    public void Equal_requests_get_equal_decisions() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var (policy, bound) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound(world.Rules));
        return world.Questions.All(q => Written(policy, q) is var once && once == Written(policy, q) && once == Written(bound, q) && once == Written(policy, q with { }));
    }).Check(Often);

    [Fact]
    public void What_began_under_other_permits_is_never_let_through_by_what_is_new() => Prop.ForAll(Arb.From(Worlds), Arb.From(PolicyWorlds.Policies8), (world, begun) =>
    {
        var (today, then) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound(begun));
        return world.Questions.All(q => today.Decide(q, then).Effect != Effect.Allow || then.Decide(q).Effect == Effect.Allow);
    }).Check(Often);

    [Fact]
    public void What_is_new_never_makes_anything_milder_than_the_permits_that_it_began_under() => Prop.ForAll(Arb.From(Worlds), Arb.From(PolicyWorlds.Policies8), (world, begun) =>
    {
        var (today, then) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound(begun));
        return world.Questions.All(q => PolicyWorlds.Decide(then, q) is var before && PolicyWorlds.Decide(today, q, then) is var after
            && (after.Args != before.Args || IsNoWider(before, after)));   // of a call that is changed otherwise, something else is asked
    }).Check(Often);

    [Fact]
    public void A_transform_never_makes_a_call_wider_than_what_was_asked() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var policy = PolicyWorlds.Bound(world.Rules);
        return world.Questions.Where(q => q.ToolName == "erp.create_purchase_order").Select(q => PolicyWorlds.Decide(policy, q).Args).OfType<JsonText>().All(changed =>
            changed.ToElement().GetProperty("lines").EnumerateArray().Zip(JsonText.Parse(PolicyWorlds.Args).ToElement().GetProperty("lines").EnumerateArray())
                .All(l => l.First.GetProperty("quantity").GetDecimal() <= l.Second.GetProperty("quantity").GetDecimal()
                    && l.First.GetProperty("unitPrice").GetDecimal() == l.Second.GetProperty("unitPrice").GetDecimal()
                    && l.First.GetProperty("sku").GetString() is var sku && (sku == ArgumentChanges.Redacted || sku == l.Second.GetProperty("sku").GetString())));
    }).Check(Often);

    [Fact]
    public void A_call_that_is_made_as_changed_is_one_that_could_have_been_asked_for() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var policy = PolicyWorlds.Bound(world.Rules);
        return world.Questions.Select(q => (Question: q, Decision: PolicyWorlds.Decide(policy, q))).Where(d => d.Decision.Effect == Effect.Transform).All(d =>
            policy.Decide(d.Question with { Args = WhenValue.FromJson(d.Decision.Args!.Value.ToElement()), ArgsJson = d.Decision.Args }).Effect == Effect.Allow);
    }).Check(Often);

    [Fact]
    public void A_rule_in_shadow_changes_no_decision() => Prop.ForAll(Arb.From(Worlds), Arb.From(Gen.Elements("allow", "deny")), (world, effect) =>
    {
        var (before, after) = (PolicyWorlds.Bound(world.Rules), PolicyWorlds.Bound([.. world.Rules, $"{{ id: z, effect: {effect}, mode: shadow, tools: ['*'] }}"]));
        return world.Questions.All(q => PolicyWorlds.Written(PolicyWorlds.Decide(before, q) with { Shadow = null }) == PolicyWorlds.Written(PolicyWorlds.Decide(after, q) with { Shadow = null }));
    }).Check(Often);

    /// <summary>Properties of what never happens prove nothing: every verdict, and everything that comes with one, is among what the worlds give.</summary>
    [Fact]
    public void The_worlds_have_everything_in_them()
    {
        var all = Worlds.Sample(150).SelectMany(w => PolicyWorlds.Bound(w.Rules) is var policy ? w.Questions.Select(q => PolicyWorlds.Decide(policy, q)) : []).ToList();
        Assert.All(Enum.GetValues<Effect>(), effect => Assert.InRange(all.Count(d => d.Effect == effect), 5, all.Count));
        Assert.InRange(all.Count(d => d.Effect == Effect.Deny && !d.Rules.IsEmpty), 20, all.Count);
        foreach (var count in new[]
        {
            all.Count(d => !d.Obligations.Redact.IsEmpty), all.Count(d => d.Obligations.HoldSeconds is not null), all.Count(d => d.Shadow is not null), all.Count(d => d.Advice is not null),
            all.Count(d => !d.Uses.IsEmpty), all.Count(d => !d.Ladder.Order.IsEmpty), all.Count(d => d.Seats.Length > 1), all.Count(d => d.Rules.Contains("agreed")),
        })
        {
            Assert.InRange(count, 3, all.Count);
        }
    }

    /// <summary>No milder, and where it asks as before, it asks everybody whom it asked.</summary>
    private static bool IsNoWider(PolicyDecision before, PolicyDecision after) =>
        after.Effect < before.Effect || (after.Effect == before.Effect && before.Seats.All(s => after.Seats.Any(o => o.Role == s.Role && o.Count >= s.Count)));

    private static string Written(Policy policy, AuthorityRequest request, Policy? permits = null) => PolicyWorlds.Written(PolicyWorlds.Decide(policy, request, permits));

    private static IEnumerable<string[]> Orders(string[] rules) =>
        rules.Length < 2 ? [rules] : rules.SelectMany((first, i) => Orders([.. rules.Where((_, j) => j != i)]).Select(rest => (string[])[first, .. rest]));
}
