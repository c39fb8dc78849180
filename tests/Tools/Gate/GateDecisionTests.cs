namespace AiManager.Tools.Tests;

/// <summary>What becomes of a call that rules change, put off, hold back, rehearse or want looked at.</summary>
public sealed class GateDecisionTests
{
    private const string Small = "- { id: small, effect: allow, tools: [erp.order, erp.prices] }";
    private const string Cap = "- { id: cap, effect: transform, tools: [erp.order], change: [ { arg: quantity, atMost: 100 }, { arg: note, redact: true } ] }";

    [Fact]
    public async Task A_capped_order_is_placed_as_capped_and_the_journal_has_both()
    {
        using var shop = await OpenAsync(Small, Cap);
        var call = shop.Order(500);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal(100, shop.Sql("select quantity from orders"));
        var state = shop.Log.State.Calls[call.Call];
        Assert.Equal(("500", "100"), (state.Proposed.Args.ToElement().GetProperty("quantity").GetRawText(), state.Args.ToElement().GetProperty("quantity").GetRawText()));
        Assert.Equal((Effect.Transform, """{"total":1000}""", """{"total":5000}"""), (state.Decided!.Effect, state.Decided.Facts.Text, state.Changed!.Facts.Text));
        Assert.Equal(["cap", "small"], state.Decided.Rules.AsEnumerable());
        Assert.Equal(["CallProposed", "CallChanged", "CallDecided", "CallStarted"], shop.Log.Appends[0].Select(e => e.GetType().Name));
        Assert.Equal(new Money("1000", "EUR"), state.Settled!.Cost);
        Assert.Equal("changed", Assert.Single(state.Decided.Steps, s => s.Step == "authority").Verdict);
    }

    [Fact]
    public async Task What_is_asked_and_approved_is_the_changed_call()
    {
        using var shop = await OpenAsync("- { id: any, effect: ask, tools: [erp.order], approvers: { role: lead } }", Cap);
        var call = shop.Order(500);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        var asked = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal(100, asked.Args.ToElement().GetProperty("quantity").GetInt32());
        shop.Approve(call, ("lena", "lead"));

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(100, shop.Sql("select quantity from orders"));
    }

    [Fact]
    public async Task An_approval_is_void_when_rules_make_another_call_of_it_meanwhile()
    {
        const string Ask = "- { id: any, effect: ask, tools: [erp.order], approvers: { role: lead } }";
        using var shop = await OpenAsync(Ask, Cap);
        var call = shop.Order(500);
        await shop.CallAsync(call);
        shop.Approve(call, ("lena", "lead"));
        shop.Configure(Shop.Tools, Authority(Ask, Cap.Replace("100", "50", StringComparison.Ordinal)));

        Assert.Contains("no longer stands", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task A_changed_call_that_does_not_fit_the_tool_any_more_is_denied()
    {
        using var shop = await OpenAsync(Small, "- { id: cut, effect: transform, tools: [erp.order], change: [ { arg: quantity, atMost: 1.5 } ] }");
        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(5)));

        Assert.Contains("do not fit the tool", refused.Reason);
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task A_call_that_is_put_off_waits_and_is_decided_again_and_at_last_is_a_no()
    {
        using var shop = await OpenAsync(Small, "- { id: stale, effect: defer, tools: [erp.order], when: facts.total < 500, retryAfter: 5m, tries: 2, reason: The price is stale. }");
        var call = shop.Order(1);
        for (var round = 1; round <= 2; round++)
        {
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
            var waiting = shop.Log.State.Calls[call.Call];
            Assert.Equal((CallStatus.Deferred, round, shop.Time.Now.AddMinutes(5)), (waiting.Status, waiting.Deferrals, waiting.NextDecision!.Value));
            Assert.Equal(Effect.Defer, waiting.Decided!.Effect);
            shop.Time.Advance(TimeSpan.FromMinutes(5));
            shop.Log.Add(Actor.System, new DeferralEnded(call.Call));
        }

        Assert.Contains("put off 2 times", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task A_call_that_was_put_off_is_made_once_the_facts_are_there()
    {
        using var shop = await OpenAsync(Small, "- { id: stale, effect: defer, tools: [erp.order], when: facts.total < 500 }");
        var call = shop.Order(10);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        shop.Sql("update quotes set price = 100 where sku = 'bolt'");
        shop.Log.Add(Actor.System, new DeferralEnded(call.Call));

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task Where_nobody_is_waited_for_a_call_is_not_put_off_but_denied()
    {
        using var shop = await OpenAsync(Small, "- { id: stale, effect: defer, tools: [erp.order] }");
        shop.Log.CanWait = false;

        Assert.Contains("would have to wait", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1))).Reason);
    }

    [Fact]
    public async Task A_held_call_is_made_when_its_time_has_come_and_reserves_nothing_before()
    {
        using var shop = await OpenAsync("- { id: small, effect: allow, tools: [erp.order], obligations: { hold: 10m } }");
        var call = shop.Order(10);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal((0, 0m), (shop.Orders, shop.Ledger.Money("per-day")));
        shop.Time.Advance(TimeSpan.FromMinutes(10));
        shop.Log.Add(Actor.System, new DeferralEnded(call.Call));

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal((1, 2), (shop.Orders, shop.Log.State.Calls[call.Call].Decisions));
    }

    [Fact]
    public async Task What_was_held_back_is_decided_again_and_can_still_be_a_no()
    {
        const string Held = "- { id: small, effect: allow, tools: [erp.order], obligations: { hold: 10m } }";
        using var shop = await OpenAsync(Held);
        var call = shop.Order(10);
        await shop.CallAsync(call);
        shop.Time.Advance(TimeSpan.FromMinutes(10));
        shop.Log.Add(Actor.System, new DeferralEnded(call.Call));
        shop.Configure(Shop.Tools, Authority(Held, "- { id: stop, effect: deny, effects: [spend] }"));

        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task What_is_to_be_blacked_out_is_in_no_event()
    {
        using var shop = await OpenAsync("- { id: small, effect: allow, tools: [erp.prices], obligations: { redact: [SUPPLIER] } }");
        var result = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}")));

        Assert.Contains("\"supplier\":\"[redacted]\"", result.Result.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("acme", result.Result.Text, StringComparison.Ordinal);
        Assert.Contains("bolt", result.Result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(shop.Log.State.Calls.Values, c => c.Settled!.Result.Text.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_to_know_and_who_is_to_look_find_it_in_their_inbox_and_hold_nothing_up()
    {
        using var shop = await OpenAsync("- { id: small, effect: allow, tools: [erp.order], obligations: { notify: cfo, secondLook: lead } }");
        var call = shop.Order(10);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        var looks = shop.Log.State.Escalations.Values.OrderBy(e => e.RaisedSeq).ToList();
        Assert.Equal([(EscalationKind.Notice, "cfo"), (EscalationKind.SecondLook, "lead")], looks.Select(l => (l.Raised.Kind, l.Raised.Role)));
        Assert.All(looks, l => Assert.Contains("erp.order", l.Raised.Question, StringComparison.Ordinal));
        Assert.False(shop.Log.State.WaitsForPeople);
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task A_denied_try_is_told_to_whom_the_rule_names_with_its_advice_for_the_agent()
    {
        using var shop = await OpenAsync("- { id: no, effect: deny, tools: [erp.order], obligations: { notify: cfo }, advice: Ask the lead first. }");
        var call = shop.Order(10);
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));

        Assert.Equal(EscalationKind.Notice, Assert.Single(shop.Log.State.Escalations.Values).Raised.Kind);
        Assert.Equal("Ask the lead first.", shop.Decided(call).Advice);
    }

    [Fact]
    public async Task In_shadow_a_read_is_made_and_an_effect_is_decided_and_not_made()
    {
        using var shop = await OpenAsync(Small, "- { id: large, effect: ask, tools: [erp.order], when: facts.total > 500, approvers: { role: lead } }", "- { id: shady, effect: deny, tools: [erp.order], when: 'args.supplier == \"shady\"' }");
        var log = shop.Rehearsal();
        Assert.IsType<CallResult.Settled>(await shop.Gate.CallAsync(shop.Call("erp.prices", "{}"), log, CancellationToken.None));
        var (allowed, asked, denied) = (shop.Order(10), shop.Order(100), shop.Order(1, supplier: "shady"));
        foreach (var call in new[] { allowed, asked, denied })
        {
            Assert.IsType<CallResult.Refused>(await shop.Gate.CallAsync(call, log, CancellationToken.None));
        }

        Assert.Equal((0, 0m), (shop.Orders, shop.Ledger.Money("per-day")));
        Assert.Empty(log.State.Approvals);
        Assert.Single(log.Events.OfType<CallStarted>());
        Assert.Equal([CallStatus.Shadowed, CallStatus.Shadowed, CallStatus.Refused], new[] { allowed, asked, denied }.Select(c => log.State.Calls[c.Call].Status));
        Assert.Equal("been allowed by small", ShadowWords.Verdict(log.State.Calls[allowed.Call]));
        Assert.Equal(("been asked of lead by large", new Money("1000", "EUR")), (ShadowWords.Verdict(log.State.Calls[asked.Call]), log.State.Calls[asked.Call].Shadowed!.Cost!));
    }

    [Fact]
    public async Task A_rule_in_shadow_is_written_down_with_the_decision_that_it_does_not_touch()
    {
        using var shop = await OpenAsync(Small, "- { id: later, effect: deny, mode: shadow, effects: [spend] }");
        var call = shop.Order(10);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal((Effect.Allow, Effect.Deny, "later"), (shop.Decided(call).Effect, shop.Decided(call).Shadow!.Effect, Assert.Single(shop.Decided(call).Shadow!.Rules)));
    }

    private static string Authority(params string[] rules) => "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  {r}\n")) + "budgets:\n  - { id: per-day, scope: company, per: 1d, money: 100000, approvers: { role: cfo } }\n";

    private static async Task<Shop> OpenAsync(params string[] rules)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Authority(rules));
        return shop;
    }
}
