using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Tools.Tests;

/// <summary>What a judgement holds besides its verdict: each step that was taken, who decides until when, and what would be looked back on.</summary>
public sealed class JudgedCallTests
{
    private const string All = "{ id: all, effect: allow, tools: [\"erp.*\"] }";
    private const string Cap = "{ id: cap, effect: transform, tools: [erp.many], change: [ { arg: rows, atMost: 2 } ] }";

    private const string RecordTools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - name: prices
                effect: observe
                parameters: { supplier: string? }
                resource: { type: supplier, id: args.supplier }
                sql: "select sku from quotes where :supplier is null or supplier = :supplier"
              - name: order
                effect: write-reversible
                parameters: { order: string }
                authorityArguments: { order: { kind: order } }
                record: { type: order, id: args.order, approvers: { role: lead, quorum: 2, expiresAfter: 5d } }
                sql: "insert into orders (supplier, sku, quantity, total, key) values (:order, 'bolt', 1, 1, :key); select id from orders where key = :key"
        """;

    [Fact]
    public async Task Every_step_that_a_call_passed_stands_in_its_decision()
    {
        using var shop = await OpenAsync(Shop.Tools, All);
        var (read, order) = (shop.Call("erp.prices", "{}"), shop.Order(1));
        await shop.CallAsync(read);
        await shop.CallAsync(order);
        Assert.Equal(
            ["exists passed", "schema passed", "grant passed", "facts notConfigured", "authority passed", "flow notConfigured", "budget passed"], Steps(shop.Decided(read)));
        Assert.Equal(
            ["exists passed", "schema passed", "grant passed", "facts passed", "authority passed", "flow notConfigured", "budget passed", "precondition passed"], Steps(shop.Decided(order)));
        Assert.Null(shop.Decided(order).Obligations);

        shop.Configure(RecordTools, Of(All));
        var change = shop.Call("erp.order", """{"order":"PO-1"}""");
        await shop.CallAsync(change);
        Assert.Equal("record passed", Steps(shop.Decided(change))[^1]);
    }

    [Theory]
    [InlineData("erp.aaaaaaaaa", 100, false)]
    [InlineData("erp.aaaaaaaaa", 101, true)]
    public async Task A_name_of_no_tool_is_repeated_up_to_100_characters(string start, int letters, bool isCut)
    {
        using var shop = await OpenAsync(Shop.Tools, All);
        var name = start.PadRight(letters, 'a');
        Assert.Equal($"There is no tool '{(isCut ? name[..100] + "…" : name)}'.", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call(name, "{}"))).Reason);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Arguments_of_256_KB_are_looked_at_and_longer_ones_are_not(int beyond, bool isTooLong)
    {
        using var shop = await OpenAsync(Shop.Tools, All);
        var args = "{\"supplier\":\"" + new string('a', (256 * 1024) - "{\"supplier\":\"\"}".Length + beyond) + "\"}";
        var reason = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("erp.order", args))).Reason;
        Assert.Equal((isTooLong, !isTooLong), (reason == "The arguments are longer than 256 KB.", reason.StartsWith("The arguments do not fit the tool", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_it_cannot_be_said_what_a_call_touches_a_grant_for_some_does_not_cover_it()
    {
        using var shop = await OpenAsync(RecordTools, All);
        Assert.Equal(
            "It cannot be said which supplier the call touches, and the task's grant is limited to some.",
            Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("erp.prices", "{}") with { Grant = new Grant(["erp.prices"], Resources: ["supplier:acme"]) })).Reason);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}") with { Grant = new Grant(["erp.prices"]) }));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task What_rules_make_of_the_systems_read_must_lie_in_the_grant_that_it_has(int? atLeast, bool isMade)
    {
        using var shop = await OpenAsync(Shop.Tools, All, Cap);
        var grant = atLeast is { } least ? new Grant(["erp.many"], Limits: [new ArgumentLimit("erp.many", "rows", AtLeast: least)]) : null;
        var call = shop.Call("erp.many", """{"rows":9}""") with { Caller = Actor.System, Grant = grant };
        var result = await shop.CallAsync(call);
        Assert.Equal(isMade, result is CallResult.Settled);
        Assert.Equal(isMade ? "passed" : "denied", shop.Decided(call).Steps.Last(s => s.Step is "grant").Verdict);
    }

    [Fact]
    public async Task What_rules_change_stands_in_the_judgement_and_where_it_does_not_fit_the_policys_own_answer_does()
    {
        using var shop = await OpenAsync(Shop.Tools, All, Cap);
        var call = shop.Call("erp.many", """{"rows":9}""");
        await shop.CallAsync(call);
        Assert.Single(Assert.Single(shop.Log.Events.OfType<CallChanged>()).Changes);

        shop.Configure(Shop.Tools, Of(All, "{ id: cut, effect: transform, tools: [erp.many], change: [ { arg: rows, atMost: 1.5 } ] }"));
        var misfit = shop.Call("erp.many", """{"rows":9}""");
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(misfit));
        Assert.Equal((Effect.Deny, Effect.Transform), (shop.Decided(misfit).Effect, shop.Decided(misfit).Policy!.Effect));
        Assert.Contains("cut", shop.Decided(misfit).Policy!.Rules);
        Assert.Single(shop.Log.Events.OfType<CallChanged>());
        Assert.Empty((await Judge(shop).JudgeAsync(misfit, misfit.Args, shop.Log.State, approval: null, CancellationToken.None)).Changes);
    }

    [Fact]
    public async Task A_changed_call_is_decided_by_the_permits_of_its_workflow_and_by_what_is_known_of_what_is_left()
    {
        using var shop = await OpenAsync(Shop.Tools, All, Cap);
        var flows = "flows:\n  - { id: never, effect: deny, labels: [prices], to: openWorld }\n";
        shop.Earlier["hash"] = (Shop.Tools, Of(All, Cap));
        shop.Activate(Of(All, Cap, "{ id: later, effect: deny, tools: [erp.cancel] }") + flows);
        var call = shop.Call("erp.many", """{"rows":9}""");
        await shop.CallAsync(call);
        Assert.Equal("hash", shop.Decided(call).Permits);
        Assert.Equal("passed", shop.Decided(call).Steps.Single(s => s.Step == "flow").Verdict);

        shop.Activate(Of(All, "{ id: cut, effect: transform, tools: [erp.many], change: [ { arg: rows, atMost: 1.5 } ] }") + flows);
        var misfit = shop.Call("erp.many", """{"rows":9}""");
        await shop.CallAsync(misfit);
        Assert.Equal("hash", shop.Decided(misfit).Permits);
        Assert.NotEmpty(shop.Log.State.Calls[misfit.Call].Proposed.Labels);
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("  - { id: once, effect: deny, tools: [erp.order], history: { some: { tools: [erp.cancel] } } }\n", "", true)]
    [InlineData("", "  - { id: once, effect: deny, tools: [erp.order], history: { some: { tools: [erp.cancel] } } }\n", true)]
    public async Task Only_where_a_rule_of_today_or_of_then_looks_back_must_nothing_have_started_since(string today, string then, bool looksBack)
    {
        using var shop = await Shop.OpenAsync();
        shop.Earlier["hash"] = (Shop.Tools, Of(All) + then);
        shop.Activate(Of(All) + today);
        await shop.CallAsync(shop.Order(1));
        var second = shop.Order(1);
        await shop.CallAsync(second);
        Assert.Equal(looksBack, shop.Log.State.Calls[second.Call].Started!.After is not null);
    }

    [Fact]
    public async Task A_rule_is_told_the_labels_of_the_arguments()
    {
        using var shop = await OpenAsync(RecordTools, All, "{ id: theirs, effect: deny, tools: [erp.order], when: '\"composed\" in labels' }");
        var call = shop.Call("erp.order", """{"order":"PO-1"}""");
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(call));
        Assert.Equal(["theirs"], shop.Decided(call).Rules.AsEnumerable());
    }

    [Theory]
    [InlineData("rule", "{ id: ask, effect: ask, tools: [erp.order], approvers: { role: lead, expiresAfter: 5d } }", "")]
    [InlineData("flow", All, "flows:\n  - { id: proven, effect: ask, labels: [composed, unknown], arguments: authority, to: erp.order, approvers: { role: lead, expiresAfter: 5d } }\n")]
    [InlineData("record", All, "")]
    public async Task Whatever_asks_says_alone_until_when(string asks, string rule, string more)
    {
        using var shop = await OpenAsync(RecordTools, rule);
        var second = shop.Another(2);
        shop.Ledger.Workflows.AddRange([() => shop.Log.State, () => second.State]);
        if (asks == "record")
        {
            var before = shop.Call("erp.order", """{"order":"PO-1"}""") with { Task = second.State.Tasks[0].Task.Id, Grant = second.State.Tasks[0].Task.Grant };
            Assert.IsType<CallResult.Settled>(await shop.Gate.CallAsync(before, second, CancellationToken.None));
        }

        shop.Configure(RecordTools, Of(rule) + more);
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Call("erp.order", """{"order":"PO-1"}""")));
        var asked = Assert.Single(shop.Log.State.Approvals.Values).Requested;
        Assert.Equal(shop.Time.Now.AddDays(5), asked.ExpiresAt);
        Assert.Equal(asks == "record" ? 2 : 1, Assert.Single(asked.Seats).Count);
    }

    [Fact]
    public async Task A_budget_that_asks_says_alone_until_when_too()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Of(All) + "budgets:\n  - { id: each, scope: agent, per: 1d, money: 5, approvers: { role: lead, expiresAfter: 5d } }\n");
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Order(1)));
        Assert.Equal(shop.Time.Now.AddDays(5), Assert.Single(shop.Log.State.Approvals.Values).Requested.ExpiresAt);
    }

    [Fact]
    public async Task Of_two_that_want_the_same_role_the_larger_number_counts()
    {
        using var shop = await OpenAsync(RecordTools, "{ id: ask, effect: ask, tools: [erp.order], approvers: { role: lead } }");
        var second = shop.Another(2);
        shop.Ledger.Workflows.AddRange([() => shop.Log.State, () => second.State]);
        var before = shop.Call("erp.order", """{"order":"PO-1"}""") with { Task = second.State.Tasks[0].Task.Id, Grant = second.State.Tasks[0].Task.Grant };
        Assert.IsType<CallResult.Suspended>(await shop.Gate.CallAsync(before, second, CancellationToken.None));
        Assert.IsType<CallResult.Suspended>(await shop.CallAsync(shop.Call("erp.order", """{"order":"PO-1"}""")));
        Assert.Equal(2, Assert.Single(Assert.Single(shop.Log.State.Approvals.Values).Requested.Seats).Count);
    }

    [Fact]
    public async Task A_budget_of_each_agent_is_kept_by_its_name()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Of(All) + "budgets:\n  - { id: each, scope: agent, per: 1d, money: 1000, onExceeded: deny }\n");
        var call = shop.Order(1);
        await shop.CallAsync(call);
        Assert.Equal("agent|purchaser", Assert.Single(shop.Log.State.Calls[call.Call].Started!.Reserved).Key);
    }

    [Fact]
    public async Task Where_nobody_knows_the_permits_authority_says_no_and_where_judging_breaks_it_does_too()
    {
        using var shop = await Shop.OpenAsync();
        shop.Activate(Of(All));
        var call = shop.Order(1);
        await shop.CallAsync(call);
        Assert.Equal("authority denied", Steps(shop.Decided(call))[^1]);

        shop.Configure(Shop.Tools, Of(All));
        var log = new Lines();
        var broken = await Judge(shop, new BrokenDirectory(), log).JudgeAsync(shop.Order(1), call.Args, shop.Log.State, approval: null, CancellationToken.None);
        Assert.Equal((Effect.Deny, "The decision could not be made, so it is a no."), (broken.Decided.Effect, broken.Decided.Reason));
        Assert.Equal("authority denied", Steps(broken.Decided)[^1]);
        Assert.IsType<InvalidOperationException>(Assert.Single(log.Faults));
    }

    [Fact]
    public async Task What_could_not_be_brought_to_an_end_is_a_no_of_the_budget_step()
    {
        using var shop = await OpenAsync(Shop.Tools, All);
        var refused = Judge(shop).Refuse(shop.Order(1), "It filled up.").Decided;
        Assert.Equal((Effect.Deny, "It filled up.", "budget denied"), (refused.Effect, refused.Reason, Assert.Single(Steps(refused))));
    }

    private static CallJudge Judge(Shop shop, IDirectory? directory = null, ILogger<CallJudge>? logger = null) => new(
        shop.Catalog, shop.Policy, new Permits("hash", shop.Policy, (_, _) => Task.FromResult<CompanyTools?>(null)), new BudgetDesk(shop.Policy, shop.Ledger), new RecordDesk(shop.Ledger),
        new FlowDesk(FlowPolicy.None, shop.Catalog, new Results(shop.Blobs)), directory ?? new DirectoryDouble([.. shop.Catalog.Tools.Select(t => t.Name)]), new StopList(shop.Company), shop.Time,
        logger ?? NullLogger<CallJudge>.Instance);

    private static List<string> Steps(CallDecided decided) => [.. decided.Steps.Select(s => $"{s.Step} {s.Verdict}")];

    private static string Of(params string[] rules) => "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  - {r}\n"));

    private static async Task<Shop> OpenAsync(string tools, params string[] rules)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(tools, Of(rules));
        return shop;
    }

    private sealed class BrokenDirectory : IDirectory
    {
        public ImmutableArray<Person> People => [];

        public ImmutableArray<AgentProfile> Agents => throw new InvalidOperationException("The directory is gone.");
    }

    private sealed class Lines : ILogger<CallJudge>
    {
        public List<Exception?> Faults { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Faults.Add(exception);
    }
}
