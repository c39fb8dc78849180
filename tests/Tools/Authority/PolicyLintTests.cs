namespace AiManager.Tools.Tests;

public sealed class PolicyLintTests
{
    private const string Order = "erp.create_purchase_order";
    private const string Deny = "{ id: d, effect: deny, tools: ['erp.*'], when: facts.total > 5 }";
    private const string Never = "when: facts.total > 5 && facts.total < 5";
    private const string Ended = "validUntil: \"2026-11-01T00:00:00Z\"";

    [Theory]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], {Never} }}", "unreachable error: The rule 'x' can never match: no call fulfils its condition.")]
    [InlineData("{ id: x, effect: deny, tools: ['crm.*'] }", "unreachable error: The rule 'x' can never match: there is no tool that it is about.")]
    [InlineData("{ id: x, effect: deny, tools: ['people.*'], when: facts.total > 5 }", "unreachable error: The rule 'x' can never match: no tool that it names has what its condition reads.")]
    [InlineData($"{{ id: x, effect: allow, mode: shadow, tools: [{Order}], {Never} }}", "")]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], {Never}, {Ended} }}", "ended warning: The rule 'x' has ended (2026-11-01 00:00 UTC) and matches nothing any more.")]
    [InlineData("{ id: x, effect: deny, tools: ['model:*'], when: tool.openWorld }", "")]
    [InlineData("{ id: x, effect: deny, tools: ['model:big'], when: '!tool.openWorld' }", "")]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}, erp.low_stock] }}", "")]
    [InlineData("{ id: x, effect: allow, tools: ['erp.*'] }", $"over-broad error: The rule 'x' allows everybody every call of tools that it does not name, {Order} (spend) too. Name the tools, or give it a condition such as tool.readOnly.")]
    [InlineData("{ id: x, effect: allow, agents: [purchaser, analyst], tools: ['erp.*'] }", $"over-broad warning: The rule 'x' allows purchaser, analyst every call of tools that it does not name, {Order} (spend) too. Name the tools, or give it a condition such as tool.readOnly.")]
    public void Each_fault_of_one_rule_is_told_with_its_reason(string rule, string expected) => Assert.Equal(expected, Lint(rule));

    [Theory]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], when: facts.total > 10 }}", Deny, "shadowed error: The rule 'x' never decides: all that it would allow is denied by 'd' (authority.yaml:4:5).")]
    [InlineData($"{{ id: x, effect: ask, tools: [{Order}], when: facts.total > 10, approvers: {{ role: cfo }} }}", Deny, "shadowed error: The rule 'x' never decides: all that it would ask about is denied by 'd' (authority.yaml:4:5).")]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], when: facts.total > 5 }}", Deny, "contradictory error: The rules 'x' and 'd' (authority.yaml:4:5) say the opposite of the same calls; the deny wins.")]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], when: facts.total > 10 }}", $"{{ id: a, effect: ask, tools: [{Order}], approvers: {{ role: cfo }} }}", "shadowed warning: The rule 'x' never allows anything by itself: all that it allows is asked about by 'a' (authority.yaml:4:5) or denied.")]
    [InlineData($"{{ id: x, effect: allow, tools: [{Order}], history: {{ some: {{ tools: [erp.low_stock] }} }} }}", $"{{ id: d, effect: deny, tools: [{Order}] }}", "shadowed error: The rule 'x' never decides: all that it would allow is denied.")]
    public void A_rule_that_never_decides_is_told_with_what_beats_it(string rule, string other, string expected) => Assert.Equal(expected, Lint(rule, other));

    [Fact]
    public void A_deny_that_is_the_same_for_one_agent_only_is_no_contradiction()
    {
        Assert.StartsWith("shadowed error", Lint(
            $"{{ id: x, effect: allow, agents: [purchaser, analyst], tools: [{Order}], when: \"agent.name == 'purchaser' || facts.total > 5\" }}",
            $"{{ id: d, effect: deny, agents: [purchaser, analyst], tools: [{Order}] }}"), StringComparison.Ordinal);
        Assert.StartsWith("shadowed error", Lint(
            $"{{ id: x, effect: allow, agents: [purchaser, analyst], tools: [{Order}], when: facts.total > 5 }}",
            $"{{ id: d, effect: deny, agents: [purchaser], tools: [{Order}], when: facts.total > 5 }}",
            $"{{ id: e, effect: deny, agents: [analyst], tools: [{Order}] }}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("money: 5, key: args.question", "idle-budget warning b")]
    [InlineData("calls: 5, key: args.question", "")]
    [InlineData("money: 5, calls: 5, key: args.question", "")]
    [InlineData("money: 5", "")]
    [InlineData("money: 5, key: args.supplier", "")]
    public void A_budget_of_money_alone_that_no_tool_spends_is_idle(string cap, string expected) => Assert.Equal(
        expected,
        string.Join("; ", Run(Policies.Sound($"version: 1\nrules: []\nbudgets:\n  - {{ id: b, scope: company, {cap}, onExceeded: deny }}\n")).Where(f => f.Kind != "unmentioned").Select(f => $"{f.Kind} {(f.IsError ? "error" : "warning")} {f.Id}")));

    [Fact]
    public void A_tool_that_no_rule_mentions_is_worth_a_thought() =>
        Assert.Equal(["erp.cancel_purchase_order", "erp.receive_delivery", "erp.reverse_receipt", "people.escalate"], Run(Policies.OfRules("{ id: x, effect: allow, tools: [erp.low_stock, erp.create_purchase_order] }")).Where(f => f is { Kind: "unmentioned", IsError: false }).Select(f => f.Id));

    [Fact]
    public void An_example_shows_the_call_that_is_meant()
    {
        var broad = Assert.Single(Run(Policies.OfRules("{ id: x, effect: allow, tools: ['*'] }")), f => f.Kind == "over-broad");
        var shadowed = Assert.Single(Run(Policies.OfRules($"{{ id: x, effect: allow, tools: [{Order}], when: facts.total > 10 }}", Deny)), f => f.Kind == "shadowed");

        Assert.Equal(Order, broad.Example!.Tool);
        Assert.True(shadowed.Example!.Facts.ToElement().GetProperty("total").GetDecimal() > 10);
    }

    private static IEnumerable<LintFinding> Run(Policy policy) => new PolicyLint(Policies.Side(policy), Policies.Noon).Run();

    private static string Lint(params string[] rules) =>
        string.Join("; ", Run(Policies.OfRules(rules)).Where(f => f.Kind != "unmentioned").Select(f => $"{f.Kind} {(f.IsError ? "error" : "warning")}: {f.Message}"));
}
