namespace AiManager.Domain.Tests;

public sealed class WhenCheckerTests
{
    [Theory]
    [InlineData("tool.readOnly")]
    [InlineData("!tool.readOnly || args.urgent == false")]
    [InlineData("!(args.supplier in lists.approved_suppliers)")]
    [InlineData("facts.total <= 5000 && args.count > 0.5")]
    [InlineData("args.supplier < 'b' && now >= args.due")]
    [InlineData("args.lines[0].quantity == 1 && args.lines[0]['sku'] == 'A'")]
    [InlineData("args.tags == [] || args.tags == ['a', 'b']")]
    [InlineData("args.prices.anything > 1 && args.prices[args.supplier] > 1")]
    [InlineData("args.options.known == 'a' && args.options.other == 1")]
    [InlineData("args[args.supplier] == 1")]
    [InlineData("args.extra")]
    [InlineData("args.extra.a[0].b.startsWith(args.extra) && args.extra in args.extra")]
    [InlineData("args.extra > 1 && args.extra > 'a' && !args.extra && size(args.extra) == 0")]
    [InlineData("'note' in args && 'x' in args.prices && 'untrusted' in labels")]
    [InlineData("1 in [1, 'a'] && 'b' in [1, 'a']")]
    [InlineData("args.supplier == null && null != args.count")]
    [InlineData("size(args) == 1 && size(args.lines) == 1 && size(args.prices) == 1")]
    [InlineData("args.supplier.startsWith('a') && 'abc'.endsWith(args.supplier) && args.supplier.contains('x')")]
    [InlineData("args.prices == args.options")]
    public void A_fitting_condition_has_no_faults(string text) =>
        Assert.Empty(Conditions.Read(text).Check(Conditions.Scope));

    [Theory]
    [InlineData("args.suplier == 'a'", "1:5: args has no field 'suplier'. Did you mean 'supplier'?")]
    [InlineData("args['suplier'] == 'a'", "1:5: args has no field 'suplier'. Did you mean 'supplier'?")]
    [InlineData("args.lines[0].zzz == 1", "1:14: args.lines[0] has no field 'zzz'.")]
    [InlineData("result.rows == []", "1:1: `result` cannot be read here. Here one can read args, facts, tool, lists, labels, now.")]
    [InlineData("args.count == '3'", "1:1: args.count is a number and \"3\" is text: they are never equal.")]
    [InlineData("args.urgent != 1", "1:1: args.urgent is true or false and 1 is a number: they are never equal.")]
    [InlineData("args.tags == [1]", "1:1: args.tags is a list and [1] is a list: they are never equal.")]
    [InlineData("args.due == '2026-01-01'", "1:1: args.due is a time and \"2026-01-01\" is text: they are never equal.")]
    [InlineData("args.count in lists.approved_suppliers", "1:1: args.count is a number and lists.approved_suppliers has items of another type, text: it is never in it.")]
    [InlineData("1 in args.prices", "1:1: `in` looks for a name in args.prices; 1 is a number, not text.")]
    [InlineData("'a' in args.supplier", "1:8: `in` looks into a list or a map; args.supplier is text.")]
    [InlineData("args.count < 'a'", "1:1: args.count is a number and \"a\" is text: they have no order between them.")]
    [InlineData("args.urgent < true", "1:1: Only numbers, texts and times have an order; args.urgent is true or false.")]
    [InlineData("1 < args.count < 5", "1:1: Only numbers, texts and times have an order; 1 < args.count is true or false. Write a < b && b < c.")]
    [InlineData("args.tags > []", "1:1: Only numbers, texts and times have an order; args.tags is a list.")]
    [InlineData("args.count > null", "1:14: Only numbers, texts and times have an order; null is null.")]
    [InlineData("args.supplier && true", "1:1: `&&` joins what is true or false; args.supplier is text.")]
    [InlineData("true || args.count", "1:9: `||` joins what is true or false; args.count is a number.")]
    [InlineData("!args.count", "1:2: `!` turns true or false around; args.count is a number.")]
    [InlineData("args.count.startsWith('a')", "1:1: This is asked of text; args.count is a number.")]
    [InlineData("args.supplier.contains(1)", "1:24: This takes text; 1 is a number.")]
    [InlineData("args.tags.matches('a')", "1:1: matches() is asked of text; args.tags is a list.")]
    [InlineData("size(args.count) == 1", "1:6: size() takes text, a list or a map; this is a number.")]
    [InlineData("args.count.x == 1", "1:1: args.count is a number and has no fields.")]
    [InlineData("args.count[0] == 1", "1:1: args.count is a number and cannot be indexed.")]
    [InlineData("args.tags['a'] == 'a'", "1:11: a list is indexed with a number, not with text.")]
    [InlineData("args.prices[0] == 1", "1:13: a map is indexed with text, not with a number.")]
    [InlineData("args.tags[-1] == 'a'", "1:11: A list is indexed with whole numbers from 0.")]
    [InlineData("args.tags[0.5] == 'a'", "1:11: A list is indexed with whole numbers from 0.")]
    [InlineData("facts.total", "1:1: A condition must be true or false; this is a number.")]
    [InlineData("'yes'", "1:1: A condition must be true or false; this is text.")]
    [InlineData("null", "1:1: A condition must be true or false; this is null.")]
    public void What_does_not_fit_is_reported_once_with_its_place(string text, string fault) =>
        Assert.Equal(fault, Assert.Single(Conditions.Read(text).Check(Conditions.Scope)).ToString());

    [Fact]
    public void All_faults_are_reported_in_the_order_of_the_text() =>
        Assert.Equal(
            ["1:5", "2:1", "2:14", "2:29"],
            Conditions.Read("args.suplier == 1 &&\n1 == 'a' && (goal.x || size(1) > 0)")
                .Check(Conditions.Scope).Select(fault => $"{fault.Line}:{fault.Column}"));

    [Theory]
    [InlineData("args.supplier", typeof(WhenType.Text))]
    [InlineData("facts.total", typeof(WhenType.Number))]
    [InlineData("args.extra.a", typeof(WhenType.Dynamic))]
    [InlineData("now", typeof(WhenType.Timestamp))]
    [InlineData("args.tags", typeof(WhenType.List))]
    public void An_expression_that_is_no_condition_has_a_type_too(string text, Type type)
    {
        var typing = Conditions.Read(text).TypeIn(Conditions.Scope);
        Assert.Empty(typing.Faults);
        Assert.IsType(type, typing.Type);
    }
}
