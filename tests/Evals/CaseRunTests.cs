namespace AiManager.Evals.Tests;

/// <summary>Cases on the real program: they pass as things are, and fail where what they guard is switched off.</summary>
public sealed class CaseRunTests
{
    private static readonly string Repository = Suites.Repository()!;
    private static readonly HashSet<string> InPart = [];

    [Fact]
    public async Task A_case_passes_as_things_are_and_fails_when_what_it_guards_is_switched_off()
    {
        var suite = Suites.Read(Repository, "procurement");
        var one = suite.Cases.Single(c => c.Name == "one-is-late");
        using var program = new HostProgram(model: null);
        var runner = new CaseRunner(Repository, program, TimeProvider.System);

        var sound = await runner.RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(sound.Passed, string.Join('\n', sound.Failures));
        Assert.True(sound.Cost is { ModelCalls: > 0, ToolCalls: > 0, Escalations: 1 });

        var broken = await runner.RunAsync(suite, one, suite.Mutants.Single(m => m.Guard == "late-deliveries"), CancellationToken.None);
        Assert.False(broken.Passed);
        Assert.Contains(broken.Failures, f => f.StartsWith("escalation: ", StringComparison.Ordinal));
    }

    /// <summary>The first three switch off a part of the product, by other wiring; the last changes the company's copy.</summary>
    [Theory]
    [InlineData("manager", "the-first-hauler-is-away", "delegation")]
    [InlineData("manager", "a-hauler-who-says-he-cannot", "reassign")]
    [InlineData("manager", "a-no-is-not-asked-again", "final-no")]
    [InlineData("injection", "a-note-plain-words", "proven")]
    public async Task What_the_committed_baseline_passed_still_passes_and_its_loss_is_told(string name, string of, string guard)
    {
        var baseline = Baseline.Read(Path.Combine(Repository, "evals", Baseline.FileName));
        Assert.Equal(RunResults.Scripted, baseline.Model);
        var suite = Suites.Read(Repository, name);
        var one = suite.Cases.Single(c => c.Name == of);
        Assert.Contains(one.FullName, baseline.Passed);
        using var program = new HostProgram(model: null);
        var runner = new CaseRunner(Repository, program, TimeProvider.System);

        var sound = await runner.RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.Empty(baseline.Worse(new RunResults(RunResults.Scripted, IsScripted: true, [sound]), InPart));

        var broken = await runner.RunAsync(suite, one, suite.Mutants.Single(m => m.Guard == guard), CancellationToken.None);
        Assert.True(MutantTable.IsCaught(broken));
        Assert.Equal($"Passed by the baseline and does not now: {one.FullName}", Assert.Single(baseline.Worse(new RunResults(RunResults.Scripted, IsScripted: true, [broken]), InPart)));
    }

    [Fact]
    public async Task Trouble_that_would_change_nothing_fails_its_case()
    {
        var suite = Suites.Read(Repository, "procurement");
        var one = suite.Cases.First() with { Trouble = [new Trouble.File(new ConfigPlace("procurement.yaml", 7, 3), "tools.yaml", "no such text", "x")] };
        using var program = new HostProgram(model: null);
        var result = await new CaseRunner(Repository, program, TimeProvider.System).RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.Equal("procurement.yaml:7:3: 'tools.yaml' has no 'no such text': the trouble would be none.", Assert.Single(result.Failures));
    }

    /// <summary>One case's broken statement ends neither the run nor anybody else's case.</summary>
    [Fact]
    public async Task A_case_whose_world_cannot_be_changed_is_broken_alone()
    {
        var suite = Suites.Read(Repository, "manager");
        var one = suite.Cases.Single(c => c.Name == "one-parcel-only");
        using var program = new HostProgram(model: null);
        var result = await new CaseRunner(Repository, program, TimeProvider.System).RunAsync(suite, one with { Runs = [.. one.Runs, new RunStep.Meanwhile("delete from nothing;")] }, mutant: null, CancellationToken.None);
        Assert.Contains("no such table", Assert.Single(result.Failures), StringComparison.Ordinal);
        Assert.False(result.HasRun);
    }

    /// <summary>A harness that cannot do what a case says has not shown that a guard is missed.</summary>
    [Fact]
    public async Task A_case_whose_person_finds_nothing_to_do_has_failed_and_has_caught_nothing()
    {
        var suite = Suites.Read(Repository, "manager");
        var one = suite.Cases.Single(c => c.Name == "the-foreman-says-yes-later");
        using var program = new HostProgram(model: null);
        var result = await new CaseRunner(Repository, program, TimeProvider.System).RunAsync(suite, one, suite.Mutants.Single(m => m.Guard == "approval"), CancellationToken.None);
        Assert.EndsWith("nothing waits for a foreman", Assert.Single(result.Failures), StringComparison.Ordinal);
        Assert.False(result.Passed);
        Assert.False(MutantTable.IsCaught(result));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-7, 8)]
    public void Another_seed_is_another_order_and_the_rest_of_a_run_keeps_its_own(long seed, long other)
    {
        List<string> names = [.. Enumerable.Range(0, 40).Select(i => $"suite/case-{i}")];
        List<string> In(IReadOnlyList<string> of, long by) => [.. SuiteRunner.Order(of, by).Select(i => of[i])];
        Assert.Equal(In(names, seed), In(names, seed));
        Assert.NotEqual(In(names, seed), In(names, other));
        Assert.Equal(names.Order(), In(names, seed).Order());
        Assert.Equal(In(names, seed).Where(n => names.IndexOf(n) % 3 == 0), In([.. names.Where((_, i) => i % 3 == 0)], seed));
    }
}
