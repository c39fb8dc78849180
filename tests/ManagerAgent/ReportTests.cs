namespace AiManager.ManagerAgent.Tests;

/// <summary>The report says what the events say, and names them.</summary>
public sealed class ReportTests
{
    private readonly House _house = new();

    [Fact]
    public async Task A_completed_goal_reports_what_was_done_what_it_cost_and_what_it_saved()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        var report = await ReportAsync(driving, workflow);

        Assert.Equal(4, Texts(report, ReportKind.Done).Count(t => t.StartsWith("Do ", StringComparison.Ordinal)));
        Assert.Contains(Texts(report, ReportKind.Done), t => t.StartsWith("Proved: stock.open", StringComparison.Ordinal));
        Assert.Contains(Texts(report, ReportKind.Cost), t => t == "Spent 30 EUR by 3 calls.");
        Assert.Contains(Texts(report, ReportKind.Saved), t => t.StartsWith("About 40 minutes", StringComparison.Ordinal));
        Assert.Empty(Texts(report, ReportKind.NotDone));
        Assert.Empty(Texts(report, ReportKind.Waiting));
    }

    [Fact]
    public async Task What_waits_is_named_with_who_has_to_act()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        var waiting = Assert.Single(Texts(await ReportAsync(driving, workflow), ReportKind.Waiting));

        Assert.StartsWith("Do order: s2 waits for lead to approve it until 2026-11-23 09:00 UTC (ap_", waiting);
    }

    [Fact]
    public async Task A_cancelled_goal_lists_what_was_done_all_the_same_and_what_undoes_it()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s3" ? Effect.Ask : Effect.Allow });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.Desk.CancelAsync(workflow, "No longer needed.", "petra", default);
        await driving.RunAsync(workflow);

        var report = await ReportAsync(driving, workflow);

        Assert.Equal(2, Texts(report, ReportKind.Done).Count(t => t.StartsWith("orders.create was done before the cancellation; orders.cancel undoes it", StringComparison.Ordinal)));
        Assert.Contains(Texts(report, ReportKind.NotDone), t => t.StartsWith("Do order: s3", StringComparison.Ordinal));
        Assert.Contains("Do order: s3: begun, then cancelled.", Texts(report, ReportKind.NotDone));
        Assert.Contains("No longer needed.", Texts(report, ReportKind.NotDone));
        var end = (await driving.SnapshotAsync(workflow)).Events.Single(e => e.Event is GoalCancelled).Position;
        Assert.All(report.Lines.Where(l => l.Text.EndsWith("not begun or no longer wanted.", StringComparison.Ordinal)), l => Assert.Contains(end, l.Events)); // a plan or a start does not say that it ended
        Assert.Empty(Texts(report, ReportKind.Waiting));
    }

    [Fact]
    public async Task After_another_try_a_report_tells_each_thing_once_with_what_came_of_the_first_and_loses_nothing_that_was_done()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.DecideAllAsync(workflow, approve: false);
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "retry");
        await driving.RunAsync(workflow);
        await driving.DecideAllAsync(workflow, approve: true);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);

        var report = await ReportAsync(driving, workflow);

        Assert.Empty(Texts(report, ReportKind.NotDone));
        var done = Texts(report, ReportKind.Done).Where(t => t.StartsWith("Do ", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, done.Count);
        Assert.Equal(["s1", "s2", "s3"], done.Select(t => t.Split(':')).Where(t => t[0] == "Do order").Select(t => t[1][1..3]).Order());
        Assert.Matches("^Do order: s2.*\\(first tried: .*rejected it.*\\)$", Assert.Single(done, t => t.Contains("s2", StringComparison.Ordinal) && t.StartsWith("Do order", StringComparison.Ordinal)));
        Assert.Contains(Texts(report, ReportKind.Done), t => t.StartsWith("Done and proved: 4 of 4 tasks, 1 acceptance check held.", StringComparison.Ordinal));
        Assert.Contains(Texts(report, ReportKind.Saved), t => t.StartsWith("About 40 minutes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_rests_on_more_events_than_it_names_says_how_many_there_are()
    {
        _house.Low = [.. Enumerable.Range(1, 50).Select(i => $"s{i}")];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        var spent = Assert.Single((await ReportAsync(driving, workflow)).Lines, l => l.Text.StartsWith("Spent ", StringComparison.Ordinal));

        Assert.Equal((40, 50), (spent.Events.Length, spent.Rests));
    }

    [Fact]
    public async Task What_was_taken_back_from_a_task_stands_behind_its_line()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s3" ? Effect.Ask : Effect.Allow });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var open = (await driving.RunAsync(workflow)).Tasks.Single(t => t.Status == WorkTaskStatus.WaitingApproval);
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.RevokeAsync(workflow, open.Task.Id, "Too much.", "olga", "api", default));
        await driving.RunAsync(workflow);

        var revoked = (await driving.SnapshotAsync(workflow)).Events.Single(e => e.Event is GrantRevoked).Position;
        Assert.Contains((await ReportAsync(driving, workflow)).Lines, l => l.Kind == ReportKind.NotDone && l.Text.StartsWith("Do order: s3", StringComparison.Ordinal) && l.Events.Contains(revoked));
    }

    [Fact]
    public async Task An_effect_of_a_task_that_failed_and_one_that_nothing_undoes_are_listed_too()
    {
        // The order is made and paid, cannot be undone, and no evidence shows it; the person skips it and then cancels.
        var house = new House(1);
        house.ChangeTool("orders.create", t => t with { Undo = null });
        house.ChangeTool("orders.find", t => t with { Run = _ => House.Rows([]) });
        house.ChangeTool("stock.open", t => t with { Run = _ => House.Rows(["s9"]) });
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "skip");
        await driving.RunAsync(workflow);
        await driving.Desk.CancelAsync(workflow, "Stop.", "petra", default);
        await driving.RunAsync(workflow);

        var done = Texts(await ReportAsync(driving, workflow), ReportKind.Done).Where(t => t.StartsWith("orders.create was done before the cancellation; nothing undoes it", StringComparison.Ordinal));

        Assert.Equal(house.Orders.Count, done.Count());
    }

    [Fact]
    public async Task A_call_that_nobody_knows_the_end_of_is_named_after_a_cancellation()
    {
        var house = new House(1);
        house.ChangeTool("orders.create", t => t with { Ends = _ => CallOutcome.Unknown });
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.Desk.CancelAsync(workflow, "Stop.", "petra", default);
        await driving.RunAsync(workflow);

        Assert.Contains(Texts(await ReportAsync(driving, workflow), ReportKind.NotDone), t => t.Contains("orders.create", StringComparison.Ordinal) && t.Contains("nobody knows", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_a_deliverable_says_was_left_out_is_not_done()
    {
        _house.Model.On("detail", (question, _) => ModelDouble.Text(House.DetailOf(question).Replace(
            "\"properties\":{\"rows\"", "\"properties\":{\"notDone\":{\"type\":\"array\"},\"rows\"", StringComparison.Ordinal)));
        _house.Model.On("act", (question, state) => state.Task(question.Task!.Value)!.Task.Skill == "analysis"
            ? House.Act(state, state.Task(question.Task.Value)!, ("stock.low", "{}"), _ => """{"rows":[],"notDone":[{"what":"M-9","why":"No quote fits."},"Something else"]}""")
            : House.Act(question, state));
        _house.Low = [];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        var report = await ReportAsync(driving, workflow);

        Assert.Equal(["M-9: No quote fits.", "Something else"], Texts(report, ReportKind.NotDone));
        Assert.Contains("Do order: nothing to do.", Texts(report, ReportKind.Done));
    }

    [Fact]
    public async Task A_task_of_a_plan_that_was_given_up_is_not_reported_as_undone_when_the_next_plan_did_it()
    {
        var house = new House(1);
        house.Model.On("act", (question, state) => state.PlanVersion == 1 && state.Task(question.Task!.Value)!.Task.Skill == "purchasing"
            ? ModelDouble.Text("""{"cannot":"The supplier does not answer."}""")
            : House.Act(question, state));
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        Assert.Equal(2, (await driving.RunAsync(workflow)).PlanVersion);

        Assert.Empty(Texts(await ReportAsync(driving, workflow), ReportKind.NotDone));
    }

    private static async Task<StatusReport> ReportAsync(Driving driving, WorkflowId workflow) => StatusReport.Of(await driving.SnapshotAsync(workflow), "EUR", Plain.Words, 10);

    private static IEnumerable<string> Texts(StatusReport report, ReportKind kind) => report.Lines.Where(l => l.Kind == kind).Select(l => l.Text);
}
