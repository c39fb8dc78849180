namespace AiManager.Domain.Tests;

public sealed class MissedFiringsTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Nothing_is_due_twice()
    {
        Assert.Equal(DueFirings.None, Find(MonitorCatchUp.All, Given.Noon, Given.Noon.AddMinutes(59)));
        Assert.Equal(DueFirings.None, Find(MonitorCatchUp.All, Given.Noon.AddHours(1), Given.Noon.AddHours(1)));
        Assert.Equal(DueFirings.None, Find(MonitorCatchUp.All, Given.Noon.AddHours(9), Given.Noon)); // the clock was set back
    }

    [Fact]
    public void What_is_on_time_is_no_catching_up()
    {
        foreach (var policy in Enum.GetValues<MonitorCatchUp>())
        {
            Assert.Equal([(Given.Noon.AddHours(1), MonitorTrigger.Schedule)], Find(policy, Given.Noon, Given.Noon.AddHours(1).AddSeconds(59)).Fire.ToArray());
        }
    }

    [Fact]
    public void One_run_makes_up_for_all_that_was_missed()
    {
        var due = Find(MonitorCatchUp.One, Given.Noon, Given.Noon.AddHours(5.5));
        Assert.Equal([(Given.Noon.AddHours(5), MonitorTrigger.CatchUp)], due.Fire.ToArray());
        Assert.Equal((4, null), (due.Missed, due.MissedUntil));
    }

    [Fact]
    public void All_make_up_for_each_of_them_oldest_first()
    {
        var due = Find(MonitorCatchUp.All, Given.Noon, Given.Noon.AddHours(3));
        Assert.Equal(
            [(Given.Noon.AddHours(1), MonitorTrigger.CatchUp), (Given.Noon.AddHours(2), MonitorTrigger.CatchUp), (Given.Noon.AddHours(3), MonitorTrigger.Schedule)], due.Fire.ToArray());
    }

    [Fact]
    public void None_makes_up_for_nothing_and_says_until_when()
    {
        var due = Find(MonitorCatchUp.None, Given.Noon, Given.Noon.AddHours(5.5));
        Assert.Empty(due.Fire.ToArray());
        Assert.Equal((5, Given.Noon.AddHours(5)), (due.Missed, due.MissedUntil));

        var onTime = Find(MonitorCatchUp.None, Given.Noon, Given.Noon.AddHours(5));
        Assert.Equal([(Given.Noon.AddHours(5), MonitorTrigger.Schedule)], onTime.Fire.ToArray());
        Assert.Equal((4, null), (onTime.Missed, onTime.MissedUntil));
    }

    [Fact]
    public void Years_away_make_up_for_the_last_hundred_and_take_no_time()
    {
        var due = Find(MonitorCatchUp.All, Given.Noon.AddYears(-30), Given.Noon);
        Assert.Equal(MissedFirings.MostMadeUp, due.Fire.Length);
        Assert.Equal(Given.Noon, due.Fire[^1].ScheduledFor);
        Assert.True(due.Missed > 0);
        Assert.Equal(Given.Noon, Assert.Single(Find(MonitorCatchUp.One, Given.Noon.AddYears(-30), Given.Noon).Fire).ScheduledFor);
    }

    private static DueFirings Find(MonitorCatchUp policy, DateTimeOffset seenUntil, DateTimeOffset now) =>
        MissedFirings.Find(policy, seenUntil, now, after => new DateTimeOffset((after.UtcTicks / Hour.Ticks * Hour.Ticks) + Hour.Ticks, TimeSpan.Zero));
}
