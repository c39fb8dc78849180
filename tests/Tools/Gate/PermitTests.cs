namespace AiManager.Tools.Tests;

/// <summary>A workflow goes on by the permits that it began under; what is denied or asked today holds at once.</summary>
public sealed class PermitTests
{
    private const string Read = "{ id: read, effect: allow, tools: [\"erp.*\"], when: tool.readOnly }";
    private const string Small = "{ id: small, effect: allow, tools: [erp.order], when: facts.total <= 100 }";
    private const string Large = "{ id: large, effect: ask, tools: [erp.order], when: facts.total > 100, approvers: { role: lead } }";

    [Fact]
    public async Task A_new_allow_does_not_widen_what_is_under_way()
    {
        using var shop = await BegunAsync(Read);
        shop.Activate(Of(Read, "{ id: all, effect: allow, tools: [erp.order] }"));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1)));
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task An_allow_that_is_gone_takes_nothing_from_what_is_under_way()
    {
        using var shop = await BegunAsync(Read, Small);
        shop.Activate(Of(Read));
        var call = shop.Order(1);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(("small", "hash"), (Assert.Single(shop.Decided(call).Rules), shop.Decided(call).Permits));
    }

    [Fact]
    public async Task A_new_deny_and_a_new_ask_hold_at_once()
    {
        using var shop = await BegunAsync(Read, Small);
        shop.Activate(Of(Read, Small, "{ id: two, effect: ask, tools: [erp.order], when: args.quantity == 2, approvers: { role: cfo } }", "{ id: three, effect: deny, tools: [erp.order], when: args.quantity == 3 }"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        var (asked, denied) = (shop.Order(2), shop.Order(3));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(asked));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(denied));
        Assert.Equal(("two", "three"), (Assert.Single(shop.Decided(asked).Rules), Assert.Single(shop.Decided(denied).Rules)));
    }

    [Theory]
    [InlineData("{ id: new, effect: ask, tools: [erp.order], approvers: { role: lead } }")]
    [InlineData("{ id: new, effect: ask, tools: [erp.order], approvers: { role: lead } }", "{ id: all, effect: allow, tools: [erp.order] }")]
    [InlineData("{ id: new, effect: defer, tools: [erp.order] }")]
    [InlineData("{ id: new, effect: transform, tools: [erp.order], when: args.quantity > 1, change: [ { arg: quantity, atMost: 1 } ] }", "{ id: all, effect: allow, tools: [erp.order] }")]
    public async Task What_its_permits_are_silent_about_is_denied_and_nothing_new_makes_a_question_of_it(params string[] rules)
    {
        using var shop = await BegunAsync(Read);
        shop.Activate(Of([Read, .. rules]));
        var call = shop.Order(2);
        Assert.Contains("what no rule mentions is denied", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason, StringComparison.Ordinal);
        Assert.Equal((Effect.Deny, true, "hash"), (shop.Decided(call).Effect, shop.Decided(call).Rules.IsEmpty, shop.Decided(call).Permits));
        Assert.Empty(shop.Log.State.Approvals);
    }

    [Fact]
    public async Task What_is_denied_now_is_told_by_todays_rule_also_where_the_permits_are_silent()
    {
        using var shop = await BegunAsync(Read);
        shop.Activate(Of(Read, "{ id: never, effect: deny, tools: [erp.order], reason: Never. }", "{ id: new, effect: ask, tools: [erp.order], approvers: { role: lead } }"));
        var call = shop.Order(2);
        Assert.Equal("Never.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);
        Assert.Equal("never", Assert.Single(shop.Decided(call).Rules));
    }

    [Fact]
    public async Task What_rules_of_then_have_changed_so_far_that_they_permit_it_is_still_asked_by_a_new_ask()
    {
        const string Cap = "{ id: cap, effect: transform, tools: [erp.order], when: args.quantity > 5, change: [ { arg: quantity, atMost: 5 } ] }";
        using var shop = await BegunAsync(Read, Small, Cap);
        shop.Activate(Of(Read, Small, Cap, "{ id: new, effect: ask, tools: [erp.order], when: args.quantity > 5, approvers: { role: lead } }"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(4)));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(20)));
        Assert.Equal("lead", Assert.Single(Assert.Single(shop.Log.State.Approvals.Values).Requested.Seats).Role);
    }

    [Fact]
    public async Task An_approval_stands_when_it_is_used_under_permits_that_are_gone_and_is_void_where_other_seats_are_asked_now()
    {
        foreach (var (today, stands) in new[] { (Of(Read), true), (Of(Read, Large.Replace("role: lead", "role: cfo", StringComparison.Ordinal)), false), (Of(Read, "{ id: never, effect: deny, tools: [erp.order] }"), false) })
        {
            using var shop = await BegunAsync(Read, Small, Large);
            var call = shop.Order(20);
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
            shop.Approve(call, ("lena", "lead"));
            shop.Activate(today);
            Assert.Equal(stands, await shop.CallAsync(call) is CallResult.Settled { Outcome: CallOutcome.Succeeded });
            Assert.Equal(stands ? 1 : 0, shop.Orders);
        }
    }

    [Fact]
    public async Task An_ask_that_is_gone_or_milder_still_asks_what_is_under_way()
    {
        using var shop = await BegunAsync(Read, Small, Large);
        shop.Activate(Of(Read, "{ id: small, effect: allow, tools: [erp.order] }"));
        var call = shop.Order(20);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.Equal("lead", Assert.Single(shop.Log.State.Approvals.Values).Requested.Seats[0].Role);
    }

    [Fact]
    public async Task A_standing_rule_of_today_answers_nothing_for_what_is_under_way()
    {
        using var shop = await BegunAsync(Read, Small, Large);
        shop.Activate(Of(Read, Small, Large, "{ id: agreed, effect: allow, tools: [erp.order], answers: [large], validUntil: \"2099-01-01T00:00:00Z\" }"));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(20)));
    }

    [Fact]
    public async Task Both_asks_of_one_name_count_and_it_is_named_once()
    {
        using var shop = await BegunAsync(Read, Small, Large);
        shop.Activate(Of(Read, Small, Large.Replace("role: lead", "role: cfo", StringComparison.Ordinal)));
        var call = shop.Order(20);
        await shop.CallAsync(call);
        var approval = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal(["large"], approval.Rules.AsEnumerable());
        Assert.Equal(["cfo", "lead"], approval.Seats.Select(s => s.Role).Order());
    }

    [Fact]
    public async Task Where_nobody_knows_what_it_began_under_nothing_is_permitted()
    {
        using var shop = await BegunAsync(Read, Small);
        shop.Activate(Of(Read, Small));
        shop.Earlier.Clear();
        var call = shop.Order(1);
        Assert.Contains("began under", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task In_the_usual_case_nothing_is_looked_up()
    {
        using var shop = await BegunAsync(Read, Small);
        shop.Earlier.Clear();
        var call = shop.Order(1);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Null(shop.Decided(call).Permits);
    }

    [Fact]
    public async Task A_standing_rule_that_is_used_up_asks_those_whom_it_stands_in_for()
    {
        using var shop = await BegunAsync(Read, Small, Large, "{ id: agreed, effect: allow, tools: [erp.order], answers: [large], validUntil: \"2099-01-01T00:00:00Z\", uses: 2 }");
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(20)));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(21)));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(22)));
        var asked = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal(("agreed", "lead"), (Assert.Single(asked.Budgets), Assert.Single(asked.Seats).Role));
    }

    [Fact]
    public async Task A_standing_rule_that_may_be_used_less_often_by_now_binds_what_is_under_way()
    {
        const string Agreed = "{ id: agreed, effect: allow, tools: [erp.order], answers: [large], validUntil: \"2099-01-01T00:00:00Z\"";
        foreach (var then in (string[])[" }", ", uses: 10 }"])
        {
            using var shop = await BegunAsync(Read, Small, Large, Agreed + then);
            shop.Activate(Of(Read, Small, Large, Agreed + ", uses: 1 }"));
            Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(20)));
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(21)));
            Assert.Equal(("agreed", "lead"), (Assert.Single(Assert.Single(shop.Log.State.Approvals.Values).Requested.Budgets), Assert.Single(Assert.Single(shop.Log.State.Approvals.Values).Requested.Seats).Role));
        }
    }

    [Fact]
    public async Task A_standing_rule_that_may_be_used_more_often_by_now_gives_nothing_to_what_is_under_way()
    {
        const string Agreed = "{ id: agreed, effect: allow, tools: [erp.order], answers: [large], validUntil: \"2099-01-01T00:00:00Z\"";
        using var shop = await BegunAsync(Read, Small, Large, Agreed + ", uses: 1 }");
        shop.Activate(Of(Read, Small, Large, Agreed + ", uses: 10 }"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(20)));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(21)));
    }

    private static async Task<Shop> BegunAsync(params string[] rules)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Of(rules));
        shop.Earlier["hash"] = (Shop.Tools, Of(rules));
        return shop;
    }

    private static string Of(params string[] rules) => "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  - {r}\n"));
}
