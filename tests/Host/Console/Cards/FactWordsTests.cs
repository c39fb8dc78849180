namespace AiManager.Host.Tests;

/// <summary>What the gate found out, as somebody who decides reads it: in the company's words, and money as money.</summary>
public sealed class FactWordsTests
{
    private const string Tools = """
        sources:
          - name: erp
            kind: sql
            connection: "Data Source=${world}"
            tools:
              - name: order
                effect: spend
                parameters: { supplier: string }
                money: facts.total
                facts:
                  total: { type: number, sql: "select 1" }
                  owed: { type: number, title: "owed <now>", money: true, sql: "select 1" }
                  fair: { type: boolean, title: the price is fair, sql: "select 1" }
                  asked: { type: boolean, title: three were asked, sql: "select 1" }
                  late: { type: boolean, sql: "select 1" }
                  places: { type: integer, sql: "select 1" }
                sql: "select 1"
        """;

    [Fact]
    public async Task A_fact_goes_by_its_title_and_an_amount_has_its_currency()
    {
        await using var api = await ApiUnderTest.StartAsync("", ("tools.yaml", Tools));
        var workflow = await api.SubmittedAsync();
        var (call, approval) = (PrefixedId.Derive<CallId>(workflow.Value, "call"), PrefixedId.Derive<ApprovalId>(workflow.Value, "approval"));
        var facts = JsonText.Parse("""{"total":61000,"owed":149,"fair":true,"asked":true,"late":false,"places":3}""");
        await api.AppendAsync(
            workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Ask, ["large"], facts, "It is large.", "policy", "v1", []),
            new ApprovalRequested(
                approval, call, null, "purchaser", "erp.order", JsonText.EmptyObject, facts, "digest", ["large"], [], "It is large.", [new Seat("lead", 1)], ["jana"], new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        using var petra = await Visitor.OfAsync(api, "petra");
        var page = await petra.PageAsync("/inbox");
        Assert.Matches("owed &lt;now&gt;</th><td>149(\\.00)? EUR</td>", page);
        Assert.Matches("total</th><td>61,000(\\.00)? EUR</td>", page);
        Assert.Contains(">Checked and true</th><td>the price is fair; three were asked</td>", page, StringComparison.Ordinal);
        Assert.Contains(">Checked and not true</th><td>late</td>", page, StringComparison.Ordinal);
        Assert.Contains(">places</th><td>3</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_is_no_money()
    {
        using var folder = SmallCompany.Make(("tools.yaml", Tools.Replace("title: the price is fair", "money: true", StringComparison.Ordinal)));
        var refused = Assert.Throws<ConfigException>(() => LoadedCompany.Load(folder.Path, folder.Path, _ => null));
        Assert.Equal("Only a number is money.", Assert.Single(refused.Faults, f => !f.IsWarning).Message);
    }
}
