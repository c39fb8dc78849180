namespace AiManager.Domain.Tests;

public sealed class WhenSolverTests
{
    private static readonly WhenType Number = new WhenType.Number();
    private static readonly WhenType Text = new WhenType.Text();
    private static readonly WhenType Flag = new WhenType.Boolean();

    private static readonly WhenGround Ground = new()
    {
        Known = new WhenFacts
        {
            Tool = Record(("readOnly", WhenBoolean.False), ("name", new WhenText("erp.order"))),
            Agent = Record(("name", new WhenText("purchaser"))),
            Lists = Record(("good", new WhenList([new WhenText("acme"), new WhenText("globex")]))),
            Now = new WhenTimestamp(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)),
        },
        Args = Map(("supplier", Text), ("note", Text), ("pieces", Number), ("lines", new WhenType.List(Map(("sku", Text)))), ("any", new WhenType.Dynamic()), ("kind", Text)),
        Facts = Map(("total", Number), ("limit", Number), ("approved", Flag)),
        Bounds = new Dictionary<string, WhenBounds>
        {
            ["facts.total"] = new(true),
            ["facts.approved"] = new(true),
            ["args.supplier"] = new(true),
            ["args.pieces"] = new(true, IsWhole: true, Least: 1, Most: 100),
            ["args.kind"] = new(true, Choices: [new WhenText("small"), new WhenText("large")]),
        },
    };

    [Theory]
    [InlineData("facts.total > 5000")]
    [InlineData("facts.total > 5 && facts.total < 5.01")]
    [InlineData("facts.total != 5 && facts.total >= 5 && facts.total <= 6")]
    [InlineData("args.supplier.startsWith('ac') && args.supplier.endsWith('me') && args.supplier != 'acme'")]
    [InlineData("args.supplier in lists.good && args.supplier != 'acme'")]
    [InlineData("!(args.supplier in lists.good) && facts.approved")]
    [InlineData("args.kind == 'large' && args.pieces > 98")]
    [InlineData("size(args.lines) > 3")]
    [InlineData("size(args.note) == 7")]
    [InlineData("args.lines[1].sku == 'A-1'")]
    [InlineData("args.any == null || args.any == 3 && args.any != 3")]
    [InlineData("'note' in args && args.note == ''")]
    [InlineData("!('note' in args)")]
    [InlineData("5000 < facts.total")]
    [InlineData("task.risk == 'high' && goal.requester != 'petra'")]
    [InlineData("facts.total == 1 || args.note.matches('^a+$')")]
    [InlineData("agent.name == 'purchaser' && !tool.readOnly && tool.name.startsWith('erp.')")]
    public void What_can_be_is_shown_by_an_example_that_evaluates_to_true(string condition)
    {
        var demand = new WhenDemand.Of(Conditions.Read(condition), WhenWanted.True);

        var answer = WhenSolver.Solve(demand, Ground);

        var yes = Assert.IsType<WhenAnswer.Yes>(answer);
        Assert.True(demand.IsMetBy(yes.Example));
    }

    [Theory]
    [InlineData("facts.total > 5000 && facts.total <= 5000")]
    [InlineData("facts.total == 5 && facts.total != 5.00")]
    [InlineData("facts.approved && !facts.approved")]
    [InlineData("args.supplier == 'acme' && args.supplier == 'globex'")]
    [InlineData("args.supplier in lists.good && args.supplier.startsWith('x')")]
    [InlineData("args.supplier.startsWith('abc') && args.supplier.startsWith('abd')")]
    [InlineData("args.supplier.startsWith('abc') && !args.supplier.startsWith('a')")]
    [InlineData("args.supplier.endsWith('abc') && !args.supplier.endsWith('bc')")]
    [InlineData("args.kind == 'medium'")]
    [InlineData("args.pieces > 4 && args.pieces < 5")]
    [InlineData("args.pieces > 100")]
    [InlineData("size(args.lines) < 0")]
    [InlineData("size(args.lines) > 2 && size(args.lines) < 3")]
    [InlineData("!('supplier' in args)")]
    [InlineData("agent.name == 'clerk'")]
    [InlineData("tool.readOnly || lists.missing == 'x'")]
    [InlineData("args.note.matches('a') && !args.note.matches('a')")]
    [InlineData("task.risk == 'high' && task.risk == 'low'")]
    [InlineData("args.any == null && args.any == 3")]
    [InlineData("args.any < 3 && args.any == 'x'")]
    public void What_cannot_be_is_no(string condition) =>
        Assert.IsType<WhenAnswer.No>(WhenSolver.Solve(new WhenDemand.Of(Conditions.Read(condition), WhenWanted.True), Ground));

    [Theory]
    [InlineData("args.note.matches('^b+$')", "it depends on args.note.matches(\"^b+$\")")]
    [InlineData("args.note.contains('b')", "it depends on args.note.contains(\"b\")")]
    [InlineData("facts.total > facts.limit", "it depends on facts.total > facts.limit")]
    [InlineData("'secret' in labels", "it depends on \"secret\" in labels")]
    public void What_it_cannot_look_into_is_unknown_and_it_says_what(string condition, string reason) =>
        Assert.Equal(reason, Assert.IsType<WhenAnswer.Unknown>(WhenSolver.Solve(new WhenDemand.Of(Conditions.Read(condition), WhenWanted.True), Ground)).Reason);

    [Theory]
    [InlineData("facts.limit > 5", WhenWanted.NotFalse, true)]          // may be missing, and an error counts
    [InlineData("facts.total > 5 || facts.limit > 5", WhenWanted.NotTrue, true)]
    [InlineData("facts.total > 5", WhenWanted.NotTrue, true)]
    [InlineData("task.risk == 'high' && false", WhenWanted.NotFalse, false)]
    [InlineData("lists.missing == 'x'", WhenWanted.NotFalse, true)]
    [InlineData("lists.missing == 'x'", WhenWanted.False, false)]
    public void Errors_count_as_the_effect_of_a_rule_needs_them(string condition, WhenWanted wanted, bool isMet) =>
        Assert.Equal(isMet, WhenSolver.Solve(new WhenDemand.Of(Conditions.Read(condition), wanted), Ground) is WhenAnswer.Yes);

    [Fact]
    public void Too_many_cases_are_unknown()
    {
        var parts = Enumerable.Range(0, 40).Select(i => $"(args.note.contains('a{i}') || args.note.contains('b{i}'))");

        var answer = WhenSolver.Solve(new WhenDemand.Of(Conditions.Read(string.Join(" && ", parts)), WhenWanted.True), Ground);

        Assert.IsType<WhenAnswer.Unknown>(answer);
    }

    [Fact]
    public void Choices_that_what_is_known_settles_double_no_cases()
    {
        var settled = Enumerable.Range(0, 400).Select(i => $"facts.total <= {10 + i} || args.supplier == 's{i}'");
        string[] parts = ["facts.total > 0 && facts.total < 10", .. settled, "args.note == 'a' || args.note == 'b'", "args.note == 'c' || args.note == 'd'"];

        Assert.IsType<WhenAnswer.No>(WhenSolver.Solve(Together(parts), Ground));
        Assert.IsType<WhenAnswer.Yes>(WhenSolver.Solve(Together(parts[..^1]), Ground));
    }

    [Fact]
    public void Whoever_asks_may_give_up() =>
        Assert.Throws<OperationCanceledException>(() => WhenSolver.Solve(WhenDemand.Always, Ground, new CancellationToken(canceled: true)));

    [Fact]
    public void Always_has_an_example_and_never_has_none()
    {
        Assert.IsType<WhenAnswer.Yes>(WhenSolver.Solve(WhenDemand.Always, Ground));
        Assert.IsType<WhenAnswer.No>(WhenSolver.Solve(WhenDemand.Never, Ground));
    }

    private static WhenDemand.All Together(IEnumerable<string> conditions) => new([.. conditions.Select(c => new WhenDemand.Of(Conditions.Read(c), WhenWanted.True))]);

    private static WhenType.Record Map(params (string Name, WhenType Type)[] fields) => new(fields.ToDictionary(f => f.Name, f => f.Type, StringComparer.Ordinal));

    private static WhenRecord Record(params (string Name, WhenValue Value)[] fields) => new(fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal));
}
