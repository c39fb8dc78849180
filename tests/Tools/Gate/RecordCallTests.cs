namespace AiManager.Tools.Tests;

/// <summary>Two workflows about to change one record: the second asks before its call, and is told which the first is.</summary>
public sealed class RecordCallTests : IAsyncLifetime
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: prices, effect: observe, sql: "select 1 as price" }
              - name: order
                effect: write-reversible
                parameters: { order: string, items: "string?" }
                record: { type: order, id: args.order, approvers: { role: lead, expiresAfter: 1h } }
                sql: "insert into orders (supplier, sku, quantity, total, key) values (:order, 'bolt', 1, 1, :key); select id from orders where key = :key"
              - name: tell
                effect: write-reversible
                parameters: { orders: { array: string } }
                record: { type: order, id: args.orders, approvers: { role: cfo } }
                sql: "select 1"
        """;

    private const string Authority = """
        version: 1
        rules:
          - { id: all, effect: allow, tools: ["erp.*"] }
          - { id: careful, effect: ask, tools: [erp.order], when: 'args.order == "PO-9"', approvers: { role: lead } }
        """;

    private Shop _shop = null!;
    private MemoryLog _second = null!;

    public async Task InitializeAsync()
    {
        _shop = await Shop.OpenAsync();
        _shop.Configure(Tools, Authority);
        _second = _shop.Another(2);
        _shop.Ledger.Workflows.AddRange([() => _shop.Log.State, () => _second.State]);
    }

    public Task DisposeAsync()
    {
        _shop.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_second_workflow_asks_and_names_the_first_and_is_not_made_before_people_agree()
    {
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        Assert.Equal(["order:PO-1"], Decided(_shop.Log).Records!.Value.AsEnumerable());

        var call = Of(_second, Change("PO-1"));
        Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(call, _second, CancellationToken.None));
        var asked = Assert.Single(_second.State.Approvals.Values).Requested;
        Assert.Equal($"{_shop.Log.State.Id} has changed order:PO-1 and is not over.", asked.Reason);
        Assert.Equal(["lead"], asked.Seats.Select(s => s.Role));
        Assert.Equal(["all", "record"], asked.Rules.AsEnumerable());
        Assert.Equal(_shop.Time.Now.AddHours(1), asked.ExpiresAt);
        Assert.Equal(1, _shop.Orders);

        Approve(_second, call);
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(call, _second, CancellationToken.None));
        Assert.Equal(2, _shop.Orders);

        // By now the second has changed it too, and the first must know before it goes on.
        Assert.IsType<CallResult.Suspended>(await _shop.CallAsync(Change("PO-1")));
    }

    [Fact]
    public async Task Another_record_the_same_workflow_and_a_read_are_no_conflict()
    {
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(Of(_second, Change("PO-2")), _second, CancellationToken.None));
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(Of(_second, _shop.Call("erp.prices", "{}")), _second, CancellationToken.None));
        Assert.Null(Decided(_second).Records);
    }

    [Fact]
    public async Task Who_is_over_is_in_nobodys_way()
    {
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        _shop.Log.Add(Actor.Manager, new GoalFailed(GoalFailure.GivenUp, "Enough."));
        _shop.Ledger.Book(_shop.Log.State.Changing.Single().ToString(), [.. _shop.Log.State.Calls[_shop.Log.State.Changing.Single()].Started!.Reserved.Select(r => r with { Amounts = Amounts.None })], _shop.Time.Now);
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(Of(_second, Change("PO-1")), _second, CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_asked_first_goes_first_and_the_other_is_told_of_it()
    {
        var first = Change("PO-9");
        Assert.IsType<CallResult.Suspended>(await _shop.CallAsync(first));
        var second = Of(_second, Change("PO-9"));
        Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(second, _second, CancellationToken.None));
        Assert.Contains($"{_shop.Log.State.Id} is about to change order:PO-9", Assert.Single(_second.State.Approvals.Values).Requested.Reason, StringComparison.Ordinal);
        _shop.Approve(first, ("lena", "lead"));
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(first));
    }

    [Fact]
    public async Task An_approval_of_somebody_who_did_not_know_of_the_other_stands_no_more()
    {
        var first = Change("PO-9");
        Assert.IsType<CallResult.Suspended>(await _shop.CallAsync(first));
        var second = Of(_second, Change("PO-9"));
        await _shop.Gate.CallAsync(second, _second, CancellationToken.None);
        Approve(_second, second);
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(second, _second, CancellationToken.None));

        _shop.Approve(first, ("lena", "lead"));
        Assert.Contains("did not know of it", Assert.IsType<CallResult.Refused>(await _shop.CallAsync(first)).Reason, StringComparison.Ordinal);
        Assert.Equal(1, _shop.Orders);
    }

    [Fact]
    public async Task An_approval_that_names_one_other_is_none_for_a_third_that_has_begun_meanwhile()
    {
        var third = _shop.Another(3);
        _shop.Ledger.Workflows.Add(() => third.State);
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        var (second, meanwhile) = (Of(_second, Change("PO-1")), Of(third, Change("PO-1")));
        await _shop.Gate.CallAsync(second, _second, CancellationToken.None);
        await _shop.Gate.CallAsync(meanwhile, third, CancellationToken.None);
        Approve(third, meanwhile);
        Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(meanwhile, third, CancellationToken.None));

        Approve(_second, second);
        var reason = Assert.IsType<CallResult.Refused>(await _shop.Gate.CallAsync(second, _second, CancellationToken.None)).Reason;
        Assert.Contains($"{third.State.Id} has changed order:PO-1", reason, StringComparison.Ordinal);
        Assert.Equal(2, _shop.Orders);
    }

    [Fact]
    public async Task Whoever_wrote_the_arguments_has_not_agreed_to_what_they_did_not_know_of()
    {
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(Change("PO-1")));
        var call = Of(_second, Change("PO-9"));
        await _shop.Gate.CallAsync(call, _second, CancellationToken.None);
        var asked = Assert.Single(_second.State.Approvals.Values).Requested;
        var written = CallArguments.Canonical(JsonText.Parse("""{"order":"PO-1"}"""));
        _second.Add(
            Actor.Person("petra"),
            new ApprovalDecided(asked.Approval, "petra", "api", ApprovalVerdict.Edited, null),
            new CallChanged(call.Call, written, ArgumentDiff.Changes(asked.Args, written), asked.Facts, new ArgumentEdit(asked.Approval, "petra")));

        Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(call, _second, CancellationToken.None));
        Assert.Empty(_second.State.Approvals[_second.State.Calls[call.Call].Approval!.Value].Filled);
        Assert.Equal(1, _shop.Orders);
    }

    [Fact]
    public async Task Of_two_that_looked_at_one_moment_one_begins_and_the_other_asks()
    {
        var raced = false;
        _shop.Log.Meanwhile = events =>
        {
            if (!raced && events.Any(e => e is CallStarted))
            {
                raced = true;
                Assert.IsType<CallResult.Settled>(Task.Run(() => _shop.Gate.CallAsync(Of(_second, Change("PO-1")), _second, CancellationToken.None)).GetAwaiter().GetResult());
            }
        };
        Assert.IsType<CallResult.Suspended>(await _shop.CallAsync(Change("PO-1")));
        Assert.Equal(1, _shop.Orders);
    }

    [Fact]
    public async Task An_approval_for_another_reason_is_none_for_a_record_that_nobody_else_is_at()
    {
        var call = Change("PO-9");
        Assert.IsType<CallResult.Suspended>(await _shop.CallAsync(call));
        _shop.Approve(call, ("lena", "lead"));
        Assert.IsType<CallResult.Settled>(await _shop.CallAsync(call));
        Assert.Null(Assert.Single(_shop.Log.State.Calls[call.Call].Started!.Reserved).Approval);
    }

    [Theory]
    [InlineData(3, "")]
    [InlineData(4, " So do 1 more.")]
    public async Task Whoever_has_begun_is_named_first_and_three_at_most_of_those_who_have_not(int others, string end)
    {
        var logs = new[] { _shop.Log, _second }.Concat(Enumerable.Range(3, others - 2).Select(_shop.Another)).ToList();
        _shop.Ledger.Workflows.AddRange(logs.Skip(2).Select(l => (Func<WorkflowState>)(() => l.State)));
        foreach (var log in logs)
        {
            var call = Of(log, Change("PO-9"));
            Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(call, log, CancellationToken.None));
            if (log == _second)
            {
                Approve(log, call);
                Assert.IsType<CallResult.Settled>(await _shop.Gate.CallAsync(call, log, CancellationToken.None));
            }
        }

        var last = _shop.Another(99);
        await _shop.Gate.CallAsync(Of(last, Change("PO-8")), last, CancellationToken.None);
        Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(Of(last, Change("PO-9")), last, CancellationToken.None));
        var reason = last.State.Approvals.Values.Last().Requested.Reason;
        Assert.Contains($"{_second.State.Id} has changed order:PO-9 and is not over. {_shop.Log.State.Id} is about to change", reason, StringComparison.Ordinal);
        Assert.EndsWith(" and is not over." + end, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_records_are_all_looked_at_and_one_that_cannot_be_told_is_a_no()
    {
        await _shop.CallAsync(Change("PO-1"));
        var both = Of(_second, _shop.Call("erp.tell", """{"orders":["PO-2","PO-1"]}"""));
        Assert.IsType<CallResult.Suspended>(await _shop.Gate.CallAsync(both, _second, CancellationToken.None));
        Assert.Equal(["order:PO-1", "order:PO-2"], Decided(_second).Records!.Value.AsEnumerable());
        var none = Of(_second, _shop.Call("erp.tell", """{"orders":[]}"""));
        Assert.Equal("It cannot be said which order the call changes.", Assert.IsType<CallResult.Refused>(await _shop.Gate.CallAsync(none, _second, CancellationToken.None)).Reason);
    }

    [Theory]
    [InlineData("""{ name: a, effect: observe, sql: "select 1", parameters: { x: string }, record: { type: order, id: args.x, approvers: { role: lead } } }""", "A tool that only reads changes no record.")]
    [InlineData("""{ name: a, effect: spend, sql: "select 1", parameters: { x: string }, record: { type: order, id: args.x } }""", "A record that another workflow is about to change asks, so it needs 'approvers', such as { role: ROLE }.")]
    [InlineData("""{ name: a, effect: spend, sql: "select 1", parameters: { x: string }, record: { type: order, id: facts.x, approvers: { role: lead } } }""", "'id' says which argument names it, such as args.account.")]
    public void What_cannot_be_meant_is_said_with_its_place(string tool, string fault)
    {
        var reader = new ConfigReader();
        new CatalogBinder(new AiManager.Host.SqliteProvider(), _ => null, TimeProvider.System, TimeZoneInfo.Utc, new CrashDouble(), reader)
            .Bind(Shop.Bundle($"sources:\n  - {{ name: erp, kind: sql, connection: x, tools: [ {tool} ] }}\n", "version: 1"));
        Assert.Contains(reader.Faults, f => f.Message == fault && f.Place.Line == 2);
    }

    private static CallDecided Decided(MemoryLog log) => log.Events.OfType<CallDecided>().Last();

    private ToolCall Change(string order) => _shop.Call("erp.order", $$"""{"order":"{{order}}"}""");

    private static ToolCall Of(MemoryLog log, ToolCall call) => call with { Task = log.State.Tasks[0].Task.Id, Grant = log.State.Tasks[0].Task.Grant };

    private static void Approve(MemoryLog log, ToolCall call)
    {
        var approval = log.State.Calls[call.Call].Approval!.Value;
        log.Add(Actor.Person("lena"), new SeatFilled(approval, "lead", "lena", "api", null), new ApprovalDecided(approval, "lena", "api", ApprovalVerdict.Approved, null));
    }
}
