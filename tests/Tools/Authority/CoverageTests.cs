using System.Globalization;

namespace AiManager.Tools.Tests;

public sealed class CoverageTests
{
    private const string Allow = "{ id: small, effect: allow, agents: [purchaser], tools: [erp.create_purchase_order], when: facts.total <= 5000 && facts.approved }";
    private const string Deny = "{ id: no, effect: deny, tools: [erp.create_purchase_order], when: '!facts.approved' }";

    [Fact]
    public void A_rule_without_an_example_or_without_a_counter_example_is_named_with_its_place()
    {
        var coverage = Read([Allow, Deny], [Order(100, true, "allow")]);

        Assert.Equal(["small", "no"], coverage.Missing.Select(m => m.Id));
        Assert.Contains("'small' has no counter-example", coverage.Missing[0].Message, StringComparison.Ordinal);
        Assert.Contains("'no' has no example: there is no test of a call that it denies", coverage.Missing[1].Message, StringComparison.Ordinal);
        Assert.Equal("authority.yaml:3:5", coverage.Missing[0].Place.ToString());
    }

    [Fact]
    public void A_rule_that_is_beaten_does_not_show_itself_but_does_show_where_it_ends()
    {
        var coverage = Read([Allow, Deny], [Order(100, false, "deny")]);

        Assert.Equal(["small", "no"], coverage.Missing.Select(m => m.Id));
        Assert.Contains("'small' has no example", coverage.Missing[0].Message, StringComparison.Ordinal);
        Assert.Contains("'no' has no counter-example", coverage.Missing[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_together_are_enough() => Assert.Empty(Read([Allow, Deny], [Order(100, true, "allow"), Order(100, false, "deny")]).Missing);

    [Fact]
    public void A_rule_about_every_call_of_its_tools_ends_at_another_tool()
    {
        string[] rules = ["{ id: read, effect: allow, tools: [erp.low_stock] }"];
        const string Low = "{ name: t, call: { agent: analyst, tool: erp.low_stock, args: {} }, expect: allow }";

        Assert.Contains("no test of another tool", Assert.Single(Read(rules, [Low]).Missing).Message, StringComparison.Ordinal);
        Assert.Empty(Read(rules, [Low, Order(1, true, "deny")]).Missing);
    }

    [Fact]
    public void Each_comparison_counts_as_true_and_as_false_and_one_that_is_not_reached_as_neither()
    {
        var coverage = Read([Allow], [Order(9000, true, "deny")]);

        Assert.Equal([("facts.total <= 5000", false, true), ("facts.approved", false, false)], coverage.Branches.Select(b => (b.Condition, b.SeenTrue, b.SeenFalse)));
        Assert.Equal((1, 4, 25), (coverage.Seen, coverage.All, coverage.Percent));
    }

    [Fact]
    public void A_rule_that_matches_and_is_beaten_has_no_example()
    {
        var coverage = Read(["{ id: all, effect: allow, tools: [erp.create_purchase_order] }", Deny], [Order(100, false, "deny")]);

        Assert.Contains("'all' has no example", Assert.Single(coverage.Missing, m => m.Id == "all").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("effect: deny, mode: shadow")]
    [InlineData("effect: transform, change: [ { arg: supplier, redact: true } ]")]
    public void A_rule_in_shadow_and_one_that_changes_calls_show_themselves_by_matching(string effect)
    {
        string[] rules = ["{ id: all, effect: allow, tools: [erp.create_purchase_order], when: facts.total >= 0 }", $"{{ id: s, {effect}, tools: [erp.create_purchase_order], when: facts.total > 100 }}"];

        Assert.DoesNotContain(Read(rules, [Order(200, true, "allow"), Order(50, true, "allow")]).Missing, m => m.Id == "s");
        Assert.Contains("'s' has no example", Assert.Single(Read(rules, [Order(50, true, "allow")]).Missing, m => m.Id == "s").Message, StringComparison.Ordinal);
        Assert.Contains("'s' has no counter-example", Assert.Single(Read(rules, [Order(200, true, "allow")]).Missing, m => m.Id == "s").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_with_a_condition_does_not_end_at_another_tool()
    {
        var coverage = Read([Deny], [Order(100, false, "deny"), "{ name: t, call: { agent: analyst, tool: erp.low_stock, args: {} }, expect: deny }"]);

        Assert.Contains("no test of its tools that comes out without it", Assert.Single(coverage.Missing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_about_models_and_tools_is_within_the_reach_of_tests()
    {
        var coverage = Read(["{ id: m, effect: deny, tools: ['model:*', erp.low_stock] }"], []);

        Assert.Empty(coverage.Exempt);
        Assert.Equal(["m", "m"], coverage.Missing.Select(m => m.Id));
    }

    [Fact]
    public void Without_conditions_all_of_them_are_shown() => Assert.Equal((0, 0, 100), (new PolicyCoverage([], [], []).All, new PolicyCoverage([], [], []).Seen, new PolicyCoverage([], [], []).Percent));

    [Fact]
    public void Rules_about_models_are_out_of_the_reach_of_tests()
    {
        var coverage = Read(["{ id: m, effect: deny, tools: ['model:*'], when: tool.openWorld }"], []);

        Assert.Empty(coverage.Missing);
        Assert.Equal("m", Assert.Single(coverage.Exempt).Id);
    }

    [Fact]
    public void Rules_that_read_what_tests_do_not_have_are_out_of_their_reach() =>
        Assert.Contains("reads task, which tests do not have", Assert.Single(Read(["{ id: m, effect: deny, tools: ['erp.*'], when: task.risk == 'high' }"], []).Exempt).Message, StringComparison.Ordinal);

    [Fact]
    public void The_sample_shows_every_rule_and_every_branch()
    {
        var coverage = new AuthorityDesk(Policies.Sound(Policies.Sample), FlowPolicy.None, new Catalog([], []), Policies.Tools, (_, _, _) => throw new InvalidOperationException(), TimeProvider.System).Coverage();

        Assert.Empty(coverage.Missing);
        Assert.Equal(100, coverage.Percent);
    }

    private static string Order(decimal total, bool isApproved, string expect) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{ name: t, call: {{ agent: purchaser, tool: erp.create_purchase_order, args: {{ supplier: acme, lines: [] }} }}, facts: {{ total: {total}, approved: {(isApproved ? "true" : "false")} }}, expect: {expect} }}");

    private static PolicyCoverage Read(string[] rules, string[] tests)
    {
        var policy = Policies.Sound($"version: 1\nrules:\n{string.Concat(rules.Select(r => $"  - {r}\n"))}tests:{(tests.Length == 0 ? " []" : "")}\n{string.Concat(tests.Select(t => $"  - {t}\n"))}");
        return new AuthorityDesk(policy, FlowPolicy.None, new Catalog([], []), Policies.Tools, (_, _, _) => throw new InvalidOperationException(), TimeProvider.System).Coverage();
    }
}
