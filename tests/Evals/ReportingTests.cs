using System.Collections.Immutable;
using System.Xml.Linq;

namespace AiManager.Evals.Tests;

public sealed class ReportingTests : IDisposable
{
    private static readonly HashSet<string> Whole = ["suite"];
    private static readonly HashSet<string> Part = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("aimanager-").FullName;

    [Theory]
    [InlineData(8, 10, 0.490, 0.943)] // Newcombe (1998), table of the score interval without correction
    [InlineData(81, 263, 0.255, 0.366)]
    [InlineData(0, 20, 0.000, 0.161)]
    [InlineData(0, 0, 0, 1)]
    public void An_interval_is_Wilsons(int passed, int of, double low, double high)
    {
        var interval = Comparison.Interval(passed, of);
        Assert.Equal(low, interval.Low, 3);
        Assert.Equal(high, interval.High, 3);
    }

    [Theory]
    [InlineData(9, 1, 0.021)]
    [InlineData(5, 0, 0.062)]
    [InlineData(3, 3, 1)]
    [InlineData(0, 0, 1)]
    public void A_split_is_as_likely_as_coins_make_it(int better, int worse, double chance) => Assert.Equal(chance, Comparison.SignTest(better, worse), 2);

    [Fact]
    public void What_a_hostile_case_says_stays_text_in_every_report()
    {
        var results = Results(Case("a", false, "<script>\u0000alert(1)</script> & more 🙂"), Case("cut", false, "half a face: \uD83D"), Case("c", false, "away") with { HasRun = false });
        var junit = Path.Combine(_folder, "junit.xml");
        JUnitFile.Write(results, junit);
        var suite = XDocument.Load(junit).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1"), (suite.Attribute("failures")!.Value, suite.Attribute("errors")!.Value));
        Assert.Equal(["<script>\uFFFDalert(1)</script> & more 🙂", "half a face: \uFFFD"], suite.Descendants("failure").Select(f => f.Value));
        Assert.Equal("away", Assert.Single(suite.Descendants("error")).Value);
    }

    [Fact]
    public async Task A_page_names_the_model_and_runs_nothing()
    {
        var path = Path.Combine(_folder, "report.html");
        await HtmlReport.WriteAsync(Results(Case("a", false, "<script>alert(1)</script>"), Case("b", true)), path, CancellationToken.None);
        var page = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("scripted", page, StringComparison.Ordinal);
        Assert.Contains("say nothing about a model", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_form_of_a_report_names_the_model_and_shows_no_scripted_score_as_a_models()
    {
        var results = Results(Case("a", true));
        var junit = Path.Combine(_folder, "junit.xml");
        JUnitFile.Write(results, junit);
        var properties = XDocument.Load(junit).Root!.Element("testsuite")!.Element("properties")!.Elements().ToDictionary(p => p.Attribute("name")!.Value, p => p.Attribute("value")!.Value);
        Assert.Equal("scripted", properties["model"]);
        Assert.Contains("nothing of a model's quality", properties["measures"], StringComparison.Ordinal);

        var table = new StringWriter();
        ResultsTable.Print(results, table);
        Assert.StartsWith("Measured with the model 'scripted'. It plays scripts", table.ToString(), StringComparison.Ordinal);

        var comparison = new StringWriter();
        Comparison.Print(results, new RunResults("qwen3", IsScripted: false, results.Cases), comparison);
        Assert.Contains("says nothing of which model is better", comparison.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_versions_of_the_prompts_the_one_wins_that_is_ahead_by_more_than_chance()
    {
        ImmutableArray<CaseResult> before = [.. Enumerable.Range(0, 12).Select(i => Case($"c{i}", i < 2, "why"))];
        ImmutableArray<CaseResult> after = [.. Enumerable.Range(0, 12).Select(i => Case($"c{i}", i < 11, "why"))];
        Assert.Contains("The later prompts win: 9 cases won, 0 lost", Printed(before, after), StringComparison.Ordinal);
        Assert.Contains("Better: suite/c5: no longer why", Printed(before, after), StringComparison.Ordinal);
        Assert.Contains("The earlier prompts win: 0 cases won, 9 lost", Printed(after, before), StringComparison.Ordinal);
        Assert.Contains("are ahead, which proves nothing yet: 1 cases won, 0 lost", Printed(before, [.. before[..2], Case("c2", true), .. before[3..]]), StringComparison.Ordinal);
        Assert.Contains("Neither wins", Printed(before, before), StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_are_told_apart_by_version_and_by_text()
    {
        var repository = Suites.Repository()!;
        var built = PromptVersions.Of(repository, folder: null);
        Assert.Contains("outline ", built.Words, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "outline.md"), "---\nstep: outline\nversion: 99\n---\nWrite a plan.\n");
        var other = PromptVersions.Of(repository, _folder);
        Assert.Contains("outline 99*", other.Words, StringComparison.Ordinal);
        Assert.NotEqual(built.Digest, other.Digest);

        File.WriteAllText(Path.Combine(_folder, "outlin.md"), "---\nversion: 1\n---\nWrite a plan.\n");
        Assert.Contains("no prompt of this name", Assert.Throws<ConfigException>(() => PromptVersions.Of(repository, _folder)).Message, StringComparison.Ordinal);
        Assert.Contains("no folder with prompts", Assert.Throws<ConfigException>(() => PromptVersions.Of(repository, Path.Combine(_folder, "none"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--replay", "--model", "goes with neither '--record' nor '--model'")]
    [InlineData("--prompts", "--replay", "goes with neither '--record' nor '--replay'")]
    public void Options_that_contradict_one_another_are_named(string first, string second, string problem)
    {
        string[] more = second == "--model" ? ["--model-url", "http://127.0.0.1:1/v1"] : [];
        Assert.Contains(problem, RunOptions.Read([first, "x", second, "y", .. more]).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_holds_every_case_of_whole_suites_and_says_which_are_missing_lost_or_new()
    {
        var path = Path.Combine(_folder, Baseline.FileName);
        Baseline.Write(path, Results(Case("a", true), Case("b", false), Case("c", true)));
        var held = Baseline.Read(path);
        Assert.Equal<string>(["suite/a", "suite/c"], held.Passed);
        Assert.Equal<string>(["suite/b"], held.Failed);
        Assert.Equal("Passed by the baseline and does not now: suite/c", Assert.Single(held.Worse(Results(Case("a", true), Case("b", false), Case("c", false)), Whole)));
        Assert.Equal("In the baseline and missing now: suite/c", Assert.Single(held.Worse(Results(Case("a", true), Case("b", false)), Whole)));
        Assert.Equal<string>(["In the baseline and missing now: suite/b", "Not in the baseline yet: suite/renamed"], held.Worse(Results(Case("a", true), Case("renamed", false), Case("c", true)), Whole));
        Assert.Equal(3, held.Worse(Results(), Whole).Count()); // the suite is gone
        Assert.Empty(held.Worse(Results(Case("a", true)), Part));
        Baseline.Write(path, Results(Case("b", true), Case("d", false)));
        Assert.Equal<string>(["suite/b", "suite/d"], Baseline.Read(path).Cases);
    }

    [Fact]
    public void A_baseline_holds_the_scores_of_whole_suites_measured_with_one_model()
    {
        var before = Baseline.Of(Results(Scored("a", 10, 10), Scored("b", 10, 8)));
        Assert.Empty(before.Worse(Results(Scored("a", 10, 9), Scored("b", 10, 9)), Whole));
        Assert.Equal("suite: evidence held 18 of 20 by the baseline and does 10 of 10 now.", Assert.Single(before.Worse(Results(Scored("a", 5, 5), Scored("b", 5, 5)), Whole))); // looks were taken out
        Assert.Equal("suite: evidence held 18 of 20 by the baseline and does 17 of 20 now.", Assert.Single(before.Worse(Results(Scored("a", 10, 9), Scored("b", 10, 8)), Whole)));
        Assert.Contains("0 of 0 now", Assert.Single(before.Worse(Results(Case("a", true), Case("b", true)), Whole)), StringComparison.Ordinal);
        Assert.Equal(2, before.Worse(Results(Scored("a", 10, 1)), Whole).Count()); // a case that is gone does not hide what the others lost
        Assert.Empty(before.Worse(Results(Scored("a", 10, 1)), Part)); // in part: its cases are held, its scores are not
        Assert.Contains("cannot be compared", Assert.Single(before.Worse(new RunResults("qwen3", IsScripted: false, []), Part)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(36, 12, 2, 50, 0.0569, 0.3404)] // Newcombe (1998), table of the paired difference, method 10
    [InlineData(0, 0, 0, 0, -1, 1)]
    [InlineData(43, 0, 0, 54, -0.0527, 0.0527)]
    public void The_interval_of_a_difference_is_Newcombes_for_pairs(int both, int better, int worse, int of, double low, double high)
    {
        var interval = Comparison.Difference(both, better, worse, of);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
        var turned = Comparison.Difference(both, worse, better, of);
        Assert.Equal((-low, -high), (Math.Round(turned.High, 4), Math.Round(turned.Low, 4)));
    }

    [Fact]
    public void A_comparison_says_which_cases_it_leaves_out_and_how_far_apart_the_others_are()
    {
        var output = new StringWriter();
        Comparison.Print(Results(Case("a", true), Case("b", false, "why"), Case("gone", true)), Results(Case("a", true), Case("b", true), Case("new", false, "why"), Case("newer", true)), output);
        Assert.Contains("Only before, so not compared: 1: suite/gone", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Only after, so not compared: 2: suite/new, suite/newer", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("| +50 points (", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_form_of_a_report_names_the_seed_and_the_limits()
    {
        var results = Results(Case("a", true)) with { Seed = 7, Limits = new ModelLimits(30, null, 2).Words };
        var table = new StringWriter();
        ResultsTable.Print(results, table);
        Assert.Contains("Seed 7, 30 requests a minute, 2 at once.", table.ToString(), StringComparison.Ordinal);
        var junit = Path.Combine(_folder, "junit.xml");
        JUnitFile.Write(results, junit);
        Assert.Contains("Seed 7", await File.ReadAllTextAsync(junit), StringComparison.Ordinal);
        var page = Path.Combine(_folder, "report.html");
        await HtmlReport.WriteAsync(results, page, CancellationToken.None);
        Assert.Contains("Seed 7", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        var json = Path.Combine(_folder, RunResults.FileName);
        await results.WriteAsync(json, CancellationToken.None);
        Assert.Equal((7L, "30 requests a minute, 2 at once"), (RunResults.Read(json).Seed, RunResults.Read(json).Limits));
    }

    /// <summary>What of the first is not recorded anew would be taken for the second's.</summary>
    [Fact]
    public void A_recording_of_one_model_is_not_mixed_with_anothers()
    {
        var tapes = Path.Combine(_folder, "tapes");
        new Recording("qwen3", IsScripted: false).Write(tapes);
        new Recording("qwen3", IsScripted: false).Write(tapes);
        Assert.Contains("holds a recording of 'qwen3'", Assert.Throws<IOException>(() => new Recording("other", IsScripted: false).Write(tapes)).Message, StringComparison.Ordinal);
        Assert.Equal("qwen3", Recording.Read(tapes).Model);
    }

    [Fact]
    public void A_report_says_what_was_not_measured_of_a_real_model()
    {
        var results = new RunResults("qwen3", IsScripted: false, [Case("a", true) with { IsResisted = true }, Case("b", true)]) { LeftOut = 7 };
        Assert.Equal("7 cases left out whose trouble is in scripts, in 1 the model did not try what they are about: there only what must not come of it was looked at", results.Conditions);
    }

    [Fact]
    public async Task Results_come_back_as_they_were_written()
    {
        var path = Path.Combine(_folder, RunResults.FileName);
        var results = Results(Case("a", true), Case("b", false, "why"));
        await results.WriteAsync(path, CancellationToken.None);
        var read = RunResults.Read(path);
        Assert.Equal((1, "scripted", true), (read.Passed, read.Model, read.IsScripted));
        Assert.Equal("why", Assert.Single(read.Cases[1].Failures));
    }

    [Theory]
    [InlineData("needs '--model-url'", "--concurrency", "2")]
    [InlineData("a whole number above 0", "--requests-per-minute", "0")]
    [InlineData("'--seed' takes a whole number.", "--seed", "x")]
    [InlineData("does not go with '--case'", "--baseline", "b.json", "--write-baseline", "--case", "late")]
    [InlineData("another script in the model's place", "--control", "--mutants")]
    [InlineData("only says which cases fail with the scripted model", "--mutants", "--replay", "tapes")]
    [InlineData("only says which cases fail with the scripted model", "--mutants", "--model-url", "http://127.0.0.1:1/v1", "--model", "qwen3")]
    [InlineData("only says which cases fail with the scripted model", "--mutants", "--baseline", "b.json")]
    [InlineData("only says which cases fail with the scripted model", "--control", "--out", "out")]
    public void An_option_that_makes_no_sense_is_named(string problem, params string[] args) => Assert.Contains(problem, RunOptions.Read(args).Problem!.Replace("they need", "needs", StringComparison.Ordinal), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Printed(ImmutableArray<CaseResult> before, ImmutableArray<CaseResult> after)
    {
        var output = new StringWriter();
        PromptComparison.Print(new RunResults("qwen3", IsScripted: false, before) { Prompts = "outline 1" }, new RunResults("qwen3", IsScripted: false, after) { Prompts = "outline 2*" }, output);
        return output.ToString();
    }

    private static RunResults Results(params ImmutableArray<CaseResult> cases) => new(RunResults.Scripted, IsScripted: true, cases);

    private static CaseResult Scored(string name, int looked, int held) =>
        Case(name, true) with { Aspects = ImmutableSortedDictionary<string, AspectScore>.Empty.Add(Aspects.Evidence, new AspectScore(looked, held)) };

    private static CaseResult Case(string name, bool passed, params string[] failures) =>
        new("suite", name, passed, [.. failures], ImmutableSortedDictionary<string, AspectScore>.Empty, CaseCost.None);
}
