namespace AiManager.Tools.Tests;

/// <summary>Which way a call takes through the gate when something comes between, and what is in the journal of it.</summary>
public sealed class GatePathTests
{
    private const string Small = "- { id: small, effect: allow, tools: [erp.order, erp.prices, erp.many, \"test.*\"] }";
    private const string Held = "- { id: small, effect: allow, tools: [erp.order], obligations: { hold: 10m } }";
    private const string Asking = "- { id: any, effect: ask, tools: [erp.order], approvers: { role: lead } }";

    [Fact]
    public async Task What_is_changed_again_and_again_while_it_is_decided_is_refused_at_last_and_that_is_on_record()
    {
        using var shop = await OpenAsync(Small);
        var races = 0;
        shop.Log.Meanwhile = events =>
        {
            if (events.Any(e => e is CallStarted) && ++races < 50)
            {
                shop.Company.SuspendElsewhere("agent/nobody" + races);
            }
        };
        var call = shop.Order(1);
        Assert.Contains("faster than it can be decided", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason, StringComparison.Ordinal);
        Assert.Equal((8, CallStatus.Refused, Effect.Deny), (races, shop.Log.State.Calls[call.Call].Status, shop.Decided(call).Effect));
    }

    [Theory]
    [InlineData(Asking)]
    [InlineData(Held)]
    public async Task A_goal_that_ends_while_it_is_decided_is_over_whatever_was_decided(string rule)
    {
        using var shop = await OpenAsync(rule);
        shop.Log.Meanwhile = _ =>
        {
            shop.Log.Meanwhile = null;
            shop.Log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "No.")));
        };
        var call = shop.Order(1);
        Assert.Equal(new CallResult.Refused("The goal is over."), await shop.CallAsync(call));
        Assert.DoesNotContain(call.Call, shop.Log.State.Calls.Keys);
    }

    [Fact]
    public async Task A_no_that_comes_second_to_another_append_is_decided_again_and_is_on_record()
    {
        using var shop = await OpenAsync("- { id: no, effect: deny, tools: [erp.order] }");
        var call = shop.Order(1);
        shop.Log.Meanwhile = _ =>
        {
            shop.Log.Meanwhile = null;
            shop.Log.Add(call.Caller, new CallProposed(call.Call, call.Task, "purchaser", call.Tool, CallArguments.Canonical(call.Args), []));
        };
        Assert.Equal(new CallResult.Refused("Rule 'no' denies it."), await shop.CallAsync(call));
        Assert.Equal((CallStatus.Refused, "no"), (shop.Log.State.Calls[call.Call].Status, Assert.Single(shop.Decided(call).Rules)));
    }

    [Fact]
    public async Task A_long_result_is_the_same_summary_however_often_an_agent_asks_for_it()
    {
        using var shop = await OpenAsync(Small);
        var call = shop.Call("erp.many", """{"rows":2000}""");
        var first = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Contains("too long to show whole", first.Result.Text, StringComparison.Ordinal);
        Assert.Equal(first, await shop.CallAsync(call));
    }

    [Fact]
    public async Task What_a_person_wrote_has_to_fit_the_tool_as_well()
    {
        using var shop = await OpenAsync(Asking);
        var call = shop.Order(1);
        await shop.CallAsync(call);
        var asked = shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value].Requested;
        var written = CallArguments.Canonical(JsonText.Parse("""{"quantity":"many","sku":"bolt","supplier":"acme"}"""));
        shop.Log.Add(
            Actor.Person("petra"),
            new ApprovalDecided(asked.Approval, "petra", "api", ApprovalVerdict.Edited, null),
            new CallChanged(call.Call, written, ArgumentDiff.Changes(asked.Args, written), asked.Facts, new ArgumentEdit(asked.Approval, "petra")));

        Assert.Contains("$.quantity", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason, StringComparison.Ordinal);
        Assert.Equal("schema", shop.Decided(call).Steps[^1].Step);
    }

    [Fact]
    public async Task Where_nobody_is_waited_for_what_would_be_held_back_is_denied_and_nobody_is_told()
    {
        using var shop = await OpenAsync("- { id: small, effect: allow, tools: [erp.order], obligations: { hold: 10m, notify: cfo } }");
        shop.Log.CanWait = false;
        Assert.Equal(new CallResult.Refused("It would be held back, and nothing is waited for here."), await shop.CallAsync(shop.Order(1)));
        Assert.DoesNotContain(shop.Log.Events, e => e is LookAsked or CallDeferred);
    }

    [Fact]
    public async Task In_shadow_nobody_is_named_for_what_would_be_put_off()
    {
        using var shop = await OpenAsync(Small, "- { id: stale, effect: defer, tools: [erp.order] }");
        var log = shop.Rehearsal();
        var call = shop.Order(11_000);
        Assert.IsType<CallResult.Refused>(await shop.Gate.CallAsync(call, log, CancellationToken.None));
        Assert.Equal(Effect.Defer, log.State.Calls[call.Call].Decided!.Effect);
        Assert.Empty(log.State.Calls[call.Call].Shadowed!.Seats);
    }

    [Fact]
    public async Task The_key_says_whose_call_it_is_and_so_does_the_intent()
    {
        var tool = new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.EmptyObject, [])));
        using var shop = await OpenAsync([Small], Shop.Double("look", tool, EffectClass.Observe));
        var mine = shop.Call("test.look", "{}");
        await shop.CallAsync(mine);
        var ours = shop.Call("test.look", "{}") with { Task = null, Caller = Actor.System };
        await shop.CallAsync(ours);

        Assert.Equal(
            [($"{shop.Log.State.Id}/{shop.Task}/{mine.Call}", Actor.Agent("purchaser")), ($"{shop.Log.State.Id}/system/{ours.Call}", Actor.System)],
            tool.Sent.Select(s => (s.Key, s.Caller)));
    }

    [Theory]
    [InlineData(EffectClass.Observe, null)]
    [InlineData(EffectClass.WriteReversible, "test.back")]
    public async Task Only_what_changes_something_is_undone(EffectClass effect, string? undo)
    {
        var tool = Shop.Double("do", new ToolDouble((_, _) => Task.FromResult<ToolOutput>(new ToolOutput.Done(JsonText.EmptyObject, []))), effect);
        using var shop = await OpenAsync([Small], tool with { Info = tool.Info with { Undo = "test.back" } });
        var call = shop.Call("test.do", "{}");
        await shop.CallAsync(call);
        Assert.Equal(undo, shop.Log.State.Calls[call.Call].Started!.Undo);
    }

    [Fact]
    public async Task An_approval_is_used_by_the_append_that_starts_the_call_and_only_if_nobody_else_has()
    {
        using var shop = await OpenAsync(Asking);
        var call = shop.Order(1);
        await shop.CallAsync(call);
        var approval = shop.Log.State.Calls[call.Call].Approval!.Value;
        Assert.Equal(PrefixedId.Derive<ApprovalId>(call.Call.Value, "1"), approval);
        shop.Approve(call, ("petra", "lead"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Contains(new Guard.ApprovalUnused(approval), shop.Log.Guards[shop.Log.Appends.FindIndex(a => a.Any(e => e is CallStarted))]);
    }

    [Fact]
    public async Task What_rules_made_of_a_call_is_written_down_once()
    {
        using var shop = await OpenAsync(Held, "- { id: cap, effect: transform, tools: [erp.order], change: [ { arg: quantity, atMost: 5 } ] }");
        var call = shop.Order(50);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        shop.Time.Advance(TimeSpan.FromMinutes(10));
        shop.Log.Add(Actor.System, new DeferralEnded(call.Call));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Single(shop.Log.Events.OfType<CallChanged>());
        Assert.Equal(5, shop.Sql("select quantity from orders"));
    }

    [Theory]
    [InlineData("", -1, true)]
    [InlineData("", 0, false)]
    [InlineData("", 1, false)]
    [InlineData(", obligations: { hold: 1h }", -1800, true)]
    [InlineData(", obligations: { hold: 1h }", 1800, true)]
    [InlineData(", obligations: { hold: 1h }", 3599, true)]
    [InlineData(", obligations: { hold: 1h }", 3600, false)]
    public async Task An_approval_stands_until_its_time_has_run_out_and_as_long_as_a_hold_takes(string obligations, int seconds, bool stands)
    {
        using var shop = await OpenAsync($"- {{ id: any, effect: ask, tools: [erp.order], approvers: {{ role: lead, expiresAfter: 4h }}{obligations} }}");
        var call = shop.Order(1);
        await shop.CallAsync(call);
        var approval = shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value].Requested;
        shop.Approve(call, ("petra", "lead"));
        shop.Time.Set(approval.ExpiresAt.AddSeconds(seconds));
        var result = await shop.CallAsync(call);
        if (stands)
        {
            Assert.True(obligations.Length > 0 ? result is CallResult.Suspended : result is CallResult.Settled, result.ToString());
            return;
        }

        Assert.Equal(new CallResult.Refused("The approval no longer stands: its time has run out."), result);
        Assert.Equal(0, shop.Orders);
    }

    [Theory]
    [InlineData("lead cfo", true)]
    [InlineData("cfo lead", false)]
    [InlineData("lead", true)]
    public async Task An_approval_of_people_in_the_order_that_is_wanted_by_now_stands(string sat, bool stands)
    {
        const string Both = "- { id: any, effect: ask, tools: [erp.order], approvers: { all: [ { role: lead }, { role: cfo } ] } }";
        using var shop = await OpenAsync(sat == "lead" ? Asking : Both);
        var call = shop.Order(1);
        await shop.CallAsync(call);
        shop.Approve(call, [.. sat.Split(' ').Select(role => (role == "cfo" ? "helena" : "petra", role))]);
        shop.Configure(Shop.Tools, Authority(sat == "lead" ? Asking : Both.Replace("all:", "inOrder:", StringComparison.Ordinal)));

        var result = await shop.CallAsync(call);
        Assert.True(stands ? result is CallResult.Settled : result is CallResult.Refused, result.ToString());
        Assert.Equal(stands ? 1 : 0, shop.Orders);
    }

    private static string Authority(params string[] rules) =>
        "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  {r}\n")) + "budgets:\n  - { id: per-day, scope: company, per: 1d, money: 100000, approvers: { role: cfo } }\n";

    private static Task<Shop> OpenAsync(params string[] rules) => OpenAsync(rules, []);

    private static async Task<Shop> OpenAsync(string[] rules, params Tool[] tools)
    {
        var shop = await Shop.OpenAsync(tools);
        shop.Configure(Shop.Tools, Authority(rules), tools);
        return shop;
    }
}
