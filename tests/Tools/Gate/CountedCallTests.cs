namespace AiManager.Tools.Tests;

/// <summary>What calls count in budgets besides money: that they are made, how long they take, whom they address.</summary>
public sealed class CountedCallTests
{
    private const string Counted = Shop.Authority + """

          - { id: counted, scope: workflow, toolCalls: 2, onExceeded: deny }
          - { id: slow, scope: tool, per: 1d, time: 2m, onExceeded: deny }
          - { id: people, scope: agent, per: month, recipients: 3, onExceeded: deny }
        """;

    private static readonly string Mailing = Shop.Tools.Replace("    money: facts.total", "    money: facts.total\n        recipients: args.note", StringComparison.Ordinal);

    [Fact]
    public async Task A_call_is_counted_and_what_is_over_the_count_is_not_made()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Counted);

        await shop.CallAsync(shop.Call("erp.prices", "{}"));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(1)));
        var third = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1)));

        Assert.Contains("allows 2 calls of tools for one goal; 2 calls of tools is used", third.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 2), (shop.Orders, shop.Ledger.Used("counted").ToolCalls));
    }

    [Fact]
    public async Task The_longest_that_a_call_can_take_is_set_aside_and_what_it_took_is_settled_also_when_it_fails()
    {
        Shop? opened = null;
        var fails = false;
        var tool = Shop.Double("slow", new Slow(() =>
        {
            Assert.Equal(TimeSpan.FromSeconds(60), opened!.Log.State.Calls.Values.Last(c => c.Started is not null && c.Settled is null).Started!.Reserved.Single(r => r.Budget == "slow").Amounts.Time);
            opened.Time.Advance(TimeSpan.FromSeconds(12));
            return fails ? new ToolOutput.Failed("It is shut.") : new ToolOutput.Done(JsonText.EmptyObject, []);
        }));
        using var shop = opened = await Shop.OpenAsync(tool);
        shop.Configure(Shop.Tools, Counted.Replace("toolCalls: 2", "toolCalls: 9", StringComparison.Ordinal), tool);

        await shop.CallAsync(shop.Call("test.slow", "{}"));
        Assert.Equal(TimeSpan.FromSeconds(12), shop.Ledger.Used("slow").Time);
        fails = true;
        await shop.CallAsync(shop.Call("test.slow", "{}"));
        Assert.Equal((TimeSpan.FromSeconds(24), 2), (shop.Ledger.Used("slow").Time, shop.Ledger.Used("counted").ToolCalls));

        // 60 s more fit into 120 up to here: the worst case counts, not what it will have been.
        for (var i = 0; i < 3; i++)
        {
            await shop.CallAsync(shop.Call("test.slow", "{}"));
        }

        Assert.Equal(TimeSpan.FromSeconds(60), shop.Ledger.Used("slow").Time);
        await shop.CallAsync(shop.Call("test.slow", "{}"));
        Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("test.slow", "{}")));
    }

    [Theory]
    [InlineData(CrashPoint.AfterCallStarted)]
    [InlineData(CrashPoint.BeforeToolRuns)]
    [InlineData(CrashPoint.AfterToolRan)]
    public async Task Wherever_a_host_dies_in_a_call_whoever_takes_it_up_settles_what_was_set_aside(CrashPoint point)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Shop.Tools, Counted);
        shop.Crash.At = point;
        var call = shop.Order(3);
        await Assert.ThrowsAsync<CrashDouble.ProcessDied>(() => shop.CallAsync(call));
        Assert.Equal(TimeSpan.FromSeconds(60), shop.Ledger.Used("slow").Time);

        shop.Crash.At = null;
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(call));

        Assert.Equal((1, TimeSpan.Zero, 1, 30m), (shop.Orders, shop.Ledger.Used("slow").Time, shop.Ledger.Used("counted").ToolCalls, shop.Ledger.Money("per-day")));
        Assert.All(shop.Log.State.Calls.Values, c => Assert.NotNull(c.Settled));
    }

    [Theory]
    [InlineData("ann@x.org", true)]
    [InlineData("ann@x.org, bob@x.org; cleo@x.org", true)]
    [InlineData("ann@x.org, bob@x.org; cleo@x.org\\ndan@x.org", false)]
    public async Task Whom_a_call_addresses_is_counted_also_when_several_stand_in_one_text(string whom, bool isMade)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Mailing, Counted);

        var result = await shop.CallAsync(shop.Call("erp.order", $$"""{"supplier":"acme","sku":"bolt","quantity":1,"note":"{{whom}}"}"""));

        Assert.Equal(isMade, result is CallResult.Settled);
        Assert.Equal(isMade ? 1 : 0, shop.Orders);
    }

    [Fact]
    public async Task A_call_that_does_not_say_whom_it_addresses_is_not_made()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Mailing, Counted);

        Assert.Contains("how many people", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"to":["a","b","c"]}""", 3L)]
    [InlineData("""{"to":["a, b","c"]}""", 3L)]
    [InlineData("""{"to":[]}""", 0L)]
    [InlineData("""{"to":"a"}""", 1L)]
    [InlineData("""{"to":""}""", 1L)]
    [InlineData("""{"to":7}""", 1L)]
    [InlineData("""{"to":null}""", null)]
    [InlineData("{}", null)]
    public void A_list_counts_each_and_anything_else_one(string args, long? count)
    {
        var path = Assert.IsType<WhenParsed.Sound>(When.Parse("args.to", new WhenPosition(1, 1))).Expression;
        var tool = Shop.Double("mail", new Slow(() => throw new InvalidOperationException())) with { Recipients = path };

        Assert.Equal(count, tool.RecipientsOf(JsonText.Parse(args), JsonText.EmptyObject));
    }

    private sealed class Slow(Func<ToolOutput> answer) : IToolImplementation
    {
        public ValueTask<bool> StoresKeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

        public Task<ToolOutput> InvokeAsync(StartedIntent intent, CancellationToken cancellationToken) => Task.FromResult(answer());
    }
}
