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
