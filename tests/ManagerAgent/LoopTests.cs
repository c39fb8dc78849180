namespace AiManager.ManagerAgent.Tests;

/// <summary>The loop of a service: it drives for ever, whatever happens to one workflow or to the store.</summary>
public sealed class LoopTests
{
    private readonly House _house = new() { Low = [] };

    [Fact]
    public async Task A_workflow_that_breaks_is_tried_again_when_its_lease_has_run_out_and_holds_up_no_other()
    {
        var broken = true;
        _house.Model.BeforeSend = question => broken && question.Messages.OfType<ModelMessage.User>().First().Text.Contains("bad luck", StringComparison.Ordinal)
            ? throw new InvalidOperationException("Bad luck.")
            : Task.CompletedTask;
        _house.Playbooks = [_house.Playbooks[0] with { Singleton = null }];
        var driving = _house.Start();
        var bad = await driving.SubmitAsync("This has bad luck.");
        var good = await driving.SubmitAsync();
        using var stop = new CancellationTokenSource();
        var loop = driving.Loop.RunAsync(CancellationToken.None, stop.Token);

        await UntilAsync(async () => (await driving.SnapshotAsync(good)).State.IsFinal);
        Assert.False((await driving.SnapshotAsync(bad)).State.IsFinal);
        broken = false;
        await UntilAsync(async () => (await driving.SnapshotAsync(bad)).State.IsFinal);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task Whatever_keeps_a_lease_from_being_renewed_stops_the_work_under_it()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _house.Model.BeforeSend = _ =>
        {
            isAsked.TrySetResult();
            return answer.Task;
        };
        driving.Journal.RenewFault = new InvalidOperationException("Out of room.");
        var claim = await driving.Journal.ClaimAsync("node-1", _house.Time.GetUtcNow(), TimeSpan.FromMinutes(1), workflow.ToString(), default);
        var drive = driving.Driver.DriveAsync(claim!, default);
        await isAsked.Task;
        _house.Time.Advance(new DriverOptions().Lease);
        answer.SetResult();

        Assert.Equal("Out of room.", (await Assert.ThrowsAsync<LeaseLostException>(() => drive)).InnerException?.Message);
        Assert.False((await driving.SnapshotAsync(workflow)).State.IsFinal);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_is_waited_for()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        driving.Journal.IsAway = true;
        using var stop = new CancellationTokenSource();
        var loop = driving.Loop.RunAsync(CancellationToken.None, stop.Token);
        for (var tick = 0; tick < 10; tick++)
        {
            _house.Time.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.False(loop.IsCompleted);
        driving.Journal.IsAway = false;
        await UntilAsync(async () => (await driving.SnapshotAsync(workflow)).State.IsFinal);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_under_way_waits_for_a_store_that_is_away_at_any_append_and_loses_and_doubles_nothing(bool landsFirst)
    {
        for (var awayAt = 1; ; awayAt++)
        {
            var house = new House { StorePatience = TimeSpan.MaxValue };
            var driving = house.Start();
            var workflow = await driving.SubmitAsync();
            var wasAway = false;
            driving.Journal.BeforeAppend = number =>
            {
                if (number == awayAt)
                {
                    (wasAway, driving.Journal.Refuses, driving.Journal.LandsFirst) = (true, 5, landsFirst);
                }

                return Task.CompletedTask;
            };
            var run = driving.RunAsync(workflow);
            for (var (turns, seen) = (0, 5); !run.IsCompleted; turns++)
            {
                // Each refusal is followed by a pause by the clock of the test, which may not have begun yet.
                await Task.Yield();
                if (wasAway && (driving.Journal.Refuses != seen || turns % 5000 == 0))
                {
                    seen = driving.Journal.Refuses;
                    house.Time.Advance(TimeSpan.FromMilliseconds(500));
                }
            }

            Assert.Equal(WorkflowStatus.Completed, (await run).Status);
            Assert.Equal(["s1", "s2", "s3"], house.Orders.Order());
            if (!wasAway)
            {
                Assert.True(awayAt > 10, "The goal was over before the store went away.");
                return;
            }
        }
    }

    [Fact]
    public async Task What_only_a_newer_program_can_read_is_left_to_it_and_holds_up_no_other()
    {
        _house.Playbooks = [_house.Playbooks[0] with { Singleton = null }];
        var driving = _house.Start();
        var newer = await driving.SubmitAsync();
        var other = await driving.SubmitAsync();
        var unknown = new NewEvent("FromTheFuture", 1, _house.Time.GetUtcNow(), Actor.System, string.Empty, "{}"u8.ToArray());
        _house.Store.Append(new AppendRequest(newer.ToString(), 1, null, [unknown], [], []));
        using var stop = new CancellationTokenSource();
        var loop = driving.Loop.RunAsync(CancellationToken.None, stop.Token);

        await UntilAsync(async () => (await driving.SnapshotAsync(other)).State.IsFinal);
        Assert.Equal(2, _house.Store.Read(newer.ToString(), 0, 10).Length);
        Assert.False(loop.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task A_loop_that_is_closed_claims_nothing_more_and_ends_when_what_it_drives_waits()
    {
        using var closing = new CancellationTokenSource();
        _house.Playbooks = [_house.Playbooks[0] with { Singleton = null }];
        var driving = _house.Start();
        var begun = new TaskCompletionSource();
        var going = new TaskCompletionSource();
        _house.Model.BeforeSend = async _ =>
        {
            begun.TrySetResult();
            await going.Task;
        };
        var first = await driving.SubmitAsync();
        var loop = driving.Loop.RunAsync(closing.Token, CancellationToken.None);
        await begun.Task;
        await closing.CancelAsync();
        var second = await driving.SubmitAsync();
        going.SetResult();
        await UntilAsync(() => Task.FromResult(loop.IsCompleted));

        Assert.True((await driving.SnapshotAsync(first)).State.IsFinal);
        Assert.Single((await driving.SnapshotAsync(second)).Events);
        await loop;
    }

    [Fact]
    public async Task What_breaks_is_shown_to_a_terminal()
    {
        _house.Model.BeforeSend = _ => throw new InvalidOperationException("Bad luck.");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => driving.Loop.RunUntilIdleAsync(workflow, default));
    }

    [Fact]
    public async Task Only_the_wanted_workflow_is_driven()
    {
        _house.Playbooks = [_house.Playbooks[0] with { Singleton = null }];
        var driving = _house.Start();
        var first = await driving.SubmitAsync();
        var second = await driving.SubmitAsync();

        await driving.Loop.RunUntilIdleAsync(second, default);

        Assert.False((await driving.SnapshotAsync(first)).State.IsFinal);
        Assert.True((await driving.SnapshotAsync(second)).State.IsFinal);
    }

    /// <summary>Moves the clock until it is so.</summary>
    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tick = 0; tick < 100_000; tick++)
        {
            if (await isSo())
            {
                return;
            }

            await Task.Yield();
            _house.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Fail("It never came to that.");
    }
}
