namespace AiManager.Tools.Tests;

/// <summary>A call whose arguments a person wrote anew is decided anew, with all that the gate looks at.</summary>
public sealed class EditedCallTests
{
    [Fact]
    public async Task Whoever_wrote_the_arguments_sits_already_where_it_is_asked_again_and_nobody_else_does()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 1, "plant");
        Edit(shop, call, "petra", """{"quantity":2,"sku":"plant","supplier":"acme"}""");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        var again = shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value];
        Assert.Equal(("petra", "lead", "edit"), Assert.Single(again.Filled.Select(f => (f.By, f.Role, f.Via))));
        Assert.Equal((null, 2, 122000m), (again.Verdict, shop.Log.State.Approvals.Count, Total(shop, call)));
        shop.Log.Add(
            Actor.Person("helena"),
            new SeatFilled(again.Requested.Approval, "cfo", "helena", "api", null),
            new ApprovalDecided(again.Requested.Approval, "helena", "api", ApprovalVerdict.Approved, null));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(122000, shop.Sql("select total from orders"));
    }

    [Fact]
    public async Task Where_the_one_who_wrote_them_is_all_it_takes_the_call_goes_on_at_once_and_once()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "petra", """{"quantity":10,"sku":"motor","supplier":"acme"}""");

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal((1, 6200m), (shop.Orders, (decimal)shop.Sql("select total from orders")));
        Assert.Equal([ApprovalVerdict.Edited, ApprovalVerdict.Approved], shop.Log.State.Approvals.Values.Select(a => a.Verdict!.Value).Order().Reverse());
        Assert.Single(shop.Log.State.Approvals.Values, a => a.IsUsed);
    }

    [Fact]
    public async Task What_needs_nobody_any_more_is_made_without_asking()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "petra", """{"quantity":1,"sku":"motor","supplier":"acme"}""");

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal((1, 1), (shop.Orders, shop.Log.State.Approvals.Count));
        Assert.Null(shop.Log.State.Calls[call.Call].Started!.Approval);
    }

    [Fact]
    public async Task What_the_rules_forbid_they_forbid_a_person_too()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "petra", """{"quantity":1,"sku":"bolt","supplier":"shady"}""");

        Assert.Contains("Not from them.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);

        Assert.Equal((0, false), (shop.Orders, shop.Log.State.Calls[call.Call].WasRejected));
    }

    [Fact]
    public async Task Somebody_without_a_seat_in_what_is_asked_now_has_agreed_to_nothing()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Shop.Authority.Replace("approvers: { role: lead } }", "approvers: { role: lead, escalateAfter: 4h, escalateTo: cfo } }"));
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "helena", """{"quantity":21,"sku":"motor","supplier":"acme"}""");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        Assert.Empty(shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value].Filled);
    }

    [Fact]
    public async Task What_rules_then_change_is_not_what_the_person_agreed_to()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Shop.Authority.Replace("budgets:", "  - { id: cap, effect: transform, tools: [erp.order], when: args.quantity > 15, change: [ { arg: quantity, atMost: 15 } ] }\nbudgets:"));
        var call = await AskedAsync(shop, 10, "motor");
        Edit(shop, call, "petra", """{"quantity":30,"sku":"motor","supplier":"acme"}""");

        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        var state = shop.Log.State.Calls[call.Call];
        var asked = shop.Log.State.Approvals[state.Approval!.Value];
        Assert.Empty(asked.Filled);
        Assert.Contains("\"quantity\":15", asked.Requested.Args.Text, StringComparison.Ordinal);
        Assert.Contains("\"quantity\":30", state.Wanted.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CrashPoint.BeforeCallDecided)]
    [InlineData(CrashPoint.AfterApprovalRequested)]
    [InlineData(CrashPoint.WhileApprovalConsumed)]
    [InlineData(CrashPoint.AfterToolRan)]
    public async Task A_crash_at_any_point_of_an_edited_call_places_one_order(CrashPoint point)
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "petra", """{"quantity":10,"sku":"motor","supplier":"acme"}""");
        shop.Crash.At = point;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal((1, 6200), (shop.Orders, shop.Sql("select total from orders")));
    }

    [Fact]
    public async Task An_edit_that_could_only_be_refused_is_refused_at_the_desk_and_what_is_asked_stays_open()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        var asked = shop.Log.State.Calls[call.Call].Approval!.Value;
        shop.Ledger.Owner = shop.Log.State.Id;
        var desk = new ApprovalDesk(shop.Ledger, shop.Outside, new DirectoryDouble([]), shop.Catalog, shop.Crash, shop.Time, ApprovalLimits.None, edits: shop.Edits);
        foreach (var (args, why) in new[]
        {
            ("""{"quantity":20,"sku":"gift","supplier":"acme"}""", "The fact 'total' of erp.order has no value for these arguments."),
            ("""{"quantity":1,"sku":"bolt","supplier":"shady"}""", "Not from them."),
        })
        {
            var seq = shop.Log.State.Seq;
            var refused = Assert.IsType<DecideResult.Invalid>(await desk.DecideAsync(asked, "petra", new ApprovalAnswer.Edit(JsonText.Parse(args), "Half is enough."), "api", CancellationToken.None));
            Assert.EndsWith(why, refused.Reason, StringComparison.Ordinal);
            Assert.Equal((seq, null), (shop.Log.State.Seq, shop.Log.State.Approvals[asked].Verdict));
        }

        var half = new ApprovalAnswer.Edit(JsonText.Parse("""{"quantity":10,"sku":"motor","supplier":"acme"}"""), "Half is enough.");
        Assert.IsType<DecideResult.Recorded>(await desk.DecideAsync(asked, "petra", half, "api", CancellationToken.None));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(6200, shop.Sql("select total from orders"));
    }

    [Fact]
    public async Task An_edit_of_what_is_stopped_for_a_while_is_taken_and_waits_as_the_call_does()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        var asked = shop.Log.State.Calls[call.Call].Approval!.Value;
        shop.Ledger.Owner = shop.Log.State.Id;
        shop.Company.Suspend("tool/erp.order");
        var desk = new ApprovalDesk(shop.Ledger, shop.Outside, new DirectoryDouble([]), shop.Catalog, shop.Crash, shop.Time, ApprovalLimits.None, edits: shop.Edits);

        var half = new ApprovalAnswer.Edit(JsonText.Parse("""{"quantity":10,"sku":"motor","supplier":"acme"}"""), null);
        Assert.IsType<DecideResult.Recorded>(await desk.DecideAsync(asked, "petra", half, "api", CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_is_asked_about_the_old_call_again_is_told_that_an_edit_of_it_was_not_made_and_why()
    {
        using var shop = await Shop.OpenAsync();
        var call = await AskedAsync(shop, 20, "motor");
        Edit(shop, call, "petra", """{"quantity":20,"sku":"gift","supplier":"acme"}""");
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));

        var again = await AskedAsync(shop, 20, "motor");

        Assert.EndsWith(
            "An edit by person:petra (sku) was not made: The fact 'total' of erp.order has no value for these arguments.",
            shop.Log.State.Approvals[shop.Log.State.Calls[again.Call].Approval!.Value].Requested.Reason,
            StringComparison.Ordinal);
    }

    private static async Task<ToolCall> AskedAsync(Shop shop, int quantity, string sku)
    {
        var call = shop.Order(quantity, sku);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        return call;
    }

    private static void Edit(Shop shop, ToolCall call, string person, string args)
    {
        var asked = shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value].Requested;
        var written = CallArguments.Canonical(JsonText.Parse(args));
        shop.Log.Add(
            Actor.Person(person),
            new ApprovalDecided(asked.Approval, person, "api", ApprovalVerdict.Edited, null),
            new CallChanged(call.Call, written, ArgumentDiff.Changes(asked.Args, written), asked.Facts, new ArgumentEdit(asked.Approval, person)));
    }

    private static decimal Total(Shop shop, ToolCall call) => shop.Decided(call).Facts.ToElement().GetProperty("total").GetDecimal();
}
