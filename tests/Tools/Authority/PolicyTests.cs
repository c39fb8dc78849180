namespace AiManager.Tools.Tests;

public sealed class PolicyTests
{
    private const string Allow = "{ id: a, effect: allow, tools: [erp.create_purchase_order], when: facts.total <= 5000 }";
    private const string AskLead = "{ id: b, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 5000, approvers: { role: procurement-lead, expiresAfter: 2d } }";
    private const string AskBoth = "{ id: c, effect: ask, tools: ['erp.*'], when: facts.total > 50000, approvers: { all: [ { role: procurement-lead }, { role: cfo } ], expiresAfter: 4h } }";
    private const string AskTwo = "{ id: d, effect: ask, tools: ['erp.*'], when: facts.total > 90000, approvers: { role: procurement-lead, quorum: 2 } }";
    private const string Deny = "{ id: e, effect: deny, tools: ['erp.*'], when: '!facts.approved', reason: Not approved. }";

    [Theory]
    [InlineData("""{"total":5000,"approved":true}""", "Allow", "a", "")]
    [InlineData("""{"total":5000.01,"approved":true}""", "Ask", "b", "procurement-lead:1")]
    [InlineData("""{"total":60000,"approved":true}""", "Ask", "b,c", "cfo:1,procurement-lead:1")]
    [InlineData("""{"total":95000,"approved":true}""", "Ask", "b,c,d", "cfo:1,procurement-lead:2")]
    [InlineData("""{"total":95000,"approved":false}""", "Deny", "e", "")]
    [InlineData("""{"total":1,"approved":false}""", "Deny", "e", "")]
    [InlineData("""{}""", "Deny", "e", "")]
    [InlineData("""{"approved":true}""", "Ask", "b,c,d", "cfo:1,procurement-lead:2")]
    public void Deny_beats_ask_beats_allow_and_asks_add_up(string facts, string effect, string rules, string seats)
    {
        var decision = Policies.Order(Policies.OfRules(Allow, AskLead, AskBoth, AskTwo, Deny), facts);

        Assert.Equal(effect, decision.Effect.ToString());
        Assert.Equal(rules, string.Join(",", decision.Rules));
        Assert.Equal(seats, string.Join(",", decision.Seats.Select(s => $"{s.Role}:{s.Count}")));
    }

    [Fact]
    public void The_earliest_end_holds()
    {
        var policy = Policies.OfRules(AskLead, AskBoth, AskTwo);

        Assert.Equal(TimeSpan.FromDays(2), Policies.Order(policy, """{"total":6000}""").Ladder.ExpiresAfter);
        Assert.Equal(TimeSpan.FromHours(4), Policies.Order(policy, """{"total":95000}""").Ladder.ExpiresAfter);
    }

    [Fact]
    public void What_no_rule_mentions_is_denied_with_a_plain_reason()
    {
        var decision = Policies.Order(Policies.OfRules("{ id: a, effect: allow, tools: ['erp.*'], when: tool.readOnly }"), "{}");

        Assert.Equal(Effect.Deny, decision.Effect);
        Assert.Empty(decision.Rules);
        Assert.Contains("No rule allows purchaser to call erp.create_purchase_order", decision.Reason, StringComparison.Ordinal);
        Assert.Equal("Its condition does not hold.", Assert.Single(decision.Trace).Why);
        Assert.Equal("tool.readOnly", decision.Trace[0].Conditions!.Observations[0].Condition);
    }

    [Theory]
    [InlineData("system", "Deny")]
    [InlineData("purchaser", "Deny")]
    public void A_rule_without_agents_is_about_everybody(string agent, string effect) =>
        Assert.Equal(effect, Policies.Order(Policies.OfRules("{ id: a, effect: allow, tools: ['*'] }", "{ id: d, effect: deny, tools: ['*'] }"), "{}", agent).Effect.ToString());

    [Theory]
    [InlineData("*", "erp.low_stock", true)]
    [InlineData("erp.*", "erp.a.b", true)]
    [InlineData("erp.*", "erpx", false)]
    [InlineData("*.create*order", "erp.create_purchase_order", true)]
    [InlineData("*.create*order", "erp.create_purchase_orders", false)]
    [InlineData("ERP.*", "erp.low_stock", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("a**a", "aa", true)]
    [InlineData("*b*b*", "ab", false)]
    [InlineData("erp.low_stock", "erp.low_stock2", false)]
    public void A_star_is_any_run_of_characters(string pattern, string name, bool matches) =>
        Assert.Equal(matches, new NamePattern(pattern, new ConfigPlace("f", 1, 1)).Matches(name));

    [Fact]
    public void A_tool_that_a_pattern_matches_and_that_lacks_the_field_is_not_meant()
    {
        var policy = Policies.OfRules("{ id: a, effect: allow, tools: ['erp.*'] }", "{ id: d, effect: deny, tools: ['erp.*'], when: facts.total > 10 }");

        Assert.Equal(Effect.Allow, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}")).Effect);
        Assert.Equal(Effect.Deny, Policies.Order(policy, "{}").Effect);
    }

    [Fact]
    public void What_nobody_follows_yet_counts_against_a_call()
    {
        var policy = Policies.OfRules("{ id: a, effect: allow, tools: ['*'] }", "{ id: d, effect: deny, tools: ['*'], when: '\"customer-data\" in labels' }");

        Assert.Equal(Effect.Deny, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}")).Effect);
        Assert.Equal(Effect.Allow, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}") with { Labels = new WhenList([]) }).Effect);
    }

    [Fact]
    public void A_model_may_be_asked_unless_a_rule_denies_it()
    {
        var policy = Policies.OfRules("{ id: d, effect: deny, agents: [analyst], tools: ['model:*'], when: tool.openWorld }", "{ id: x, effect: deny, tools: ['*'], when: facts.total > 1 }");
        var request = Policies.Request("erp.low_stock", "analyst", "{}", "{}") with { ToolName = "model:default", Traits = ToolTraits.OfModel("default", isInside: false) };

        Assert.Equal(Effect.Deny, policy.Decide(request).Effect);
        Assert.Equal(Effect.Allow, policy.Decide(request with { Agent = "purchaser" }).Effect);
        Assert.Equal(Effect.Allow, policy.Decide(request with { Traits = ToolTraits.OfModel("default", isInside: true) }).Effect);
    }

    [Fact]
    public async Task The_sample_passes_its_own_tests()
    {
        var policy = Policies.Sound(Policies.Sample);
        var desk = new AuthorityDesk(policy, FlowPolicy.None, new Catalog([], []), Policies.Tools, (_, _, _) => Task.FromResult(JsonText.Parse("""{"total":5001,"approved":true,"quoted":true,"needed":true,"best":true,"complete":true}""")), TimeProvider.System);

        var results = desk.RunTests();
        Assert.NotEmpty(results);
        Assert.All(results, r => Assert.True(r.HasPassed, $"{r.Place} {r.Name}: {r.Actual} by {string.Join(",", r.Rules)}: {r.Reason}"));

        var answer = await desk.CheckAsync("purchaser", "erp.create_purchase_order", JsonText.Parse("""{"supplier":"acme","lines":[]}"""), null, CancellationToken.None);
        Assert.Equal(Effect.Ask, answer.Effect);
        Assert.Equal("order-over-limit", Assert.Single(answer.Rules));
        Assert.Equal(Effect.Deny, (await desk.CheckAsync("purchaser", "erp.nothing", JsonText.EmptyObject, null, CancellationToken.None)).Effect);
    }
}
