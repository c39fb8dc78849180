namespace AiManager.Tools.Tests;

public sealed class BudgetDeskTests
{
    private const string Sums = """
        version: 1
        budgets:
          - { id: per-day, scope: company, per: 1d, money: 9000, onExceeded: ask, approvers: { role: cfo, expiresAfter: 4h } }
          - { id: per-supplier, scope: company, per: 1d, key: args.supplier, money: 5000, onExceeded: ask, approvers: { role: procurement-lead } }
          - { id: rolling, scope: company, per: 24h, money: 20000, onExceeded: deny }
          - { id: per-goal, scope: workflow, tokens: 1000, calls: 2, onExceeded: deny }
        """;

    private static readonly WorkflowState Workflow = new() { Id = new WorkflowId(new Guid("01900000-0000-7000-8000-000000000001")) };

    private readonly Ledger _ledger = new();
    private int _orders;

    [Theory]
    [InlineData(5000, Effect.Allow, "")]
    [InlineData(5000.01, Effect.Ask, "per-supplier")]
    [InlineData(9000.01, Effect.Ask, "per-day,per-supplier")]
    [InlineData(20000.01, Effect.Deny, "rolling")]
    [InlineData(-1, Effect.Deny, "")]
    public async Task A_cap_is_inclusive_and_deny_beats_ask(double money, Effect effect, string budgets)
    {
        var decision = await LookAsync(Order("acme", (decimal)money));

        Assert.Equal(effect, decision.Effect);
        Assert.Equal(budgets, string.Join(",", decision.Budgets));
        Assert.Equal(effect == Effect.Allow ? 3 : 0, decision.Reservations.Length);
    }

    [Fact]
    public async Task An_order_split_in_parts_adds_up()
    {
        await SpendAsync(Order("acme", 2500));
        await SpendAsync(Order("acme", 2500));

        var third = await LookAsync(Order("acme", 0.01m));

        Assert.Equal(Effect.Ask, third.Effect);
        Assert.Equal(["per-supplier"], third.Budgets.AsEnumerable());
        Assert.Equal([new Seat("procurement-lead", 1)], third.Seats.AsEnumerable());
        Assert.Equal(Effect.Allow, (await LookAsync(Order("globex", 4000))).Effect);
    }

    [Theory]
    [InlineData("acme", "ACME ")]
    [InlineData("acme", "а\u200bc\u200bm\u200be")]
    [InlineData("acme", "ａｃｍｅ")]
    [InlineData("acme gmbh", "Acme\u00a0GmbH")]
    [InlineData("müller", "MU\u0308LLER")]
    [InlineData("DE89 3704 0044 0532 0130 00", "de89-3704-0044-0532-0130-00")]
    public async Task Another_spelling_of_a_key_is_no_other_ledger(string one, string other)
    {
        await SpendAsync(Order(one, 4000));

        Assert.Equal(Effect.Ask, (await LookAsync(Order(other, 1001))).Effect);
        Assert.Equal(Effect.Allow, (await LookAsync(Order(other, 1000))).Effect);
    }

    [Fact]
    public async Task What_a_program_before_booked_under_a_spelling_counts_and_the_guard_counts_it_too()
    {
        var order = Order("Acme", 1000);
        _ledger.Book("before", [(await LookAsync(order)).Reservations.Single(r => r.Budget == "per-supplier") with { Key = "company|Acme", Amounts = new Amounts(Money: 3500) }], order.Now);

        var asked = await LookAsync(Order("Acme", 1500.01m));
        Assert.Equal((Effect.Ask, true), (asked.Effect, asked.Reason.Contains("(Acme)", StringComparison.Ordinal)));
        var fits = await LookAsync(Order("Acme", 1500));
        Assert.Equal(Effect.Allow, fits.Effect);
        Assert.Equal(("company|acme", 5000m), fits.Reservations.Where(r => r.Budget == "per-supplier").Select(r => (r.Key, r.Cap.Money!.Value)).Single());
        Assert.Equal(1500m, fits.Guards.Cast<Guard.Headroom>().Single(g => g.Reservation.Budget == "per-supplier").Reservation.Cap.Money);
    }

    [Fact]
    public async Task What_is_left_of_a_budget_is_said_of_its_own_ledger_and_is_never_less_than_nothing()
    {
        await SpendAsync(Order("acme", 4200));
        var desk = new BudgetDesk(Policies.Sound(Sums), _ledger);
        var stands = await desk.StandAsync(["per-supplier", "per-day", "gone"], false, Order("acme", 0), desk.Look(), CancellationToken.None);
        Assert.Equal(["per-day", "per-supplier"], stands.Select(s => s.Budget));
        Assert.Contains("5,000 money a day for each supplier (acme), 800 money is left now", stands[1].Words, StringComparison.Ordinal);
        Assert.Contains("4,800 money is left now", stands[0].Words, StringComparison.Ordinal);
        Assert.Equal([(4200m, 9000m, "a day"), (4200m, 5000m, "a day for acme")], stands.Select(s => (s.Used.Money!.Value, s.Cap.Money!.Value, s.Span)));

        var globex = await desk.StandAsync(["per-supplier"], false, Order("globex", 0), desk.Look(), CancellationToken.None);
        Assert.Contains("(globex), 5,000 money is left now", globex.Single().Words, StringComparison.Ordinal);

        // Where money is spent, every budget of money that the call counts in tells.
        var all = await desk.StandAsync(["per-supplier"], true, Order("acme", 0), desk.Look(), CancellationToken.None);
        Assert.Equal(["per-day", "per-supplier", "rolling"], all.Select(s => s.Budget));

        // People may let a call pass what was left.
        _ledger.Book("let pass", (await LookAsync(Order("acme", 9000) with { Approval = new ApprovalId(new Guid("01900000-0000-7000-8000-000000000002")) })).Reservations, Policies.Noon);
        Assert.Contains("(acme), 0 money is left now", (await desk.StandAsync(["per-supplier"], false, Order("acme", 0), desk.Look(), CancellationToken.None)).Single().Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_calls_reads_each_ledger_that_they_share_once()
    {
        await SpendAsync(Order("acme", 4200));
        var read = _ledger.Reads;
        var asked = new Office(new Seat("lead", 1)) is var office ? office.Desk.InContext(office.State, "petra").Single() : null!;
        ApprovalInContext[] page = [.. Enumerable.Range(0, 50).Select(i => asked with
        {
            View = asked.View with { Requested = asked.View.Requested with { Budgets = ["per-day", "per-supplier", "rolling"], Args = Order(i % 2 == 0 ? "acme" : "globex", 1).Args } },
        })];

        var stands = await new AskedBudgets(new BudgetDesk(Policies.Sound(Sums), _ledger), office.Time).ReadAsync(page, _ => false, CancellationToken.None);

        Assert.Equal(4, _ledger.Reads - read); // a day's, each supplier's, the rolling one's
        Assert.All(stands, s => Assert.Equal(["per-day", "per-supplier", "rolling"], s.Select(b => b.Budget)));
        Assert.Equal([true, false], stands.Take(2).Select(s => s[1].Words.Contains("(acme)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Asks_of_budgets_combine_like_those_of_rules()
    {
        var decision = await LookAsync(Order("acme", 9500));

        Assert.Equal([new Seat("cfo", 1), new Seat("procurement-lead", 1)], decision.Seats.AsEnumerable());
        Assert.Equal(TimeSpan.FromHours(4), decision.Ladder.ExpiresAfter);
    }

    [Fact]
    public async Task With_an_approval_what_is_beyond_its_cap_is_reserved_under_it_and_a_deny_stays_a_deny()
    {
        var approval = new ApprovalId(new Guid("01900000-0000-7000-8000-000000000002"));

        var asked = await LookAsync(Order("acme", 6000) with { Approval = approval });
        Assert.Equal((Effect.Ask, "per-supplier"), (asked.Effect, string.Join(",", asked.Budgets)));
        Assert.Equal([("per-day", false), ("per-supplier", true), ("rolling", false)], asked.Reservations.Select(r => (r.Budget, r.Approval == approval)));
        Assert.Equal(asked.Reservations, asked.Guards.Select(g => ((Guard.Headroom)g).Reservation));

        Assert.Empty((await LookAsync(Order("acme", 6000))).Reservations);
        Assert.Equal(Effect.Deny, (await LookAsync(Order("acme", 20001) with { Approval = approval })).Effect);
    }

    [Fact]
    public async Task A_contract_narrows_the_goals_budget_and_never_widens_it()
    {
        var submitted = new GoalSubmitted(new PrivateText("jana", "Order."), "jana", null, null, JsonText.EmptyObject, null, new Amounts(Money: 100), null, "hash", null, 0);
        var wider = new ContractAgreed(new Contract("o", [], [], null, new Amounts(Money: 1000)), null, null, "manager");
        var request = Order("acme", 101) with { State = Workflow with { Submitted = submitted, Agreed = wider } };

        Assert.Equal((Effect.Deny, "goal"), ((await LookAsync(request)).Effect, Assert.Single((await LookAsync(request)).Budgets)));
    }

    [Theory]
    [InlineData("2026-10-24T21:59:59Z", "2026-10-24")]
    [InlineData("2026-10-24T22:00:00Z", "2026-10-25")]
    [InlineData("2026-10-25T22:59:59Z", "2026-10-25")]
    [InlineData("2026-10-25T23:00:00Z", "2026-10-26")]
    [InlineData("2026-03-28T23:00:00Z", "2026-03-29")]
    [InlineData("2026-03-29T21:59:59Z", "2026-03-29")]
    [InlineData("2026-03-29T22:00:00Z", "2026-03-30")]
    public async Task A_day_is_the_companys_however_long_it_is(string now, string window)
    {
        var at = DateTimeOffset.Parse(now);

        var decision = await LookAsync(Order("acme", 1) with { Now = at });

        Assert.Equal(["company", "company|acme", "company"], decision.Reservations.Select(r => r.Key));
        Assert.Equal([window, window, "rolling"], decision.Reservations.Select(r => r.Window));
        Assert.Equal([null, null, at.AddHours(-24)], decision.Guards.Select(g => ((Guard.Headroom)g).Since));
    }

    [Theory]
    [InlineData("2026-10-31T22:59:59Z", "2026-10")]
    [InlineData("2026-10-31T23:00:00Z", "2026-11")]
    [InlineData("2026-11-30T22:59:59Z", "2026-11")]
    [InlineData("2026-12-31T23:00:00Z", "2027-01")]
    [InlineData("2027-02-28T22:59:59Z", "2027-02")]
    [InlineData("2027-02-28T23:00:00Z", "2027-03")]
    [InlineData("2028-02-29T22:59:59Z", "2028-02")]
    [InlineData("2027-03-31T21:59:59Z", "2027-03")]
    [InlineData("2027-03-31T22:00:00Z", "2027-04")]
    public void A_month_is_the_companys_however_long_it_is_and_on_whichever_side_of_a_changed_clock_it_ends(string now, string window) =>
        Assert.Equal((window, (DateTimeOffset?)null), new BudgetPeriod.CalendarMonth().At(DateTimeOffset.Parse(now), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));

    [Fact]
    public async Task An_agent_and_a_tool_have_a_ledger_each()
    {
        var policy = Policies.Sound("""
            version: 1
            budgets:
              - { id: per-agent, scope: agent, per: month, money: 100, onExceeded: deny }
              - { id: per-tool, scope: tool, per: 1d, money: 150, onExceeded: deny }
            """);
        var desk = new BudgetDesk(policy, _ledger);
        Task<BudgetDecision> LookAt(BudgetRequest request) => desk.LookAsync(request, CancellationToken.None);

        var first = await LookAt(Order("acme", 80));
        Assert.Equal(["agent|purchaser", "tool|erp.create_purchase_order"], first.Reservations.Select(r => r.Key));
        _ledger.Book("first", first.Reservations, Policies.Noon);

        Assert.Equal(["per-agent"], (await LookAt(Order("acme", 21))).Budgets.AsEnumerable());
        Assert.Equal(["per-tool"], (await LookAt(Order("acme", 71) with { Caller = "clerk" })).Budgets.AsEnumerable());
        Assert.Equal(Effect.Allow, (await LookAt(Order("acme", 70) with { Caller = "clerk" })).Effect);
        Assert.Equal(Effect.Allow, (await LookAt(Order("acme", 100) with { Caller = "clerk", ToolName = "erp.other" })).Effect);
        Assert.Equal(Effect.Allow, (await LookAt(Order("acme", 80) with { Now = Policies.Noon.AddMonths(1) })).Effect);
    }

    [Theory]
    [InlineData("scope: company, per: 1d, key: args.supplier, money: 50", "allows 50 money a day for each supplier (acme); nothing is used or set aside yet, and this call wants 80 money.")]
    [InlineData("scope: company, per: month, money: 50", "allows 50 money a month; nothing is used or set aside yet, and this call wants 80 money.")]
    [InlineData("scope: agent, per: 48h, key: args.supplier, money: 50", "allows 50 money in 48 hours for purchaser for each supplier (acme); nothing is used or set aside yet, and this call wants 80 money.")]
    [InlineData("scope: tool, per: 30m, money: 50", "allows 50 money in 30 minutes for erp.create_purchase_order; nothing is used or set aside yet, and this call wants 80 money.")]
    [InlineData("scope: workflow, money: 50", "allows 50 money for one goal; nothing is used or set aside yet, and this call wants 80 money.")]
    public async Task Who_is_asked_reads_what_a_budget_allows_for_whom_and_in_which_time(string budget, string words)
    {
        var policy = Policies.Sound($"version: 1\nbudgets:\n  - {{ id: cap, {budget}, onExceeded: deny }}\n");

        Assert.Equal("The budget 'cap' " + words, (await new BudgetDesk(policy, _ledger).LookAsync(Order("acme", 80), CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task A_budget_is_only_for_what_a_call_wants()
    {
        var model = Order("acme", 0) with { ToolName = "model:default", Wanted = new Amounts(Tokens: 600, Calls: 1) };

        await SpendAsync(model);
        Assert.Equal(("per-goal", $"workflow|{Workflow.Id}", "all"), Shape(await LookAsync(model with { Wanted = new Amounts(Tokens: 400, Calls: 1) })));
        Assert.Equal(Effect.Deny, (await LookAsync(model with { Wanted = new Amounts(Tokens: 401, Calls: 1) })).Effect);
        Assert.Equal(Effect.Deny, (await LookAsync(model with { Wanted = new Amounts(Tokens: 1, Calls: 2) })).Effect);
        Assert.Empty((await LookAsync(model with { Wanted = Amounts.None })).Reservations);
    }

    [Fact]
    public async Task A_tool_without_the_keys_field_is_not_meant_and_a_call_that_leaves_it_out_is_denied()
    {
        var cancel = await LookAsync(Order("acme", 1) with { ToolName = "erp.cancel_purchase_order", Args = JsonText.Parse("""{"id":1}""") });
        Assert.Equal(["per-day", "rolling"], cancel.Reservations.Select(r => r.Budget));

        var nameless = await LookAsync(Order("acme", 1) with { Args = JsonText.EmptyObject });
        Assert.Equal((Effect.Deny, "per-supplier"), (nameless.Effect, Assert.Single(nameless.Budgets)));
    }

    [Fact]
    public async Task A_goals_and_a_tasks_own_budgets_are_never_passed()
    {
        var task = new WorkTask(
            new TaskId(new Guid("01900000-0000-7000-8000-000000000003")), "k", "t", "i", [], "s", null!, new Grant([], new Amounts(Money: 50)), null, null, JsonText.Null, null, Risk.High);
        var contract = new Contract("o", [], [], null, new Amounts(Money: 100));
        var request = Order("acme", 50) with { Task = task, State = Workflow with { Agreed = new ContractAgreed(contract, null, null, "manager") } };

        Assert.Equal(["goal", "task"], (await LookAsync(request)).Reservations.Select(r => r.Budget).TakeLast(2));
        Assert.Equal(["task"], (await LookAsync(request with { Wanted = new Amounts(Money: 51) })).Budgets.AsEnumerable());
        Assert.Equal(["goal", "task"], (await LookAsync(request with { Wanted = new Amounts(Money: 101) })).Budgets.AsEnumerable());
        Assert.Equal(Effect.Deny, (await LookAsync(request with { Wanted = new Amounts(Money: decimal.MaxValue) })).Effect);
    }

    private static (string Budgets, string Key, string Window) Shape(BudgetDecision decision) =>
        (string.Join(",", decision.Reservations.Select(r => r.Budget)), decision.Reservations[0].Key, decision.Reservations[0].Window);

    private static BudgetRequest Order(string supplier, decimal money) => new(
        "purchaser", "erp.create_purchase_order", JsonText.Parse($$"""{"supplier":"{{supplier}}","lines":[]}"""), JsonText.EmptyObject, new Amounts(Money: money), Workflow, null, Policies.Noon, null);

    private Task<BudgetDecision> LookAsync(BudgetRequest request) => new BudgetDesk(Policies.Sound(Sums), _ledger).LookAsync(request, CancellationToken.None);

    private async Task SpendAsync(BudgetRequest request)
    {
        var decision = await LookAsync(request);
        Assert.Equal(Effect.Allow, decision.Effect);
        _ledger.Book($"order {++_orders}", decision.Reservations, request.Now);
    }
}
