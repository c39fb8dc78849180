namespace AiManager.Host.Tests;

/// <summary>No run stays open for ever: whatever breaks off a run of a host that lives on, the host itself notices, and a workflow of a run always has a run.</summary>
public sealed class OpenRunTests
{
    private const string Unconditional = "schedule: { every: 1h }, submit: { goal: Restock. }";

    [Theory]
    [InlineData(CrashPoint.AfterCallStarted)]
    [InlineData(CrashPoint.AfterGoalSubmitted)]
    public async Task A_run_during_which_the_store_went_away_is_taken_up_by_the_same_host(CrashPoint point)
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        watched.Time.Advance(TimeSpan.FromHours(1));
        Once(watched, point, () => throw new StoreUnavailableException("It is away."));
        await Assert.ThrowsAsync<StoreUnavailableException>(watched.SweepAsync);

        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Equal(point == CrashPoint.AfterGoalSubmitted ? 1 : 2, state.Open!.Fired.Run);
        Assert.NotNull(state.Open.Submitted);
        Assert.Equal(1, await watched.WorkflowsAsync());
        Assert.DoesNotContain(await watched.RowsAsync(), r => r.EndedAt is null);
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_run_that_is_under_way_is_not_declared_lost_by_its_own_host()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        Once(watched, CrashPoint.AfterCallStarted, () => watched.SweepAsync().GetAwaiter().GetResult());
        var result = await watched.RunAsync();
        Assert.Equal((JobOutcome.Submitted, 1), (result.Outcome, result.Run));
        Assert.Equal(JobOutcome.Submitted, Assert.Single(await watched.RowsAsync()).Outcome);
    }

    [Fact]
    public async Task Who_asks_for_a_run_and_hangs_up_has_asked_for_it()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        using var connection = new CancellationTokenSource();
        Once(watched, CrashPoint.AfterCallStarted, connection.Cancel);
        var result = await watched.Desk.RunAsync(watched.Definition, "jana", null, connection.Token);
        Assert.Equal((JobOutcome.Submitted, 1), (result.Outcome, await watched.WorkflowsAsync()));
        Assert.Equal(JobOutcome.Submitted, Assert.Single(await watched.RowsAsync()).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_whose_workflow_was_archived_is_over(bool isFollowedBefore)
    {
        await using var watched = await WatchedCompany.OpenAsync();
        var first = (await watched.RunAsync()).Workflow!.Value;
        if (isFollowedBefore)
        {
            await watched.SweepAsync();
        }

        await watched.EndAsync(first);
        await watched.ArchiveAsync(first);
        await watched.SweepAsync();
        var state = await watched.StateAsync();
        Assert.Null(state.Open);
        Assert.Equal("Its workflow is archived.", Assert.Single(state.Recent).Ended!.Detail);
        Assert.Equal(2, (await watched.RunAsync()).Run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_run_submits_after_it_was_declared_lost_goes_on_only_if_another_run_has_it(bool isRetried)
    {
        await using var watched = await WatchedCompany.OpenAsync(Unconditional);
        WorkflowEvent[] events = [new MonitorRunEnded(1, MonitorOutcome.Lost, "The host died over it.", [])];
        Once(watched, CrashPoint.AfterGoalSubmitted, () =>
        {
            if (isRetried)
            {
                events = [.. events, new MonitorFired(2, "webhook/call", MonitorTrigger.CatchUp, null, 2, "elsewhere:1", null, JsonText.Null)];
            }

            watched.WroteAsync(events).GetAwaiter().GetResult();
        });
        var result = await watched.Desk.CallAsync(watched.Definition, JsonText.EmptyObject, "call", null, CancellationToken.None);
        Assert.Equal(JobOutcome.Skipped, result.Outcome);
        var workflow = Assert.Single((await watched.Get<IReadModels>().WorkflowsAsync(new WorkflowQuery(), CancellationToken.None)).Items);
        Assert.Equal(isRetried ? WorkflowStatus.Planning : WorkflowStatus.Cancelled, (await watched.WorkflowAsync(workflow.Workflow)).State.Status);
    }

    [Fact]
    public async Task What_was_lost_and_whose_finder_died_before_making_up_for_it_is_made_up_for_by_the_next_host_once()
    {
        await using var watched = await WatchedCompany.OpenAsync();
        await watched.SweepAsync();
        watched.Time.Advance(TimeSpan.FromHours(1));
        var moment = watched.Time.Now;
        await watched.WroteAsync(
            new MonitorFired(1, "the hour", MonitorTrigger.Schedule, moment, 1, "first:1", null, JsonText.Null),
            new MonitorRunEnded(1, MonitorOutcome.Lost, "The host first:1 died over it.", []));
        await watched.SweepAsync();
        Assert.Equal(1, (await watched.StateAsync()).Runs); // its finder may be about to

        await watched.SweepAfterAsync(TimeSpan.FromMinutes(1));
        var made = (await watched.StateAsync()).Open!.Fired;
        Assert.Equal((2, "the hour", MonitorTrigger.CatchUp, 2, moment), (made.Run, made.Firing, made.Trigger, made.Attempt, made.ScheduledFor));

        // The finder was only slow: it comes too late, and nothing is left out for that.
        var late = new MonitorFiring("the hour", MonitorTrigger.CatchUp) { ScheduledFor = moment, Attempt = 2 };
        Assert.IsType<MonitorDecision.Nothing>(MonitorDecider.Decide(watched.Definition, await watched.StateAsync(), late, 0, watched.Time.Now));
        await watched.SweepAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((2, 1), ((await watched.StateAsync()).Runs, await watched.WorkflowsAsync()));
        Assert.Null((await watched.VerifyAsync()).Fault);
    }

    private static void Once(WatchedCompany watched, CrashPoint point, Action act) => watched.Passing = passed =>
    {
        if (passed == point)
        {
            watched.Passing = null;
            act();
        }
    };
}
