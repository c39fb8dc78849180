namespace AiManager.Evals.Tests;

/// <summary>Cases on the real program: they pass as things are, and fail where what they guard is switched off.</summary>
public sealed class CaseRunTests
{
    private static readonly string Repository = Suites.Repository()!;

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

    /// <summary>The whole baseline takes minutes and is held by <c>--baseline</c>; a case of each small suite is held with every build, and shown to be lost where its guard is off.</summary>
    [Theory]
    [InlineData("manager", "one-parcel-only", "plan")]
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
        Assert.Empty(baseline.Worse(new RunResults(RunResults.Scripted, IsScripted: true, [sound])));

        var broken = await runner.RunAsync(suite, one, suite.Mutants.Single(m => m.Guard == guard), CancellationToken.None);
        Assert.Equal($"Passed by the baseline and does not now: {one.FullName}", Assert.Single(baseline.Worse(new RunResults(RunResults.Scripted, IsScripted: true, [broken]))));
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
}
