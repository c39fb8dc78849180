using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

public sealed class WideningTests
{
    private const string Order = "erp.create_purchase_order";
    private const string Small = $"{{ id: small, effect: allow, tools: [{Order}], when: facts.total <= 100 }}";
    private const string End = "validUntil: \"2026-12-01T00:00:00Z\"";

    [Theory]
    [InlineData("all: [ { role: procurement-lead }, { role: cfo } ]", "role: procurement-lead", "cfo need not agree any more (rule 'x')")]
    [InlineData("role: procurement-lead, quorum: 2", "role: procurement-lead", "2 × procurement-lead need not agree any more (rule 'x')")]
    [InlineData("role: procurement-lead, quorum: 2", "role: procurement-lead, quorum: 2", "")]
    [InlineData("role: procurement-lead", "role: procurement-lead, quorum: 2", "")]
    [InlineData("inOrder: [ { role: procurement-lead }, { role: cfo } ]", "all: [ { role: procurement-lead }, { role: cfo } ]", "cfo may agree before procurement-lead has (rule 'x')")]
    [InlineData("inOrder: [ { role: procurement-lead }, { role: cfo } ]", "inOrder: [ { role: procurement-lead }, { role: cfo } ]", "")]
    [InlineData("all: [ { role: procurement-lead }, { role: cfo } ]", "inOrder: [ { role: procurement-lead }, { role: cfo } ]", "")]
    public void A_call_of_which_fewer_people_are_asked_or_in_any_order_is_an_example(string was, string now, string expected)
    {
        var changes = Diff([Asks(was, "facts.total > 100")], [Asks(now, "facts.total > 100")]).Changes;

        Assert.Equal(expected, string.Join("; ", changes.Select(c => c.Message)));
        Assert.All(changes, c => Assert.True(c is { IsWider: true, IsCertain: true, Before: Effect.Ask, After: Effect.Ask, Tool: Order } && c.Example!.Facts.ToElement().GetProperty("total").GetDecimal() > 100));
    }

    [Fact]
    public void Fewer_seats_of_calls_that_cannot_be_looked_into_are_perhaps_wider()
    {
        const string Puzzle = "\"'supplier' in args && args.supplier.matches('^[0-9]+$')\"";
        var change = Assert.Single(Diff([Asks("all: [ { role: procurement-lead }, { role: cfo } ]", Puzzle)], [Asks("role: procurement-lead", Puzzle)]).Changes);

        Assert.True(change is { IsWider: true, IsCertain: false, Before: Effect.Ask, After: Effect.Ask, Example: null });
        Assert.StartsWith("cfo need not agree any more (rule 'x'), perhaps: it depends on args.supplier.matches", change.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_is_new_was_denied_until_now()
    {
        var policy = Policies.OfRules($"{{ id: x, effect: allow, tools: [{Order}] }}", "{ id: y, effect: ask, tools: [erp.cancel_purchase_order], approvers: { role: cfo } }");
        ImmutableArray<GovernedTool> few = [.. Policies.Spending.Where(t => t.Name == "erp.low_stock")];
        var diff = Widening.Diff(new PolicySide(policy, few, ["purchaser"]), new PolicySide(policy, Policies.Spending, ["purchaser"]), Policies.Noon);

        Assert.Equal(
            [$"{Order} Deny Allow by x", "erp.cancel_purchase_order Deny Ask by y"],
            diff.Changes.Select(c => $"{c.Tool} {c.Before} {c.After} {c.Message}"));
        Assert.All(diff.Changes, c => Assert.True(c is { IsWider: true, IsCertain: true }));
        Assert.Empty(Widening.Diff(new PolicySide(policy, Policies.Spending, ["purchaser"]), new PolicySide(policy, few, ["purchaser"]), Policies.Noon).Changes);
    }

    [Fact]
    public void Agents_of_both_sides_and_those_whom_only_the_new_rules_name_are_looked_at()
    {
        var (none, all) = (Policies.OfRules("{ id: o, effect: allow, tools: [erp.low_stock] }"), Policies.OfRules("{ id: o, effect: allow, tools: [erp.low_stock] }", $"{{ id: x, effect: allow, tools: [{Order}] }}"));
        var named = Policies.OfRules("{ id: o, effect: allow, tools: [erp.low_stock] }", $"{{ id: x, effect: allow, agents: [newcomer], tools: [{Order}] }}");

        Assert.Equal(["gone", "joined", AgentSet.Another], Assert.Single(Widening.Diff(Of(none, "gone"), Of(all, "joined"), Policies.Noon).Changes).Agents.AsEnumerable());
        Assert.Equal(["newcomer"], Assert.Single(Widening.Diff(Of(none, "gone"), Of(named, "gone"), Policies.Noon).Changes).Agents.AsEnumerable());

        static PolicySide Of(Policy policy, string agent) => new(policy, Policies.Spending, [agent]);
    }

    [Fact]
    public void A_model_that_only_the_new_rules_name_is_looked_at()
    {
        const string Ban = "{ id: m, effect: deny, tools: ['model:big'] }";

        Assert.All(Diff([Small], [Small, Ban]).Changes, c => Assert.True(c is { Tool: "model:big", IsWider: false, Before: Effect.Allow, After: Effect.Deny }));
        Assert.NotEmpty(Diff([Small], [Small, Ban]).Changes);
        Assert.All(Diff([Small, Ban], [Small]).Changes, c => Assert.True(c is { Tool: "model:big", IsWider: true }));
        Assert.NotEmpty(Diff([Small, Ban], [Small]).Changes);
    }

    [Theory]
    [InlineData("oneOf: [acme]", "oneOf: [acme, globex]", true)]
    [InlineData("oneOf: [acme]", "oneOf: [acme]", false)]
    [InlineData("atMost: 5", "atMost: 6", true)]
    [InlineData("atMost: 5", "atMost: 5", false)]
    [InlineData("atLeast: 5", "atLeast: 4", true)]
    [InlineData("atLeast: 5, atMost: 9", "atLeast: 5, atMost: 9", false)]
    public void Limits_that_are_others_may_let_more_through_and_the_same_do_not(string was, string now, bool isUnknown)
    {
        var answer = Widening.Of(Policies.Side(Policies.OfRules(Limited(was))), Policies.Side(Policies.OfRules(Limited(now))), Policies.Noon);

        Assert.Equal(isUnknown, answer is WideningAnswer.Unknown);
        Assert.Equal(!isUnknown, answer is WideningAnswer.None);

        static string Limited(string limit) => $"{{ id: x, effect: allow, tools: [{Order}], limits: [ {{ arg: supplier, {limit} }} ] }}";
    }

    [Fact]
    public void What_surely_lets_more_through_comes_first_then_what_may_then_the_rest_and_one_sure_thing_is_enough()
    {
        var before = Policies.Sound($"version: 1\nrules:\n  - {Small}\n  - {{ id: no, effect: deny, tools: [erp.low_stock] }}\nbudgets:\n  - {{ id: a, scope: company, money: 5, onExceeded: deny }}\n  - {{ id: b, scope: company, money: 5, onExceeded: deny }}\n");
        var after = Policies.Sound($"version: 1\nrules:\n  - {Small}\n  - {{ id: freeze, effect: deny, tools: [erp.low_stock], {End} }}\nbudgets:\n  - {{ id: a, scope: company, money: 4, onExceeded: deny }}\n  - {{ id: b, scope: company, money: 6, onExceeded: deny }}\n");

        var diff = Widening.Diff(Policies.Side(before), Policies.Side(after), Policies.Noon);
        Assert.Equal(
            "wider surely b: money goes from 5 to 6; wider perhaps no: the rule is gone, and 'freeze', which may stand in for it, ends (validUntil); narrower surely a: money goes from 5 to 4",
            Policies.Told(diff.Changes));
        Assert.Equal(2, Assert.IsType<WideningAnswer.Widens>(Widening.Of(Policies.Side(before), Policies.Side(after), Policies.Noon)).Changes.Length);
    }

    private static string Asks(string approvers, string when) => $"{{ id: x, effect: ask, tools: [{Order}], when: {when}, approvers: {{ {approvers} }} }}";

    private static PolicyDiff Diff(string[] before, string[] after) => Widening.Diff(Policies.Side(Policies.OfRules(before)), Policies.Side(Policies.OfRules(after)), Policies.Noon);
}
