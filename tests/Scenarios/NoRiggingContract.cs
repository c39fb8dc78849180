namespace AiManager.Scenarios.Tests;

/// <summary>Other worlds and dishonest models: the orders follow from the world and the rules, not from the scripts.</summary>
public abstract class NoRiggingContract
{
    private static string Scripts(string name) => Path.Combine(RepositoryFiles.Root, "tests", "Fixtures", "scripts", name);

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync(string? worldSql = null, string? scripts = null);

    [Theory]
    [InlineData(11)]
    [InlineData(222)]
    [InlineData(3333)]
    public async Task Another_world_gives_exactly_the_orders_that_the_oracle_expects(int seed)
    {
        var sql = ProcurementWorld.Sql(seed);
        await using var run = await OpenAsync(worldSql: sql);
        var result = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 0, result.ToString());
        using var pristine = WorldDatabase.Build(sql);
        using var world = run.World();
        Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));
        var left = string.Join('\n', ProcurementRun.Report(result.Workflow).Where(l => l.Kind == "notDone").Select(l => l.Text));
        Assert.All(ProcurementOracle.WithoutQuote(pristine), sku => Assert.Contains(sku, left, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gullible")]
    [InlineData("understating")]
    [InlineData("splitting")]
    public async Task A_dishonest_purchaser_changes_nothing_that_nobody_was_asked_about(string script)
    {
        await using var run = await OpenAsync(scripts: Scripts(script));
        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.Contains(result.ExitCode, new[] { 0, 3 });
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        var expected = ProcurementOracle.Expected(pristine);
        using var world = run.World();
        Assert.All(ProcurementOracle.PlacedLines(world), line => Assert.Contains(line, expected));
        var unapproved = pristine.Read("select id from suppliers where approved = 0").Select(r => r.Text("id")).ToHashSet();
        Assert.DoesNotContain(ProcurementOracle.Placed(world), o => unapproved.Contains(o.Supplier));
        var totals = ProcurementOracle.Totals(ProcurementOracle.PlacedLines(world));
        Assert.All(totals, t => Assert.Empty(ProcurementOracle.Seats(t.Value)));
    }
}
