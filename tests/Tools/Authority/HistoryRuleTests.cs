namespace AiManager.Tools.Tests;

public sealed class HistoryRuleTests
{
    private const string Reads = "- { id: read, effect: allow, effects: [observe] }";
    private const string Orders = "- { id: order, effect: allow, tools: [erp.order] }";

    [Fact]
    public async Task What_must_come_first_is_asked_for_until_it_has()
    {
        using var shop = await OpenAsync(Reads, Orders, "- { id: look-first, effect: deny, tools: [erp.order], history: { none: { tools: [erp.prices] } }, reason: Look at the prices first. }");
        Assert.Equal("Look at the prices first.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1))).Reason);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}")));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
    }

    [Fact]
    public async Task At_most_one_order_for_each_item_and_another_item_is_another_matter()
    {
        using var shop = await OpenAsync(Orders, "- { id: once, effect: deny, tools: [erp.order], history: { some: { tools: [erp.order], same: [args.sku] } } }");
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(2)));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1, sku: "motor")));
        Assert.Equal(2, shop.Orders);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\n        authorityArguments: { supplier: { kind: supplier } }", false)]
    public async Task Another_spelling_of_what_a_tool_declares_to_identify_somebody_is_no_other(string declared, bool isMade)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(
            Shop.Tools.Replace("    money: facts.total", "    money: facts.total" + declared, StringComparison.Ordinal).Replace("sku = :sku and supplier = :supplier", "sku = :sku and supplier = trim(lower(:supplier))", StringComparison.Ordinal),
            $"version: 1\nrules:\n  {Orders}\n  - {{ id: once, effect: deny, tools: [erp.order], history: {{ some: {{ tools: [erp.order], same: [args.supplier] }} }} }}\n");
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));

        Assert.Equal(isMade, await shop.CallAsync(shop.Order(1, supplier: "ACME ")) is CallResult.Settled);
    }

    [Fact]
    public async Task After_a_while_it_may_be_done_again()
    {
        using var shop = await OpenAsync(Orders, "- { id: cool-down, effect: deny, tools: [erp.order], history: { some: { tools: [erp.order], within: 15m } } }");
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        shop.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(2)));
        shop.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(3)));
    }

    [Fact]
    public async Task Orders_that_add_up_to_too_much_are_asked()
    {
        using var shop = await OpenAsync(
            Orders, "- { id: in-all, effect: ask, tools: [erp.order], history: { sum: facts.total, of: { tools: [erp.order], same: [args.supplier] }, above: 1000 }, approvers: { role: lead } }");
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(60)));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(40)));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(1)));
    }

    [Fact]
    public async Task Two_orders_that_are_decided_side_by_side_are_added_up()
    {
        using var shop = await OpenAsync(Orders, "- { id: in-all, effect: deny, tools: [erp.order], history: { sum: facts.total, of: { tools: [erp.order] }, above: 1000 } }");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shop.CallAsync(shop.Order(90))));
        Assert.Equal(1, shop.Orders);
        Assert.Equal(1, results.Count(r => r is CallResult.Settled));
    }

    [Fact]
    public async Task Whoever_prepared_it_does_not_release_it()
    {
        using var shop = await OpenAsync(
            Reads,
            Orders,
            "- { id: cancel, effect: allow, tools: [erp.cancel] }",
            "- { id: four-eyes, effect: deny, tools: [erp.cancel, erp.prices], history: { some: { tools: [erp.order], by: caller } }, reason: Whoever ordered does not cancel. }");
        var look = shop.Call("erp.prices", "{}") with { Caller = Actor.Agent("clerk") };
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        var cancel = shop.Call("erp.cancel", """{"id":1}""") with { Grant = new Grant(["erp.cancel"]) };
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(look));
        Assert.Equal("Whoever ordered does not cancel.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(cancel)).Reason);
    }

    [Theory]
    [InlineData("history: { some: { tools: [erp.nothing] } }", "There is no tool 'erp.nothing'.")]
    [InlineData("history: { some: { tools: [erp.order] }, none: { tools: [erp.order] } }", "'history' says one of")]
    [InlineData("history: {}", "'history' says one of")]
    [InlineData("history: { some: { tools: [erp.low_stock], same: [args.supplier] } }", "The tool erp.low_stock has no args.supplier.")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], same: { args.id: args.supplier } } }", "The tool erp.create_purchase_order has no args.id.")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], same: { args.supplier: args.id } } }", "'history' compares args.id, which the tool erp.create_purchase_order does not have.")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], same: [size(args.lines)] } }", "'same' must be a field of args or facts")]
    [InlineData("history: { none: { tools: [erp.create_purchase_order] }, atLeast: 2 }", "'atLeast' goes with 'some'.")]
    [InlineData("history: { sum: facts.total, of: { tools: [erp.create_purchase_order] } }", "'above' is missing")]
    [InlineData("history: { sum: facts.total, of: { tools: [erp.low_stock] }, above: 5 }", "The tool erp.low_stock has no facts.total.")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], by: me } }", "'by' must be caller, another or anybody.")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], within: soon } }", "'within' must be a duration")]
    [InlineData("history: { some: { tools: [erp.create_purchase_order], where: facts.nothing > 1 } }", "The tool erp.create_purchase_order has no facts.nothing.")]
    public void What_cannot_be_looked_back_at_is_named_with_its_place(string history, string fault)
    {
        var (_, reader) = Policies.Read($"version: 1\nrules:\n  - {{ id: r, effect: deny, tools: [erp.create_purchase_order], {history} }}\n");
        var found = Assert.Single(reader.Faults, f => !f.IsWarning);
        Assert.Contains(fault.Replace("erp.nothing", "erp.nothing", StringComparison.Ordinal), found.Message, StringComparison.Ordinal);
        Assert.Equal(3, found.Place.Line);
    }

    /// <summary>What is compared identifies somebody where any tool, of the rule or of the past, declares so. <c>id</c> declares it, the others do not.</summary>
    [Theory]
    [InlineData("tools: [t.id]", "[t.plain]", true)]
    [InlineData("tools: [t.plain]", "[t.id]", true)]
    [InlineData("tools: [t.plain]", "[t.other]", false)]
    [InlineData("tools: [t.plain, t.id]", "[t.other]", true)]
    [InlineData("tools: [t.other]", "[t.plain, t.id]", true)]
    [InlineData("effects: [observe]", "[t.other]", true)]
    [InlineData("tools: ['t.*']", "[t.other]", true)]
    public void Another_spelling_is_the_same_wherever_one_side_declares_that_it_identifies_somebody(string about, string past, bool isSame)
    {
        GovernedTool Tool(string name, bool isId) => new(
            "t." + name, ToolTraits.Of(new ToolInfo("t." + name, name, EffectClass.Observe, JsonText.EmptyObject, "1", TimeSpan.FromSeconds(1))), new WhenType.Record(new Dictionary<string, WhenType> { ["who"] = new WhenType.Text() }), PolicyScope.Nothing)
        {
            Authority = isId ? new AuthorityArguments([new AuthorityArgument("who", "supplier", null)]) : AuthorityArguments.None,
        };
        var (reader, tools) = (new ConfigReader(), new[] { Tool("id", true), Tool("plain", false), Tool("other", false) });
        var policy = Policy.Bind(
            Shop.Bundle("sources: []", $"version: 1\nrules:\n  - {{ id: all, effect: allow, tools: ['*'] }}\n  - {{ id: once, effect: deny, {about}, history: {{ some: {{ tools: {past}, same: [args.who] }} }} }}\n"), tools, new DirectoryDouble([]), reader);
        Assert.Empty(reader.Faults);
        var caller = tools.First(t => about.Contains(t.Name, StringComparison.Ordinal) || !about.Contains("t.", StringComparison.Ordinal) || about.Contains('*', StringComparison.Ordinal));
        var made = tools.Single(t => past.TrimEnd(']').EndsWith(t.Name, StringComparison.Ordinal));

        var decision = policy.Decide(new AuthorityRequest(caller.Name, caller.Traits, "purchaser", Who("ACME "), Who("none"), null, null, null, Policies.Noon)
        {
            History = CallHistory.Of([new PastCall(default, made.Name, "purchaser", Who("acme"), Who("none"), Policies.Noon)]),
        });
        Assert.Equal(isSame ? Effect.Deny : Effect.Allow, decision.Effect);

        static WhenValue Who(string name) => WhenValue.FromJson(JsonText.Parse($"{{\"who\":\"{name}\"}}").ToElement());
    }

    [Theory]
    [InlineData("some: { tools: [erp.low_stock] }", "analyst:erp.low_stock", true)]
    [InlineData("some: { tools: [erp.low_stock] }", "", false)]
    [InlineData("some: { tools: [erp.low_stock] }, atLeast: 2", "analyst:erp.low_stock", false)]
    [InlineData("some: { tools: [erp.low_stock] }, atLeast: 2", "analyst:erp.low_stock analyst:erp.low_stock", true)]
    [InlineData("some: { tools: [erp.low_stock, people.escalate] }", "analyst:erp.low_stock", true)]
    [InlineData("some: { tools: ['erp.*', people.escalate] }", "analyst:people.escalate", true)]
    [InlineData("some: { tools: [erp.low_stock], agents: [analyst] }", "analyst:erp.low_stock", true)]
    [InlineData("some: { tools: [erp.low_stock], agents: [analyst] }", "purchaser:erp.low_stock", false)]
    [InlineData("some: { tools: [erp.low_stock], by: another }", "purchaser:erp.low_stock", false)]
    [InlineData("some: { tools: [erp.low_stock], by: another }", "analyst:erp.low_stock", true)]
    [InlineData("none: { tools: [erp.low_stock] }", "analyst:people.escalate", true)]
    [InlineData("none: { tools: [erp.low_stock] }", "analyst:erp.low_stock", false)]
    public void Which_calls_count_is_what_the_rule_says(string history, string made, bool matches)
    {
        var nothing = WhenValue.FromJson(JsonText.EmptyObject.ToElement());
        var request = Policies.Request("erp.create_purchase_order", "purchaser", "{}", "{}") with
        {
            History = CallHistory.Of([.. made.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split(':')).Select(c => new PastCall(default, c[1], c[0], nothing, nothing, Policies.Noon))]),
        };

        Assert.Equal(
            matches ? Effect.Deny : Effect.Allow, Policies.OfRules("{ id: all, effect: allow, tools: ['*'] }", $"{{ id: no, effect: deny, tools: [erp.create_purchase_order], history: {{ {history} }} }}").Decide(request).Effect);
    }

    private static async Task<Shop> OpenAsync(params string[] rules)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  {r}\n")));
        return shop;
    }
}
