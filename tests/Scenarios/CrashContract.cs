namespace AiManager.Scenarios.Tests;

/// <summary>
/// The process is killed (SIGKILL) at each named point, then resumed: the end is the same, no order lost and none doubled. This proves atomicity against a
/// process that dies, not against power that fails: the operating system still writes what it was given.
/// </summary>
public abstract class CrashContract
{
    /// <summary>Every point once; and some later passings, which hit other moments of the same run: in the middle of the orders, or of a batch.</summary>
    public static TheoryData<string, int> PointsAnd(params (string Point, int Passing)[] later)
    {
        var data = new TheoryData<string, int>();
        foreach (var point in Enum.GetNames<AiManager.Domain.CrashPoint>())
        {
            // Killed inside its first commit, a goal was never acknowledged: there is nothing to resume.
            data.Add(point, point == nameof(AiManager.Domain.CrashPoint.InsideGroupCommit) ? 2 : 1);
        }

        foreach (var (point, passing) in later)
        {
            data.Add(point, passing);
        }

        return data;
    }

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    /// <summary>What each row of points is put to.</summary>
    private protected async Task ComesToTheSameEndAsync(string point, int passing)
    {
        await using var run = await OpenAsync();
        var killed = await run.CrashAsync(ProcurementRun.Goal, point, passing);
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
