namespace AiManager.Domain.Tests;

public sealed class WhenExplainTests
{
    [Theory]
    [InlineData("facts.total <= 5000", "*facts.total <= 5000 {facts.total=420} true")]
    [InlineData("tool.readOnly", "*tool.readOnly {tool.readOnly=false} false")]
    [InlineData("!tool.readOnly", "*tool.readOnly {tool.readOnly=false} false")]
    [InlineData("facts.total>9 && (args.urgent)", "*facts.total>9 {facts.total=420} true; *args.urgent {args.urgent=true} true")]
    [InlineData("args.urgent && facts.total > 999", "args.urgent {args.urgent=true} true; *facts.total > 999 {facts.total=420} false")]
    [InlineData("tool.readOnly && args.urgent", "*tool.readOnly {tool.readOnly=false} false")]
    [InlineData("tool.readOnly || args.urgent || true", "tool.readOnly {tool.readOnly=false} false; *args.urgent {args.urgent=true} true")]
    [InlineData("args.x || args.urgent", "args.x {args.x=error: args has no field 'x'} args has no field 'x'; *args.urgent {args.urgent=true} true")]
    [InlineData("args.x || false", "*args.x {args.x=error: args has no field 'x'} args has no field 'x'; false {} false")]
    [InlineData("(true && false) == false", "*(true && false) == false {} true")]
    [InlineData("args.supplier in lists.approved_suppliers", "*args.supplier in lists.approved_suppliers {args.supplier=\"acme\", lists.approved_suppliers=[\"acme\", \"globex\"]} true")]
    [InlineData("args.lines[result.rows[0].n] == 1", "*args.lines[result.rows[0].n] == 1 {args.lines[result.rows[0].n]=error: result.rows[0] has no field 'n', result.rows[0].n=error: result.rows[0] has no field 'n'} result.rows[0] has no field 'n'")]
    public void A_trace_shows_what_was_seen_and_marks_what_decided(string text, string trace) =>
        Assert.Equal(trace, string.Join("; ", Conditions.Read(text).Explain(Conditions.World).Observations.Select(Show)));

    [Theory]
    [InlineData("args.supplier == 'a' && facts.total > args['unit-price']", "args.supplier@1:1 facts.total@1:25 args[\"unit-price\"]@1:39")]
    [InlineData("args.lines[0].sku == args.lines[facts.n].sku", "args.lines@1:1 facts.n@1:33")]
    [InlineData("args['a'].b['c'] == 1 || !args.a.b.c.d", "args.a.b.c@1:1 args.a.b.c.d@1:27")]
    [InlineData("'note' in args && size(args.a) > 1 && args.b.matches('x')", "args@1:11 args.a@1:24 args.b@1:39")]
    [InlineData("args.a == 1 || args.a == 2", "args.a@1:1")]
    [InlineData("args[args.key] == [facts.x]", "args@1:1 args.key@1:6 facts.x@1:20")]
    [InlineData("tool.readOnly && 'x' in labels && now == result.at", "")]
    public void The_fields_read_are_listed_once_each(string text, string paths) =>
        Assert.Equal(
            paths,
            string.Join(" ", Conditions.Read(text).FieldsRead().Select(path => $"{path}@{path.At}")));

    private static string Show(WhenObservation observation) =>
        $"{(observation.IsDeciding ? "*" : "")}{observation.Condition} {{{string.Join(", ", observation.Seen.Select(seen => $"{seen.Expression}={seen.Value}"))}}} {Conditions.Show(observation.Outcome)}";
}
