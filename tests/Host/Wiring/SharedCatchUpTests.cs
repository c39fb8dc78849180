namespace AiManager.Host.Tests;

/// <summary>Bringing something up to date, once for all who want it.</summary>
public sealed class SharedCatchUpTests
{
    [Fact]
    public async Task Whoever_comes_while_it_is_under_way_gets_one_that_begins_after_they_came()
    {
        var held = new TaskCompletionSource();
        var begun = 0;
        await using var shared = new SharedCatchUp(async _ =>
        {
            var mine = Interlocked.Increment(ref begun);
            await held.Task;
            return mine;
        });
        var first = shared.RunAsync();
        var later = new[] { shared.RunAsync(), shared.RunAsync(), shared.RunAsync() };
        held.SetResult();
        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(later), did => Assert.Equal(2, did));
        Assert.Equal(3, await shared.RunAsync());
    }

    [Fact]
    public async Task A_fault_is_told_to_who_waits_for_it_and_the_next_is_tried_anew()
    {
        var held = new TaskCompletionSource();
        var begun = 0;
        await using var shared = new SharedCatchUp(async _ =>
        {
            var mine = Interlocked.Increment(ref begun);
            await held.Task;
            return mine == 1 ? throw new InvalidOperationException("Away.") : mine;
        });
        var (first, second) = (shared.RunAsync(), shared.RunAsync());
        held.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task It_is_told_to_stop_and_waited_for_when_it_is_wanted_no_more()
    {
        var (begun, stopped) = (new TaskCompletionSource(), false);
        var shared = new SharedCatchUp(async token =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            finally
            {
                stopped = true;
            }

            return 0;
        });
        var run = shared.RunAsync();
        await begun.Task;
        await shared.DisposeAsync();
        Assert.True(stopped);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
