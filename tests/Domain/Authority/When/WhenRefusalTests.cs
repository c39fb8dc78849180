namespace AiManager.Domain.Tests;

public sealed class WhenRefusalTests
{
    [Theory]
    [InlineData("facts.total + 1 > 2", "1:13", "`+` arithmetic")]
    [InlineData("facts.total - 1 > 2", "1:13", "`-` arithmetic")]
    [InlineData("facts.total -1 > 2", "1:13", "`-` arithmetic")]
    [InlineData("args.unit-price > 2", "1:10", "args[\"unit-price\"]")]
    [InlineData("-args.a > 2", "1:1", "`-` arithmetic")]
    [InlineData("--1 > 2", "1:1", "`-` arithmetic")]
    [InlineData("facts.total * 2 > 2", "1:13", "`*` arithmetic")]
    [InlineData("facts.total / 2 > 2", "1:13", "`/` arithmetic")]
    [InlineData("facts.total % 2 == 0", "1:13", "`%` arithmetic")]
    [InlineData("true ? 1 : 2", "1:6", "choice")]
    [InlineData("args.?a", "1:6", "choice")]
    [InlineData("args.a == {}", "1:11", "Maps in braces")]
    [InlineData("args.a = 1", "1:8", "write ==")]
    [InlineData("true & false", "1:6", "write &&")]
    [InlineData("true | false", "1:6", "write ||")]
    [InlineData("true // why", "1:6", "Comments")]
    [InlineData("args.`a-b`", "1:6", "backticks")]
    [InlineData(".args.a", "1:1", "dot before a name")]
    [InlineData("true;", "1:5", "`;` is not part")]
    [InlineData("true \u0000", "1:6", "U+0000")]
    [InlineData("žába", "1:1", "only inside a text")]
    [InlineData("args.a\u00A0== 1", "1:7", "only inside a text")]
    [InlineData("has(args.a)", "1:1", "\"name\" in args")]
    [InlineData("args.lines.all(l, l.price < 5)", "1:12", "macro .all()")]
    [InlineData("args.lines.exists(l, true)", "1:12", "no loops")]
    [InlineData("args.lines.exists_one(l, true)", "1:12", "macro .exists_one()")]
    [InlineData("args.lines.map(l, l)", "1:12", "macro .map()")]
    [InlineData("args.lines.filter(l, true)", "1:12", "macro .filter()")]
    [InlineData("now > timestamp('2026-01-01T00:00:00Z')", "1:7", "timestamp() is not part")]
    [InlineData("now > duration('1h')", "1:7", "duration() is not part")]
    [InlineData("int('1') == 1", "1:1", "conversion int()")]
    [InlineData("string(1) == '1'", "1:1", "conversion string()")]
    [InlineData("type(1) == type(2)", "1:1", "conversion type()")]
    [InlineData("now.getHours() == 1", "1:5", ".getHours() is not part")]
    [InlineData("args.a.startswith('x')", "1:8", "Did you mean 'startsWith'?")]
    [InlineData("args.a.size() > 1", "1:8", "write size(x)")]
    [InlineData("len(args.a) > 1", "1:1", "There are size(x)")]
    [InlineData("contains(args.a, 'x')", "1:1", "is called on a text")]
    [InlineData("size() > 1", "1:6", "size() takes one argument")]
    [InlineData("size(args, labels) > 1", "1:10", "size() takes only one argument")]
    [InlineData("args.a.contains()", "1:17", "contains() takes one argument")]
    [InlineData("args.a.contains('a', 'b')", "1:20", "contains() takes only one argument")]
    [InlineData("args.a.matches(args.b)", "1:16", "must be a text literal")]
    [InlineData("args.a == acme", "1:11", "a text is written in quotes")]
    [InlineData("arg.a == 1", "1:1", "Did you mean 'args'?")]
    [InlineData("Args.a == 1", "1:1", "Did you mean 'args'?")]
    [InlineData("args.in == 1", "1:6", "[\"in\"]")]
    [InlineData("0x1F == 31", "1:1", "Hexadecimal")]
    [InlineData("1u == 1", "1:1", "Unsigned")]
    [InlineData("args.a < 15m", "1:10", "Durations")]
    [InlineData("1e == 1", "1:1", "run into a name")]
    [InlineData("b'x' == 'x'", "1:1", "bytes")]
    [InlineData("rb'x' == 'x'", "1:1", "bytes")]
    [InlineData("'''x''' == 'x'", "1:1", "triple quotes")]
    [InlineData("'x", "1:1", "no closing quote")]
    [InlineData("args.a == 'x\ny'", "1:13", "line break")]
    [InlineData(@"args.a == 'x\q'", "1:13", "escape is not known")]
    [InlineData(@"'\u12'", "1:2", "escape is not known")]
    [InlineData(@"'\uD800'", "1:2", "escape is not known")]
    [InlineData(@"'\U00110000'", "1:2", "escape is not known")]
    [InlineData(@"'\400'", "1:2", "escape is not known")]
    [InlineData(@"'\", "1:2", "escape is not known")]
    [InlineData("", "1:1", "is empty")]
    [InlineData(" \n ", "2:2", "is empty")]
    [InlineData("true &&", "1:8", "a value is missing")]
    [InlineData("&& true", "1:1", "Expected a value, not `&&`")]
    [InlineData("true true", "1:6", "Expected an operator or the end, not `true`")]
    [InlineData("(true", "1:6", "`)` is missing")]
    [InlineData("true)", "1:5", "not `)`")]
    [InlineData("[1, 2", "1:6", "`,` or `]` is missing")]
    [InlineData("[1 2]", "1:4", "Expected `,` or `]`, not `2`")]
    [InlineData("[,]", "1:2", "Expected a value, not `,`")]
    [InlineData("args[0", "1:7", "`]` is missing")]
    [InlineData("args.", "1:6", "the name of a field is missing")]
    [InlineData("args.0", "1:5", "not `.0`")]
    [InlineData("true not false", "1:6", "not `not`")]
    [InlineData("true &&\n  args.a + 1", "2:10", "`+` arithmetic")]
    [InlineData("true &&\r\n\r\n  1 +", "3:5", "`+` arithmetic")]
    [InlineData("true &&\r1 +", "2:3", "`+` arithmetic")]
    public void What_is_not_in_the_subset_is_named_with_its_place(string text, string place, string message)
    {
        var refusal = Conditions.Refusal(text);
        Assert.StartsWith(place + ": ", refusal);
        Assert.Contains(message, refusal);
    }

    [Theory]
    [InlineData("true +", 12, 26)]
    [InlineData("true &&\ntrue +", 13, 26)]
    public void A_place_is_counted_from_the_origin(string text, int line, int column)
    {
        var fault = Assert.Single(Assert.IsType<WhenParsed.Faulty>(When.Parse(text, new WhenPosition(12, 21))).Faults);
        Assert.Equal((line, column), (fault.Line, fault.Column));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_not_a_text() =>
        Assert.StartsWith("1:2: This is not valid Unicode", Conditions.Refusal("'\uD83D'"));
}
