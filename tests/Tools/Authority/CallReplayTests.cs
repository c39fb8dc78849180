namespace AiManager.Tools.Tests;

/// <summary>Calls of a recorded run are judged as the gate would, step by step, and nothing is called.</summary>
public sealed class CallReplayTests : IAsyncLifetime
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - { name: prices, effect: observe, parameters: { supplier: string? }, sql: "select 1", returns: { rows.*.supplier: { integrity: vetted, kind: supplier } } }
              - { name: note, effect: write-reversible, parameters: { supplier: string }, sql: "select 1" }
              - name: order
                effect: spend
                parameters: { supplier: string, sku: string, quantity: integer }
                facts: { price: { type: number, sql: "select price from quotes where sku = :sku and supplier = 'acme'" } }
                precondition: { sql: "select 1 from quotes where sku = :sku and supplier = 'acme' and valid_until >= :today", reason: The quote has expired. }
                authorityArguments: { supplier: { kind: supplier } }
                sql: "select 1"
        """;

    private const string Authority = """
        version: 1
        rules:
          - { id: read, effect: allow, tools: [erp.prices, erp.note] }
          - { id: order, effect: allow, tools: [erp.order], limits: [ { arg: quantity, atMost: 50 } ] }
          - { id: dear, effect: ask, tools: [erp.order], when: facts.price > 1000, approvers: { role: lead } }
          - { id: once, effect: deny, tools: [erp.order], history: { some: { tools: [erp.order], same: [args.sku], by: another } } }
          - { id: outside, effect: deny, tools: [erp.note], when: '"unknown" in labels' }
        flows:
          - { id: proven, effect: ask, labels: [composed, unknown, internal, third-party], arguments: authority, to: spend, approvers: { role: lead } }
        """;

    private Shop _shop = null!;
    private CallReplay _replay = null!;

    public async Task InitializeAsync()
    {
        _shop = await Shop.OpenAsync();
        _shop.Configure(Tools, Authority);
        _replay = new CallReplay(_shop.Bound(Tools, Authority), _shop.Time);
    }

    public Task DisposeAsync()
    {
        _shop.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("erp.prices", "{}", null, Effect.Allow, "read", "")]
    [InlineData("erp.gone", "{}", null, Effect.Deny, "", "There is no tool 'erp.gone'.")]
    [InlineData("erp.order", "{}", null, Effect.Deny, "", "The arguments do not fit the tool: ")]
    [InlineData("erp.prices", "{}", "erp.order", Effect.Deny, "", "does not cover erp.prices")]
    [InlineData("erp.prices", "{}", "erp.prices", Effect.Allow, "read", "")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":50}""", null, Effect.Allow, "order", "")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"bolt","quantity":51}""", null, Effect.Deny, "", "No rule allows")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"plant","quantity":1}""", null, Effect.Ask, "dear", "")]
    [InlineData("erp.order", """{"supplier":"evil","sku":"bolt","quantity":1}""", null, Effect.Ask, "order,proven", "")]
    [InlineData("erp.order", """{"supplier":"evil","sku":"plant","quantity":1}""", null, Effect.Ask, "dear,proven", "")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"relic","quantity":1}""", null, Effect.Deny, "", "The quote has expired.")]
    [InlineData("erp.order", """{"supplier":"acme","sku":"nothing","quantity":1}""", null, Effect.Deny, "", "The fact 'price' of erp.order has no value")]
    public async Task A_call_is_judged_by_catalogue_grant_rules_flows_and_precondition(string tool, string args, string? granted, Effect effect, string rules, string reason)
    {
        _replay.Said("the goal", "Order from acme.");

        var said = await JudgeAsync(tool, args, granted is null ? null : new Grant([granted]));

        Assert.Equal((effect, rules), (said.Effect, string.Join(',', said.Rules)));
        Assert.Contains(reason, said.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, Effect.Ask)]
    [InlineData("erp.gone", Effect.Ask)]
    [InlineData("erp.prices", Effect.Allow)]
    public async Task What_a_call_gave_proves_what_comes_after_it(string? made, Effect effect)
    {
        if (made is not null)
        {
            _replay.Made(made, JsonText.EmptyObject, JsonText.Parse("""{"rows":[{"supplier":"globex"}]}"""));
        }

        var said = await JudgeAsync("erp.order", """{"supplier":"globex","sku":"bolt","quantity":1}""");

        Assert.Equal(effect, said.Effect);
        Assert.Equal(made == "erp.prices", said.Arguments.Single(a => a.Path == "supplier").Origin == LabelOrigin.Proven);
    }

    [Theory]
    [InlineData("erp.note", Effect.Ask)]
    [InlineData("erp.prices", Effect.Allow)]
    public async Task What_the_run_wrote_itself_proves_nothing_when_it_is_read_back_and_what_it_looked_for_does(string first, Effect effect)
    {
        _replay.Made("erp.prices", JsonText.EmptyObject, JsonText.Parse("""{"rows":[{"words":"from outside"}]}"""));
        _replay.Made(first, JsonText.Parse("""{"supplier":"evil"}"""), JsonText.EmptyObject);
        _replay.Made("erp.prices", JsonText.EmptyObject, JsonText.Parse("""{"rows":[{"supplier":"evil"}]}"""));

        Assert.Equal(effect, (await JudgeAsync("erp.order", """{"supplier":"evil","sku":"bolt","quantity":1}""")).Effect);
    }

    [Fact]
    public async Task Rules_look_back_at_what_was_made_and_at_labels()
    {
        _replay.Said("the goal", "Order from acme.");
        _replay.Made("erp.order", JsonText.Parse("""{"supplier":"acme","sku":"bolt","quantity":1}"""), JsonText.Parse("""{"words":"from outside"}"""));

        Assert.Equal("once", Assert.Single((await JudgeAsync("erp.order", """{"supplier":"acme","sku":"bolt","quantity":1}""")).Rules));
        Assert.Equal(Effect.Allow, (await JudgeAsync("erp.order", """{"supplier":"acme","sku":"motor","quantity":1}""")).Effect);
        Assert.Equal("outside", Assert.Single((await JudgeAsync("erp.note", """{"supplier":"somebody"}""")).Rules));
        Assert.Equal(Effect.Allow, (await JudgeAsync("erp.note", """{"supplier":"acme"}""")).Effect);
    }

    private Task<JudgedCall> JudgeAsync(string tool, string args, Grant? grant = null) => _replay.JudgeAsync("purchaser", tool, JsonText.Parse(args), grant, CancellationToken.None);
}
