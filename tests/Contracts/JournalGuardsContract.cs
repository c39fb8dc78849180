using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every journal refuses: guards, looked at in the same transaction as the write.</summary>
public abstract class JournalGuardsContract : StoreContract
{
    [Fact]
    public async Task A_cap_is_inclusive_and_one_cent_more_is_refused()
    {
        await SpendAsync(60m, cap: 100m);
        await SpendAsync(40m, cap: 100m);

        var refused = Assert.IsType<AppendResult.Refused>(await SpendAsync(0.01m, cap: 100m));
        Assert.IsType<Guard.Headroom>(refused.Guard);
        Assert.Contains("100", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(new Amounts(Money: 100m), await HeldAsync());
    }

    [Fact]
    public async Task Every_field_of_a_cap_binds_and_a_missing_one_does_not()
    {
        var cap = new Amounts(Money: 1m, ModelCost: 0.5m, Tokens: 1000, Calls: 2, ToolCalls: 3, Time: TimeSpan.FromSeconds(90), Recipients: 4);
        async Task<bool> Fits(Amounts amounts)
        {
            var stream = New<WorkflowId>().ToString();
            var wanted = new Reservation("b", stream, "all", amounts, cap);
            return await AppendAsync(stream, 0, guards: [new Guard.Headroom(wanted, null)]) is AppendResult.Appended;
        }

        Assert.True(await Fits(new Amounts(1m, 0.5m, 1000, 2, 3, TimeSpan.FromSeconds(90), 4)));
        Assert.False(await Fits(new Amounts(Money: 1.01m)));
        Assert.False(await Fits(new Amounts(ModelCost: 0.500000001m)));
        Assert.False(await Fits(new Amounts(Tokens: 1001)));
        Assert.False(await Fits(new Amounts(Calls: 3)));
        Assert.False(await Fits(new Amounts(ToolCalls: 4)));
        Assert.False(await Fits(new Amounts(Time: TimeSpan.FromSeconds(90) + TimeSpan.FromTicks(1))));
        Assert.False(await Fits(new Amounts(Recipients: 5)));
        Assert.IsType<AppendResult.Appended>(await AppendAsync(
            New<WorkflowId>().ToString(), 0, guards: [new Guard.Headroom(new Reservation("b", "k", "all", new Amounts(1e9m, 1e6m, 1 << 30, 1 << 20), Amounts.None), null)]));
    }

    [Theory]
    [InlineData(64, 7, 100)]
    [InlineData(64, 1, 64)]
    [InlineData(64, 33, 100)]
    public async Task Many_who_spend_at_once_never_pass_a_cap(int spenders, int each, int cap)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, spenders).Select(_ => Task.Run(() => SpendAsync(each, cap))));

        Assert.Equal(Math.Min(spenders, cap / each), results.OfType<AppendResult.Appended>().Count());
        Assert.Equal(new Amounts(Money: Math.Min(spenders, cap / each) * each), await HeldAsync());
    }

    [Fact]
    public async Task Two_reservations_of_one_append_in_one_ledger_add_up()
    {
        var (half, more) = (Money(60m, 100m), Money(41m, 100m));
        var result = await AppendAsync(New<WorkflowId>().ToString(), 0, guards: [new Guard.Headroom(half, null), new Guard.Headroom(more, null)]);
        Assert.Equal(more, Assert.IsType<Guard.Headroom>(Assert.IsType<AppendResult.Refused>(result).Guard).Reservation);
    }

    [Fact]
    public async Task An_approved_reservation_passes_whatever_the_cap_and_still_counts()
    {
        var over = Money(500m, 100m) with { Approval = New<ApprovalId>() };
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, guards: [new Guard.Headroom(over, null)], changes: [new ReadModelChange.Reserve("call_1", over, Time.Now)]);

        Assert.Equal(new Amounts(Money: 500m), await HeldAsync());
        Assert.IsType<AppendResult.Refused>(await SpendAsync(0.01m, cap: 100m));
    }

    [Fact]
    public async Task A_rolling_window_forgets_what_is_older()
    {
        async Task<AppendResult> Roll(decimal amount)
        {
            var wanted = Money(amount, 100m, window: "rolling");
            var stream = New<WorkflowId>().ToString();
            return await AppendAsync(
                stream, 0, guards: [new Guard.Headroom(wanted, Time.Now.AddHours(-24))], changes: [new ReadModelChange.Reserve(stream, wanted, Time.Now)]);
        }

        Assert.IsType<AppendResult.Appended>(await Roll(70m));
        Time.Advance(TimeSpan.FromHours(12));
        Assert.IsType<AppendResult.Refused>(await Roll(31m));
        Assert.IsType<AppendResult.Appended>(await Roll(30m));
        Time.Advance(TimeSpan.FromHours(12));
        Assert.IsType<AppendResult.Refused>(await Roll(1m));
        Time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.IsType<AppendResult.Appended>(await Roll(70m));
        Assert.Equal(new Amounts(Money: 100m), await ReadModels.LedgerAsync("per-day", "company", "rolling", Time.Now.AddHours(-24), CancellationToken.None));
        Assert.Equal(
            new[] { new Amounts(Money: 70m), new Amounts(Money: 100m) },
            await ReadModels.LedgersAsync([.. new[] { 1, 24 }.Select(h => new LedgerPlace("per-day", "company", "rolling", Time.Now.AddHours(-h)))], CancellationToken.None));
    }

    [Fact]
    public async Task An_approval_is_good_for_one_call_once_granted()
    {
        var (workflow, approval) = (New<WorkflowId>(), New<ApprovalId>());
        var stream = workflow.ToString();
        async Task<AppendResult> Use(int seq) => await AppendAsync(
            stream, seq, guards: [new Guard.ApprovalUnused(approval)], changes: [Put("used")]);
        ReadModelChange Put(string status) => new ReadModelChange.PutApproval(new ApprovalRow(approval, workflow, status, "", Time.Now, Time.Now));

        Assert.IsType<AppendResult.Refused>(await Use(0));
        await AppendedAsync(stream, 0, changes: [Put("pending")]);
        Assert.Contains("pending", Assert.IsType<AppendResult.Refused>(await Use(1)).Detail, StringComparison.Ordinal);
        await AppendedAsync(stream, 1, changes: [Put("approved")]);
        Assert.IsType<AppendResult.Appended>(await Use(2));
        Assert.Contains("used", Assert.IsType<AppendResult.Refused>(await Use(3)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_singleton_key_is_one_open_workflows_own()
    {
        var first = New<WorkflowId>();
        Assert.IsType<AppendResult.Appended>(await TakeAsync(first, 0));

        var second = New<WorkflowId>();
        var refused = Assert.IsType<AppendResult.Refused>(await TakeAsync(second, 0));
        Assert.Equal(first.ToString(), refused.Detail);
        Assert.Equal(first, await ReadModels.SingletonAsync("restock", CancellationToken.None));
        Assert.IsType<AppendResult.Appended>(await TakeAsync(first, 1));

        await AppendedAsync(first.ToString(), 2, changes: [new ReadModelChange.PutWorkflow(Row(first, status: "completed"))]);
        Assert.Null(await ReadModels.SingletonAsync("restock", CancellationToken.None));
        Assert.IsType<AppendResult.Appended>(await TakeAsync(second, 0));
    }

    [Fact]
    public async Task Of_many_who_take_a_singleton_key_at_once_one_gets_it()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => New<WorkflowId>()).ToList().Select(id => Task.Run(() => TakeAsync(id, 0))));
        Assert.Single(results.OfType<AppendResult.Appended>());
    }

    [Fact]
    public async Task Nothing_of_a_refused_append_is_written()
    {
        var (id, approval) = (New<WorkflowId>(), New<ApprovalId>());
        var stream = id.ToString();
        var spend = Money(10m, 100m);
        var result = await AppendAsync(
            stream,
            0,
            guards: [new Guard.Headroom(spend, null), new Guard.ApprovalUnused(approval)],
            changes: [new ReadModelChange.PutWorkflow(Row(id)), new ReadModelChange.Reserve("call_1", spend, Time.Now), new ReadModelChange.PutDue(stream, "k", "1", Time.Now)]);

        Assert.IsType<Guard.ApprovalUnused>(Assert.IsType<AppendResult.Refused>(result).Guard);
        Assert.Empty(await ReadAsync(stream));
        Assert.Equal(Amounts.None, await HeldAsync());
        Assert.Empty(await ReadModels.OpenWorkflowsAsync(CancellationToken.None));
        Assert.Null(await Journal.NextDueAsync(CancellationToken.None));
        Assert.Null(await ClaimAsync());
    }

    [Fact]
    public async Task Settling_takes_the_place_of_what_was_reserved()
    {
        await ReserveAsync("call_1", Money(100m, 1000m));
        await ReserveAsync("call_2", Money(50m, 1000m));
        await SettleAsync("call_1", Money(80.5m, 1000m));
        Assert.Equal(new Amounts(Money: 130.5m), await HeldAsync());

        await SettleAsync("call_2", Money(0m, 1000m));
        Assert.Equal(new Amounts(Money: 80.5m), await HeldAsync());

        await SettleAsync("call_1", Money(90m, 1000m));
        Assert.Equal(new Amounts(Money: 90m), await HeldAsync());
    }

    [Fact]
    public async Task Reserving_under_the_same_entry_twice_counts_once()
    {
        await ReserveAsync("call_1", Money(100m, 1000m));
        await ReserveAsync("call_1", Money(100m, 1000m));
        await ReserveAsync("call_1", Money(7m, 1000m, key: "acme"));
        Assert.Equal(new Amounts(Money: 100m), await HeldAsync());
        Assert.Equal(new Amounts(Money: 7m), await ReadModels.LedgerAsync("per-day", "acme", "2026-11-21", null, CancellationToken.None));

        LedgerPlace Of(string key, string window = "2026-11-21") => new("per-day", key, window, null);
        Assert.Equal(
            new[] { new Amounts(Money: 7m), Amounts.None, new Amounts(Money: 100m), new Amounts(Money: 7m) },
            await ReadModels.LedgersAsync([Of("acme"), Of("globex"), Of("company"), Of("acme")], CancellationToken.None));
        Assert.Empty(await ReadModels.LedgersAsync([], CancellationToken.None));

        await SettleAsync("call_9", Money(3m, 1000m));
        Assert.Equal(new Amounts(Money: 100m), await HeldAsync());
    }

    [Theory]
    [InlineData("0.0000001")]
    [InlineData("9223372036855")]
    [InlineData("79228162514264337593543950335")]
    public async Task An_amount_that_a_ledger_cannot_keep_exactly_is_refused_plainly(string amount)
    {
        var wanted = Money(decimal.Parse(amount), 1m);
        await Assert.ThrowsAsync<ArgumentException>(() => ReserveAsync("call_1", wanted));
        Assert.Equal(Amounts.None, await HeldAsync());
    }

    private Task<AppendResult> SpendAsync(decimal amount, decimal cap)
    {
        var wanted = Money(amount, cap);
        var stream = PrefixedId.New<WorkflowId>(Time.Now, new Random(Interlocked.Increment(ref _seed))).ToString();
        return AppendAsync(stream, 0, guards: [new Guard.Headroom(wanted, null)], changes: [new ReadModelChange.Reserve(stream, wanted, Time.Now)]);
    }

    private Task<AppendResult> TakeAsync(WorkflowId id, int seq) => AppendAsync(
        id.ToString(), seq, guards: [new Guard.SingletonFree("restock", id)], changes: [new ReadModelChange.PutWorkflow(Row(id, singleton: "restock"))]);

    private Task ReserveAsync(string entry, Reservation wanted) =>
        AppendedAsync(New<WorkflowId>().ToString(), 0, changes: [new ReadModelChange.Reserve(entry, wanted, Time.Now)]);

    private Task SettleAsync(string entry, Reservation actual) => AppendedAsync(New<WorkflowId>().ToString(), 0, changes: [new ReadModelChange.Settle(entry, actual)]);

    private Task<Amounts> HeldAsync() => ReadModels.LedgerAsync("per-day", "company", "2026-11-21", null, CancellationToken.None);

    private int _seed = 100;

    [Fact]
    public async Task What_was_decided_on_an_older_company_is_refused()
    {
        Task<AppendResult> Start(int seq) => AppendAsync(New<WorkflowId>().ToString(), 0, guards: [new Guard.CompanyAt(seq)]);
        Assert.IsType<AppendResult.Appended>(await Start(0));
        await AppendedAsync(CompanyState.Stream, 0);

        var refused = Assert.IsType<AppendResult.Refused>(await Start(0));
        Assert.Equal(new Guard.CompanyAt(0), refused.Guard);
        Assert.IsType<AppendResult.Appended>(await Start(1));
    }

    [Fact]
    public async Task A_driver_that_appends_again_and_again_sees_the_company_go_on_too()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(CompanyState.Stream, 0);
        await AppendedAsync(stream, 0);
        var claim = await ClaimAsync(only: stream);
        for (var seq = 1; seq < 5; seq++)
        {
            await AppendedAsync(stream, seq, claim!.Epoch, [new Guard.CompanyAt(1)]);
        }

        await AppendedAsync(CompanyState.Stream, 1);

        Assert.IsType<AppendResult.Refused>(await AppendAsync(stream, 5, claim!.Epoch, [new Guard.CompanyAt(1)]));
        await AppendedAsync(stream, 5, claim.Epoch, [new Guard.CompanyAt(2)]);
    }

    [Fact]
    public async Task Nothing_that_started_under_an_older_company_stands_behind_the_suspension()
    {
        await AppendedAsync(CompanyState.Stream, 0);
        var starts = Enumerable.Range(0, 40).Select(i => Task.Run(() => AppendAsync(New<WorkflowId>().ToString(), 0, guards: [new Guard.CompanyAt(1)]))).ToList();
        var suspended = (await AppendedAsync(CompanyState.Stream, 1))[0];

        var started = (await Task.WhenAll(starts)).OfType<AppendResult.Appended>().Select(a => a.Positions[0]).ToList();
        Assert.All(started, position => Assert.True(position < suspended, $"{position} stands behind {suspended}."));
    }
}
