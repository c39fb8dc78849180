using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>Turns of one tool: in order, within a rate, and given back by whoever leaves.</summary>
public sealed class CallTurnsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Whoever_leaves_the_queue_lets_nobody_in()
    {
        var turns = Turns(ToolLimits.Inside with { Concurrency = 1 });
        var running = await turns.TakeAsync(CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var (first, second) = (turns.TakeAsync(CancellationToken.None), turns.TakeAsync(gone.Token));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        var third = turns.TakeAsync(CancellationToken.None);
        Assert.False(first.IsCompleted);
        running.Dispose();
        Assert.Null((await first).Refused);
        Assert.False(third.IsCompleted);
        (await first).Dispose();
        Assert.Null((await third).Refused);
    }

    [Fact]
    public async Task A_turn_that_is_given_to_somebody_who_leaves_in_that_moment_is_not_lost()
    {
        var turns = Turns(ToolLimits.Inside with { Concurrency = 1 });
        for (var round = 0; round < 300; round++)
        {
            var running = await turns.TakeAsync(CancellationToken.None);
            using var gone = new CancellationTokenSource();
            var leaving = turns.TakeAsync(gone.Token);
            running.Dispose();
            gone.Cancel();
            try
            {
                (await leaving).Dispose();
            }
            catch (OperationCanceledException)
            {
                // Which of both came first is nobody's business: the turn is free either way.
            }

            var next = turns.TakeAsync(CancellationToken.None);
            Assert.True(next.IsCompletedSuccessfully, $"round {round}");
            (await next).Dispose();
        }
    }

    [Fact]
    public async Task Who_is_told_to_come_later_takes_nobodys_turn_and_is_told_how_much_later()
    {
        var turns = Turns(new ToolLimits(0, 1, new CallRate(1, TimeSpan.FromMinutes(5)), Breaks: false));
        (await turns.TakeAsync(CancellationToken.None)).Dispose();
        _time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 2; i++)
        {
            var refused = (await turns.TakeAsync(CancellationToken.None)).Refused!;
            Assert.Equal(
                ("It may be called 1 times in 300 s, and has been. It was not called.", TimeSpan.FromMinutes(4), true, true),
                (refused.Error, refused.RetryAfter, refused.IsRetryable, refused.IsOurs));
        }

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Null((await turns.TakeAsync(CancellationToken.None)).Refused);
    }

    [Fact]
    public async Task Who_waits_as_long_as_anybody_does_still_gets_a_turn()
    {
        var turns = Turns(ToolLimits.Inside with { Rate = new CallRate(1, TimeSpan.FromSeconds(30)) });
        await turns.TakeAsync(CancellationToken.None);
        var second = turns.TakeAsync(CancellationToken.None);
        Assert.False(second.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null((await second).Refused);
    }

    [Fact]
    public async Task It_is_waited_for_what_is_left_of_the_rates_time_and_no_longer()
    {
        var turns = Turns(ToolLimits.Inside with { Rate = new CallRate(1, TimeSpan.FromSeconds(20)) });
        await turns.TakeAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(12));
        var second = turns.TakeAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Null((await second).Refused);
        Assert.Equal(TimeSpan.FromSeconds(20), _time.Now - new ManualTime().Now);
    }

    [Fact]
    public async Task Whoever_stops_waiting_for_the_rate_gives_the_turn_back()
    {
        var turns = Turns(new ToolLimits(0, 1, new CallRate(1, TimeSpan.FromSeconds(20)), Breaks: false));
        (await turns.TakeAsync(CancellationToken.None)).Dispose();
        using var gone = new CancellationTokenSource();
        var second = turns.TakeAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _time.Advance(TimeSpan.FromSeconds(20));
        var third = turns.TakeAsync(CancellationToken.None);
        Assert.True(third.IsCompletedSuccessfully);
        Assert.Null((await third).Refused);
    }

    private CallTurns Turns(ToolLimits limits) => new(limits, _time);
}
