using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

public sealed class StatementTests
{
    [Theory]
    [InlineData("no purchase", "Never purchase by - above - when - of ")]
    [InlineData("never any purchase by purchaser.", "Never purchase by purchaser above - when - of ")]
    [InlineData("No calls of  erp.order by purchaser", "Never erp.order by purchaser above - when - of ")]
    [InlineData("no call of erp.order", "Never erp.order by - above - when - of ")]
    [InlineData("always allows the purchase", "AlwaysAllowed purchase by - above - when - of ")]
    [InlineData("always allow an order", "AlwaysAllowed order by - above - when - of ")]
    [InlineData("no purchase above 5,000.50", "Never purchase by - above 5000.50 when - of ")]
    [InlineData("no purchase above 5000 by purchaser", "Never purchase by purchaser above 5000 when - of ")]
    [InlineData("no purchase by purchaser over 5_000 EUR", "Never purchase by purchaser above 5000 when - of ")]
    [InlineData("no purchase over 6 above 5", "Never purchase by - above 6 when - of ")]
    [InlineData("no purchase of more than 5 if facts.approved", "Never purchase by - above 5 when facts.approved of ")]
    [InlineData("no purchase without approval", "NotUnasked purchase by - above - when - of ")]
    [InlineData("no purchase without approval of the cfo and procurement-lead", "NotUnasked purchase by - above - when - of cfo,procurement-lead")]
    [InlineData("no purchase without approval from cfo,procurement-lead , the warehouse", "NotUnasked purchase by - above - when - of cfo,procurement-lead,warehouse")]
    [InlineData("always asks purchases above 5000", "NotUnasked purchases by - above 5000 when - of ")]
    [InlineData("always asks cfo for purchases", "NotUnasked purchases by - above - when - of cfo")]
    [InlineData("always ask cfo before a purchase for us", "NotUnasked purchase for us by - above - when - of cfo")]
    [InlineData("always asks the cfo about every order before noon", "NotUnasked every order before noon by - above - when - of cfo")]
    public void A_statement_is_read_word_by_word(string text, string expected)
    {
        var read = Statement.Read(text);

        Assert.Equal(expected, FormattableString.Invariant($"{read.Kind} {read.What} by {read.Agent ?? "-"} above {(read.Above is { } above ? above : "-")} when {read.When?.ToString() ?? "-"} of {string.Join(',', read.Roles)}"));
    }

    [Theory]
    [InlineData("call", "erp.list_orders erp.create_order erp.stock crm.send_sm erp.read_note")]
    [InlineData("calls", "erp.list_orders erp.create_order erp.stock crm.send_sm erp.read_note")]
    [InlineData("tool", "erp.list_orders erp.create_order erp.stock crm.send_sm erp.read_note")]
    [InlineData("tool calls", "erp.list_orders erp.create_order erp.stock crm.send_sm erp.read_note")]
    [InlineData("anything", "erp.list_orders erp.create_order erp.stock crm.send_sm erp.read_note")]
    [InlineData("erp.stock", "erp.stock")]
    [InlineData("erp.*", "erp.list_orders erp.create_order erp.stock erp.read_note")]
    [InlineData("effect spend", "erp.create_order")]
    [InlineData("order", "erp.create_order")]
    [InlineData("Orders", "erp.create_order")]
    [InlineData("stock", "erp.stock")]
    [InlineData("stocks", "erp.stock")]
    [InlineData("purchases", "erp.create_order")]
    [InlineData("message", "crm.send_sm")]
    [InlineData("read", "erp.read_note")]
    [InlineData("sms", "")]
    [InlineData("nothing", "")]
    public void Words_find_tools_those_that_do_something_before_those_that_read(string what, string expected)
    {
        ImmutableArray<GovernedTool> tools =
        [
            Tool("erp.list_orders", EffectClass.Observe), Tool("erp.create_order", EffectClass.Spend), Tool("erp.stock", EffectClass.Observe),
            Tool("crm.send_sm", EffectClass.CommunicateOut), Tool("erp.read_note", EffectClass.Observe),
        ];

        if (expected.Length == 0)
        {
            Assert.Throws<StatementException>(() => StatementWords.Find(what, tools));
        }
        else
        {
            Assert.Equal(expected, string.Join(' ', StatementWords.Find(what, tools).Select(t => t.Name)));
        }
    }

    private static GovernedTool Tool(string name, EffectClass effect)
    {
        var info = new ToolInfo(name, name, effect, JsonText.EmptyObject, "1", TimeSpan.FromSeconds(1)) { IsReadOnly = effect == EffectClass.Observe };
        return new GovernedTool(name, ToolTraits.Of(info), PolicyScope.Nothing, PolicyScope.Nothing);
    }
}
