namespace AiManager.ManagerAgent.Tests;

/// <summary>A playbook in shadow is a rehearsal: everything is decided, nothing is done, nobody is asked, and the report says what would have been.</summary>
public sealed class ShadowTests
{
    private readonly House _house = new();

    public ShadowTests() => _house.Playbooks = [_house.Playbooks[0] with { IsShadow = true }];

    [Fact]
    public async Task A_run_in_shadow_does_nothing_asks_nobody_and_ends_with_what_would_have_happened()
    {
        _house.ChangeTool("orders.create", t => t with
        {
            Decide = args => args.GetProperty("supplier").GetString() switch { "s1" => Effect.Allow, "s2" => Effect.Ask, _ => Effect.Deny },
        });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.StartsWith("Rehearsed in shadow (playbook restock): nothing was done", state.Ending, StringComparison.Ordinal);
        Assert.Empty(_house.Orders);
        Assert.Empty(state.Approvals);
        Assert.Empty(state.Escalations);
        Assert.Empty(state.Acceptance);
        Assert.All(await driving.EventsAsync<CallStarted>(workflow), s => Assert.NotEqual("orders.create", state.Calls[s.Call].Proposed.Tool));
        var lines = StatusReport.Of(await driving.SnapshotAsync(workflow), "EUR", Plain.Words, 10).Lines.Where(l => l.Kind == ReportKind.Shadow).Select(l => l.Text).ToList();
        Assert.Contains(lines, l => l.Contains("\"s1\"", StringComparison.Ordinal) && l.Contains("would have been allowed by", StringComparison.Ordinal) && l.Contains("(10 EUR)", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("\"s2\"", StringComparison.Ordinal) && l.Contains("would have been asked of lead by", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("\"s3\"", StringComparison.Ordinal) && l.Contains("would have been denied by", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("All together it would have come to 1 allowed (10 EUR), 1 asked (10 EUR), ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_handed_in_without_its_effect_is_taken_unchecked_and_says_so()
    {
        _house.Model.On("act", (question, state) => House.Act(question, state) is { Text: { } text } && text.Contains("cannot", StringComparison.Ordinal)
            ? ModelDouble.Text("""{"order":"would be"}""")
            : House.Act(question, state));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Empty(_house.Orders);
        Assert.Equal(3, (await driving.EventsAsync<DeliverableReviewed>(workflow)).Count(r => r.Accepted && r.Reasons[0].StartsWith("Not checked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_stays_in_shadow_though_its_playbook_leaves_it()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        driving.Journal.DieAtPoint = CrashPoint.AfterDeliverableReviewed;
        await Assert.ThrowsAsync<KilledException>(() => driving.Loop.RunUntilIdleAsync(null, default));
        _house.Playbooks = [_house.Playbooks[0] with { IsShadow = false }];
        _house.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.NotNull((await _house.Start("node-2").RunAsync(workflow)).Shadow);
        Assert.Empty(_house.Orders);
    }

    [Fact]
    public async Task A_call_that_was_put_off_is_taken_up_when_its_time_has_come_by_whoever_drives_then()
    {
        _house.Playbooks = [_house.Playbooks[0] with { IsShadow = false }];
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s2" && _house.Time.GetUtcNow().Hour < 10 ? Effect.Defer : Effect.Allow });
        var first = _house.Start();
        var workflow = await first.SubmitAsync();
        var waiting = await first.RunAsync(workflow);
        Assert.Equal((WorkflowStatus.Running, 2), (waiting.Status, _house.Orders.Count));
        Assert.Single(waiting.Deferred);

        _house.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(WorkflowStatus.Completed, (await _house.Start("node-2").RunAsync(workflow)).Status);
        Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
    }
}
