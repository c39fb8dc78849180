namespace AiManager.Tools.Tests;

/// <summary>Step 8: what people approved is decided anew when it goes on.</summary>
public sealed class ApprovedCallTests
{
    [Fact]
    public async Task An_order_over_the_limit_waits_on_one_approval_for_all_that_ask_and_then_goes_through()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(1, "plant");
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(call));

        var asked = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal([new Seat("cfo", 1), new Seat("lead", 1)], asked.Seats.OrderBy(s => s.Role));
        Assert.Equal(["huge", "large", "per-supplier"], asked.Rules.Order());
        Assert.Equal(["per-supplier"], asked.Budgets.AsEnumerable());
        Assert.Equal(["jana"], asked.Excluded.AsEnumerable());
        Assert.Equal(shop.Time.Now + TimeSpan.FromDays(2), asked.ExpiresAt);
        Assert.Equal(0, shop.Ledger.Money("per-day"));

        shop.Approve(call, ("petra", "lead"), ("helena", "cfo"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal((1, 61000m), (shop.Orders, shop.Ledger.Money("per-supplier")));
        Assert.True(Assert.Single(shop.Log.State.Approvals.Values).IsUsed);
        var reserved = shop.Log.State.Calls[call.Call].Started!.Reserved;
        Assert.Equal([("per-day", false), ("per-supplier", true)], reserved.Select(r => (r.Budget, r.Approval is not null)));
    }

    [Fact]
    public async Task Where_nobody_can_be_waited_for_what_people_would_have_to_approve_is_refused()
    {
        using var shop = await Shop.OpenAsync();
        shop.Log.CanWait = false;
        var call = shop.Order(1, "plant");
        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
        Assert.Contains("nobody is waited for here", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(refused, await shop.CallAsync(call));
        Assert.Equal((0, 0, Effect.Deny), (shop.Orders, shop.Log.State.Approvals.Count, shop.Log.State.Calls[call.Call].Decided!.Effect));
    }

    [Fact]
    public async Task A_budget_that_filled_up_meanwhile_is_not_passed_by_an_approval_that_did_not_name_it_though_its_seats_would_do()
    {
        using var shop = await Shop.OpenAsync();
        var (first, second) = (shop.Order(1, "plant"), shop.Order(1, "plant"));
        await shop.CallAsync(first);
        await shop.CallAsync(second);
        shop.Approve(first, ("petra", "lead"), ("helena", "cfo"));
        shop.Approve(second, ("petra", "lead"), ("helena", "cfo"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(first));

        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(second));
        Assert.Contains("was not asked about the budget 'per-day'", refused.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 61_000m), (shop.Orders, shop.Ledger.Money("per-day")));
        Assert.Equal(ApprovalVerdict.Void, shop.Log.State.Approvals[shop.Log.State.Calls[second.Call].Approval!.Value].Verdict);
    }

    [Fact]
    public async Task Asked_anew_about_the_budget_that_filled_up_the_same_people_may_pass_it_and_it_is_booked()
    {
        using var shop = await Shop.OpenAsync();
        await SettleAsync(shop.Order(1, "plant"));
        var call = await SettleAsync(shop.Order(1, "plant"));

        Assert.Equal(["per-day", "per-supplier"], shop.Log.State.Approvals[shop.Log.State.Calls[call.Call].Approval!.Value].Requested.Budgets.Order());
        Assert.Equal((2, 122_000m), (shop.Orders, shop.Ledger.Money("per-day")));

        async Task<ToolCall> SettleAsync(ToolCall order)
        {
            Assert.IsType<CallResult.Suspended>(await shop.CallAsync(order));
            shop.Approve(order, ("petra", "lead"), ("helena", "cfo"));
            Assert.IsType<CallResult.Settled>(await shop.CallAsync(order));
            return order;
        }
    }

    [Fact]
    public async Task A_budget_that_filled_up_meanwhile_voids_an_approval_of_other_people()
    {
        using var shop = await Shop.OpenAsync();
        var calls = new[] { shop.Order(1, "plant"), shop.Order(70, "motor") };
        foreach (var call in calls)
        {
            await shop.CallAsync(call);
        }

        shop.Approve(calls[0], ("petra", "lead"), ("helena", "cfo"));
        shop.Approve(calls[1], ("petra", "lead"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(calls[0]));
        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(calls[1]));

        Assert.Contains("other people's approval", refused.Reason);
        Assert.Equal(ApprovalVerdict.Void, shop.Log.State.Approvals[shop.Log.State.Calls[calls[1].Call].Approval!.Value].Verdict);
        Assert.Equal(1, shop.Orders);
    }

    private static Dictionary<string, Action<Shop>> ChangesByReason => new(StringComparer.Ordinal)
    {
        { "The quote has expired.", shop => shop.Sql("update quotes set valid_until = '2020-01-01'") },
        { "has no value", shop => shop.Sql("delete from quotes") },
        { "not the one that was approved", shop => shop.Configure(Shop.Tools.Replace("description: Orders.", "description: Orders and pays."), Shop.Authority) },
        { "no tool", shop => shop.Configure(Shop.Tools.Replace("name: order", "name: purchase"), Shop.Authority.Replace("erp.order", "erp.purchase")) },
        { "Not from them.", shop => shop.Configure(Shop.Tools, Shop.Authority.Replace("shady", "acme")) },
        { "other people's approval", shop => shop.Configure(Shop.Tools, Shop.Authority.Replace("> 50000", "> 5000")) },
        { "is suspended", shop => shop.Company.Suspend("tool/erp.order") },
    };

    public static TheoryData<string> Changes => [.. ChangesByReason.Keys];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task An_approval_is_void_when_what_it_was_given_for_has_become_stricter(string reason)
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(20, "motor");
        await shop.CallAsync(call);
        shop.Approve(call, ("petra", "lead"));
        ChangesByReason[reason](shop);

        Assert.Contains(reason, Assert.IsType<CallResult.Refused>(await shop.CallAsync(call)).Reason);
        var approval = Assert.Single(shop.Log.State.Approvals.Values);
        Assert.Equal((ApprovalVerdict.Void, false), (approval.Verdict, approval.IsUsed));
        Assert.Equal(0, shop.Orders);
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
    }

    [Fact]
    public async Task A_seat_that_was_filled_by_a_stand_in_or_after_an_escalation_counts_when_it_is_judged_again()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Shop.Authority.Replace("approvers: { role: lead } }", "approvers: { role: lead, escalateAfter: 4h, escalateTo: cfo } }"));
        var call = shop.Order(20, "motor");
        await shop.CallAsync(call);
        var approval = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal((shop.Time.Now.AddHours(4), shop.Time.Now.AddHours(4)), (approval.Ladder!.EscalateAt, approval.Ladder.StandInsAt));

        shop.Log.Add(
            Actor.Person("helena"),
            new ApprovalEscalated(approval.Approval, "cfo"),
            new SeatFilled(approval.Approval, "lead", "helena", "api", null, EscalatedTo: "cfo"),
            new ApprovalDecided(approval.Approval, "helena", "api", ApprovalVerdict.Approved, null));

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
    }

    [Fact]
    public async Task An_approval_stands_when_the_answer_has_become_milder()
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(20, "motor");
        await shop.CallAsync(call);
        shop.Approve(call, ("petra", "lead"));
        shop.Configure(Shop.Tools, Shop.Authority.Replace("5000", "90000"));

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));
        Assert.Equal(1, shop.Orders);
    }

    [Theory]
    [InlineData(CrashPoint.BeforeCallDecided)]
    [InlineData(CrashPoint.WhileApprovalConsumed)]
    [InlineData(CrashPoint.AfterCallStarted)]
    [InlineData(CrashPoint.AfterToolRan)]
    [InlineData(CrashPoint.AfterCallSettled)]
    public async Task A_crash_at_any_point_of_an_approved_call_places_one_order(CrashPoint point)
    {
        using var shop = await Shop.OpenAsync();
        var call = shop.Order(20, "motor");
        await shop.CallAsync(call);
        shop.Approve(call, ("petra", "lead"));
        shop.Crash.At = point;
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        shop.Log.Crash();

        Assert.Equal(CallOutcome.Succeeded, Assert.IsType<CallResult.Settled>(await shop.CallAsync(call)).Outcome);
        Assert.Equal((1, 12400m), (shop.Orders, shop.Ledger.Money("per-day")));
        Assert.Single(shop.Log.Events.OfType<CallSettled>());
    }
}
