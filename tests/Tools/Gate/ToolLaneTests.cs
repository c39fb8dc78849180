using AiManager.Contracts;

namespace AiManager.Tools.Tests;

/// <summary>How often and when a tool is tried, and what is known of how it does.</summary>
public sealed class ToolLaneTests
{
    private static readonly ToolOutput.Done Done = new(JsonText.EmptyObject, []);
    private static readonly ToolOutput.Failed Busy = new("busy", IsRetryable: true);
    private static readonly ToolOutput.Unclear Unclear = new("the line broke");

    private readonly ManualTime _time = new();
    private readonly List<bool> _sent = [];

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Only_what_cannot_be_done_twice_by_it_is_tried_again(bool isRepeatable, int tries)
    {
        var output = await RunAsync(Lane(ToolLimits.Outside), isRepeatable, Busy, Busy, Busy);
        Assert.Equal((Busy, tries), (output, _sent.Count));
    }

    [Fact]
    public async Task What_was_wrong_with_the_call_itself_is_not_tried_again()
    {
        var refused = new ToolOutput.Failed("No such customer.");
        Assert.Equal(refused, await RunAsync(Lane(ToolLimits.Outside), true, refused, Done));
        Assert.Single(_sent);
    }

    [Fact]
    public async Task A_try_after_one_that_surely_did_nothing_is_a_first_one_and_after_a_doubt_it_is_not()
    {
        Assert.Equal(Done, await RunAsync(Lane(ToolLimits.Outside), true, Busy, Unclear, Done));
        Assert.Equal([false, false, true], _sent);
    }

    [Fact]
    public async Task The_companys_own_tools_are_asked_once_and_once_more_only_in_doubt()
    {
        Assert.Equal(Busy, await RunAsync(Lane(ToolLimits.Inside), true, Busy, Done));
        Assert.Equal(Done, await RunAsync(Lane(ToolLimits.Inside), true, Unclear, Done));
        Assert.Equal(Unclear, await RunAsync(Lane(ToolLimits.Inside), false, Unclear, Done));
        Assert.Equal(4, _sent.Count);
    }

    [Fact]
    public async Task A_wish_to_wait_is_granted_within_bounds()
    {
        var lane = Lane(ToolLimits.Outside);
        var begun = _time.Now;
        await RunAsync(lane, true, Busy with { RetryAfter = TimeSpan.FromSeconds(20) }, Done);
        Assert.True(_time.Now - begun >= TimeSpan.FromSeconds(20));
        var asking = Busy with { RetryAfter = TimeSpan.FromMinutes(10) };
        Assert.Equal(asking, await RunAsync(lane, true, asking, Done));
        Assert.Equal(3, _sent.Count);
    }

    [Fact]
    public async Task A_tool_that_fails_again_and_again_is_left_alone_for_a_while_and_then_tried()
    {
        var lane = Lane(ToolLimits.Outside with { Retries = 0 });
        for (var i = 0; i < 5; i++)
        {
            await lane.RunAsync(false, (_, _) => Sent(Busy), CancellationToken.None);
        }

        Assert.Equal((LaneCondition.Resting, 5, "busy"), (lane.Health.Condition, lane.Health.FailuresInARow, lane.Health.LastError));
        var resting = Assert.IsType<ToolOutput.Failed>(await lane.RunAsync(false, (_, _) => Sent(Done), CancellationToken.None));
        Assert.Equal((true, 5), (resting.IsRetryable, _sent.Count));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(LaneCondition.Failing, lane.Health.Condition);
        Assert.Equal(Done, await lane.RunAsync(false, (_, _) => Sent(Done), CancellationToken.None));
        Assert.Equal((LaneCondition.Well, 0, _time.Now, null), (lane.Health.Condition, lane.Health.FailuresInARow, lane.Health.LastSuccessAt, lane.Health.RestsUntil));
    }

    [Fact]
    public async Task Refusals_for_what_was_asked_do_not_tire_a_tool()
    {
        var lane = Lane(ToolLimits.Outside);
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(lane, false, new ToolOutput.Failed("No such customer."));
        }

        Assert.Equal((LaneCondition.Well, "No such customer."), (lane.Health.Condition, lane.Health.LastError));
        Assert.Equal(20, _sent.Count);
    }

    [Fact]
    public async Task So_many_calls_at_a_time_and_the_others_wait_for_their_turn()
    {
        var lane = Lane(ToolLimits.Inside with { Concurrency = 2 });
        var gates = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<ToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var begun = 0;
        var calls = gates.Select(g => lane.RunAsync(false, (_, _) => { Interlocked.Increment(ref begun); return g.Task; }, CancellationToken.None)).ToArray();
        Assert.Equal(2, Volatile.Read(ref begun));
        gates[0].SetResult(Done);
        await calls[0];
        gates[2].SetResult(Done);
        Assert.Equal(Done, await calls[2]);
        gates[1].SetResult(Done);
        await calls[1];
        Assert.Equal(3, begun);
    }

    [Fact]
    public async Task Whoever_would_wait_too_long_for_a_turn_is_told_and_nothing_was_sent()
    {
        var lane = Lane(ToolLimits.Inside with { Concurrency = 1 });
        var gate = new TaskCompletionSource<ToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = lane.RunAsync(false, (_, _) => gate.Task, CancellationToken.None);
        var second = lane.RunAsync(false, (_, _) => throw new InvalidOperationException("sent"), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("It is busy with 1 other calls, which is as many as it may have at a time. It was not called.", Assert.IsType<ToolOutput.Failed>(await second).Error);
        gate.SetResult(Done);
        await first;
        Assert.Equal(Done, await RunAsync(lane, false, Done));
    }

    [Fact]
    public async Task Whoever_stops_waiting_for_a_turn_leaves_it_to_the_next()
    {
        var lane = Lane(ToolLimits.Inside with { Concurrency = 1 });
        var gate = new TaskCompletionSource<ToolOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = lane.RunAsync(false, (_, _) => gate.Task, CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var second = lane.RunAsync(false, (_, _) => Task.FromResult<ToolOutput>(Done), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult(Done);
        await first;
        Assert.Equal(Done, await RunAsync(lane, false, Done));
    }

    [Fact]
    public async Task So_many_calls_within_a_time_and_the_next_waits_or_is_told()
    {
        var lane = Lane(ToolLimits.Inside with { Rate = new CallRate(2, TimeSpan.FromSeconds(10)) });
        await RunAsync(lane, false, Done);
        await RunAsync(lane, false, Done);
        var begun = _time.Now;
        Assert.Equal(Done, await RunAsync(lane, false, Done));
        Assert.True(_time.Now - begun >= TimeSpan.FromSeconds(10));
        var slow = Lane(ToolLimits.Inside with { Rate = new CallRate(1, TimeSpan.FromMinutes(5)) });
        await RunAsync(slow, false, Done);
        var told = Assert.IsType<ToolOutput.Failed>(await RunAsync(slow, false, Done));
        Assert.Equal(("It may be called 1 times in 300 s, and has been. It was not called.", TimeSpan.FromMinutes(5)), (told.Error, told.RetryAfter));
        Assert.Equal(LaneCondition.Well, slow.Health.Condition);
    }

    [Fact]
    public async Task Pauses_between_tries_are_drawn_and_the_companys_own_tools_are_asked_again_at_once()
    {
        var pauses = new List<TimeSpan[]>();
        foreach (var (limits, seed, first) in new[] { (ToolLimits.Outside, 1, (ToolOutput)Busy), (ToolLimits.Outside, 2, Busy), (ToolLimits.Outside, 1, Busy), (ToolLimits.Inside, 1, Unclear) })
        {
            var hasty = new HastyTime();
            Queue<ToolOutput> outputs = new([first, Done]);
            Assert.Equal(Done, await new ToolLane(limits, hasty, new Random(seed)).RunAsync(true, (_, _) => Task.FromResult(outputs.Dequeue()), CancellationToken.None));
            pauses.Add([.. hasty.Pauses]);
        }

        Assert.Equal(pauses[0], pauses[2]);
        Assert.NotEqual(pauses[0], pauses[1]);
        Assert.All(pauses[..3], p => Assert.InRange(Assert.Single(p), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30)));
        Assert.All(pauses[3], p => Assert.Equal(TimeSpan.Zero, p));
    }

    [Fact]
    public async Task A_doubt_stays_one_however_often_it_is_tried()
    {
        Assert.Equal(Done, await RunAsync(Lane(ToolLimits.Outside), true, Unclear, Unclear, Done));
        Assert.Equal([false, true, true], _sent);
    }

    [Fact]
    public async Task A_wish_to_wait_as_long_as_anybody_does_is_granted()
    {
        Assert.Equal(Done, await RunAsync(Lane(ToolLimits.Outside), true, Busy with { RetryAfter = ToolLimits.LongestPause }, Done));
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public async Task A_call_whose_own_tries_tire_the_tool_says_what_came_of_the_last_one()
    {
        var lane = Lane(ToolLimits.Outside with { Retries = 5 });
        Assert.Equal(Busy, await RunAsync(lane, true, Busy, Busy, Busy, Busy, Busy, Busy));
        Assert.Equal((LaneCondition.Resting, 5), (lane.Health.Condition, _sent.Count));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task Every_try_but_the_first_is_counted(int failures, int counted)
    {
        using var heard = new Heard();
        await RunAsync(Lane(ToolLimits.Outside), true, [.. Enumerable.Repeat(Busy, failures), Done]);
        Assert.Equal(Enumerable.Repeat("1", counted), heard.Figures("aimanager.call.retries"));
    }

    [Fact]
    public async Task A_tool_at_rest_says_until_when_and_is_so_no_longer()
    {
        var lane = Lane(ToolLimits.Outside with { Retries = 0 });
        for (var i = 0; i < 5; i++)
        {
            await lane.RunAsync(false, (_, _) => Sent(Busy), CancellationToken.None);
        }

        var until = lane.Health.RestsUntil;
        Assert.Equal(_time.Now.AddSeconds(30), until);
        var told = Assert.IsType<ToolOutput.Failed>(await lane.RunAsync(false, (_, _) => Sent(Done), CancellationToken.None));
        Assert.Equal((true, TimeSpan.FromSeconds(30)), (told.IsRetryable, told.RetryAfter));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(LaneCondition.Resting, lane.Health.Condition);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LaneCondition.Failing, lane.Health.Condition);
    }

    [Fact]
    public async Task A_further_try_that_gets_no_turn_leaves_what_the_last_one_gave()
    {
        var lane = Lane(new ToolLimits(1, null, new CallRate(1, TimeSpan.FromMinutes(5)), Breaks: false));
        Assert.Equal(Busy, await RunAsync(lane, true, Busy, Done));
        Assert.Single(_sent);
    }

    [Theory]
    [InlineData(299, 299)]
    [InlineData(300, 300)]
    [InlineData(301, 301)]
    [InlineData(1000, 301)]
    public async Task Of_an_error_the_beginning_is_kept(int length, int kept)
    {
        var lane = Lane(ToolLimits.Outside);
        await RunAsync(lane, false, new ToolOutput.Failed(new string('e', length)));
        Assert.Equal((kept, length > 300), (lane.Health.LastError!.Length, lane.Health.LastError.EndsWith('…')));
    }

    [Theory]
    [InlineData("retries: 3, concurrency: 2, rate: { calls: 60, per: 1m }", null)]
    [InlineData("retries: 9", "'retries' is at most 5.")]
    [InlineData("retries: -1", "'retries' must be a whole number of at least 0.")]
    [InlineData("concurrency: 0", "'concurrency' must be a whole number of at least 1.")]
    [InlineData("rate: { calls: 1 }", "'rate' says 'calls' (1 to 100000) and 'per' (such as 1m).")]
    [InlineData("rate: { calls: 1, per: 0s }", "'per' must be a duration such as 90s, 15m, 4h or 2d.")]
    public void Limits_are_read_from_a_tools_entry(string keys, string? fault)
    {
        var faults = System.Collections.Immutable.ImmutableArray.CreateBuilder<ConfigFault>();
        var reader = new ConfigReader();
        var limits = ToolLimits.Read(AiManager.Host.YamlText.Read("tools.yaml", $"{{ {keys} }}", 1, faults)!, ToolLimits.Outside, reader);
        Assert.Equal(fault, (reader.Faults is [var first, ..] ? first : null)?.Message);
        if (fault is null)
        {
            Assert.Equal(new ToolLimits(3, 2, new CallRate(60, TimeSpan.FromMinutes(1)), Breaks: true), limits);
        }
    }

    [Fact]
    public async Task What_a_service_did_last_is_known_by_its_tools_name()
    {
        await using var service = await ServiceStub.StartAsync(ServiceStub.Says(429, "slow down", "text/plain", ("Retry-After", "7")), ServiceStub.Says(200, """{"ok":true}"""));
        await using var shop = await ApiShop.OpenAsync(
            """ "paths":{"/plain":{"get":{"operationId":"plain"}}} """, service.Url.ToString(), adjust: t => t with { Limits = ToolLimits.Outside with { Retries = 0 } });
        Assert.Equal(LaneHealth.Untried, shop.Shop.Lanes.HealthOf("test.plain"));
        Assert.Equal("127.0.0.1 takes no more calls now (429). It asks to wait 7 s. It says: slow down", await shop.FailAsync("plain", "{}"));
        Assert.Equal((LaneCondition.Failing, 1), (shop.Shop.Lanes.HealthOf("test.plain").Condition, shop.Shop.Lanes.HealthOf("test.plain").FailuresInARow));
        await shop.CallAsync("plain", "{}");
        var health = shop.Shop.Lanes.HealthOf("test.plain");
        Assert.Equal((LaneCondition.Well, 0, true), (health.Condition, health.FailuresInARow, health.LastError!.Contains("429", StringComparison.Ordinal)));
    }

    private ToolLane Lane(ToolLimits limits) => new(limits, _time, new Random(1));

    private Task<ToolOutput> Sent(ToolOutput output)
    {
        _sent.Add(false);
        return Task.FromResult(output);
    }

    /// <summary>Runs a call whose tries give these, one after the other, moving the clock whenever nothing goes on.</summary>
    private async Task<ToolOutput> RunAsync(ToolLane lane, bool isRepeatable, params ToolOutput[] outputs)
    {
        var next = 0;
        var call = lane.RunAsync(
            isRepeatable,
            (mayBeDone, _) =>
            {
                _sent.Add(mayBeDone);
                return Task.FromResult(outputs[next++]);
            },
            CancellationToken.None);
        while (!call.IsCompleted)
        {
            if (_time.IsAwaited)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        return await call;
    }

    /// <summary>Nobody waits: every timer rings at once, and how long it would have been is kept.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
