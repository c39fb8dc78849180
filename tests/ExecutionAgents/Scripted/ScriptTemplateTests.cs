namespace AiManager.ExecutionAgents.Tests;

/// <summary>What a template can do, and that it can do no more.</summary>
public sealed class ScriptTemplateTests
{
    private const string Context = """{"goal":"Restock","item":{"supplier":"acme","lines":[{"sku":"A","n":1.0},{"sku":"B","n":2},{"sku":"A","n":3}]},"none":[]}""";

    [Theory]
    [InlineData("$item.supplier", "\"acme\"")]
    [InlineData("$item.lines.1", """{"sku":"B","n":2}""")]
    [InlineData("$item.lines.0.n", "1.0")]
    [InlineData("\"From {$item.supplier}: {$item.lines.1}\"", """
        "From acme: {\"sku\":\"B\",\"n\":2}"
        """)]
    [InlineData("$$item.supplier", "\"$item.supplier\"")]
    [InlineData("{ a: 1.50, b: \"1.50\", c: true, d: null, e: [x] }", """{"a":1.50,"b":"1.50","c":true,"d":null,"e":["x"]}""")]
    [InlineData("{ $forEach: $item.lines, $give: $each.sku }", """["A","B","A"]""")]
    [InlineData("{ $forEach: $item.lines, $as: line, $where: { sku: A }, $give: { n: $line.n } }", """[{"n":1.0},{"n":3}]""")]
    [InlineData("{ $forEach: $item.lines, $where: { sku: { not: A } } }", """[{"sku":"B","n":2}]""")]
    [InlineData("{ $forEach: $item.lines, $where: { n: 1 }, $give: $each.sku }", """["A"]""")]
    [InlineData("{ $forEach: $item.lines, $as: a, $give: { $forEach: $item.lines, $as: b, $where: { sku: $a.sku }, $give: $b.n } }", "[[1.0,3],[2],[1.0,3]]")]
    [InlineData("[ first, { $forEach: $item.lines, $give: $each.sku }, last ]", """["first","A","B","A","last"]""")]
    [InlineData("{ $forEach: $none }", "[]")]
    [InlineData("{ $forEach: \"$all[erp.never]\" }", "[]")]
    [InlineData("{ $first: $item.lines, $where: { sku: B }, $give: $each.n }", "2")]
    [InlineData("{ $first: $item.lines, $where: { sku: C }, $else: nobody }", "\"nobody\"")]
    public void It_points_repeats_and_filters(string template, string expected)
    {
        var answer = Scripts.Replying($"{{ json: {template} }}").Answer(Scripts.Ask(Context));
        Assert.Equal((ModelOutcome.Replied, expected.Trim()), (answer.Outcome, answer.Text));
    }

    [Theory]
    [InlineData("$item.n * 2")]
    [InlineData("$item.n+1")]
    [InlineData("$sum(item.lines)")]
    [InlineData("$item.lines.*")]
    [InlineData("$item..n")]
    [InlineData("$")]
    [InlineData("\"{$item.n + 1}\"")]
    [InlineData("\"{$item.n\"")]
    [InlineData("{ $sum: $item.lines }")]
    [InlineData("{ $sort: $item.lines, by: n }")]
    [InlineData("{ $groupBy: sku }")]
    [InlineData("{ $forEach: $item.lines, $orderBy: n }")]
    [InlineData("{ $forEach: $item.lines, $where: { n: { above: 2 } } }")]
    [InlineData("{ $forEach: $item.lines, $where: { n: { matches: a } } }")]
    [InlineData("{ $forEach: $item.lines, $as: a b }")]
    [InlineData("{ $forEach: $item.lines, $limit: 1 }")]
    [InlineData("{ $first: $item.lines, $max: n }")]
    public void It_neither_reckons_nor_sorts_nor_groups(string template)
    {
        var faults = Scripts.Faults($"rules: [ {{ name: only, when: {{}}, reply: {{ json: {template} }} }} ]");
        Assert.NotEmpty(faults);
        Assert.All(faults, f => Assert.StartsWith("scripts/test.yaml:1:", f.Place.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("json: $item.price", "$item.price points nowhere")]
    [InlineData("text: \"{$item.price}\"", "$item.price points nowhere")]
    [InlineData("json: { $forEach: $prices }", "$prices points nowhere")]
    [InlineData("calls: { $forEach: $none, $give: { tool: t } }", "there is nothing that it would call")]
    [InlineData("calls: [ { tool: $item.lines } ]", "a call of it names no tool")]
    public void What_is_not_there_is_no_script_and_says_why(string reply, string reason)
    {
        var answer = Scripts.Replying($"{{ {reply} }}").Answer(Scripts.Ask(Context));
        Assert.Equal((ModelOutcome.NoScript, $"The script 'only' (scripts/test.yaml:1:10) does not fit after all: {reason}."), (answer.Outcome, answer.Error));
    }
}
