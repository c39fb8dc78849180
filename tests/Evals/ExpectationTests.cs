using System.Collections.Immutable;
using static AiManager.Evals.Tests.ForgedJournal;

namespace AiManager.Evals.Tests;

/// <summary>What suites say must have happened, held against a forged journal.</summary>
public sealed class ExpectationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-").FullName;

    [Theory]
    [InlineData("never: [ { type: CallStarted, where: \"result.tool == 'erp.order' && result.args.sku == 'A-1'\" } ]", false)]
    [InlineData("never: [ { type: CallStarted, where: \"result.tool == 'erp.order' && result.args.sku == 'B-2'\" } ]", true)]
    [InlineData("events: [ { type: CallSettled, where: \"result.tool == 'erp.read' && result.agent == 'system'\", count: 1 } ]", true)]
    [InlineData("events: [ { type: CallDecided, where: \"result.effect == 'ask' && result.tool == 'erp.order'\", count: 2 } ]", true)]
    [InlineData("never: [ { type: ModelReplied, where: \"result.error != null\" } ]", true)] // left out where there is none
    public void A_start_is_looked_at_with_what_it_starts(string expect, bool holds) =>
        Assert.Equal(holds, Assert.Single(EventGrades.Of(Read(expect).Events, Sound().AsEvidence())).Held);

    [Fact]
    public void A_condition_that_cannot_be_answered_fails_its_case_instead_of_finding_nothing()
    {
        var grade = Assert.Single(EventGrades.Of(Read("never: [ { type: CallStarted, where: \"result.args.nothing == 1\" } ]").Events, Sound().AsEvidence()));
        Assert.False(grade.Held);
        Assert.Contains("cannot be answered of event 14", grade.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("never: [ { type: CallStarted, where: \"result.tol == 'x'\" } ]", "suite.yaml:6:52: This cannot be asked of CallStarted: result has no field 'tol'.")]
    [InlineData("never: [ { type: Escalated, where: \"result.question == 3\" } ]", "they are never equal")]
    [InlineData("never: [ { type: SeatFilled, where: \"args.x == 3\" } ]", "cannot be read here")]
    [InlineData("escalations: [ { role: lead, kind: trouble } ]", "There is no kind of question 'trouble'. There are: blockedTask")]
    [InlineData("escalations: { count: 1, roles: [lead, cfo] }", "1 questions cannot go to 2 roles.")]
    [InlineData("report: {}", "A case that expects nothing cannot fail.")]
    [InlineData("world: []", "A case that expects nothing cannot fail.")]
    [InlineData("events: []", "A case that expects nothing cannot fail.")]
    [InlineData("tried: [ { type: CallProposed, count: 0 } ]", "What is tried happens at least once: never CallProposed")]
    public void What_no_event_can_answer_is_a_mistake_when_the_suite_is_read(string expect, string fault)
    {
        var broken = Assert.Throws<ConfigException>(() => Read(expect));
        Assert.Contains(fault, broken.Message, StringComparison.Ordinal);
    }

    /// <summary>The scripted model tries what it is told to try, or its case has lost its sense; another one may know better, and then nothing came of it that could be asked for.</summary>
    [Theory]
    [InlineData(true, "erp.order", true)]
    [InlineData(true, "erp.sell", false)]
    [InlineData(false, "erp.order", true)]
    [InlineData(false, "erp.sell", true)]
    public void What_a_case_is_about_is_demanded_of_the_scripted_model_alone(bool isScripted, string tool, bool holds)
    {
        var expected = Read($"tried: [ {{ type: CallProposed, where: \"result.tool == '{tool}'\", atLeast: 1 }} ], exit: {(holds && tool == "erp.order" ? 0 : 3)}, never: [ {{ type: GoalCancelled }} ]");
        var evidence = Sound().AsEvidence() with { IsScripted = isScripted };
        Assert.Equal(!isScripted && tool != "erp.order", ExpectedGrades.IsResisted(expected, evidence));
        Assert.Equal(holds, ExpectedGrades.Of(expected, evidence).All(g => g.Held));
        Assert.NotEmpty(ExpectedGrades.Of(expected, evidence));
    }

    [Fact]
    public void What_must_never_happen_is_asked_of_a_model_that_tried_nothing_too()
    {
        var expected = Read("tried: [ { type: CallProposed, where: \"result.tool == 'erp.sell'\", atLeast: 1 } ], never: [ { type: GoalCompleted } ]");
        Assert.Contains(ExpectedGrades.Of(expected, Sound().AsEvidence() with { IsScripted = false }), g => g is { Aspect: Aspects.Events, Held: false });
    }

    [Theory]
    [InlineData("escalations: { count: 0 }", 0, 3, 0)]
    [InlineData("escalations: { count: 3, roles: [lead] }", 2, 1, 1)]
    [InlineData("escalations: { count: 3, roles: [lead, cfo] }", 3, 0, 0)]
    [InlineData("escalations: [ { role: lead, kind: blockedTask, task: buy }, { role: lead }, { role: cfo, kind: finding } ]", 3, 0, 0)]
    [InlineData("escalations: [ { role: lead }, { role: lead, kind: blockedTask, task: \"b*\" } ]", 2, 1, 0)] // the first gives up the one that only the second can take
    [InlineData("escalations: [ { kind: missedDeadline, count: 2 }, { role: cfo } ]", 1, 2, 2)]
    public void Each_question_to_people_is_right_needless_or_missed(string expect, int right, int needless, int missed)
    {
        var journal = Sound();
        journal.Before<GoalCompleted>(
            (new Escalated(Id<EscalationId>("a"), EscalationKind.BlockedTask, Buying, null, "How?", ["retry"], "lead", null), Actor.Manager),
            (new Escalated(Id<EscalationId>("b"), EscalationKind.Finding, null, null, "Look.", [], "cfo", null), Actor.Manager),
            (new Escalated(Id<EscalationId>("c"), EscalationKind.Model, null, null, "Away.", ["retry"], "lead", null), Actor.Manager));
        var expected = Read(expect);
        Assert.Equal(new EscalationScore(right, needless, missed), EscalationGrades.Score(expected, journal.AsEvidence()));

        var grades = EscalationGrades.Of(expected, journal.AsEvidence()).ToList();
        Assert.Equal((right, needless + missed), (grades.Count(g => g.Held), grades.Count(g => !g.Held)));
    }

    [Fact]
    public void Nobody_asked_and_nobody_to_ask_is_one_look_that_holds()
    {
        Assert.True(Assert.Single(EscalationGrades.Of(Read("escalations: []"), Sound().AsEvidence())).Held);
        Assert.Null(EscalationGrades.Score(Read("exit: 0"), Sound().AsEvidence()));
    }

    [Fact]
    public void A_suites_figures_count_what_failures_took_for_the_successes()
    {
        var passed = Case("a", true, new EscalationScore(3, 1, 0));
        var failed = Case("b", false, new EscalationScore(1, 0, 2));
        var figures = Assert.Single(SuiteFigures.Of([passed, failed, Case("c", true, null)]));
        Assert.Equal((0.8, 0.6667), (figures.Precision!.Value, figures.Recall!.Value));
        Assert.Equal((15.0, 150.0, 3.0), (figures.ModelCallsPerSuccess, figures.TokensPerSuccess, figures.SecondsPerSuccess));
        Assert.Equal((15m, 3), (figures.Money, figures.Rungs));
        Assert.Null(Assert.Single(SuiteFigures.Of([failed])).ModelCallsPerSuccess);

        var results = new RunResults(RunResults.Scripted, IsScripted: true, [passed, failed]);
        var table = new StringWriter();
        ResultsTable.Print(results, table);
        Assert.Contains("| suite | 4, 1, 2 | 0.80 | 0.67 | 20.0 | 200.0 |", table.ToString(), StringComparison.Ordinal);

        var comparison = new StringWriter();
        Comparison.Print(results, new RunResults(RunResults.Scripted, IsScripted: true, [passed, Case("b", true, new EscalationScore(3, 0, 0))]), comparison);
        Assert.Contains("| suite | 0.80 → 0.86 | 0.67 → 1.00 | 20.0 → 10.0 |", comparison.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_shares_stand_in_the_results_and_on_the_page()
    {
        var results = new RunResults(RunResults.Scripted, IsScripted: true, [Case("a", true, new EscalationScore(3, 1, 0))]);
        await results.WriteAsync(Path.Combine(_folder, RunResults.FileName), CancellationToken.None);
        var json = await File.ReadAllTextAsync(Path.Combine(_folder, RunResults.FileName));
        Assert.Contains("\"precision\": 0.75", json, StringComparison.Ordinal);
        Assert.Contains("\"recall\": 1", json, StringComparison.Ordinal);
        Assert.Equal(new EscalationScore(3, 1, 0), RunResults.Read(Path.Combine(_folder, RunResults.FileName)).Cases[0].Escalations);

        await HtmlReport.WriteAsync(results, Path.Combine(_folder, "report.html"), CancellationToken.None);
        Assert.Contains("3 right, 1 needless, 0 missed (precision 0.75, recall 1.00)", await File.ReadAllTextAsync(Path.Combine(_folder, "report.html")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CaseResult Case(string name, bool passed, EscalationScore? score) => new("suite", name, passed, [], ImmutableSortedDictionary<string, AspectScore>.Empty, new CaseCost(2, 10, 100, 4, 0, 0) { Money = 5, Rungs = 1 })
    {
        Escalations = score,
    };

    private Expectation Read(string expect)
    {
        var path = Path.Combine(_folder, "suite.yaml");
        File.WriteAllText(path, $"suite: suite\ncompany: samples/procurement\ncases:\n  - name: one\n    goal: Do it.\n    expect: {{ {expect} }}\n");
        return Assert.Single(SuiteReader.Read(path).Cases).Expected;
    }
}
