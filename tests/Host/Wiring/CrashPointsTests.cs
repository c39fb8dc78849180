namespace AiManager.Host.Tests;

public sealed class CrashPointsTests
{
    [Fact]
    public void Without_test_hooks_nobody_is_killed() => Assert.Same(NoCrashPoints.Instance, CrashPoints.From(Environment(("AIMANAGER_CRASH_AT", "AfterClaim"))));

    [Fact]
    public void The_nth_passing_within_one_stream_kills()
    {
        var killed = 0;
        var points = CrashPoints.From(Environment(("AIMANAGER_TEST_HOOKS", "1"), ("AIMANAGER_CRASH_AT", "AfterToolRan:2")), () => killed++);

        points.Pass(CrashPoint.AfterToolRan, "wf_a");
        points.Pass(CrashPoint.AfterToolRan, "wf_b");
        points.Pass(CrashPoint.AfterCallStarted, "wf_a");
        Assert.Equal(0, killed);
        points.Pass(CrashPoint.AfterToolRan, "wf_a");
        Assert.Equal(1, killed);
    }

    [Fact]
    public void One_point_may_freeze_and_another_kill()
    {
        var done = new List<string>();
        var points = CrashPoints.From(
            Environment(("AIMANAGER_TEST_HOOKS", "1"), ("AIMANAGER_CRASH_AT", "AfterToolRan"), ("AIMANAGER_FREEZE_AT", "BeforeToolRuns:2")), () => done.Add("killed"), () => done.Add("frozen"));

        points.Pass(CrashPoint.BeforeToolRuns, "wf_a");
        Assert.Empty(done);
        points.Pass(CrashPoint.BeforeToolRuns, "wf_a");
        points.Pass(CrashPoint.AfterToolRan, "wf_a");
        Assert.Equal(["frozen", "killed"], done);
    }

    [Theory]
    [InlineData("Nowhere")]
    [InlineData("3")]
    [InlineData("AfterToolRan:0")]
    [InlineData("AfterToolRan:x")]
    [InlineData("AfterToolRan:1:2")]
    public void A_name_that_is_none_is_refused(string wanted) => Assert.All(
        ["AIMANAGER_CRASH_AT", "AIMANAGER_FREEZE_AT"],
        variable => Assert.Contains(variable, Assert.Throws<UsageException>(() => CrashPoints.From(Environment(("AIMANAGER_TEST_HOOKS", "1"), (variable, wanted)))).Message, StringComparison.Ordinal));

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;
}
