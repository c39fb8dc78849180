namespace AiManager.Tools.Tests;

/// <summary>Rules that answer an ask in advance: they bound, they end, and nothing but the asks that they name is answered.</summary>
public sealed class StandingRuleTests
{
    private const string Large = "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100, approvers: { role: procurement-lead }, obligations: { notify: cfo } }";
    private const string Small = "{ id: small, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 100 }";
    private const string Agreed = "{ id: agreed, effect: allow, agents: [purchaser], tools: [erp.create_purchase_order], answers: [large], validUntil: \"2026-12-01T00:00:00Z\", when: facts.total <= 500, limits: [ { arg: supplier, oneOf: [acme] } ] }";

    [Fact]
    public void What_is_agreed_in_advance_is_not_asked_and_what_is_owed_is_owed_all_the_same()
    {
        var decision = Policies.Order(Policies.OfRules(Small, Large, Agreed), """{"total":400}""");
        Assert.Equal((Effect.Allow, "agreed"), (decision.Effect, Assert.Single(decision.Rules)));
        Assert.Equal(["cfo"], decision.Obligations.Notify.AsEnumerable());
    }

    [Theory]
    [InlineData("""{"total":501}""", "purchaser", """{"supplier":"acme","lines":[]}""")]
    [InlineData("""{"total":400}""", "purchaser", """{"supplier":"globex","lines":[]}""")]
    [InlineData("""{"total":400}""", "analyst", """{"supplier":"acme","lines":[]}""")]
    [InlineData("""{}""", "purchaser", """{"supplier":"acme","lines":[]}""")]
    public void Beyond_its_bounds_somebody_is_asked_as_ever(string facts, string agent, string args) =>
        Assert.Equal(Effect.Ask, Policies.Order(Policies.OfRules(Small, Large, Agreed), facts, agent, args).Effect);

    [Fact]
    public void It_answers_the_asks_that_it_names_and_no_other_and_a_deny_wins_as_ever()
    {
        const string Strict = "{ id: strict, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 300, approvers: { role: cfo } }";
        const string Never = "{ id: never, effect: deny, tools: [erp.create_purchase_order], when: facts.total > 350 }";
        Assert.Equal("strict", Assert.Single(Policies.Order(Policies.OfRules(Small, Large, Agreed, Strict), """{"total":400}""").Rules));
        Assert.Equal(Effect.Deny, Policies.Order(Policies.OfRules(Small, Large, Agreed, Never), """{"total":400}""").Effect);
        Assert.Equal(Effect.Ask, Policies.Order(Policies.OfRules(Small, Large, Agreed.Replace("effect: allow", "effect: allow, mode: shadow", StringComparison.Ordinal)), """{"total":400}""").Effect);
    }

    [Theory]
    [InlineData("allow", "2026-11-21T11:59:59Z", Effect.Deny)]
    [InlineData("allow", "2026-11-21T13:00+01:00", Effect.Deny)]
    [InlineData("allow", "2026-11-21T12:00:01Z", Effect.Allow)]
    public void A_rule_that_has_ended_matches_nothing(string effect, string end, Effect expected) => Assert.Equal(
        expected, Policies.Order(Policies.OfRules($"{{ id: x, effect: {effect}, tools: [erp.create_purchase_order], validUntil: \"{end}\" }}"), """{"total":1}""").Effect);

    [Fact]
    public void A_deny_that_has_ended_denies_no_more() => Assert.Equal(
        Effect.Allow,
        Policies.Order(Policies.OfRules(Small, "{ id: freeze, effect: deny, tools: [erp.create_purchase_order], validUntil: \"2026-11-20T00:00:00Z\" }"), """{"total":1}""").Effect);

    [Theory]
    [InlineData("{ id: x, effect: deny, tools: [erp.create_purchase_order], answers: [large], validUntil: \"2026-12-01T00:00:00Z\" }", "goes with the effect 'allow'")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], answers: [large] }", "goes with 'validUntil'")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], answers: [nothing], validUntil: \"2026-12-01T00:00:00Z\" }", "There is no rule 'nothing' that asks")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], uses: 3 }", "'uses' goes with 'answers'")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], validUntil: tomorrow }", "must be a moment with its offset")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], validUntil: \"2026-12-01T00:00:00\" }", "must be a moment with its offset")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], limits: [ { arg: supplier } ] }", "A limit says one of")]
    public void What_is_badly_said_is_named_with_its_place(string rule, string message)
    {
        var fault = Assert.Single(Policies.Read($"version: 1\nrules:\n  - {Large}\n  - {rule}\n").Reader.Faults, f => !f.IsWarning);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(("authority.yaml", 4), (fault.Place.File, fault.Place.Line));
    }

    [Fact]
    public void Reasoning_knows_what_is_answered_in_advance()
    {
        var (before, after) = (Policies.OfRules(Small, Large), Policies.OfRules(Small, Large, Agreed.Replace(", limits: [ { arg: supplier, oneOf: [acme] } ]", string.Empty, StringComparison.Ordinal)));
        var widens = Assert.IsType<WideningAnswer.Widens>(Widening.Of(Side(before), Side(after), Policies.Noon));
        Assert.Contains(widens.Changes, c => c is { Before: Effect.Ask, After: Effect.Allow, IsCertain: true });
        Assert.IsType<WideningAnswer.Unknown>(Widening.Of(Side(before), Side(Policies.OfRules(Small, Large, Agreed)), Policies.Noon));
        Assert.IsType<WideningAnswer.None>(Widening.Of(Side(after), Side(before), Policies.Noon));
        Assert.IsType<WideningAnswer.None>(Widening.Of(Side(before), Side(Policies.OfRules(Small, Large, Agreed.Replace("2026-12", "2026-10", StringComparison.Ordinal))), Policies.Noon));
    }

    [Theory]
    [InlineData("{ id: x, effect: deny, tools: [erp.create_purchase_order] }", "{ id: x, effect: deny, tools: [erp.create_purchase_order], validUntil: \"2026-12-01T00:00:00Z\" }")]
    [InlineData("{ id: x, effect: deny, tools: [erp.create_purchase_order] }", "{ id: y, effect: deny, tools: [erp.create_purchase_order], validUntil: \"2026-12-01T00:00:00Z\" }")]
    [InlineData("{ id: x, effect: allow, tools: [erp.create_purchase_order], validUntil: \"2026-12-01T00:00:00Z\" }", "{ id: x, effect: allow, tools: [erp.create_purchase_order] }")]
    public void An_end_that_lets_more_through_in_time_is_wider(string before, string after) =>
        Assert.IsNotType<WideningAnswer.None>(Widening.Of(Side(Policies.OfRules(before)), Side(Policies.OfRules(after)), Policies.Noon));

    [Fact]
    public void Lint_names_rules_that_have_ended() => Assert.Single(
        new PolicyLint(Side(Policies.OfRules("{ id: x, effect: allow, tools: [erp.low_stock], validUntil: \"2026-11-20T00:00:00Z\" }")), Policies.Noon).Run(), f => f is { Id: "x", Kind: "ended", IsError: false });

    private static PolicySide Side(Policy policy) => new(policy, Policies.Tools, ["purchaser"]);
}
