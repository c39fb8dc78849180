using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

public sealed class PolicyPropertyTests
{
    private static readonly string[] Conditions =
        ["facts.total <= 5000", "facts.total > 100", "facts.approved", "!facts.approved", "facts.best && facts.total < 9000", "args.supplier == 'acme'", "tool.readOnly", "task.risk == 'high'"];

    private static readonly Gen<string> Rules =
        from effect in Gen.Elements("allow", "ask", "deny")
        from tools in Gen.Elements("'*'", "'erp.*'", "erp.create_purchase_order")
        from agents in Gen.Elements("", "agents: [purchaser], ", "agents: [analyst], ")
        from condition in Gen.Elements(Conditions)
        from role in Gen.Elements("cfo", "procurement-lead")
        from quorum in Gen.Choose(1, 2)
        let approvers = effect == "ask" ? $", approvers: {{ role: {role}, quorum: {quorum}, expiresAfter: {quorum}h }}" : ""
        select $"effect: {effect}, {agents}tools: [{tools}], when: \"{condition}\"{approvers} }}";

    private static readonly Gen<(string[] Rules, string Facts)> Worlds =
        from rules in Rules.ArrayOf(6)
        from total in Gen.Elements("\"total\":50", "\"total\":5000", "\"total\":8000", "\"due\":\"never\"")
        from approved in Gen.Elements("", ",\"approved\":true", ",\"approved\":false")
        from best in Gen.Elements("", ",\"best\":true")
        select (rules.Select((r, i) => $"{{ id: r{i}, {r}").ToArray(), "{" + total + approved + best + "}");

    [Fact]
    public void The_order_of_rules_does_not_matter() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var there = Policies.Order(Policies.OfRules(world.Rules), world.Facts);
        var back = Policies.Order(Policies.OfRules([.. world.Rules.Reverse()]), world.Facts);
        return Written(there) == Written(back);
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Another_deny_never_allows_more() => Prop.ForAll(Arb.From(Worlds), Arb.From(Gen.Elements(Conditions)), (world, condition) =>
    {
        var before = Policies.Order(Policies.OfRules(world.Rules), world.Facts);
        var after = Policies.Order(Policies.OfRules([.. world.Rules, $"{{ id: z, effect: deny, tools: ['*'], when: \"{condition}\" }}"]), world.Facts);
        return after.Effect <= before.Effect;
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Equal_requests_get_equal_decisions() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var policy = Policies.OfRules(world.Rules);
        return Written(Policies.Order(policy, world.Facts)) == Written(Policies.Order(policy, world.Facts));
    }).Check(Config.QuickThrowOnFailure);

    private static string Written(PolicyDecision decision) =>
        $"{decision.Effect} {string.Join(',', decision.Rules)} {decision.Reason} {string.Join(',', decision.Seats)} {decision.Ladder.ExpiresAfter}";
}
