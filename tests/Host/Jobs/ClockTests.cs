namespace AiManager.Host.Tests;

/// <summary>Schedules over changes of clocks, leap days, and clocks that are wrong: the scheduler's own evaluator under our reckoning of what is due.</summary>
public sealed class ClockTests
{
    private static readonly TimeZoneInfo Prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");
    private static readonly QuartzOccurrences Occurrences = new();

    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z,2026-03-30T00:30:00Z")] // 02:30 does not exist: at the change, 03:00
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z,2026-10-26T01:30:00Z")] // 02:30 comes twice: the first
    [InlineData("0 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z,2026-10-26T01:00:00Z")]
    [InlineData("0 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z,2026-03-30T01:00:00Z")]
    [InlineData("0 * * * *", "2026-03-28T23:30:00Z", "2026-03-29T00:00:00Z,2026-03-29T01:00:00Z,2026-03-29T02:00:00Z")] // each hour that there is
    [InlineData("0 * * * *", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z,2026-10-25T01:00:00Z,2026-10-25T02:00:00Z")]
    [InlineData("0 12 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T11:00:00Z,2032-02-29T11:00:00Z")]
    [InlineData("0 12 13 * FRI", "2026-04-01T00:00:00Z", "2026-04-03T10:00:00Z,2026-04-10T10:00:00Z,2026-04-13T10:00:00Z")] // either suffices
    [InlineData("0 7 * * 0", "2026-11-21T00:00:00Z", "2026-11-22T06:00:00Z")]
    [InlineData("0 7 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T06:00:00Z")]
    public void A_schedule_keeps_its_wall_clock(string cron, string after, string moments)
    {
        var at = DateTimeOffset.Parse(after);
        foreach (var moment in moments.Split(','))
        {
            at = Occurrences.Next(new MonitorSchedule.Cron(cron, Prague), at)!.Value;
            Assert.Equal(DateTimeOffset.Parse(moment), at);
        }
    }

    [Theory]
    [InlineData("2026-03-28T20:00:00Z")]
    [InlineData("2026-10-24T20:00:00Z")]
    [InlineData("2028-02-28T20:00:00Z")]
    public async Task A_nightly_monitor_runs_once_in_every_night_whatever_the_clocks_do(string evening)
    {
        await using var watched = await WatchedCompany.OpenAsync(
            """schedule: { cron: "30 2 * * *", timeZone: Europe/Prague }, when: { tool: erp.low, is: "size(result.rows) > 100" }, submit: { goal: Restock. }""", DateTimeOffset.Parse(evening));
        await watched.SweepAsync();
        for (var quarter = 0; quarter < 4 * 48; quarter++)
        {
            await watched.SweepAfterAsync(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(2, (await watched.StateAsync()).Runs);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_host_whose_clock_is_two_minutes_off_adds_no_run(int minutes)
    {
        await using var watched = await WatchedCompany.OpenAsync(
            """schedule: { cron: "0 2 * * *", timeZone: Europe/Prague }, when: { tool: erp.low, is: "size(result.rows) > 100" }, submit: { goal: Restock. }""",
            DateTimeOffset.Parse("2026-11-21T00:55:00Z"));
        await watched.SweepAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            // One sees the time as it is, then the other sees it two minutes off, through the same store.
            watched.Time.Advance(TimeSpan.FromMinutes(1));
            await watched.SweepAsync();
            watched.Time.Set(watched.Time.Now.AddMinutes(minutes));
            await watched.SweepAsync();
            watched.Time.Set(watched.Time.Now.AddMinutes(-minutes));
        }

        var state = await watched.StateAsync();
        Assert.Equal((1, DateTimeOffset.Parse("2026-11-21T01:00:00Z")), (state.Runs, state.SeenUntil));
    }

    [Fact]
    public void An_interval_is_counted_from_the_epoch_so_that_a_restart_shifts_nothing()
    {
        var every = new MonitorSchedule.Every(TimeSpan.FromMinutes(15));
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T12:15:00Z"), Occurrences.Next(every, DateTimeOffset.Parse("2026-11-21T12:00:00Z")));
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T12:15:00Z"), Occurrences.Next(every, DateTimeOffset.Parse("2026-11-21T13:14:59+01:00")));
        Assert.Null(Occurrences.Next(new MonitorSchedule.Webhook("s"), DateTimeOffset.Parse("2026-11-21T12:00:00Z")));
    }
}
