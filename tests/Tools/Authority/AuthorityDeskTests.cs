namespace AiManager.Tools.Tests;

/// <summary>What somebody is told who asks what would be said of a call, and what the tests of a policy are judged by.</summary>
public sealed class AuthorityDeskTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: mail, effect: communicate-out, parameters: { to: string, copies: { array: string } }, sql: "select 1", authorityArguments: { to: {} } }
              - name: order
                effect: spend
                parameters: { supplier: string, sku: string, quantity: integer }
                facts: { total: { type: number, sql: "select :quantity * price from quotes where sku = :sku and supplier = :supplier" } }
                precondition: { sql: "select 1 from quotes where sku = :sku and supplier = 'acme' and valid_until >= :today", reason: The quote has expired. }
                sql: "select 1"
        """;

    [Theory]
    [InlineData("{ id: r, effect: allow, tools: [erp.order] }", "bolt", Effect.Allow, "r", null)]
    [InlineData("{ id: r, effect: allow, tools: [erp.order] }", "relic", Effect.Deny, "", "The quote has expired.")]
    [InlineData("{ id: r, effect: deny, tools: [erp.order], reason: Never. }", "relic", Effect.Deny, "r", "Never.")]
    [InlineData("{ id: r, effect: defer, tools: [erp.order], retryAfter: 5m, reason: Later. }", "relic", Effect.Defer, "r", "Later.")]
    [InlineData("{ id: r, effect: allow, tools: [erp.order] }", "nothing", Effect.Deny, "", "The fact 'total' of erp.order has no value for these arguments.")]
    public async Task A_no_of_the_rules_is_told_before_what_the_tool_needs_is_asked(string rule, string sku, Effect effect, string rules, string? reason)
    {
        using var shop = await OpenAsync(rule);

        var answer = await CheckAsync(shop, "erp.order", $$"""{"supplier":"acme","sku":"{{sku}}","quantity":1}""");

        Assert.Equal((effect, rules), (answer.Effect, string.Join(',', answer.Rules)));
        Assert.True(reason is null || reason == answer.Reason, answer.Reason);
        Assert.Equal(effect == Effect.Defer ? TimeSpan.FromMinutes(5) : null, answer.RetryAfter);
    }

    [Fact]
    public async Task What_cannot_be_worked_out_is_a_no_with_its_reason()
    {
        var desk = new AuthorityDesk(
            Policies.OfRules("{ id: a, effect: allow, tools: ['*'] }"), FlowPolicy.None, new Catalog([], []), Policies.Tools, (_, _, _) => throw new InvalidOperationException("The arguments do not fit."), TimeProvider.System);

        var answer = await desk.CheckAsync("purchaser", "erp.low_stock", JsonText.EmptyObject, null, CancellationToken.None);
        Assert.Equal((Effect.Deny, "The arguments do not fit."), (answer.Effect, answer.Reason));
    }

    [Theory]
    [InlineData(100, Effect.Transform, 50)]
    [InlineData(10, Effect.Deny, null)]
    [InlineData(400, Effect.Ask, 50)]
    public async Task A_call_that_rules_change_is_judged_as_changed_with_facts_of_its_own(int quantity, Effect effect, int? made)
    {
        using var shop = await OpenAsync(
            "{ id: cap, effect: transform, tools: [erp.order], change: [ { arg: quantity, atMost: 50 } ] }",
            "{ id: half, effect: allow, tools: [erp.order], when: facts.total == 500 }",
            "{ id: many, effect: ask, tools: [erp.order], when: args.quantity > 300, approvers: { role: lead } }");

        var answer = await CheckAsync(shop, "erp.order", $$"""{"supplier":"acme","sku":"bolt","quantity":{{quantity}}}""");

        Assert.Equal((effect, made), (answer.Effect, (int?)answer.Args?.ToElement().GetProperty("quantity").GetInt32()));
        Assert.Equal(Math.Min(quantity, 50) * 10, answer.Facts.ToElement().GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("{ id: r, effect: allow, tools: [erp.mail], obligations: { notify: cfo } }", "user", Effect.Allow, "cfo")]
    [InlineData("{ id: r, effect: allow, tools: [erp.mail], obligations: { notify: cfo } }", "third-party", Effect.Deny, "")]
    [InlineData("{ id: r, effect: deny, tools: [erp.mail], obligations: { notify: cfo } }", "user", Effect.Deny, "cfo")]
    [InlineData("{ id: r, effect: deny, tools: [erp.mail], obligations: { notify: cfo } }", "third-party", Effect.Deny, "cfo")]
    public async Task What_a_flow_denies_owes_nothing_and_what_a_rule_denies_owes_what_it_says(string rule, string label, Effect effect, string notified)
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(Tools, $"version: 1\nrules:\n  - {rule}\nflows:\n  - {{ id: f, effect: deny, labels: [third-party], to: openWorld }}\n");

        var labels = ToldLabels.Read(JsonText.Parse($$"""{"to":"{{label}}"}"""), out _);
        var answer = await shop.Desk.CheckAsync("purchaser", "erp.mail", JsonText.Parse("""{"to":"a","copies":[]}"""), labels, CancellationToken.None);

        Assert.Equal((effect, notified), (answer.Effect, string.Join(',', answer.Obligations.Notify)));
    }

    [Fact]
    public async Task Tests_of_a_policy_are_judged_as_changed_and_by_when_something_was_made()
    {
        using var shop = await Shop.OpenAsync();
        shop.Configure(
            Tools,
            """
            version: 1
            rules:
              - { id: all, effect: allow, tools: ["erp.*"] }
              - { id: copy, effect: transform, tools: [erp.mail], change: [ { arg: copies, add: archive } ] }
              - { id: cap, effect: transform, tools: [erp.order], change: [ { arg: quantity, atMost: 50 } ] }
              - { id: unlucky, effect: deny, tools: [erp.order], when: args.quantity == 50 }
              - { id: slow, effect: deny, tools: [erp.order], history: { some: { tools: [erp.order], same: [facts.total], within: 15m } } }
            flows:
              - { id: f, effect: deny, labels: [unknown], to: openWorld }
            tests:
              - { name: who knows the archive, call: { agent: purchaser, tool: erp.mail, args: { to: a, copies: [] } }, labels: { to: user }, expect: deny }
              - { name: the archive is known, call: { agent: purchaser, tool: erp.mail, args: { to: a, copies: [archive] } }, labels: { to: user, copies: vetted }, expect: allow }
              - { name: as changed, call: { agent: purchaser, tool: erp.order, args: { quantity: 70 } }, facts: { total: 1 }, expect: deny }
              - { name: as it is, call: { agent: purchaser, tool: erp.order, args: { quantity: 49 } }, facts: { total: 1 }, expect: allow }
              - { name: just now, call: { agent: purchaser, tool: erp.order, args: { quantity: 1 } }, facts: { total: 1 }, history: [ { agent: clerk, tool: erp.order, args: { quantity: 1 }, facts: { total: 1 } } ], expect: deny }
              - { name: another sum, call: { agent: purchaser, tool: erp.order, args: { quantity: 1 } }, facts: { total: 1 }, history: [ { agent: clerk, tool: erp.order, args: { quantity: 1 }, facts: { total: 2 } } ], expect: allow }
              - { name: a while ago, call: { agent: purchaser, tool: erp.order, args: { quantity: 1 } }, facts: { total: 1 }, history: [ { agent: clerk, tool: erp.order, args: { quantity: 1 }, facts: { total: 1 }, ago: 15m } ], expect: deny }
              - { name: long ago, call: { agent: purchaser, tool: erp.order, args: { quantity: 1 } }, facts: { total: 1 }, history: [ { agent: clerk, tool: erp.order, args: { quantity: 1 }, facts: { total: 1 }, ago: 16m } ], expect: allow }
            """);

        Assert.All(shop.Desk.RunTests(), r => Assert.True(r.HasPassed, $"{r.Name}: {r.Actual} by {string.Join(",", r.Rules)}: {r.Reason}"));
        Assert.True(shop.Desk.LooksBack("erp.order"));
        Assert.False(shop.Desk.LooksBack("erp.mail"));
    }

    [Fact]
    public async Task A_tool_of_a_server_is_judged_by_what_it_takes_once_a_person_has_said_what_it_does()
    {
        const string Authority = "version: 1\nrules:\n  - { id: any, effect: allow, tools: ['files.*'] }\n  - { id: no, effect: deny, tools: ['files.*'], when: args.other == 'x' }\n";
        await using var place = Workplace.Open(Workplace.Files("normal"), Authority);
        Workplace.Lists(place.Catalog, "echo");
        var policy = Policy.Bind(Shop.Bundle(Workplace.Files("normal"), Authority), CompanyTools.Governed(place.Catalog), new DirectoryDouble([]), new ConfigReader());
        var desk = new AuthorityDesk(policy, FlowPolicy.None, place.Catalog, CompanyTools.Governed(place.Catalog), (_, _, _) => Task.FromResult(JsonText.EmptyObject), place.Time);

        var before = await desk.CheckAsync("purchaser", "files.echo", JsonText.Parse("""{"text":"a"}"""), null, CancellationToken.None);
        Assert.Equal(Effect.Deny, before.Effect);
        Assert.Contains("is unclassified", before.Reason, StringComparison.Ordinal);

        await place.ClassifyAsync("echo", "observe");
        var after = await desk.CheckAsync("purchaser", "files.echo", JsonText.Parse("""{"text":"a"}"""), null, CancellationToken.None);
        Assert.Equal((Effect.Allow, "any"), (after.Effect, string.Join(',', after.Rules)));
    }

    [Theory]
    [InlineData("tool/erp.order")]
    [InlineData("agent/purchaser")]
    [InlineData("all/*")]
    public async Task What_is_stopped_is_denied_and_what_rules_say_of_it_still_stands_beside(string what)
    {
        using var shop = await Shop.OpenAsync();
        var args = JsonText.Parse("""{"supplier":"acme","sku":"bolt","quantity":1}""");
        var before = await shop.Desk.CheckAsync("purchaser", "erp.order", args, null, CancellationToken.None);
        Assert.NotEqual(Effect.Deny, before.Effect);

        shop.Company.Suspend(what);
        var stopped = await shop.Desk.CheckAsync("purchaser", "erp.order", args, null, CancellationToken.None);
        Assert.Equal(Effect.Deny, stopped.Effect);
        Assert.Contains("suspended", stopped.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(stopped.Rules);
        Assert.Empty(stopped.Seats);
        Assert.Equal(before.Trace.Length, stopped.Trace.Length);
    }

    [Fact]
    public async Task A_workflow_goes_on_by_the_permits_in_force_where_they_are_the_ones_that_it_began_under()
    {
        using var shop = await Shop.OpenAsync();
        var (now, then) = (shop.Bound(Shop.Tools, Shop.Authority, "today"), shop.Bound(Shop.Tools, Shop.Authority));
        Permits Permits(string bundle, CompanyTools? earlier) => new(bundle, now.Policy, (_, _) => Task.FromResult(earlier));

        Assert.Null(await Permits("hash", null).OfAsync(shop.Log.State, CancellationToken.None));
        Assert.Null(await Permits("today", now).OfAsync(shop.Log.State, CancellationToken.None));
        Assert.Equal((then.Policy, "hash"), await Permits("today", then).OfAsync(shop.Log.State, CancellationToken.None));
        await Assert.ThrowsAsync<PermitsException>(async () => await Permits("today", null).OfAsync(shop.Log.State, CancellationToken.None));
    }

    private static async Task<Shop> OpenAsync(params string[] rules)
    {
        var shop = await Shop.OpenAsync();
        shop.Configure(Tools, "version: 1\nrules:\n" + string.Concat(rules.Select(r => $"  - {r}\n")));
        return shop;
    }

    private static Task<AuthorityAnswer> CheckAsync(Shop shop, string tool, string args) => shop.Desk.CheckAsync("purchaser", tool, JsonText.Parse(args), null, CancellationToken.None);
}
