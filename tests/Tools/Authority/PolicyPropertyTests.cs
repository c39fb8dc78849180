using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Tools.Tests;

public sealed class PolicyPropertyTests
{
    private static readonly string[] Conditions =
        ["facts.total <= 5000", "facts.total > 100", "facts.approved", "!facts.approved", "facts.best && facts.total < 9000", "args.supplier == 'acme'", "tool.readOnly", "task.risk == 'high'"];

    private static readonly Gen<string> Rules =
        from effect in Gen.Elements("allow", "allow", "ask", "deny", "transform", "defer")
        from mode in Gen.Elements("", "", "", "mode: shadow, ")
        from cap in Gen.Elements(5, 50, 500)
        from change in Gen.Elements($"{{ arg: lines.quantity, atMost: {cap} }}", "{ arg: supplier, redact: true }", $"{{ arg: supplier, set: s{cap} }}", "{ arg: lines.sku, redact: true }")
        from tools in Gen.Elements("'*'", "'erp.*'", "erp.create_purchase_order")
        from agents in Gen.Elements("", "agents: [purchaser], ", "agents: [analyst], ")
        from condition in Gen.Elements(Conditions)
        from role in Gen.Elements("cfo", "procurement-lead")
        from quorum in Gen.Choose(1, 2)
        let approvers = effect == "ask" ? $", approvers: {{ role: {role}, quorum: {quorum}, expiresAfter: {quorum}h }}" : effect == "transform" ? $", change: [ {change} ]" : ""
        select $"effect: {effect}, {mode}{agents}tools: [{tools}], when: \"{condition}\"{approvers} }}";

    private static readonly Gen<(string[] Rules, string Facts)> Worlds =
        from rules in Rules.ArrayOf(6)
        from total in Gen.Elements("\"total\":50", "\"total\":5000", "\"total\":8000", "\"due\":\"never\"")
        from approved in Gen.Elements("", ",\"approved\":true", ",\"approved\":false")
        from best in Gen.Elements("", ",\"best\":true")
        select (rules.Select((r, i) => $"{{ id: r{i}, {r}").ToArray(), "{" + total + approved + best + "}");

    [Fact]
    public void The_order_of_rules_does_not_matter() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var there = Whole(Policies.OfRules(world.Rules), world.Facts);
        var back = Whole(Policies.OfRules([.. world.Rules.Reverse()]), world.Facts);
        return Written(there) == Written(back);
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Another_deny_never_allows_more() => Prop.ForAll(Arb.From(Worlds), Arb.From(Gen.Elements(Conditions)), (world, condition) =>
    {
        var before = Whole(Policies.OfRules(world.Rules), world.Facts);
        var after = Whole(Policies.OfRules([.. world.Rules, $"{{ id: z, effect: deny, tools: ['*'], when: \"{condition}\" }}"]), world.Facts);
        return after.Effect <= before.Effect;
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Equal_requests_get_equal_decisions() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var policy = Policies.OfRules(world.Rules);
        return Written(Whole(policy, world.Facts)) == Written(Whole(policy, world.Facts));
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_transform_never_makes_a_call_wider_than_what_was_asked() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var sent = Whole(Policies.OfRules(world.Rules), world.Facts).Args is { } changed ? changed.ToElement() : default;
        return sent.ValueKind == System.Text.Json.JsonValueKind.Undefined
            || sent.GetProperty("lines").EnumerateArray().Zip(JsonText.Parse(Args).ToElement().GetProperty("lines").EnumerateArray())
                .All(l => l.First.GetProperty("quantity").GetDecimal() <= l.Second.GetProperty("quantity").GetDecimal()
                    && l.First.GetProperty("unitPrice").GetDecimal() == l.Second.GetProperty("unitPrice").GetDecimal()
                    && l.First.GetProperty("sku").GetString() is var sku && (sku == ArgumentChanges.Redacted || sku == l.Second.GetProperty("sku").GetString()));
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_call_that_is_made_as_changed_is_one_that_could_have_been_asked_for() => Prop.ForAll(Arb.From(Worlds), world =>
    {
        var policy = Policies.OfRules(world.Rules);
        var decision = Whole(policy, world.Facts);
        return decision.Effect != Effect.Transform || Policies.Order(policy, world.Facts, args: decision.Args!.Value.Text).Effect == Effect.Allow;
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_rule_in_shadow_changes_no_decision() => Prop.ForAll(Arb.From(Worlds), Arb.From(Gen.Elements("allow", "deny")), (world, effect) =>
    {
        var before = Whole(Policies.OfRules(world.Rules), world.Facts);
        var after = Whole(Policies.OfRules([.. world.Rules, $"{{ id: z, effect: {effect}, mode: shadow, tools: ['*'] }}"]), world.Facts);
        return Written(before) == Written(after);
    }).Check(Config.QuickThrowOnFailure);

    private const string Args = """{"supplier":"acme","lines":[{"sku":"a","quantity":10,"unitPrice":1},{"sku":"b","quantity":700,"unitPrice":2}]}""";

    /// <summary>As the gate decides: what rules change is decided anew.</summary>
    private static PolicyDecision Whole(Policy policy, string facts)
    {
        var first = Policies.Order(policy, facts, args: Args);
        return first.Args is { } changed ? policy.DecideAnew(first, Policies.Request("erp.create_purchase_order", "purchaser", changed.Text, facts)) : first;
    }

    private static string Written(PolicyDecision decision) =>
        $"{decision.Effect} {string.Join(',', decision.Rules)} {decision.Reason} {string.Join(',', decision.Seats)} {decision.Ladder.ExpiresAfter} {decision.Args} {string.Join(';', decision.Changes.Select(c => c.Arg + c.Change))} {decision.RetryAfter}";
}
