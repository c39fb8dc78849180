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
        var runner = new CaseRunner(Repository, new HostProgram(model: null), TimeProvider.System);

        var sound = await runner.RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.True(sound.Passed, string.Join('\n', sound.Failures));
        Assert.True(sound.Cost is { ModelCalls: > 0, ToolCalls: > 0, Escalations: 1 });

        var broken = await runner.RunAsync(suite, one, suite.Mutants.Single(m => m.Guard == "late-deliveries"), CancellationToken.None);
        Assert.False(broken.Passed);
        Assert.Contains(broken.Failures, f => f.StartsWith("escalation: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trouble_that_would_change_nothing_fails_its_case()
    {
        var suite = Suites.Read(Repository, "procurement");
        var one = suite.Cases.First() with { Trouble = [new Trouble.File(new ConfigPlace("procurement.yaml", 7, 3), "tools.yaml", "no such text", "x")] };
        var result = await new CaseRunner(Repository, new HostProgram(model: null), TimeProvider.System).RunAsync(suite, one, mutant: null, CancellationToken.None);
        Assert.Equal("procurement.yaml:7:3: 'tools.yaml' has no 'no such text': the trouble would be none.", Assert.Single(result.Failures));
    }
}
