using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary>Monitors from firing to end, on the real store and behind the real gate.</summary>
public sealed class MonitorRunTests
{
    private const string Condition = """when: { tool: erp.low, is: "size(result.rows) > 0" }""";

    [Fact]
    public async Task A_condition_that_holds_submits_a_goal_that_is_linked_to_its_run()
    {
        await using var watched = await WatchedCompany.OpenAsync(
            $$$"""schedule: { every: 1h }, {{{Condition}}}, submit: { goal: Restock., playbook: restock, inputs: { items: "${result.rows}" } }, spend: { perRun: 200 }""");
        await watched.SweepAsync();
        Assert.Equal(0, await watched.WorkflowsAsync());   // what lies before it was known was never due

        await watched.SweepAfterAsync(TimeSpan.FromHours(1));
        var state = await watched.StateAsync();
        var run = state.Open!;
        Assert.Equal((1, MonitorTrigger.Schedule, true), (run.Fired.Run, run.Fired.Trigger, run.Checked!.Held));
        Assert.Contains("A-1", run.Checked.Seen, StringComparison.Ordinal);
        var workflow = await watched.WorkflowAsync(run.Submitted!.Workflow);
        Assert.Equal(("Restock.", "jana", "restock", 200m), (workflow.State.Submitted!.Goal.Words, workflow.State.Submitted.Requester, workflow.State.Submitted.Playbook, workflow.State.Submitted.Budget!.Money));
        Assert.Equal("""{"items":[{"sku":"A-1","n":3}]}""", workflow.State.Submitted.Inputs.Text);
        var first = (await watched.Get<IWorkflowJournal>().ReadAsync(run.Submitted.Workflow.ToString(), 0, 1, CancellationToken.None))[0];
        Assert.Equal($"{watched.Id}/{run.FiredSeq}", first.Cause);
        var row = Assert.Single(await watched.RowsAsync());
        Assert.Equal(("monitor/watch", JobOutcome.Submitted, run.Submitted.Workflow, run.Fired.ScheduledFor), (row.Job, row.Outcome, row.Workflow, row.ScheduledFor));

        await watched.SweepAsync();
        Assert.Equal(1, await watched.WorkflowsAsync());
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_submits_nothing()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        watched.Set("A-1", 0);
        await watched.SweepAsync();
        await watched.SweepAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(MonitorOutcome.NothingToDo, Assert.Single((await watched.StateAsync()).Recent).Ended!.Outcome);
        Assert.Equal(JobOutcome.NothingToDo, Assert.Single(await watched.RowsAsync()).Outcome);
        Assert.Equal(0, await watched.WorkflowsAsync());
    }

    [Theory]
    [InlineData("erp.secret", "may not be read")]
    [InlineData("erp.asked", "nobody is waited for here")]
    public async Task What_authority_does_not_allow_is_not_read_and_nothing_is_submitted(string tool, string reason)
    {
        await using var watched = await WatchedCompany.OpenAsync($$"""schedule: { every: 1h }, when: { tool: {{tool}}, is: "true" }, submit: { goal: Restock. }""");
        var result = await watched.RunAsync();
        Assert.Equal((JobOutcome.Failed, 0), (result.Outcome, await watched.WorkflowsAsync()));
        Assert.Contains(reason, result.Detail, StringComparison.Ordinal);
        Assert.Null((await watched.StateAsync()).Open);
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_firing_while_the_workflow_is_open_is_left_out_and_the_run_ends_with_its_workflow()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var first = await watched.RunAsync();
        var second = await watched.RunAsync();
        Assert.Equal((JobOutcome.Skipped, "Run 1 is still open."), (second.Outcome, second.Detail));
        Assert.Equal(MonitorSkip.Overlap, (await watched.StateAsync()).LastSkip!.Reason);

        await watched.EndAsync(first.Workflow!.Value);
        var third = await watched.RunAsync();
        Assert.Equal((JobOutcome.Submitted, 2), (third.Outcome, third.Run));
        var ended = Assert.Single((await watched.StateAsync()).Recent);
        Assert.Equal((MonitorOutcome.Failed, "Nobody wants it."), (ended.Ended!.Outcome, ended.Ended.Detail));
        Assert.Equal([JobOutcome.Skipped, JobOutcome.Submitted, JobOutcome.Submitted], (await watched.RowsAsync()).Select(r => r.Outcome!).Order()); // the clock stands still
    }

    [Fact]
    public async Task A_queue_lets_the_next_go_when_the_open_run_has_ended()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, overlap: queue");
        var first = await watched.RunAsync();
        Assert.Equal(JobOutcome.Queued, (await watched.RunAsync()).Outcome);
        await watched.SweepAsync();
        Assert.Equal((1, 1), (await watched.WorkflowsAsync(), (await watched.StateAsync()).Queue.Length));

        await watched.EndAsync(first.Workflow!.Value);
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((2, 0, 2), (await watched.WorkflowsAsync(), state.Queue.Length, state.Open!.Fired.Run));
    }

    [Fact]
    public async Task A_later_firing_takes_the_place_of_an_open_run()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, overlap: replace");
        var first = await watched.RunAsync();
        var second = await watched.RunAsync();
        Assert.Equal((JobOutcome.Submitted, 2), (second.Outcome, second.Run));
        Assert.Equal(WorkflowStatus.Cancelled, (await watched.WorkflowAsync(first.Workflow!.Value)).State.Status);
        Assert.Equal(MonitorOutcome.Replaced, Assert.Single((await watched.StateAsync()).Recent).Ended!.Outcome);
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_goal_that_a_person_pursues_already_is_joined_and_never_cancelled()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock., playbook: restock }}, overlap: replace");
        var asked = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(
            new SubmitRequest("Restock now.", "petra", "bundle") { Playbook = "restock" }, CancellationToken.None)).Workflow;
        for (var time = 0; time < 2; time++)
        {
            var result = await watched.RunAsync();
            Assert.Equal((JobOutcome.Joined, asked), (result.Outcome, result.Workflow));
        }

        Assert.Equal((1, WorkflowStatus.Planning), (await watched.WorkflowsAsync(), (await watched.WorkflowAsync(asked)).State.Status));
        Assert.Null((await watched.StateAsync()).Open);
    }

    [Fact]
    public async Task A_pause_skips_what_falls_due_and_outlives_a_restart()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        Assert.True(await watched.Desk.PauseAsync(watched.Definition, "Stocktaking", "petra", CancellationToken.None));
        Assert.False(await watched.Desk.PauseAsync(watched.Definition, "Again", "petra", CancellationToken.None));
        await watched.SweepAfterAsync(TimeSpan.FromHours(1));
        await watched.RestartAsync();

        var view = await watched.Desk.ViewAsync(watched.Definition, CancellationToken.None);
        Assert.Equal(("Stocktaking", Actor.Person("petra"), null), (view.State.Pause!.Reason, view.State.Pause.By, view.Next));
        Assert.Equal(MonitorSkip.Paused, view.State.LastSkip!.Reason);
        Assert.Equal(JobOutcome.Skipped, (await watched.RunAsync()).Outcome);
        Assert.True(await watched.Desk.ResumeAsync(watched.Definition, "petra", CancellationToken.None));
        Assert.False(await watched.Desk.ResumeAsync(watched.Definition, "petra", CancellationToken.None));

        await watched.SweepAsync();
        Assert.Equal(0, await watched.WorkflowsAsync());   // what was skipped is not made up for
        await watched.SweepAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, await watched.WorkflowsAsync());
    }

    [Fact]
    public async Task Whoever_only_looks_writes_nothing_and_sees_what_is_spent_meanwhile()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var workflow = (await watched.RunAsync()).Workflow!.Value;
        Assert.Equal(0, (await LookAsync(watched)).SpentToday);
        await SpendAsync(watched, workflow, "700");
        Assert.Equal(700, (await LookAsync(watched)).SpentToday);
        Assert.Equal(700, (await LookAsync(watched)).SpentToday);
        watched.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, (await LookAsync(watched)).SpentToday);

        await watched.EndAsync(workflow);
        Assert.NotNull((await LookAsync(watched)).State.Open);
        await watched.SweepAsync();
        Assert.Equal(MonitorOutcome.Failed, Assert.Single((await LookAsync(watched)).State.Recent).Ended!.Outcome);
    }

    private static async Task<MonitorView> LookAsync(WatchedCompany watched) => Assert.Single(await watched.Desk.ListAsync(CancellationToken.None));

    [Fact]
    public async Task What_its_workflows_spend_in_a_day_has_a_ceiling()
    {
        await using var watched = await WatchedCompany.OpenAsync(
            $"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, spend: {{ perRun: 800, perDay: 1000 }}", DateTimeOffset.Parse("2026-11-21T20:00:00Z"));
        var first = (await watched.RunAsync()).Workflow!.Value;
        await SpendAsync(watched, first, "700");
        await watched.EndAsync(first);

        var second = (await watched.RunAsync()).Workflow!.Value;
        Assert.Equal(300, (await watched.WorkflowAsync(second)).State.Submitted!.Budget!.Money);
        await SpendAsync(watched, second, "300");
        await watched.EndAsync(second);
        var third = await watched.RunAsync();
        Assert.Equal((JobOutcome.Skipped, 2), (third.Outcome, await watched.WorkflowsAsync()));
        Assert.Contains("1,000 today", third.Detail, StringComparison.Ordinal);

        watched.Time.Advance(TimeSpan.FromHours(3.5));   // past midnight in Prague, not yet in London
        Assert.Equal(800, (await watched.WorkflowAsync((await watched.RunAsync()).Workflow!.Value)).State.Submitted!.Budget!.Money);
    }

    [Fact]
    public async Task A_workflow_that_a_monitor_submitted_does_not_set_it_off_again()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, overlap: replace");
        var own = (await watched.RunAsync()).Workflow;
        var again = await watched.RunAsync(own);
        Assert.Equal((JobOutcome.Skipped, 1), (again.Outcome, await watched.WorkflowsAsync()));
        Assert.Equal(MonitorSkip.OwnCause, (await watched.StateAsync()).LastSkip!.Reason);

        var asked = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Other.", "petra", "bundle"), CancellationToken.None)).Workflow;
        Assert.Equal(JobOutcome.Submitted, (await watched.RunAsync(asked)).Outcome);
    }

    [Fact]
    public async Task What_a_workflow_set_off_stops_with_it()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}");
        var asked = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(new SubmitRequest("Other.", "petra", "bundle"), CancellationToken.None)).Workflow;
        var submitted = (await watched.RunAsync(asked)).Workflow!.Value;
        var company = watched.Get<ICompany>();
        await company.AppendAsync([new Suspended(Suspension.Workflow, asked.ToString(), new PrivateText("jana", "It is odd."))], Actor.Person("jana"), CancellationToken.None);

        Assert.Equal($"workflow/{asked}", company.State.StopOf((await watched.WorkflowAsync(submitted)).State)?.Key);
        await watched.EndAsync(submitted);
        var again = await watched.RunAsync(asked);
        Assert.Equal(JobOutcome.Failed, again.Outcome);
        Assert.Contains("is suspended: It is odd.", again.Detail, StringComparison.Ordinal);
        Assert.Equal(JobOutcome.Submitted, (await watched.RunAsync()).Outcome);
    }

    [Fact]
    public async Task A_run_whose_host_died_is_lost_and_tried_once_more()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        var moment = watched.Time.Now.AddHours(1);
        watched.Time.Advance(TimeSpan.FromHours(1));
        await DiedAsync(watched, moment);

        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal(MonitorOutcome.Lost, Assert.Single(state.Recent).Ended!.Outcome);
        Assert.Equal((2, 2, MonitorTrigger.CatchUp, moment), (state.Open!.Fired.Run, state.Open.Fired.Attempt, state.Open.Fired.Trigger, state.Open.Fired.ScheduledFor));
        Assert.Equal([JobOutcome.Lost, JobOutcome.Submitted], (await watched.RowsAsync()).Select(r => r.Outcome).Order());
        await watched.SweepAsync();
        Assert.Equal(1, await watched.WorkflowsAsync());
    }

    [Fact]
    public async Task A_run_over_which_hosts_keep_dying_is_given_up()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        await watched.WroteAsync(new MonitorFired(1, "f", MonitorTrigger.CatchUp, null, MonitorDecider.MostAttempts, "elsewhere:1", null, JsonText.Null));
        await watched.SweepAsync();
        Assert.Equal((null, 0), ((await watched.StateAsync()).Open, await watched.WorkflowsAsync()));
    }

    [Fact]
    public async Task What_a_dead_host_submitted_and_could_not_say_is_found_and_not_submitted_again()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        watched.Time.Advance(TimeSpan.FromHours(1));
        await DiedAsync(watched, watched.Time.Now);
        var key = $"{watched.Id}/{watched.Time.Now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
        var submitted = Assert.IsType<SubmitResult.Created>(await watched.Get<WorkflowDesk>().SubmitAsync(
            new SubmitRequest("Restock.", "jana", "bundle") { IdempotencyKey = key }, CancellationToken.None)).Workflow;

        await watched.SweepAsync();
        var run = (await watched.StateAsync()).Open!;
        Assert.Equal((1, submitted, false, 1), (run.Fired.Run, run.Submitted!.Workflow, run.Submitted.Joined, await watched.WorkflowsAsync()));
    }

    /// <summary>Where whoever declared it lost died over that. Of old ones, also of those that a monitor did not make up for by its file of then, nobody expects anything.</summary>
    [Theory]
    [InlineData(2, 2)]
    [InlineData(61, 1)]
    public async Task What_nobody_made_up_for_is_made_up_for_by_the_next_host_unless_that_is_long_ago(int minutes, int runs)
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 7d }}, {Condition}, submit: {{ goal: Restock. }}");
        await watched.SweepAsync();
        await watched.WroteAsync(
            new MonitorFired(1, "f", MonitorTrigger.Manual, null, 1, "elsewhere:1", null, JsonText.Null), new MonitorRunEnded(1, MonitorOutcome.Lost, "The host elsewhere:1 died over it.", []));
        await watched.SweepAfterAsync(TimeSpan.FromMinutes(minutes));
        Assert.Equal(runs, (await watched.StateAsync()).Runs);
    }

    [Fact]
    public async Task Without_catching_up_a_lost_run_is_not_tried_again()
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, catchUp: none");
        await watched.SweepAsync();
        watched.Time.Advance(TimeSpan.FromHours(1));
        await DiedAsync(watched, watched.Time.Now);
        await watched.SweepAsync();
        Assert.Equal((MonitorOutcome.Lost, 0), (Assert.Single((await watched.StateAsync()).Recent).Ended!.Outcome, await watched.WorkflowsAsync()));
    }

    [Theory]
    [InlineData("one", 1, 0)]
    [InlineData("all", 5, 0)]
    [InlineData("none", 0, 5)]
    public async Task After_five_hours_away_the_file_says_how_many_runs_there_are(string catchUp, int runs, int skipped)
    {
        await using var watched = await WatchedCompany.OpenAsync($"schedule: {{ every: 1h }}, {Condition}, submit: {{ goal: Restock. }}, catchUp: {catchUp}");
        watched.Set("A-1", 0);
        await watched.SweepAsync();
        await watched.RestartAsync();
        await watched.SweepAfterAsync(TimeSpan.FromHours(5.5));
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal((runs, skipped), (state.Runs, state.LastSkip?.Count ?? 0));
        Assert.All(state.Recent, run => Assert.Equal(MonitorTrigger.CatchUp, run.Fired.Trigger));
        Assert.Equal(skipped > 0 ? [JobOutcome.Missed] : [], (await watched.RowsAsync()).Select(r => r.Outcome).Where(o => o is JobOutcome.Missed or JobOutcome.Skipped));
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task Whoever_wakes_it_at_once_runs_it_once()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        watched.Time.Advance(TimeSpan.FromHours(1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => watched.Get<MonitorClock>().TickAsync(WatchedCompany.Name, CancellationToken.None)));
        Assert.Equal((1, 1, 1), ((await watched.StateAsync()).Runs, await watched.WorkflowsAsync(), (await watched.RowsAsync()).Count));
    }

    [Fact]
    public async Task One_firing_that_is_reported_side_by_side_is_one_run()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => watched.Desk.CallAsync(watched.Definition, JsonText.EmptyObject, "same", null, CancellationToken.None)));
        Assert.Equal(1, results.Count(r => r.Outcome == JobOutcome.Submitted));
        Assert.Equal((1, 1), ((await watched.StateAsync()).Runs, await watched.WorkflowsAsync()));
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    private static async Task DiedAsync(WatchedCompany watched, DateTimeOffset moment)
    {
        var key = $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
        await watched.WroteAsync(new MonitorFired(1, key, MonitorTrigger.Schedule, moment, 1, "elsewhere:1", null, JsonText.Null));
        await watched.Rows.BeginAsync(new JobRun("dead", "monitor/watch", "schedule", "elsewhere:1", moment, watched.Time.Now, null, null, "", null, 1), CancellationToken.None);
    }

    private static Task SpendAsync(WatchedCompany watched, WorkflowId workflow, string amount)
    {
        var call = PrefixedId.Derive<CallId>(workflow.Value, "order");
        return watched.AppendAsync(
            workflow,
            new CallProposed(call, null, "purchaser", "erp.order", JsonText.EmptyObject, []),
            new CallDecided(call, Effect.Allow, [], JsonText.EmptyObject, "", "", "", []),
            new CallStarted(call, "key", true, [], null),
            new CallSettled(call, CallOutcome.Succeeded, JsonText.EmptyObject, new Money(amount, "EUR"), null, []));
    }
}
