namespace AiManager.Scenarios.Tests;

/// <summary>
/// The process is killed (SIGKILL) at each named point, then resumed: the end is the same, no order lost and none doubled. This proves atomicity against a
/// process that dies, not against power that fails: the operating system still writes what it was given.
/// </summary>
public sealed class CrashTests
{
    public static TheoryData<string, int> Points
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var point in Enum.GetNames<AiManager.Domain.CrashPoint>())
            {
                // Killed inside its first commit, a goal was never acknowledged: there is nothing to resume.
                data.Add(point, point == nameof(AiManager.Domain.CrashPoint.InsideGroupCommit) ? 2 : 1);
            }

            // Later passings hit other moments of the same run: in the middle of the orders, or of a batch.
            data.Add("AfterCallStarted", 6);
            data.Add("AfterToolRan", 7);
            data.Add("InsideToolTransaction", 3);
            data.Add("InsideGroupCommit", 12);
            data.Add("AfterGroupCommit", 30);
            data.Add("AfterModelReplied", 9);
            data.Add("WhileApprovalConsumed", 2);
            data.Add("BeforeSeatFilled", 2);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_process_killed_there_and_resumed_comes_to_the_same_end(string point, int passing)
    {
        using var run = new ProcurementRun();
        var killed = await run.VerbAsync(
            ["submit", ProcurementRun.Goal, "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"],
            new Dictionary<string, string> { ["AIMANAGER_TEST_HOOKS"] = "1", ["AIMANAGER_CRASH_AT"] = $"{point}:{passing}" });
        Assert.True(killed.ExitCode == 137, $"{point}:{passing} was not passed: {killed}");

        var resumed = await run.ResumeApprovedAsync();
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        using (var world = run.World())
        {
            Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));
            Assert.Equal(ProcurementOracle.Placed(world).Select(o => o.Supplier).Distinct().Count(), ProcurementOracle.Placed(world).Count);
        }

        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }
}
