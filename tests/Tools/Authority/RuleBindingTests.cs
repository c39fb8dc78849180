namespace AiManager.Tools.Tests;

/// <summary>Which rules come to be about which tools and models, and what is said of those that cannot.</summary>
public sealed class RuleBindingTests
{
    [Theory]
    [InlineData("{ id: r, effect: deny, tools: ['*'] }", "erp.low_stock erp.receive_delivery model:default")]
    [InlineData("{ id: r, effect: allow, tools: ['*'] }", "erp.low_stock erp.receive_delivery")]
    [InlineData("{ id: r, effect: deny, tools: ['*'], when: args.id == 1 }", "erp.receive_delivery")]
    [InlineData("{ id: r, effect: deny, tools: ['*'], when: facts.total > 1 }", "")]
    [InlineData("{ id: r, effect: deny, tools: ['*'], when: agent.name == 'analyst' }", "erp.low_stock erp.receive_delivery model:default")]
    [InlineData("{ id: r, effect: deny, tools: ['*'], history: { some: { tools: [erp.cancel_purchase_order] } } }", "erp.low_stock erp.receive_delivery")]
    [InlineData("{ id: r, effect: deny, tools: ['*'], history: { some: { tools: [erp.cancel_purchase_order], same: [args.id] } } }", "erp.receive_delivery")]
    [InlineData("{ id: r, effect: transform, tools: ['*'], change: [ { arg: id, atMost: 5 } ] }", "erp.receive_delivery")]
    [InlineData("{ id: r, effect: transform, tools: ['*'], change: [ { arg: question, redact: true } ] }", "")]
    [InlineData("{ id: r, effect: deny, effects: [spend] }", "erp.receive_delivery")]
    [InlineData("{ id: r, effect: deny, tools: [erp.low_stock], when: tool.readOnly }", "erp.low_stock")]
    public void A_rule_is_about_what_its_patterns_match_and_what_has_what_it_reads(string rule, string expected)
    {
        var policy = Policies.OfRules(rule);
        Assert.Equal(expected, string.Join(' ', new[] { "erp.low_stock", "erp.receive_delivery", "model:default" }.Where(t => Concerns(policy, t))));
    }

    [Theory]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['erp.*', erp.low_stock], when: facts@.total > 1 }", "no field 'total'")]
    [InlineData("rules:\n  - { id: a, effect: transform, tools: ['erp.*', erp.low_stock], change: [ @{ arg: id, atMost: 1 } ] }", "no field 'id'")]
    [InlineData("rules:\n  - @{ id: a, effect: deny, tools: [erp.low_stock], history: { some: { tools: [erp.cancel_purchase_order], same: [args.id] } } }", "which the tool erp.low_stock does not have")]
    [InlineData("rules:\n  - @{ id: a, effect: deny, tools: ['erp.*', erp.low_stock], history: { some: { tools: [erp.cancel_purchase_order], same: [args.id] } } }", "which the tool erp.low_stock does not have")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*', @'model:default'], history: { some: { tools: [erp.low_stock] } } }", "has no 'history'")]
    [InlineData("rules:\n  - { id: a, effect: deny, tools: ['*', 'model:default'], when: args@.id == 1 }", "model:default is a model")]
    [InlineData("rules:\n  - { id: a, effect: defer, tools: [@'model:default'] }", "only deny")]
    [InlineData("rules:\n  - { id: a, effect: ask, tools: [@'model:*'], approvers: { role: cfo } }", "only deny")]
    [InlineData("rules:\n  - { id: a, effect: allow, tools: ['*'], tries: @3 }", "goes with the effect 'defer'")]
    [InlineData("rules:\n  - { id: a, effect: deny, effects: [spend, @spending, observe] }", "no class of effects 'spending'")]
    [InlineData("lists: { a: @[ b, [ c ] ] }", "must be a list of texts or numbers")]
    [InlineData("lists: { a: @[ b, null ] }", "must be a list of texts or numbers")]
    [InlineData("lists: { a: @{ b: c } }", "must be a list of texts or numbers")]
    [InlineData("lists: { a: @null }", "must be a list of texts or numbers")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, labels: @{ x: 5 }, expect: deny }", "In 'labels'")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, labels: @{ x: user }, expect: deny }", "has no such argument")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.create_purchase_order, args: { supplier: a } }, facts: { total: 1, @sum: 1 }, expect: deny }", "no fact 'sum'")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, history: [ { agent: a, tool: @'' } ], expect: deny }", "There is no tool ''")]
    public void A_fault_names_its_place(string marked, string words)
    {
        var before = marked[..marked.IndexOf('@', StringComparison.Ordinal)];
        var place = new ConfigPlace("authority.yaml", before.Count(c => c == '\n') + 1, before.Length - before.LastIndexOf('\n'));

        var fault = Policies.Read(marked.Replace("@", "", StringComparison.Ordinal) + "\nversion: 1").Reader.Faults.First(f => !f.IsWarning);

        Assert.Equal(place, fault.Place);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ id: a, effect: allow, tools: ['model:default'] }")]
    [InlineData("{ id: a, effect: deny, tools: ['mo*'] }")]
    [InlineData("{ id: a, effect: ask, tools: ['mo*', erp.low_stock], approvers: { role: cfo } }")]
    [InlineData("{ id: a, effect: defer, tools: ['*'], tries: 3 }")]
    [InlineData("{ id: a, effect: deny, tools: ['*'], history: { some: { tools: [erp.low_stock] } }, when: facts.total > 1 }")]
    [InlineData("{ id: a, effect: allow, tools: ['erp.low*', 'people.*'], effects: [write-reversible] }")]
    public void What_is_in_order_is_not_spoken_of(string rule) => Assert.Empty(Policies.Read($"version: 1\nrules:\n  - {rule}").Reader.Faults);

    [Theory]
    [InlineData("tests:\n  - { name: n, call: { agent: a }, expect: deny }")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: }, expect: deny }")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, history: [ { agent: a } ], expect: deny }")]
    [InlineData("tests:\n  - { name: n, call: { agent: a, tool: erp.low_stock }, history: [ { agent: a, tool: } ], expect: deny }")]
    [InlineData("tests:\n  - { name: n, expect: deny }")]
    [InlineData("lists: { a: b, c: [ d ] }\nrules:\n  - { id: a, effect: deny, tools: ['*'], when: \"args.supplier in lists.c\" }")]
    public void One_mistake_is_one_fault(string yaml) => Assert.Single(Policies.Read(yaml + "\nversion: 1").Reader.Faults, f => !f.IsWarning);

    [Theory]
    [InlineData("", 8, 15)]
    [InlineData(", tries: 3, retryAfter: 2m", 3, 2)]
    [InlineData(", tries: 1000", 1000, 15)]
    [InlineData(", tries: 1001", 1000, 15)]
    [InlineData(", tries: 99999999999", 1000, 15)]
    public void A_call_is_put_off_so_often_and_so_long(string rest, int tries, int minutes)
    {
        var rule = Assert.Single(Policies.OfRules($"{{ id: r, effect: defer, tools: [erp.low_stock]{rest} }}").Rules);
        Assert.Equal((tries, TimeSpan.FromMinutes(minutes)), (rule.Tries, rule.RetryAfter));
    }

    [Fact]
    public void A_list_that_is_wrong_leaves_the_others_as_they_are()
    {
        var (policy, _) = Policies.Read("version: 1\nlists: { a: b, known: [acme, 7] }\n");
        Assert.Equal("known", Assert.Single(policy.Lists.Fields).Key);
        Assert.Equal([new WhenText("acme"), new WhenNumber(7)], ((WhenList)policy.Lists.Fields["known"]).Items.AsEnumerable());
    }

    [Fact]
    public void A_test_says_what_is_called_by_whom_on_what_and_what_was_before()
    {
        var test = Assert.Single(Policies.Sound("""
            version: 1
            tests:
              - name: n
                call: { agent: purchaser, tool: erp.cancel_purchase_order, args: { id: 1 } }
                labels: { id: user }
                history:
                  - { agent: analyst, tool: erp.receive_delivery, args: { id: 2 }, facts: { told: true }, ago: 15m }
                  - { agent: purchaser, tool: erp.low_stock }
                expect: ask
            """).Tests);

        Assert.Equal(("n", "purchaser", "erp.cancel_purchase_order", """{"id":1}""", "{}", Effect.Ask), (test.Name, test.Agent, test.Tool, test.Args.Text, test.Facts.Text, test.Expected));
        Assert.NotNull(test.Labels);
        Assert.Equal(
            [("analyst", "erp.receive_delivery", """{"id":2}""", """{"told":true}""", TimeSpan.FromMinutes(15)), ("purchaser", "erp.low_stock", "{}", "{}", TimeSpan.Zero)],
            test.Past.Select(p => (p.Agent, p.Tool, p.Args.Text, p.Facts.Text, p.Ago)));
    }

    private static bool Concerns(Policy policy, string tool) => policy.RulesOf(tool).Any(r => r.IsAbout(tool, Policies.Tools.FirstOrDefault(t => t.Name == tool)?.Effect));
}
