namespace AiManager.Tools.Tests;

/// <summary>Classes, verdicts beyond yes and no, shadow, obligations and advice: what the policy says, before anything is done.</summary>
public sealed class DecisionModelTests
{
    private const string Allow = "{ id: allow, effect: allow, tools: ['erp.*'] }";
    private const string Ten = """{"supplier":"acme","lines":[{"sku":"a","quantity":10,"unitPrice":1},{"sku":"b","quantity":500,"unitPrice":2}]}""";

    [Fact]
    public void A_rule_about_a_class_is_about_every_tool_of_it()
    {
        var policy = Policies.OfRules("{ id: read, effect: allow, effects: [observe, compute] }", "{ id: no-spending, effect: deny, effects: [spend] }");

        Assert.Equal((Effect.Allow, "read"), Said(policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}"))));
        Assert.Equal((Effect.Deny, "no-spending"), Said(Policies.Order(policy, "{}")));
        Assert.Equal((Effect.Deny, ""), Said(policy.Decide(Policies.Request("people.escalate", "analyst", "{}", "{}"))));
    }

    [Fact]
    public void With_tools_and_classes_both_must_match()
    {
        var policy = Policies.OfRules("{ id: read, effect: allow, tools: ['erp.*'], effects: [observe] }");

        Assert.Equal(Effect.Allow, policy.Decide(Policies.Request("erp.low_stock", "analyst", "{}", "{}")).Effect);
        Assert.Equal(Effect.Deny, Policies.Order(policy, "{}").Effect);
    }

    [Fact]
    public void A_class_that_lacks_what_a_condition_reads_is_not_meant()
    {
        var policy = Policies.OfRules(Allow, "{ id: much, effect: deny, effects: [spend], when: facts.total > 5 }");

        Assert.Equal(Effect.Allow, policy.Decide(Policies.Request("erp.receive_delivery", "analyst", """{"id":1}""", "{}")).Effect);
        Assert.Equal(Effect.Deny, Policies.Order(policy, """{"total":6}""").Effect);
    }

    [Theory]
    [InlineData("deny", "defer", Effect.Deny)]
    [InlineData("defer", "ask", Effect.Defer)]
    [InlineData("ask", "transform", Effect.Ask)]
    [InlineData("transform", "allow", Effect.Transform)]
    public void The_stricter_verdict_stands(string strict, string mild, Effect expected) =>
        Assert.Equal(expected, Policies.Order(Policies.OfRules(Rule("z", mild), Allow, Rule("a", strict)), "{}", args: Ten).Effect);

    [Theory]
    [InlineData("deny", Effect.Deny)]
    [InlineData("defer", Effect.Defer)]
    [InlineData("ask", Effect.Ask)]
    [InlineData("transform", Effect.Transform)]
    public void A_condition_that_cannot_be_judged_counts_against_the_call(string effect, Effect expected) =>
        Assert.Equal(expected, Policies.Order(Policies.OfRules(Allow, Rule("a", effect, ", when: facts.total > 1")), """{"due":"never"}""", args: Ten).Effect);

    [Fact]
    public void Of_two_caps_the_smaller_holds_on_every_element_and_the_smaller_values_stay()
    {
        var policy = Policies.OfRules(
            Allow, "{ id: b, effect: transform, tools: ['erp.*'], change: [ { arg: lines.quantity, atMost: 200 } ] }", "{ id: a, effect: transform, effects: [spend], change: [ { arg: lines.quantity, atMost: 100.5 } ] }");

        var decision = Policies.Order(policy, "{}", args: Ten);

        Assert.Equal("""{"lines":[{"quantity":10,"sku":"a","unitPrice":1},{"quantity":100.5,"sku":"b","unitPrice":2}],"supplier":"acme"}""", decision.Args!.Value.Text);
        Assert.Equal(["a", "b"], decision.Rules.AsEnumerable());
        Assert.Equal(("lines.quantity", "at most 100.5"), (Assert.Single(decision.Changes).Arg, decision.Changes[0].Change));
        var anew = policy.DecideAnew(decision, Policies.Request("erp.create_purchase_order", "purchaser", decision.Args.Value.Text, "{}"));
        Assert.Equal(Effect.Transform, anew.Effect);
        Assert.Equal(["a", "allow", "b"], anew.Rules.AsEnumerable());
    }

    [Theory]
    [InlineData("{ arg: supplier, set: globex }", "{ arg: supplier, set: initech }")]
    [InlineData("{ arg: supplier, set: globex }", "{ arg: supplier, redact: true }")]
    [InlineData("{ arg: lines.quantity, set: 300 }", "{ arg: lines.quantity, atMost: 200 }")]
    public void Rules_that_contradict_one_another_are_a_no(string one, string other)
    {
        var decision = Policies.Order(Policies.OfRules(Allow, Change("a", one), Change("b", other)), "{}", args: Ten);

        Assert.Equal((Effect.Deny, "a,b"), Said(decision));
        Assert.Contains("contradict", decision.Reason);
    }

    [Theory]
    [InlineData("{ arg: supplier, redact: true }", "\"supplier\":\"[redacted]\"")]
    [InlineData("{ arg: supplier, set: globex }", "\"supplier\":\"globex\"")]
    [InlineData("{ arg: lines.sku, set: 7 }", "\"sku\":7")]
    [InlineData("{ arg: lines, add: more }", ",\"more\"]")]
    public void Arguments_are_blacked_out_set_and_added_to_as_rules_say(string change, string expected)
    {
        var policy = Policies.OfRules(Allow, Change("a", change));
        var decision = Policies.Order(policy, "{}", args: Ten);

        Assert.Contains(expected, decision.Args!.Value.Text, StringComparison.Ordinal);
        Assert.Null(Policies.Order(policy, "{}", args: decision.Args.Value.Text).Args);
    }

    [Fact]
    public void A_transform_permits_nothing_by_itself()
    {
        var policy = Policies.OfRules(Change("cap", "{ arg: lines.quantity, atMost: 100 }"));
        var first = Policies.Order(policy, "{}", args: Ten);

        Assert.Equal(Effect.Deny, policy.DecideAnew(first, Policies.Request("erp.create_purchase_order", "purchaser", first.Args!.Value.Text, "{}")).Effect);
        Assert.Equal((Effect.Deny, ""), Said(Policies.Order(policy, "{}")));
    }

    [Fact]
    public void An_ask_about_what_was_wanted_still_asks_about_what_is_left_of_it()
    {
        var policy = Policies.OfRules(
            Allow, "{ id: large, effect: ask, tools: [erp.create_purchase_order], when: facts.total > 100, approvers: { role: cfo } }", Change("cap", "{ arg: lines.quantity, atMost: 100 }"));
        var first = Policies.Order(policy, """{"total":500}""", args: Ten);
        var anew = policy.DecideAnew(first, Policies.Request("erp.create_purchase_order", "purchaser", first.Args!.Value.Text, """{"total":50}"""));

        Assert.Equal((Effect.Ask, "allow,cap,large"), Said(anew));
        Assert.Equal(new Seat("cfo", 1), Assert.Single(anew.Seats));
    }

    [Fact]
    public void Rules_that_would_go_on_changing_it_are_a_no()
    {
        var policy = Policies.OfRules(
            Allow, "{ id: a, effect: transform, tools: [erp.create_purchase_order], when: args.supplier == 'acme', change: [ { arg: supplier, set: globex } ] }",
            "{ id: b, effect: transform, tools: [erp.create_purchase_order], when: args.supplier == 'globex', change: [ { arg: supplier, set: acme } ] }");
        var first = Policies.Order(policy, "{}", args: Ten);
        var anew = policy.DecideAnew(first, Policies.Request("erp.create_purchase_order", "purchaser", first.Args!.Value.Text, "{}"));

        Assert.Equal((Effect.Deny, "a,b"), Said(anew));
    }

    [Fact]
    public void An_amount_that_is_left_out_is_no_way_round_a_cap()
    {
        var decision = Policies.Order(Policies.OfRules(Allow, Change("cap", "{ arg: lines.quantity, atMost: 100 }")), "{}", args: """{"supplier":"acme","lines":[{"sku":"a"}]}""");

        Assert.Equal((Effect.Deny, "cap"), Said(decision));
    }

    [Fact]
    public void Arguments_that_nobody_knows_cannot_be_changed_and_are_denied()
    {
        var request = Policies.Request("erp.create_purchase_order", "purchaser", Ten, "{}") with { ArgsJson = null };

        Assert.Equal(Effect.Deny, Policies.OfRules(Allow, Change("cap", "{ arg: lines.quantity, atMost: 100 }")).Decide(request).Effect);
    }

    [Fact]
    public void A_rule_in_shadow_does_not_count_and_says_what_it_would_have_said()
    {
        var policy = Policies.OfRules(Allow, "{ id: later, effect: deny, mode: shadow, tools: ['erp.*'] }", "{ id: never, effect: deny, mode: shadow, tools: ['erp.*'], when: facts.total > 5 }");
        var decision = Policies.Order(policy, """{"total":1}""");

        Assert.Equal((Effect.Allow, "allow"), Said(decision));
        Assert.Equal((Effect.Deny, "later"), (decision.Shadow!.Effect, Assert.Single(decision.Shadow.Rules)));
        Assert.True(Assert.Single(decision.Trace, t => t.Rule == "later").IsShadow);
    }

    [Fact]
    public void A_rule_in_shadow_permits_nothing()
    {
        var decision = Policies.Order(Policies.OfRules("{ id: later, effect: allow, mode: shadow, tools: ['erp.*'] }"), "{}");

        Assert.Equal((Effect.Deny, Effect.Allow), (decision.Effect, decision.Shadow!.Effect));
    }

    [Theory]
    [InlineData("allow", "allow", null)]
    [InlineData("allow", "ask", Effect.Ask)]
    [InlineData("allow", "deny", Effect.Deny)]
    [InlineData("deny", "allow", null)]
    [InlineData("deny", "ask", null)]
    [InlineData("deny", "deny", Effect.Deny)]
    public void A_rule_in_shadow_tells_of_what_is_under_way_only_what_enforcing_it_would_do(string began, string effect, Effect? expected)
    {
        var now = Policies.OfRules(Allow, Rule("later", effect, ", mode: shadow"));
        var decision = now.Decide(Policies.Request("erp.create_purchase_order", "purchaser", Ten, "{}"), Policies.OfRules(Rule("then", began)));
        Assert.Equal(expected, decision.Shadow?.Effect);
    }

    [Fact]
    public void A_call_that_may_be_made_owes_what_any_of_its_rules_wants()
    {
        var policy = Policies.OfRules(
            "{ id: allow, effect: allow, tools: ['erp.*'], obligations: { redact: [iban], hold: 10m }, advice: Mind the budget. }",
            "{ id: ask, effect: ask, tools: ['erp.*'], approvers: { role: cfo }, obligations: { notify: warehouse, secondLook: cfo, redact: [email], hold: 1h }, advice: Order less. }");
        var decision = Policies.Order(policy, "{}");

        Assert.Equal(["email", "iban"], decision.Obligations.Redact.AsEnumerable());
        Assert.Equal(("warehouse", "cfo", 3600L), (Assert.Single(decision.Obligations.Notify), Assert.Single(decision.Obligations.SecondLook), decision.Obligations.HoldSeconds));
        Assert.Equal("Order less.", decision.Advice);
    }

    [Fact]
    public void A_call_that_may_not_be_made_owes_only_what_the_rules_want_that_say_so()
    {
        var policy = Policies.OfRules("{ id: allow, effect: allow, tools: ['erp.*'], obligations: { hold: 10m } }", "{ id: no, effect: deny, tools: ['erp.*'], obligations: { notify: cfo }, advice: Ask the lead. }");
        var decision = Policies.Order(policy, "{}");

        Assert.Equal(("cfo", (long?)null, "Ask the lead."), (Assert.Single(decision.Obligations.Notify), decision.Obligations.HoldSeconds, decision.Advice));
    }

    [Fact]
    public void A_request_has_one_digest_and_another_request_has_another()
    {
        var request = Policies.Request("erp.create_purchase_order", "purchaser", Ten, """{"total":1.50}""");

        Assert.Equal(request.Digest(), Policies.Request("erp.create_purchase_order", "purchaser", Ten, """{"total":1.5}""").Digest());
        Assert.Equal(5, new[]
        {
            request,
            request with { Agent = "analyst" },
            request with { Now = request.Now.AddTicks(1) },
            Policies.Request("erp.create_purchase_order", "purchaser", Ten, """{"total":2}"""),
            Policies.Request("erp.create_purchase_order", "purchaser", "{}", """{"total":1.5}"""),
        }.Select(r => r.Digest()).Distinct().Count());
    }

    private static (Effect Effect, string Rules) Said(PolicyDecision decision) => (decision.Effect, string.Join(',', decision.Rules));

    private static string Change(string id, string change) => $"{{ id: {id}, effect: transform, tools: [erp.create_purchase_order], change: [ {change} ] }}";

    private static string Rule(string id, string effect, string more = "")
    {
        var needed = effect switch
        {
            "ask" => ", approvers: { role: cfo }",
            "transform" => ", change: [ { arg: lines.quantity, atMost: 100 } ]",
            _ => string.Empty,
        };
        return $"{{ id: {id}, effect: {effect}, tools: [erp.create_purchase_order]{more}{needed} }}";
    }
}
