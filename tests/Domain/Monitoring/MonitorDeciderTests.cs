namespace AiManager.Domain.Tests;

public sealed class MonitorDeciderTests
{
    private static readonly DateTimeOffset Now = Given.Noon.AddHours(1);
    private static readonly MonitorState Idle = Watch.Of();
    private static readonly MonitorState Open = Watch.Of(Watch.Fired(1), Watch.Submitted(1));

    [Fact]
    public void A_firing_of_an_idle_monitor_runs() => Assert.Equal(new MonitorDecision.Run(null), Decide(Watch.Nightly, Idle, Watch.At(Now)));

    [Theory]
    [InlineData(MonitorOverlap.Skip, typeof(MonitorDecision.Skip))]
    [InlineData(MonitorOverlap.Queue, typeof(MonitorDecision.Queue))]
    [InlineData(MonitorOverlap.Replace, typeof(MonitorDecision.Replace))]
    public void A_firing_while_a_run_is_open_does_what_the_file_says(MonitorOverlap overlap, Type decision) =>
        Assert.IsType(decision, Decide(Watch.Nightly with { Overlap = overlap }, Open, Watch.At(Now)));

    [Fact]
    public void A_queue_has_an_end()
    {
        var full = Watch.Then(Open, [.. Enumerable.Range(0, MonitorDecider.MostQueued).Select(i => Watch.Queued($"q{i}"))]);
        Skipped(MonitorSkip.QueueFull, Decide(Watch.Nightly with { Overlap = MonitorOverlap.Queue }, full, Watch.At(Now)));
    }

    [Fact]
    public void A_moment_that_was_dealt_with_is_nothing_whatever_the_clock_says()
    {
        var seen = Watch.Of(Watch.Fired(1, scheduledFor: Now), Watch.Ended(1));
        Assert.IsType<MonitorDecision.Nothing>(Decide(Watch.Nightly, seen, Watch.At(Now)));
        Assert.IsType<MonitorDecision.Nothing>(Decide(Watch.Nightly, seen, Watch.At(Now.AddMinutes(-2))));
        Assert.IsType<MonitorDecision.Run>(Decide(Watch.Nightly, seen, Watch.At(Now.AddHours(1))));
        Assert.IsType<MonitorDecision.Run>(Decide(Watch.Nightly, seen, Watch.At(Now) with { Attempt = 2 }));
    }

    [Fact]
    public void A_call_that_is_repeated_is_nothing()
    {
        var called = new MonitorFiring("webhook/1", MonitorTrigger.Webhook);
        Assert.IsType<MonitorDecision.Nothing>(Decide(Watch.Nightly, Watch.Of(Watch.Fired(1, "webhook/1")), called));
        Assert.IsType<MonitorDecision.Nothing>(Decide(Watch.Nightly, Watch.Of(Watch.Fired(1, "webhook/1"), Watch.Ended(1)), called));
        Assert.IsType<MonitorDecision.Nothing>(Decide(Watch.Nightly, Watch.Then(Open, Watch.Queued("webhook/1")), called));
    }

    [Fact]
    public void A_pause_holds_for_everybody_and_says_why()
    {
        var paused = Watch.Of(new MonitorPaused(new PrivateText("petra", "Stocktaking")));
        foreach (var trigger in Enum.GetValues<MonitorTrigger>())
        {
            Assert.Contains("Stocktaking", Skipped(MonitorSkip.Paused, Decide(Watch.Nightly, paused, new MonitorFiring("x", trigger))).Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Quiet_hours_and_cool_down_are_for_schedules_and_webhooks_and_not_for_a_person_who_asks()
    {
        var quiet = Watch.Nightly with { Quiet = new QuietHours(new TimeOnly(12, 0), new TimeOnly(14, 0), TimeZoneInfo.Utc, []) };
        var cooling = Watch.Nightly with { CoolDown = TimeSpan.FromHours(2) };
        var done = Watch.Then(Open, Watch.Ended(1));
        foreach (var trigger in (MonitorTrigger[])[MonitorTrigger.Schedule, MonitorTrigger.CatchUp, MonitorTrigger.Webhook])
        {
            Skipped(MonitorSkip.Quiet, Decide(quiet, Idle, new MonitorFiring("x", trigger)));
            Skipped(MonitorSkip.CoolDown, Decide(cooling, done, new MonitorFiring("x", trigger)));
        }

        Assert.IsType<MonitorDecision.Run>(Decide(quiet, Idle, new MonitorFiring("x", MonitorTrigger.Manual)));
        Assert.IsType<MonitorDecision.Run>(Decide(cooling, done, new MonitorFiring("x", MonitorTrigger.Manual)));
        Assert.IsType<MonitorDecision.Run>(MonitorDecider.Decide(cooling, done, new MonitorFiring("x", MonitorTrigger.Webhook), 0, Now.AddHours(2)));
    }

    [Theory]
    [InlineData(null, null, 0, null)]
    [InlineData(200, null, 900, 200)]
    [InlineData(200, 1000, 0, 200)]
    [InlineData(200, 1000, 850, 150)]
    [InlineData(null, 1000, 850, 150)]
    public void A_run_may_spend_what_a_run_may_and_what_is_left_of_the_day(int? perRun, int? perDay, int spent, int? budget) =>
        Assert.Equal(new MonitorDecision.Run(budget), MonitorDecider.Decide(Watch.Nightly with { MoneyPerRun = perRun, MoneyPerDay = perDay }, Idle, Watch.At(Now), spent, Now));

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    public void At_the_days_ceiling_a_run_is_left_out_whoever_wants_it(int spent)
    {
        var skip = Skipped(MonitorSkip.Spend, MonitorDecider.Decide(Watch.Nightly with { MoneyPerDay = 1000 }, Idle, new MonitorFiring("x", MonitorTrigger.Manual), spent, Now));
        Assert.Contains("and 1,000 is the most for a day", skip.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_does_not_set_itself_off_directly_or_through_others()
    {
        var other = MonitorId.Named("other");
        Skipped(MonitorSkip.OwnCause, Decide(Watch.Nightly, Idle, new MonitorFiring("x", MonitorTrigger.Webhook) { Chain = [Watch.Nightly.Id] }));
        Skipped(MonitorSkip.OwnCause, Decide(Watch.Nightly, Idle, new MonitorFiring("x", MonitorTrigger.Webhook) { Chain = [other, Watch.Nightly.Id] }));
        Assert.IsType<MonitorDecision.Run>(Decide(Watch.Nightly, Idle, new MonitorFiring("x", MonitorTrigger.Webhook) { Chain = [other] }));
    }

    [Fact]
    public void Monitors_that_lead_to_one_another_come_to_an_end() =>
        Skipped(MonitorSkip.LongChain, Decide(Watch.Nightly, Idle, new MonitorFiring("x", MonitorTrigger.Webhook)
        {
            Chain = [.. Enumerable.Range(0, MonitorDecider.LongestChain).Select(i => MonitorId.Named($"m{i}"))],
        }));

    [Fact]
    public void What_would_not_run_replaces_nothing() =>
        Skipped(MonitorSkip.Spend, MonitorDecider.Decide(Watch.Nightly with { Overlap = MonitorOverlap.Replace, MoneyPerDay = 10 }, Open, Watch.At(Now), 10, Now));

    private static MonitorDecision Decide(MonitorDefinition definition, MonitorState state, MonitorFiring firing) => MonitorDecider.Decide(definition, state, firing, 0, Now);

    private static MonitorDecision.Skip Skipped(MonitorSkip reason, MonitorDecision decision)
    {
        var skip = Assert.IsType<MonitorDecision.Skip>(decision);
        Assert.Equal(reason, skip.Reason);
        return skip;
    }
}
