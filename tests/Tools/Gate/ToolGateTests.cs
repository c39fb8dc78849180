namespace AiManager.Tools.Tests;

public sealed class ToolGateTests
{
    [Fact]
    public async Task A_read_is_proposed_decided_and_started_in_one_append_and_its_result_travels_later()
    {
        using var shop = await Shop.OpenAsync();
        var result = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}")));

        Assert.Equal(6, result.Result.ToElement().GetProperty("rows").GetArrayLength());
        Assert.Equal(["CallProposed", "CallDecided", "CallStarted"], Assert.Single(shop.Log.Appends).Select(e => e.GetType().Name));
        Assert.DoesNotContain(shop.Log.Events, e => e is CallSettled);
        Assert.Equal(default, shop.Log.HeldUntil);
    }

    [Fact]
    public async Task An_order_within_the_limit_is_placed_once_and_settles_what_it_reserved()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(100);
        var first = await shop.CallAsync(call);

        Assert.Equal(first, await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
        var state = shop.Log.State.Calls[call.Call];
        Assert.Equal(new Money("1000", "EUR"), state.Settled!.Cost);
        Assert.Equal(("""{"total":1000}""", Effect.Allow, "small"), (state.Decided!.Facts.Text, state.Decided.Effect, Assert.Single(state.Decided.Rules)));
        Assert.Equal(["per-day", "per-supplier"], state.Started!.Reserved.Select(r => r.Budget));
        Assert.Equal("erp.cancel", state.Started.Undo);
        Assert.Equal((1000, 0m), (shop.Ledger.Money("per-supplier"), shop.Log.State.Spend.ReservedMoney));
    }

    [Theory]
    [InlineData("erp.nothing", "{}", "exists", "There is no tool 'erp.nothing'.")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":"3"}""", "schema", "$.quantity")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":1,"quantity":2}""", "schema", "twice")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":1,"extra":1}""", "schema", "not known")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":1e40}""", "schema", "$.quantity")]
    [InlineData("erp.order", "[]", "schema", "expected object")]
    [InlineData("erp.order", "\"rm -rf\"", "schema", "expected object")]
    [InlineData("erp.cancel", """{"id":1}""", "grant", "does not cover")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"gift","quantity":1}""", "facts", "has no value")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"unheard-of","quantity":1}""", "facts", "has no value")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":-5}""", "facts", "at least 0")]
    [InlineData("erp.order", """{"supplier":"shady","sku":"bolt","quantity":1}""", "authority", "Not from them.")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"relic","quantity":1}""", "precondition", "The quote has expired.")]
    public async Task Each_step_refuses_and_says_why(string tool, string args, string step, string reason)
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Call(tool, args);
        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));

        Assert.Contains(reason, refused.Reason);
        var decided = shop.Decided(call);
        Assert.Equal(Effect.Deny, decided.Effect);
        Assert.Equal("denied", decided.Steps[^1].Verdict);
        Assert.True(step.Length == 0 || decided.Steps[^1].Step == step, decided.Steps[^1].ToString());
        Assert.DoesNotContain(shop.Log.Events, e => e is CallStarted);
        Assert.Equal(0, shop.Orders);
        Assert.Equal(refused, await shop.CallAsync(call));
    }

    [Fact]
    public async Task Arguments_of_a_megabyte_are_refused_unread_and_deep_ones_by_the_schema()
    {
        using var shop = await Shop.OpenAsync();
        var long_ = await shop.CallAsync(shop.Call("erp.order", $$"""{"supplier":"{{new string('x', 1_000_000)}}","sku":"bolt","quantity":1}"""));
        var deep = await shop.CallAsync(shop.Call("erp.order", string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60)));

        Assert.Contains("longer than", Assert.IsType<CallResult.Refused>(long_).Reason);
        Assert.IsType<CallResult.Refused>(deep);
    }

    [Theory]
    [InlineData("'; drop table orders; --")]
    [InlineData("\\\" or 1=1 --")]
    [InlineData(":key")]
    [InlineData("$(reboot) `id` ${world}")]
    public async Task What_a_model_writes_is_data_to_the_database(string text)
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Call("erp.order", $$"""{"supplier":"acme","sku":"bolt","quantity":1,"note":"{{text}}"}""");

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
        var note = call.Args.ToElement().GetProperty("note").GetString();
        Assert.Equal(note, shop.Log.State.Calls[call.Call].Settled!.Result.ToElement().GetProperty("rows")[0].GetProperty("note").GetString());
    }

    [Fact]
    public async Task A_tool_that_is_stopped_does_not_run_and_is_not_described()
    {
        using var shop = await Shop.OpenAsync();
        shop.Company.Suspend("tool/erp.order");
        var call = shop.Order(1);

        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
        Assert.Equal("exists", shop.Decided(call).Steps[^1].Step);
        Assert.Equal("erp.prices", Assert.Single(shop.Gate.Describe(["erp.order", "erp.prices", "erp.nothing"])).Name);
    }

    [Theory]
    [InlineData("agent/purchaser")]
    [InlineData("workflow/")]
    public async Task What_an_agent_or_a_workflow_wants_that_is_stopped_waits_and_is_not_decided(string what)
    {
        using var shop = await Shop.OpenAsync();
        shop.Company.Suspend(what == "workflow/" ? what + shop.Log.State.Id : what);

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(1)));
        Assert.Equal((0, 0), (shop.Orders, shop.Log.State.Calls.Count));
        Assert.Equal(2, shop.Gate.Describe(["erp.order", "erp.prices", "erp.nothing"]).Length);
    }

    [Fact]
    public async Task Who_calls_matters_as_much_as_what()
    {
        using var shop = await Shop.OpenAsync();
        var order = shop.Order(1);
        async Task<string> StepAsync(ToolCall call)
        {
            Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
            return shop.Decided(call).Steps[^1].Step;
        }

        Assert.Equal("grant", await StepAsync(order with { Caller = Actor.System, Grant = null }));
        Assert.Equal("grant", await StepAsync(shop.Order(1) with { Grant = null }));
        Assert.Equal("grant", await StepAsync(shop.Order(1) with { Caller = Actor.Agent("clerk") }));
        Assert.Equal("grant", await StepAsync(shop.Order(1) with { Grant = new Grant(["erp.order"], Expires: shop.Time.Now) }));
        Assert.Equal("exists", await StepAsync(shop.Order(1) with { Caller = Actor.Person("petra") }));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}") with { Caller = Actor.System, Task = null, Grant = null }));
    }

    [Fact]
    public async Task Sixty_four_at_once_never_pass_the_cap_together()
    {
        using var shop = await Shop.OpenAsync();
        var calls = Enumerable.Range(0, 64).Select(i => (Call: shop.Order(15), Log: shop.Another(i + 2)))
            .Select(c => (Call: c.Call with { Task = c.Log.State.Tasks[0].Task.Id }, c.Log)).ToList();
        var results = await Task.WhenAll(calls.Select(c => Task.Run(() => shop.Gate.CallAsync(c.Call, c.Log, CancellationToken.None))));

        Assert.Equal(33, results.Count(r => r is CallResult.Settled));
        Assert.Equal(31, results.Count(r => r is CallResult.Suspended));
        Assert.Equal((4950, 33), (shop.Ledger.Money("per-supplier"), shop.Orders));
    }

    [Fact]
    public async Task An_order_split_in_parts_adds_up_and_the_part_too_much_is_asked()
    {
        using var shop = await Shop.OpenAsync();
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(300)));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(200)));
        var third = shop.Order(1);

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(third));
        Assert.Equal(["per-supplier"], shop.Log.State.Approvals.Values.Single().Requested.Budgets.AsEnumerable());
        shop.Approve(third, ("petra", "lead"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(third));
        Assert.Equal(5010, shop.Ledger.Money("per-supplier"));
    }

    [Fact]
    public async Task A_result_too_long_to_show_is_kept_whole_and_a_check_sees_all_of_it()
    {
        using var shop = await Shop.OpenAsync();
        var shown = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.many", """{"rows":3000}""")));
        Assert.Equal(3000, shown.Result.ToElement().GetProperty("rowCount").GetInt32());
        Assert.InRange(shown.Result.Text.Length, 1000, 20_000);

        var check = shop.Call("erp.many", """{"rows":3000}""") with { Caller = Actor.System, Task = null, Grant = null };
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var whole = Assert.IsType<CallResult.Settled>(await shop.CallAsync(check));
            Assert.True(shop.Gate.Holds("size(result.rows) == 3000", check.Args, whole.Result).Holds);
        }

        var beyond = Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.many", """{"rows":10001}""")));
        Assert.Equal(CallOutcome.Failed, beyond.Outcome);
    }

    [Fact]
    public async Task Nothing_starts_in_a_workflow_that_is_paused_or_over()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(1);
        shop.Log.Add(Actor.Person("jana"), new WorkflowPaused(new PrivateText("jana", "Wait.")));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        shop.Log.Add(Actor.Person("jana"), new GoalCancelled(new PrivateText("jana", "Stop.")));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
        Assert.Equal(0, shop.Orders);
    }

    [Fact]
    public async Task A_pause_between_deciding_and_starting_leaves_the_call_for_later()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.Meanwhile = events =>
        {
            shop.Log.Meanwhile = null;
            shop.Log.Add(Actor.Person("jana"), new WorkflowPaused(new PrivateText("jana", "Wait.")));
        };
        var call = shop.Order(1);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        shop.Log.Add(Actor.Person("jana"), new WorkflowResumed());
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task A_constraint_of_the_data_fails_the_call_and_frees_what_it_reserved()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(0);
        var failed = Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal(CallOutcome.Failed, failed.Outcome);
        Assert.Contains("CHECK constraint failed", failed.Result.Text);
        Assert.DoesNotContain("Data Source", failed.Result.Text);
        Assert.Equal((0, 0), (shop.Ledger.Money("per-day"), shop.Orders));
    }
}
