using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>Which verdicts the calls of one tool by one agent can get.</summary>
public sealed class PolicyViewTests
{
    private const string Order = "erp.create_purchase_order";
    private const string All = $"{{ id: all, effect: allow, tools: [{Order}] }}";
    private const string Large = $"{{ id: large, effect: ask, tools: [{Order}], approvers: {{ role: procurement-lead }} }}";
    private const string End = "validUntil: \"2026-12-01T00:00:00Z\"";

    [Theory]
    [InlineData(All, "Allow")]
    [InlineData(Large, "Ask")]
    [InlineData($"{All} | {Large} | {{ id: agreed, effect: allow, agents: [purchaser], tools: [{Order}], answers: [large], {End} }}", "Allow")]
    [InlineData($"{All} | {Large} | {{ id: agreed, effect: allow, agents: [analyst], tools: [{Order}], answers: [large], {End} }}", "Ask")]
    [InlineData($"{All} | {Large} | {{ id: agreed, effect: allow, agents: [purchaser], tools: [{Order}], answers: [large], {End}, when: facts.approved }}", "Ask Allow")]
    [InlineData($"{{ id: after, effect: allow, tools: [{Order}], history: {{ some: {{ tools: [erp.low_stock] }} }} }}", "Deny? Allow?")]
    [InlineData($"{All} | {{ id: before, effect: deny, tools: [{Order}], history: {{ some: {{ tools: [erp.low_stock] }} }} }}", "Deny? Allow?")]
    [InlineData($"{{ id: some, effect: allow, tools: [{Order}], limits: [ {{ arg: supplier, oneOf: [acme] }} ] }}", "Deny? Allow?")]
    [InlineData($"{All} | {{ id: late, effect: defer, tools: [{Order}], when: '!facts.quoted' }} | {{ id: cut, effect: transform, tools: [{Order}], change: [ {{ arg: supplier, redact: true }} ], when: facts.approved }}", "Defer Transform Allow")]
    public void What_an_agents_calls_can_come_to(string rules, string expected) => Assert.Equal(expected, Possible(Policies.OfRules(rules.Split(" | "))));

    [Fact]
    public void What_answers_an_ask_lifts_no_deny_that_took_its_name()
    {
        const string Authority = $"version: 1\nrules:\n  - {All}\n  - {{ id: large, effect: deny, tools: [{Order}] }}\n";
        const string Standing = $"rules:\n  - {{ id: agreed, effect: allow, agents: [purchaser], tools: [{Order}], answers: [large], {End} }}\n";
        var faults = ImmutableArray.CreateBuilder<ConfigFault>();
        var bundle = Shop.Bundle("sources: []\n", Authority);
        bundle = bundle with { Documents = bundle.Documents.Add(Policy.StandingFile, Host.YamlText.Read(Policy.StandingFile, Standing, 1, faults)!), Texts = bundle.Texts.Add(Policy.StandingFile, Standing) };
        var reader = new ConfigReader();
        var policy = Policy.Bind(bundle, Policies.Tools, new DirectoryDouble([]), reader);

        Assert.DoesNotContain(reader.Faults, f => !f.IsWarning);
        Assert.Equal("Deny", Possible(policy));
    }

    [Fact]
    public void A_call_gets_the_strictest_verdict_of_the_rules_that_match_it_and_an_error_counts_against_it()
    {
        var policy = Policies.OfRules(
            All, $"{{ id: bad, effect: deny, tools: [{Order}], when: args.supplier == 'shady' }}", $"{{ id: asked, effect: ask, tools: [{Order}], when: facts.total > 100, approvers: {{ role: cfo }} }}",
            $"{{ id: other, effect: ask, tools: [{Order}], when: facts.total > 200, approvers: {{ role: cfo }} }}");

        Assert.Equal("Allow by all", Verdict(policy, """{"supplier":"acme"}""", """{"total":50}"""));
        Assert.Equal("Ask by asked", Verdict(policy, """{"supplier":"acme"}""", """{"total":150}"""));
        Assert.Equal("Ask by asked, other", Verdict(policy, """{"supplier":"acme"}""", "{}"));
        Assert.Equal("Deny by bad", Verdict(policy, """{"supplier":"shady"}""", """{"total":150}"""));
        Assert.Equal("Deny by bad", Verdict(policy, "{}", """{"total":50}"""));
        Assert.Equal("Deny by ", Verdict(Policies.OfRules("{ id: x, effect: allow, tools: [erp.low_stock] }"), "{}", "{}"));
    }

    [Fact]
    public void Verdicts_go_from_the_strictest_to_the_freest() =>
        Assert.Equal([Effect.Deny, Effect.Defer, Effect.Ask, Effect.Transform, Effect.Allow], PolicyView.Verdicts.AsEnumerable());

    [Fact]
    public void Seats_and_order_of_a_budget_that_asks_count_like_those_of_a_rule()
    {
        var asking = Policies.OfRules($"{{ id: b, effect: ask, tools: [{Order}], approvers: {{ inOrder: [ {{ role: procurement-lead }}, {{ role: cfo }} ] }} }}").Rules[0];
        var view = new PolicyView(Policies.OfRules(All), Tool, "purchaser", [asking]);

        Assert.IsType<WhenAnswer.Yes>(Solve(view.Asked));
        Assert.IsType<WhenAnswer.No>(Solve(PolicyView.And([view.Asked, view.WithoutSeat("cfo", 1)])));
        Assert.IsType<WhenAnswer.Yes>(Solve(PolicyView.And([view.Asked, view.WithoutSeat("cfo", 2)])));
        Assert.IsType<WhenAnswer.Yes>(Solve(PolicyView.And([view.Asked, view.WithoutSeat("warehouse", 1)])));
        Assert.IsType<WhenAnswer.No>(Solve(PolicyView.And([view.Asked, view.WithoutOrder(new SeatOrder("procurement-lead", "cfo"))])));
        Assert.IsType<WhenAnswer.Yes>(Solve(PolicyView.And([view.Asked, view.WithoutOrder(new SeatOrder("cfo", "procurement-lead"))])));
    }

    [Theory]
    [InlineData("some: { tools: [erp.low_stock] }", "at least 1 earlier calls of erp.low_stock by anybody (Anybody), same [], within ever, where true")]
    [InlineData("some: { tools: [erp.create_purchase_order], same: [args.supplier], within: 15m, by: caller, where: facts.total > 5 }, atLeast: 2", "at least 2 earlier calls of erp.create_purchase_order by anybody (Same), same [args.supplier = args.supplier], within 00:15:00, where facts.total > 5")]
    [InlineData("none: { tools: [erp.receive_delivery, erp.cancel_purchase_order], agents: [purchaser, analyst], by: another }", "no earlier calls of erp.cancel_purchase_order, erp.receive_delivery by analyst, purchaser (Other), same [], within ever, where true")]
    [InlineData("sum: facts.total, of: { tools: [erp.create_purchase_order] }, above: 10.5", "the sum of facts.total above 10.5 over earlier calls of erp.create_purchase_order by anybody (Anybody), same [], within ever, where true")]
    public void Other_words_for_another_question_of_the_past(string history, string expected) =>
        Assert.Equal(expected, HistoryWords.Of(Policies.OfRules($"{{ id: x, effect: deny, tools: [{Order}], history: {{ {history} }} }}").Rules[0].History!));

    private static GovernedTool Tool => Policies.Spending.First(t => t.Name == Order);

    private static WhenAnswer Solve(WhenDemand demand) => WhenSolver.Solve(demand, CallGround.Of(Tool, "purchaser", Policies.Noon));

    private static string Possible(Policy policy)
    {
        var view = new PolicyView(policy, Tool, "purchaser", now: Policies.Noon);
        return string.Join(' ', PolicyView.Verdicts.Select(e => (e, Answer: Solve(view.Of(e)))).Where(v => v.Answer is not WhenAnswer.No).Select(v => v.Answer is WhenAnswer.Yes ? $"{v.e}" : $"{v.e}?"));
    }

    private static string Verdict(Policy policy, string args, string facts)
    {
        var call = new WhenFacts { Args = WhenValue.FromJson(JsonText.Parse(args).ToElement()), Facts = WhenValue.FromJson(JsonText.Parse(facts).ToElement()), Tool = Tool.Traits, Lists = policy.Lists };
        var (effect, rules) = new PolicyView(policy, Tool, "purchaser").Verdict(call);
        return $"{effect} by {string.Join(", ", rules.Select(r => r.Id))}";
    }
}
