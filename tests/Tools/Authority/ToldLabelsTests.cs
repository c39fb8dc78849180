namespace AiManager.Tools.Tests;

/// <summary>What would be decided where somebody says what the arguments are made of: rules, flows and the tool's precondition, as the gate would.</summary>
public sealed class ToldLabelsTests : IAsyncLifetime
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: mail, effect: communicate-out, parameters: { to: string, body: string, copies: { array: string } }, sql: "select 1", authorityArguments: { to: {} } }
              - { name: note, effect: write-reversible, parameters: { text: string }, sql: "select 1" }
              - name: order
                effect: spend
                parameters: { supplier: string, sku: string }
                precondition: { sql: "select 1 from quotes where sku = :sku and supplier = :supplier and valid_until >= :today", reason: The quote has expired. }
                sql: "select 1"
        """;

    private const string Authority = """
        version: 1
        rules:
          - { id: all, effect: allow, tools: ["erp.*"] }
          - { id: outside-words, effect: deny, tools: [erp.note], when: '"third-party" in labels' }
        flows:
          - { id: proven, effect: ask, labels: [composed, third-party, unknown], arguments: authority, to: communicate-out, approvers: { role: lead }, reason: Who is that? }
          - { id: inside, effect: deny, labels: [customer-data], to: openWorld, reason: It stays here. }
        """;

    private Shop _shop = null!;

    public async Task InitializeAsync()
    {
        _shop = await Shop.OpenAsync();
        _shop.Configure(Tools, Authority);
    }

    public Task DisposeAsync()
    {
        _shop.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("""{"to":"user","body":"user","copies":"user"}""", Effect.Allow, "all", "")]
    [InlineData("""{"to":["vetted"],"body":["third-party"],"copies":["user"]}""", Effect.Allow, "all", "")]
    [InlineData("""{"to":"third-party","body":"user","copies":"user"}""", Effect.Ask, "all,proven", "")]
    [InlineData("""{"to":["vetted","composed"],"body":"user","copies":"user"}""", Effect.Ask, "all,proven", "")]
    [InlineData("""{"to":"user","body":"customer-data","copies":"user"}""", Effect.Deny, "inside", "")]
    [InlineData("""{"to":"third-party","body":"user","copies.1":["vetted","customer-data"]}""", Effect.Deny, "inside", "inside")]
    [InlineData("""{"to":"user","body":"user"}""", Effect.Allow, "all", "inside")]
    [InlineData("""{"body":"user"}""", Effect.Ask, "all,proven", "inside,proven")]
    [InlineData("""{}""", Effect.Ask, "all,proven", "inside,proven")]
    [InlineData(null, Effect.Allow, "all", "inside,proven")]
    public async Task Flows_judge_what_is_said_and_what_nobody_says_stays_open(string? labels, Effect effect, string rules, string open)
    {
        var answer = await CheckAsync("erp.mail", """{"to":"a@example.com","body":"Hello.","copies":["b@example.com","c@example.com"]}""", labels);

        Assert.Equal((effect, rules, open), (answer.Effect, string.Join(',', answer.Rules), string.Join(',', answer.OpenFlows)));
        Assert.Equal(effect == Effect.Ask ? "lead" : null, answer.Seats.FirstOrDefault()?.Role);
    }

    [Theory]
    [InlineData("user", Effect.Allow)]
    [InlineData("third-party", Effect.Deny)]
    public async Task Conditions_read_them_too(string label, Effect effect) =>
        Assert.Equal(effect, (await CheckAsync("erp.note", """{"text":"x"}""", $$"""{"text":"{{label}}"}""")).Effect);

    [Theory]
    [InlineData("bolt", Effect.Allow, "Rule 'all' matches.")]
    [InlineData("relic", Effect.Deny, "The quote has expired.")]
    public async Task A_tool_whose_precondition_does_not_hold_is_denied(string sku, Effect effect, string reason)
    {
        var answer = await CheckAsync("erp.order", $$"""{"supplier":"acme","sku":"{{sku}}"}""", null);

        Assert.Equal(effect, answer.Effect);
        Assert.True(effect == Effect.Allow || answer.Reason == reason, answer.Reason);
    }

    [Fact]
    public void Tests_of_a_policy_say_labels_and_expect_what_flows_say()
    {
        _shop.Configure(Tools, Authority + """

            tests:
              - { name: to somebody known, call: { agent: purchaser, tool: erp.mail, args: { to: a, body: b, copies: [] } }, labels: { to: vetted, body: user }, expect: allow }
              - { name: to somebody out of a mail, call: { agent: purchaser, tool: erp.mail, args: { to: a, body: b, copies: [] } }, labels: { to: [third-party], body: user }, expect: ask }
              - { name: with a customer's data, call: { agent: purchaser, tool: erp.mail, args: { to: a, body: b, copies: [] } }, labels: { to: vetted, body: [internal, customer-data] }, expect: deny }
              - { name: nobody says, call: { agent: purchaser, tool: erp.mail, args: { to: a, body: b, copies: [] } }, expect: allow }
              - { name: words from outside, call: { agent: purchaser, tool: erp.note, args: { text: x } }, labels: { text: third-party }, expect: deny }
              - { name: own words, call: { agent: purchaser, tool: erp.note, args: { text: x } }, labels: { text: user }, expect: allow }
            """);

        Assert.All(_shop.Desk.RunTests(), r => Assert.True(r.HasPassed, $"{r.Name}: {r.Actual} by {string.Join(",", r.Rules)}: {r.Reason}"));
        Assert.DoesNotContain(_shop.Desk.Coverage().Missing.Concat(_shop.Desk.Coverage().Exempt), f => f.Id == "outside-words");
    }

    [Theory]
    [InlineData("{ to: [] }", "the labels of 'to' must be a name")]
    [InlineData("{ to: 7 }", "the labels of 'to' must be a name")]
    [InlineData("{ to: [user, vetted] }", "'to' can have only one of")]
    [InlineData("{ too: user }", "the call has no such argument")]
    public void What_is_no_label_is_refused_with_its_place(string labels, string fault)
    {
        var reader = new ConfigReader();
        var bundle = Shop.Bundle(Tools, Authority + $"\ntests:\n  - {{ name: t, call: {{ agent: purchaser, tool: erp.mail, args: {{ to: a }} }}, labels: {labels}, expect: allow }}\n");
        Policy.Bind(bundle, CompanyTools.Governed(_shop.Catalog), new DirectoryDouble([]), reader);

        var found = Assert.Single(reader.Faults, f => !f.IsWarning);
        Assert.Contains(fault, found.Message, StringComparison.Ordinal);
        Assert.Equal(9, found.Place.Line);
    }

    private Task<AuthorityAnswer> CheckAsync(string tool, string args, string? labels) =>
        _shop.Desk.CheckAsync("purchaser", tool, JsonText.Parse(args), labels is null ? null : ToldLabels.Read(JsonText.Parse(labels), out _), CancellationToken.None);
}
