namespace AiManager.ManagerAgent.Tests;

/// <summary>One workflow driven: what is deferred, what others append meanwhile, and who holds the lease.</summary>
public sealed class SessionTests
{
    private readonly House _house = new();

    [Fact]
    public async Task Whoever_speaks_from_outside_while_others_are_first_again_and_again_reads_only_what_is_new_each_time()
    {
        var driving = _house.Start();
        var other = _house.Start("node-2");
        var workflow = await driving.SubmitAsync();
        for (var i = 0; i < 30; i++)
        {
            await other.Desk.MessageAsync(workflow, $"Before, {i}.", "petra", default);
        }

        var crossed = 0;
        driving.Journal.BeforeOutside = async () =>
        {
            if (crossed < 20)
            {
                crossed++;
                Assert.IsType<OutsideResult.Appended>(await other.Desk.MessageAsync(workflow, $"Between, {crossed}.", "petra", default));
            }
        };
        var before = driving.Journal.EventsRead;
        var said = Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "At last.", "olga", default));
        Assert.Equal((51, 31 + 20), (said.State.Messages.Length, driving.Journal.EventsRead - before));
    }

    [Fact]
    public async Task What_is_deferred_is_seen_at_once_and_written_in_front_of_the_next_append()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);

        Assert.True(await session.DeferAsync([Message("first")], Actor.System, CancellationToken.None));
        Assert.Single(session.State.Messages);
        Assert.Equal(1, session.FoldedSeq);
        await session.AppendAsync([Message("second")], [], Actor.System, default);

        Assert.Equal(3, session.FoldedSeq);
        Assert.Equal(["first", "second"], (await driving.EventsAsync<MessagePosted>(workflow)).Select(m => m.Text.Words));
    }

    [Fact]
    public async Task What_is_deferred_is_written_by_a_flush_and_by_nothing_else()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);

        Assert.False(await session.FlushAsync(default));
        await session.DeferAsync([Message("first")], Actor.System, CancellationToken.None);
        Assert.Empty(await driving.EventsAsync<MessagePosted>(workflow));
        await session.FlushAsync(default);

        Assert.Single(await driving.EventsAsync<MessagePosted>(workflow));
    }

    [Fact]
    public async Task Deferring_behind_an_append_that_waits_for_the_disk_holds_no_thread()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);
        var isWriting = new TaskCompletionSource();
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        driving.Journal.BeforeAppend = _ =>
        {
            isWriting.SetResult();
            return disk.Task;
        };
        var append = session.AppendAsync([Message("first")], [], Actor.System, default);
        await isWriting.Task;

        var deferred = session.DeferAsync([Message("second")], Actor.System, default);
        Assert.False(deferred.IsCompleted);
        disk.SetResult();

        Assert.IsType<LogResult.Appended>(await append);
        Assert.True(await deferred);
        Assert.Equal(["first", "second"], session.State.Messages.Select(m => m.Text.Words));
    }

    [Fact]
    public async Task What_others_appended_goes_in_front_of_what_is_deferred_and_nothing_is_lost()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);
        await session.DeferAsync([Message("deferred")], Actor.System, CancellationToken.None);
        await driving.Desk.MessageAsync(workflow, "outside", "petra", default);

        Assert.IsType<LogResult.Appended>(await session.AppendAsync([Message("own")], [], Actor.System, default));

        Assert.Equal(["outside", "deferred", "own"], (await driving.EventsAsync<MessagePosted>(workflow)).Select(m => m.Text.Words));
        Assert.Equal(session.State.Messages.Select(m => m.Text.Words), (await driving.SnapshotAsync(workflow)).State.Messages.Select(m => m.Text.Words));
    }

    [Fact]
    public async Task What_is_deferred_and_no_longer_legal_is_dropped_and_what_comes_instead_is_noticed()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);
        Assert.True(await session.DeferAsync([new ContractAgreed(new Contract("x", [], [], null, null), null, null, "manager")], Actor.Manager, CancellationToken.None));
        await driving.Desk.PauseAsync(workflow, "Wait.", "petra", default);

        // One dropped, one folded in: the seq alone would say that nothing happened.
        Assert.True(await session.FlushAsync(default));

        Assert.Equal(WorkflowStatus.Paused, session.State.Status);
        Assert.Null(session.State.Agreed);
        Assert.Equal(2, (await driving.SnapshotAsync(workflow)).Events.Length);
    }

    [Fact]
    public async Task What_is_illegal_is_neither_deferred_nor_appended()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);

        Assert.False(await session.DeferAsync([Message("first"), new WorkflowResumed()], Actor.System, CancellationToken.None));
        Assert.IsType<LogResult.Overtaken>(await session.AppendAsync([Message("second"), new WorkflowResumed()], [], Actor.System, default));

        Assert.Empty(session.State.Messages);
        Assert.Empty(await driving.EventsAsync<MessagePosted>(workflow));
    }

    [Fact]
    public async Task A_guard_that_does_not_hold_writes_nothing_and_keeps_what_is_deferred()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var other = await driving.SubmitAsync("Something else.");
        using var session = await OpenAsync(driving, other);
        await session.DeferAsync([Message("first")], Actor.System, CancellationToken.None);

        var result = await session.AppendAsync([Message("second")], [new Guard.SingletonFree("restock", other)], Actor.System, default);

        Assert.Equal(workflow.ToString(), Assert.IsType<LogResult.Refused>(result).Detail);
        Assert.Empty(await driving.EventsAsync<MessagePosted>(other));
        await session.FlushAsync(default);
        Assert.Equal(["first"], (await driving.EventsAsync<MessagePosted>(other)).Select(m => m.Text.Words));
    }

    [Fact]
    public async Task Whoever_lost_the_lease_appends_nothing_and_holds_nothing()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        using var later = await OpenAsync(driving, workflow, "node-2");

        await Assert.ThrowsAsync<LeaseLostException>(() => session.AppendAsync([Message("late")], [], Actor.System, default));
        await Assert.ThrowsAsync<LeaseLostException>(() => session.HoldAsync(_house.Time.GetUtcNow() + TimeSpan.FromHours(1), default));

        Assert.Empty(await driving.EventsAsync<MessagePosted>(workflow));
        Assert.IsType<LogResult.Appended>(await later.AppendAsync([Message("mine")], [], Actor.System, default));
    }

    [Fact]
    public async Task An_append_that_depends_on_the_state_is_overtaken_when_that_has_changed()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        using var session = await OpenAsync(driving, workflow);
        await driving.Desk.MessageAsync(workflow, "outside", "petra", default);

        Assert.IsType<LogResult.Overtaken>(await session.AppendWhileAsync(s => s.Messages.IsEmpty, [Message("own")], Actor.System, default));

        Assert.Equal(["outside"], (await driving.EventsAsync<MessagePosted>(workflow)).Select(m => m.Text.Words));
    }

    [Fact]
    public async Task Words_are_sealed_in_the_store_and_clear_in_a_session()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync("My secret wish.");

        Assert.All(_house.Store.Read(workflow.ToString(), 0, 10), e => Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString(e.Body.Span)));
        using var session = await OpenAsync(driving, workflow);
        Assert.Equal("My secret wish.", session.State.Submitted!.Goal.Words);
    }

    [Fact]
    public async Task A_drive_that_is_stopped_in_the_middle_can_be_taken_up_at_once()
    {
        var driving = _house.Start();
        using var stop = new CancellationTokenSource();
        _house.Model.BeforeSend = async question =>
        {
            if (question.Step == "detail")
            {
                await stop.CancelAsync();
                stop.Token.ThrowIfCancellationRequested();
            }
        };
        var workflow = await driving.SubmitAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => driving.Loop.RunUntilIdleAsync(workflow, stop.Token));
        _house.Model.BeforeSend = null;

        Assert.Equal(WorkflowStatus.Completed, (await _house.Start("node-2").RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task A_long_call_keeps_its_lease_while_the_clock_runs()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _house.Tools.BeforeRun = async _ =>
        {
            started.TrySetResult();
            await ended.Task;
        };
        var run = driving.RunAsync(workflow);
        await started.Task;

        for (var ticks = 0; ticks < 12; ticks++)
        {
            _house.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.Null(_house.Store.Claim("node-2", _house.Time.GetUtcNow(), TimeSpan.FromSeconds(30), null));
        }

        ended.SetResult();
        Assert.Equal(WorkflowStatus.Completed, (await run).Status);
    }

    [Fact]
    public async Task Where_the_store_is_found_away_when_a_lease_is_renewed_that_is_what_a_terminal_hears()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var started = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _house.Tools.BeforeRun = async _ =>
        {
            started.TrySetResult();
            await ended.Task;
        };
        var run = driving.Loop.RunUntilIdleAsync(workflow, default);
        await started.Task;
        driving.Journal.IsAway = true;
        _house.Time.Advance(TimeSpan.FromSeconds(3));
        ended.SetResult();
        Assert.Equal("It is away.", (await Assert.ThrowsAsync<StoreUnavailableException>(() => run)).Message);
    }

    [Fact]
    public async Task What_is_appended_while_a_workflow_is_let_go_is_not_slept_over()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = _ => Effect.Ask });
        var driving = _house.Start();
        var outside = _house.Start("outside");
        var workflow = await driving.SubmitAsync();
        var first = true;
        driving.Journal.BeforeRelease = async () =>
        {
            if (first)
            {
                first = false;
                await outside.DecideAllAsync(workflow, approve: true);
            }
        };

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task Many_workflows_are_driven_side_by_side()
    {
        _house.Low = [];
        _house.Playbooks = [_house.Playbooks[0] with { Singleton = null }];
        var driving = _house.Start();
        var workflows = new List<WorkflowId>();
        for (var count = 0; count < 20; count++)
        {
            workflows.Add(await driving.SubmitAsync());
        }

        await driving.Loop.RunUntilIdleAsync(null, default);

        foreach (var workflow in workflows)
        {
            Assert.True((await driving.SnapshotAsync(workflow)).State.IsFinal);
        }
    }

    private static MessagePosted Message(string words) => new(new PrivateText("petra", words));

    private async Task<WorkflowSession> OpenAsync(Driving driving, WorkflowId workflow, string node = "node-1")
    {
        var claim = _house.Store.Claim(node, _house.Time.GetUtcNow(), TimeSpan.FromSeconds(30), workflow.ToString())!;
        return await WorkflowSession.OpenAsync(driving.Journal, driving.Stream, _house.Time, claim, default);
    }
}
