namespace AiManager.Domain.Tests;

public sealed class WhenParserTests
{
    [Theory]
    [InlineData("true || false && true", "(Or true (And false true))")]
    [InlineData("true && false || true", "(Or (And true false) true)")]
    [InlineData("(true || false) && true", "(And (Or true false) true)")]
    [InlineData("true && false && true", "(And true false true)")]
    [InlineData("true && (false && true)", "(And true (And false true))")]
    [InlineData("1 == 2 && 3 < 4", "(And (Equal 1 2) (Less 3 4))")]
    [InlineData("1 < 2 == true", "(Equal (Less 1 2) true)")]
    [InlineData("true == (1 < 2)", "(Equal true (Less 1 2))")]
    [InlineData("1 in [1] == true", "(Equal (In 1 (WhenListing 1)) true)")]
    [InlineData("!true == false", "(Equal (WhenNot true) false)")]
    [InlineData("!(true == false)", "(WhenNot (Equal true false))")]
    [InlineData("!!true", "(WhenNot (WhenNot true))")]
    [InlineData("!tool.readOnly", "(WhenNot (. Tool readOnly))")]
    [InlineData("!args.a.startsWith('x')", """(WhenNot (StartsWith (. Args a) "x"))""")]
    [InlineData("-1 < - 2", "(Less -1 -2)")]
    [InlineData("args.a[0].b", "(. (WhenIndex (. Args a) 0) b)")]
    [InlineData("args['a'][1 == 1]", """(WhenIndex (WhenIndex Args "a") (Equal 1 1))""")]
    [InlineData("size(args.a) > 0", "(Greater (WhenSize (. Args a)) 0)")]
    [InlineData("args.size == 1", "(Equal (. Args size) 1)")]
    [InlineData("args.a.matches('^x')", """(Match (. Args a) "^x")""")]
    [InlineData("[]", "(WhenListing)")]
    [InlineData("[1, 'a', [true],]", """(WhenListing 1 "a" (WhenListing true))""")]
    [InlineData("labels", "Labels")]
    [InlineData("now > result.at", "(Greater Now (. Result at))")]
    [InlineData("agent.a != task.b", "(NotEqual (. Agent a) (. Task b))")]
    [InlineData("goal.a >= lists.b", "(GreaterOrEqual (. Goal a) (. Lists b))")]
    [InlineData("facts.a<=args.package", "(LessOrEqual (. Facts a) (. Args package))")]
    [InlineData(" \t\r\n\f1\n==\n1 ", "(Equal 1 1)")]
    public void Precedence_and_grouping_are_CELs(string text, string shape) =>
        Assert.Equal(shape, Conditions.Shape(Conditions.Read(text).Tree));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("007", "7")]
    [InlineData("1.0", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("1.50e2", "150")]
    [InlineData("1E-2", "0.01")]
    [InlineData("2e+3", "2000")]
    [InlineData("-0", "0")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("10000000000000000000000000000.0000000000000000000000000000000000000", "10000000000000000000000000000")]
    [InlineData("0e999999999999", "0")]
    public void A_number_is_a_decimal_kept_exactly(string text, string value) =>
        Assert.Equal(value, Conditions.Read(text).ToString());

    [Theory]
    [InlineData("79228162514264337593543950336")]
    [InlineData("1e29")]
    [InlineData("1e-29")]
    [InlineData("1.00000000000000000000000000001")]
    [InlineData("1e999999999999")]
    [InlineData("1e-999999999999")]
    public void A_number_that_would_be_rounded_is_refused(string text) =>
        Assert.StartsWith("1:1: This number is too large, or has too many digits", Conditions.Refusal(text));

    [Theory]
    [InlineData("'a'", "a")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("'say \"so\"'", "say \"so\"")]
    [InlineData("''", "")]
    [InlineData(@"'\\ \"" \' \` \?'", "\\ \" ' ` ?")]
    [InlineData(@"'\a\b\f\n\r\t\v'", "\a\b\f\n\r\t\v")]
    [InlineData(@"'\x41\X42\103\u0044\U00000045'", "ABCDE")]
    [InlineData(@"'\U0001F600'", "😀")]
    [InlineData("'žluťoučký 😀'", "žluťoučký 😀")]
    [InlineData(@"r'\d+\.'", @"\d+\.")]
    [InlineData(@"R""\""", @"\")]
    public void A_text_has_CELs_escapes(string text, string value) =>
        Assert.Equal(new WhenText(value), Conditions.Read(text).Value(Conditions.World));

    [Fact]
    public void Fifty_levels_are_enough_and_one_more_is_refused()
    {
        Conditions.Read(new string('(', 49) + "true" + new string(')', 49));
        Conditions.Read(new string('!', 49) + "true");
        Conditions.Read("args" + string.Concat(Enumerable.Repeat(".a", 49)));
        Assert.Equal("1:51: A condition nests at most 50 levels deep.", Conditions.Refusal(new string('(', 50) + "true"));
        Assert.Equal("1:51: A condition nests at most 50 levels deep.", Conditions.Refusal(new string('!', 50) + "true"));
        Assert.Equal("1:1: A condition nests at most 50 levels deep.", Conditions.Refusal("args" + string.Concat(Enumerable.Repeat(".a", 50))));
        Assert.Equal("1:1: A condition nests at most 50 levels deep.", Conditions.Refusal("1" + string.Concat(Enumerable.Repeat(" == 1", 50))));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("!")]
    [InlineData("args[")]
    [InlineData("size(")]
    [InlineData("!(")]
    [InlineData("[1].a[")]
    public void Hostile_nesting_is_refused_and_not_run_into(string piece) =>
        Assert.Contains("levels deep", Conditions.Refusal(string.Concat(Enumerable.Repeat(piece, When.LongestText / piece.Length))));

    [Fact]
    public void A_long_chain_is_not_a_deep_tree()
    {
        var chain = string.Join(" || ", Enumerable.Range(0, 800).Select(number => $"{number} == 0"));
        Assert.Equal("true", Conditions.Answer(chain));
        Assert.Equal(3, Conditions.Read(chain).Tree.Depth);
    }

    [Fact]
    public void A_text_of_ten_thousand_characters_is_read_and_a_longer_one_is_refused()
    {
        Conditions.Read("true".PadRight(When.LongestText));
        Assert.Equal("1:1: A condition has at most 10000 characters; this has 10001.", Conditions.Refusal("true".PadRight(When.LongestText + 1)));
    }
}
