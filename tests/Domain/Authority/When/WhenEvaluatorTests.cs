namespace AiManager.Domain.Tests;

public sealed class WhenEvaluatorTests
{
    [Theory]
    [InlineData("tool.readOnly", "false")]
    [InlineData("!(args.supplier in lists.approved_suppliers)", "false")]
    [InlineData("facts.total <= 5000", "true")]
    [InlineData("facts.total > 5000", "false")]
    [InlineData("size(result.rows) > 0", "true")]
    [InlineData("size(result.rows) == 0", "false")]
    public void The_conditions_of_the_sample_company_answer(string text, string answer) => Assert.Equal(answer, Conditions.Answer(text));

    [Theory]
    // numbers
    [InlineData("1 == 1.0", "true")]
    [InlineData("0.1 == 1e-1 && 100 == 1e2 && -0 == 0", "true")]
    [InlineData("args.price == 1.5", "true")]
    [InlineData("9007199254740993 == 9007199254740992", "false")]
    [InlineData("1 != 2 && !(1 != 1.00)", "true")]
    [InlineData("1 < 2 && !(2 < 2) && !(3 < 2)", "true")]
    [InlineData("1 <= 2 && 2 <= 2 && !(3 <= 2)", "true")]
    [InlineData("2 > 1 && !(2 > 2) && !(1 > 2)", "true")]
    [InlineData("2 >= 1 && 2 >= 2 && !(1 >= 2)", "true")]
    [InlineData("-1 < 0", "true")]
    // texts
    [InlineData("'a' == \"a\" && 'a' != 'A'", "true")]
    [InlineData("'Z' < 'a' && 'a' < 'aa' && '' < 'a' && 'b' > 'aa'", "true")]
    [InlineData("'\\uFF5E' < '\\U0001F600'", "true")]
    [InlineData("'\\U0001F600' < '\\U0001F601'", "true")]
    [InlineData("'\\u00e9' == 'e\\u0301'", "false")]
    [InlineData("args.supplier.startsWith('ac') && !args.supplier.startsWith('AC')", "true")]
    [InlineData("args.supplier.endsWith('me') && !args.supplier.endsWith('ac')", "true")]
    [InlineData("args.supplier.contains('cm') && args.supplier.contains('') && !args.supplier.contains('x')", "true")]
    [InlineData("'straße'.contains('ss') || 'a'.startsWith('\\u00AD')", "false")]
    [InlineData("size('žš') == 2 && size('') == 0 && size(args.face) == 2", "true")]
    // lists and maps
    [InlineData("args.supplier in lists.approved_suppliers", "true")]
    [InlineData("'initech' in lists.approved_suppliers", "false")]
    [InlineData("1.0 in [3, 2, 1]", "true")]
    [InlineData("1 in []", "false")]
    [InlineData("'supplier' in args && !('suplier' in args)", "true")]
    [InlineData("1 in args", "false")]
    [InlineData("[1, 'a', [true]] == [1.0, 'a', [true]] && [1, 2] != [2, 1] && [1] != [1, 1]", "true")]
    [InlineData("args.lines[0] == args.lines[0] && args.lines[0] != args.lines[1] && args.lines[0] != args.address", "true")]
    [InlineData("args.lines[0].sku == 'A-1' && args.lines[1]['quantity'] == 2.5 && args.lines[1.0].sku == 'B-2'", "true")]
    [InlineData("args['unit-price'] == 9 && args[args.lines[0].sku == 'A-1' == true][0]", "args is a map and cannot be indexed with true or false")]
    [InlineData("size(args.lines) == 2 && size([]) == 0 && size(args.address) == 1", "true")]
    [InlineData("size(result.rows) > 0", "true")]
    // the rest
    [InlineData("tool.readOnly", "false")]
    [InlineData("!tool.readOnly && args.urgent", "true")]
    [InlineData("args.note == null && args.supplier != null && null == null", "true")]
    [InlineData("now == now && now <= now && !(now < now)", "true")]
    [InlineData("'untrusted' in labels", "true")]
    [InlineData("agent.name == 'purchaser'", "true")]
    // values of different kinds
    [InlineData("args.count == '3'", "false")]
    [InlineData("args.count != '3'", "true")]
    [InlineData("args.mixed[0] == args.mixed[1] || args.mixed[1] == args.mixed[2] || args.lines == args.address", "false")]
    public void An_operator_answers_as_CEL_has_it(string text, string answer) => Assert.Equal(answer, Conditions.Answer(text));

    [Theory]
    [InlineData("args.missing == 1", "args has no field 'missing'")]
    [InlineData("args['missing'] == 1", "args has no field 'missing'")]
    [InlineData("args.address.city.zip == 1", "args.address has no field 'city'")]
    [InlineData("args.count.x == 1", "args.count is a number and has no field 'x'")]
    [InlineData("goal.deadline > now", "goal is not known here")]
    [InlineData("args.lines[2].sku == 'x'", "args.lines has 2 items, and none at 2")]
    [InlineData("args.lines[-1].sku == 'x'", "args.lines has 2 items, and none at -1")]
    [InlineData("args.lines[0.5].sku == 'x'", "args.lines has 2 items, and none at 0.5")]
    [InlineData("args.lines[79228162514264337593543950335] == 1", "args.lines has 2 items, and none at 79228162514264337593543950335")]
    [InlineData("args.lines['0'] == 1", "args.lines is a list and cannot be indexed with text")]
    [InlineData("args.supplier[0] == 'a'", "args.supplier is text and cannot be indexed with a number")]
    [InlineData("args.huge > 1", "a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("args.huge == args.huge", "a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("[args.missing] == [1]", "args has no field 'missing'")]
    [InlineData("args.count < 'a'", "a number and text have no order: one can order two numbers, two texts or two times")]
    [InlineData("args.note < 1", "null and a number have no order: one can order two numbers, two texts or two times")]
    [InlineData("now < '2026'", "a time and text have no order: one can order two numbers, two texts or two times")]
    [InlineData("'a' in 'abc'", "`in` looks into a list or a map, not into text")]
    [InlineData("args.missing in [1]", "args has no field 'missing'")]
    [InlineData("1 in args.missing", "args has no field 'missing'")]
    [InlineData("size(1) == 1", "size() takes text, a list or a map, not a number")]
    [InlineData("size(args.missing) == 1", "args has no field 'missing'")]
    [InlineData("args.count.startsWith('3')", "args.count.startsWith(\"3\") needs two texts, not a number and text")]
    [InlineData("'3'.contains(args.count)", "\"3\".contains(args.count) needs two texts, not text and a number")]
    [InlineData("args.count.matches('3')", "args.count is a number, and only text matches a pattern")]
    [InlineData("!args.count", "args.count is a number, not true or false")]
    [InlineData("args.supplier", "args.supplier is text, not true or false")]
    [InlineData("!args.missing", "args has no field 'missing'")]
    public void What_cannot_be_answered_is_an_error_that_says_why(string text, string message) =>
        Assert.Equal(message, Assert.IsType<WhenOutcome.Error>(Conditions.Read(text).Evaluate(Conditions.World)).Message);

    [Fact]
    public void A_hostile_name_does_not_flood_the_message()
    {
        var facts = new WhenFacts { Args = Conditions.Json($$"""{ "key": "{{new string('x', 1_000_000)}}" }""") };
        Assert.Equal($"args has no field '{new string('x', 80)}…'", Conditions.Show(Conditions.Read("args[args.key] == 1").Evaluate(facts)));
    }

    private const string Error = "args.missing == 1";
    private const string Missing = "args has no field 'missing'";

    [Theory]
    [InlineData("false && " + Error, "false")]
    [InlineData(Error + " && false", "false")]
    [InlineData("true && " + Error, Missing)]
    [InlineData(Error + " && true", Missing)]
    [InlineData("true || " + Error, "true")]
    [InlineData(Error + " || true", "true")]
    [InlineData("false || " + Error, Missing)]
    [InlineData(Error + " || false", Missing)]
    [InlineData(Error + " && goal.x", Missing)]
    [InlineData("goal.x && " + Error, "goal is not known here")]
    [InlineData(Error + " && true && false", "false")]
    [InlineData(Error + " || false || true", "true")]
    [InlineData("args.count && false", "false")]
    [InlineData("args.count || true", "true")]
    [InlineData("args.count && true", "args.count is a number, not true or false")]
    [InlineData("!(" + Error + ") || true", "true")]
    [InlineData("(" + Error + " && false) || " + Error, Missing)]
    [InlineData("1 in args.mixed", "true")]
    [InlineData("2 in args.mixed", "a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("args.mixed == [1, '1', null, 2]", "a number is too large, or has too many digits, to be kept exactly")]
    [InlineData("args.mixed == [2, '1', null, 2]", "false")]
    public void An_error_is_absorbed_where_the_rest_decides(string text, string answer) => Assert.Equal(answer, Conditions.Answer(text));

    [Fact]
    public void A_typical_condition_allocates_nothing()
    {
        var condition = Conditions.Read("facts.total <= 5000 && args.supplier in lists.approved_suppliers && args.supplier.startsWith('a')");
        condition.Evaluate(Conditions.World);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            condition.Evaluate(Conditions.World);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
