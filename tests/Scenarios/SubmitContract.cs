namespace AiManager.Scenarios.Tests;

/// <summary>The main job, as a new user runs it: one command, no server, no terminal.</summary>
public abstract class SubmitContract
{
    public static TheoryData<string> Wordings =>
    [
        ProcurementRun.Goal,
        "Please reorder whatever has run low.",
        "Our stock is thin in places: bring every item back up to its target.",
        "Check inventory and buy what we need, within the rules.",
    ];

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    [Theory]
    [MemberData(nameof(Wordings))]
    public async Task Orders_within_limits_are_placed_and_the_two_large_ones_wait(string goal)
    {
        await using var run = await OpenAsync();
        var result = await run.SubmitAsync(goal);
        Assert.True(result.ExitCode == 3, result.ToString());

        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        var expected = ProcurementOracle.Expected(pristine);
        var totals = ProcurementOracle.Totals(expected);
        using var world = run.World();
        Assert.Equal(expected.Where(l => ProcurementOracle.Seats(totals[l.Supplier]).Count == 0), ProcurementOracle.PlacedLines(world));

        Assert.Equal("waiting", result.Workflow.GetProperty("status").GetString());
        var waiting = ProcurementRun.Report(result.Workflow).Where(l => l.Kind == "waiting").Select(l => l.Text).ToList();
        Assert.Equal(2, waiting.Count);
        Assert.Contains(waiting, w => w.Contains("nordkabel", StringComparison.Ordinal) && w.Contains("procurement-lead", StringComparison.Ordinal) && !w.Contains("cfo", StringComparison.Ordinal));
        Assert.Contains(waiting, w => w.Contains("bohemia-electric", StringComparison.Ordinal) && w.Contains("procurement-lead", StringComparison.Ordinal) && w.Contains("cfo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_everybody_agreeing_all_lines_are_ordered_and_a_second_run_finds_nothing_to_do()
    {
        await using var run = await OpenAsync();
        var result = await run.SubmitApprovedAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 0, result.ToString());
        using (var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql"))))
        using (var world = run.World())
        {
            Assert.Equal(14, ProcurementOracle.PlacedLines(world).Count);
            Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));
        }

        var again = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.NotEqual(result.Workflow.GetProperty("id").GetString(), again.Workflow.GetProperty("id").GetString());
        using var after = run.World();
        Assert.Equal(14, ProcurementOracle.PlacedLines(after).Count);
    }

    [Fact]
    public async Task Every_line_of_the_report_names_events_that_exist_and_belong_to_the_workflow()
    {
        await using var run = await OpenAsync();
        var result = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(result.ExitCode == 3, result.ToString());
        var own = (await run.EventsAsync(result.Workflow.GetProperty("id").GetString()!)).Select(e => e.GetProperty("position").GetInt64()).ToHashSet();
        var lines = ProcurementRun.Report(result.Workflow).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            Assert.NotEmpty(line.Events);
            Assert.All(line.Events, position => Assert.Contains(position, own));
        });
        Assert.Contains(lines, l => l.Kind == "done");
        Assert.Contains(lines, l => l.Kind == "cost");
        Assert.Contains(lines, l => l.Kind == "saved");
    }

    [Fact]
    public async Task A_submission_that_joins_a_waiting_workflow_answers_what_is_pending_there()
    {
        await using var run = await OpenAsync();
        var waiting = await run.SubmitAsync(ProcurementRun.Goal);
        Assert.True(waiting.ExitCode == 3, waiting.ToString());
        var joined = await run.SubmitApprovedAsync("Please reorder whatever has run low.");
        Assert.True(joined.ExitCode == 0, joined.ToString());
        Assert.Equal(waiting.Workflow.GetProperty("id").GetString(), joined.Workflow.GetProperty("id").GetString());
        using var world = run.World();
        Assert.Equal(14, ProcurementOracle.PlacedLines(world).Count);
    }

    [Fact]
    public async Task A_goal_that_nothing_fits_ends_with_a_plain_sentence_about_connecting_a_model()
    {
        await using var run = await OpenAsync();
        var result = await run.SubmitAsync("Write a poem about autumn for the office wall.");
        Assert.True(result.ExitCode == 4, result.ToString());
        Assert.Contains("Connect a model", result.Output, StringComparison.Ordinal);
        using var world = run.World();
        Assert.Empty(ProcurementOracle.Placed(world));
    }

    [Fact]
    public async Task Deliveries_that_arrived_are_received_and_late_ones_are_put_before_a_person()
    {
        await using var run = await OpenAsync();
        var result = await run.SubmitAsync("Receive what has arrived and chase late deliveries.");
        Assert.True(result.ExitCode == 0, result.ToString());
        using var world = run.World();
        Assert.Empty(world.Read("select o.id from purchase_orders o join deliveries d on d.order_id = o.id where d.arrived is not null and o.status = 'open'"));
        Assert.Equal(3, ProcurementRun.Report(result.Workflow).Count(l => l.Kind == "waiting"));
    }
}
