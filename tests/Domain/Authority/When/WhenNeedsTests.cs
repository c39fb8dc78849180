using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class WhenNeedsTests
{
    private static readonly WhenFacts Known = new() { Lists = Conditions.World.Lists };

    private static readonly Gen<string> Terms = Gen.Elements("args.supplier", "args.count", "args.urgent", "args.note", "args.nothing", "args.huge", "facts.total", "args.lines", "now", "agent.name");
    private static readonly Gen<string> Constants = Gen.Elements("'acme'", "'globex'", "3", "3.0", "420", "true", "false", "null", "['acme', 3]", "[3, null]", "[]", "lists.approved_suppliers", "lists.none");
    private static readonly Gen<string> Relations = Gen.Elements("==", "!=", "<", "<=", ">", ">=", "in");

    private static readonly Gen<string> Simple = Gen.OneOf(
        from term in Terms from relation in Relations from constant in Constants select $"{term} {relation} {constant}",
        from constant in Constants from relation in Relations from term in Terms select $"{constant} {relation} {term}",
        Gen.Elements("args.urgent", "!args.urgent", "args.supplier.startsWith('a')", "size(args.lines) > 1", "task.risk == 'high'", "args.nothing"));

    private static readonly Gen<string> Joined =
        from parts in Simple.ArrayOf(4)
        from joins in Gen.Elements("&&", "||").ArrayOf(2)
        from isNot in Gen.Elements("", "", "!")
        select $"({parts[0]} {joins[0]} {parts[1]}) {joins[1]} {isNot}({parts[2]} {joins[0]} {parts[3]})";

    [Theory]
    [InlineData("args.supplier == 'acme'", "args.supplier of \"acme\"")]
    [InlineData("'acme' == args.supplier && facts.total > 5", "args.supplier of \"acme\"; facts.total 5..")]
    [InlineData("args.supplier in ['acme', null]", "args.supplier of \"acme\", null")]
    [InlineData("args.supplier in lists.approved_suppliers", "args.supplier of \"acme\", \"globex\"")]
    [InlineData("args.count == 1 || args.count in [2, 3]", "args.count of 1, 2, 3")]
    [InlineData("5 <= facts.total && facts.total < 9.5", "facts.total 5..; facts.total ..9.5")]
    [InlineData("size(args.lines) == 2", "size(args.lines) of 2")]
    [InlineData("args.count == 1 || facts.total == 1", "")]
    [InlineData("args.count == 1 || args.count > 5", "")]
    [InlineData("!(args.count == 1)", "")]
    [InlineData("args.count != 1", "")]
    [InlineData("args.count == facts.total", "")]
    [InlineData("args.supplier == ['acme']", "")]
    [InlineData("args.supplier > 'acme'", "")]
    [InlineData("'a' in args.tags", "")]
    [InlineData("args.supplier in lists.unknown", "")]
    [InlineData("1 == 1", "")]
    public void What_a_condition_needs_can_be_read_off_it(string condition, string needs) =>
        Assert.Equal(needs, string.Join("; ", Conditions.Read(condition).Needs(Known).Select(Show)));

    [Fact]
    public void Where_a_need_is_not_met_the_condition_is_false_whatever_the_rest_of_it_says() => Prop.ForAll(Arb.From(Gen.OneOf(Simple, Joined)), text =>
        When.Parse(text, WhenPosition.Start) is not WhenParsed.Sound { Expression: var condition }
        || condition.Needs(Known).All(IsMet)
        || condition.Evaluate(Conditions.World) is WhenOutcome.False).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    /// <summary>Also where it says nothing of such a value.</summary>
    private static bool IsMet(WhenNeed need) => (need, need.Term.Of(Conditions.World)) switch
    {
        (WhenNeed.OneOf one, var value) when value is WhenNumber or WhenText or WhenBoolean or WhenNull => one.Values.Contains(value),
        (WhenNeed.Between range, WhenNumber { Value: var number }) => range.Least <= number && number <= range.Most,
        _ => true,
    };

    private static string Show(WhenNeed need) => need switch
    {
        WhenNeed.OneOf one => $"{one.Term} of {string.Join(", ", one.Values)}",
        WhenNeed.Between { Least: decimal.MinValue } most => $"{most.Term} ..{most.Most}",
        WhenNeed.Between least => $"{least.Term} {least.Least}..",
        _ => throw new InvalidOperationException(),
    };
}
