namespace AiManager.Domain.Tests;

public sealed class MonitorFoldTests
{
    [Fact]
    public void Nothing_comes_before_the_monitor_is_known() => Assert.Null(Watch.Try(MonitorFold.Start(Watch.Nightly.Id), Watch.Fired(1)));

    [Fact]
    public void A_run_goes_from_fired_over_checked_and_submitted_to_ended()
    {
        var call = Given.Call("check");
        var fired = Watch.Of(Watch.Fired(1));
        var read = Watch.Then(
            fired, new CallProposed(call, null, "system", "erp.low", JsonText.EmptyObject, []), Given.Decided(call, Effect.Allow), Given.Started(call), Given.Settled(call));
        Assert.Equal(CallStatus.Succeeded, read.Open!.Check!.Calls[call].Status);

        var held = Watch.Then(read, new MonitorChecked(1, call, true, "2 rows"));
        Assert.Null(Watch.Try(held, new CallProposed(Given.Call("another"), null, "system", "erp.low", JsonText.EmptyObject, [])));
        var over = Watch.Then(held, Watch.Submitted(1), Watch.Ended(1, MonitorOutcome.Completed, new DaySpend(new DateOnly(2026, 11, 21), 12.5m)));
        Assert.Null(over.Open);
        Assert.Equal(12.5m, over.Spent[new DateOnly(2026, 11, 21)]);
        var run = Assert.Single(over.Recent);
        Assert.Equal((Given.Workflow, MonitorOutcome.Completed, true), (run.Submitted!.Workflow, run.Ended!.Outcome, run.Check is null));
    }

    [Fact]
    public void A_check_neither_waits_for_people_nor_sets_money_aside()
    {
        var call = Given.Call("check");
        var decided = Watch.Then(
            Watch.Of(Watch.Fired(1)), new CallProposed(call, null, "system", "erp.low", JsonText.EmptyObject, []), Given.Decided(call, Effect.Allow));
        Assert.Null(Watch.Try(decided, Given.Started(call, money: 5)));
        Assert.Null(Watch.Try(Watch.Of(Watch.Fired(1)), Given.Proposed("other", "task")));
    }

    [Theory]
    [MemberData(nameof(Illegal))]
    public void What_does_not_fit_changes_nothing(string before, string fact)
    {
        var state = States[before];
        var recorded = new Recorded(0, state.Seq + 1, Given.Noon, Actor.System, Facts[fact]);
        Assert.Null(MonitorFold.TryApply(state, recorded));
        Assert.Equal(state with { Seq = state.Seq + 1 }, MonitorFold.Apply(state, recorded));
    }

    public static TheoryData<string, string> Illegal => new()
    {
        { "idle", "fired twice" }, { "idle", "checked" }, { "idle", "submitted" }, { "idle", "ended" }, { "idle", "resumed" }, { "idle", "queued" }, { "idle", "another name" },
        { "open", "fired" }, { "open", "ended another" }, { "unheld", "submitted" }, { "submitted", "submitted" }, { "submitted", "checked" }, { "paused", "paused" },
    };

    private static readonly Dictionary<string, WorkflowEvent> Facts = new()
    {
        ["fired"] = Watch.Fired(2),
        ["fired twice"] = Watch.Fired(2),
        ["checked"] = new MonitorChecked(1, null, true, ""),
        ["submitted"] = Watch.Submitted(1),
        ["ended"] = Watch.Ended(1),
        ["ended another"] = Watch.Ended(2),
        ["resumed"] = new MonitorResumed(),
        ["paused"] = new MonitorPaused(new PrivateText("petra", "Again")),
        ["queued"] = Watch.Queued("q"),
        ["another name"] = new MonitorDefined("other", "every 60s"),
    };

    private static readonly Dictionary<string, MonitorState> States = new()
    {
        ["idle"] = Watch.Of(),
        ["open"] = Watch.Of(Watch.Fired(1)),
        ["unheld"] = Watch.Of(Watch.Fired(1), new MonitorChecked(1, null, false, "")),
        ["submitted"] = Watch.Of(Watch.Fired(1), Watch.Submitted(1)),
        ["paused"] = Watch.Of(new MonitorPaused(new PrivateText("petra", "Why"))),
    };

    [Fact]
    public void What_was_dealt_with_only_moves_on()
    {
        var seen = Watch.Of(Watch.Fired(1, scheduledFor: Given.Noon.AddHours(5)), Watch.Ended(1));
        Assert.Equal(Given.Noon.AddHours(5), Watch.Then(seen, Watch.Skipped("s", Given.Noon.AddHours(1))).SeenUntil);
        Assert.Equal(Given.Noon.AddHours(6), Watch.Then(seen, Watch.Skipped("s", Given.Noon.AddHours(6))).SeenUntil);
    }

    [Fact]
    public void A_queued_firing_leaves_the_queue_when_it_runs_or_is_left_out()
    {
        var waiting = Watch.Then(Watch.Of(Watch.Fired(1)), Watch.Queued("a"), Watch.Queued("b"), Watch.Ended(1));
        Assert.Equal(["b"], Watch.Then(waiting, Watch.Fired(2, "a")).Queue.Select(q => q.Queued.Firing));
        Assert.Equal(["a"], Watch.Then(waiting, Watch.Skipped("b")).Queue.Select(q => q.Queued.Firing));
    }

    [Fact]
    public void However_long_the_history_the_state_stays_small()
    {
        var state = Watch.Of();
        for (var run = 1; run <= 100; run++)
        {
            state = Watch.Then(state, Watch.Fired(run, $"f{run}"), Watch.Ended(run, MonitorOutcome.Completed, new DaySpend(new DateOnly(2026, 1, 1).AddDays(run), 1)));
        }

        Assert.Equal((100, MonitorState.MostRecent, MonitorState.MostDays), (state.Runs, state.Recent.Length, state.Spent.Count));
        Assert.Equal(100, state.Recent[^1].Fired.Run);
        Assert.Equal(new DateOnly(2026, 1, 1).AddDays(100), state.Spent.Keys.Last());
    }

    /// <summary>Any events in any order: no fold breaks, at most one run is open, run numbers rise, and what was dealt with never moves back.</summary>
    [Fact]
    public void No_history_breaks_a_fold()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var chance = new Random(seed);
            var state = MonitorFold.Start(Watch.Nightly.Id);
            for (var step = 0; step < 60; step++)
            {
                var before = state;
                state = MonitorFold.Apply(state, new Recorded(step, step + 1, Given.Noon.AddMinutes(step), Actor.System, Any(chance, state)));
                Assert.True(state.Seq == step + 1 && state.Runs >= before.Runs && state.SeenUntil >= before.SeenUntil, $"seed {seed}, step {step}");
                Assert.True(state.Queue.Length <= MonitorDecider.MostQueued && state.Recent.All(r => r.Ended is not null), $"seed {seed}, step {step}");
                Assert.True(before.Open is null || state.Open is null || state.Open.Fired == before.Open.Fired, $"seed {seed}, step {step}");
            }
        }
    }

    private static WorkflowEvent Any(Random chance, MonitorState state)
    {
        var run = state.Runs + chance.Next(-1, 2);
        var call = Given.Call("c" + chance.Next(3));
        return chance.Next(14) switch
        {
            0 => new MonitorDefined(chance.Next(4) == 0 ? "other" : "nightly", $"every {chance.Next(3)}s"),
            1 or 2 => Watch.Fired(run, "f" + chance.Next(9), chance.Next(2) == 0 ? null : Given.Noon.AddHours(chance.Next(48))),
            3 => new MonitorChecked(run, null, chance.Next(2) == 0, ""),
            4 => Watch.Submitted(run, chance.Next(2) == 0),
            5 => Watch.Skipped("f" + chance.Next(9), Given.Noon.AddHours(chance.Next(48))),
            6 => Watch.Queued("f" + chance.Next(9)),
            7 => Watch.Ended(run, MonitorOutcome.Failed, new DaySpend(new DateOnly(2026, 1, 1 + chance.Next(28)), chance.Next(100))),
            8 => new MonitorPaused(new PrivateText("petra", "Why")),
            9 => new MonitorResumed(),
            10 => new CallProposed(call, null, "system", "erp.low", JsonText.EmptyObject, []),
            11 => Given.Decided(call, Effect.Allow),
            12 => Given.Started(call),
            _ => chance.Next(2) == 0 ? Given.Settled(call) : new GoalCompleted("Not here."),
        };
    }
}
