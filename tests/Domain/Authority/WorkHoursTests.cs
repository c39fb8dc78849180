namespace AiManager.Domain.Tests;

/// <summary>When somebody is at work, also on the days on which clocks are changed.</summary>
public sealed class WorkHoursTests
{
    [Theory]
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-11-27T07:00:00Z", true)]    // Friday, 08:00 there
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-11-27T06:59:59Z", false)]
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-11-27T16:00:00Z", false)]   // 17:00 is the end
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-11-28T09:00:00Z", false)]   // Saturday
    [InlineData("Mon,Wed,Sat-Sun 08:00-17:00 Europe/Prague", "2026-11-29T09:00:00Z", true)]
    [InlineData("Fri-Mon 08:00-17:00 UTC", "2026-11-30T09:00:00Z", true)]
    [InlineData("Fri 22:00-06:00 UTC", "2026-11-28T05:59:00Z", true)]                  // begun on Friday
    [InlineData("Fri 22:00-06:00 UTC", "2026-11-27T05:59:00Z", false)]                 // begun on Thursday
    [InlineData("Fri 00:00-24:00 UTC", "2026-11-27T23:59:00Z", true)]
    [InlineData("Sun 02:30-04:00 Europe/Prague", "2026-03-29T01:00:00Z", true)]        // the clock goes from 02:00 to 03:00
    [InlineData("Sun 02:30-04:00 Europe/Prague", "2026-10-25T00:45:00Z", true)]        // 02:45, the first time
    [InlineData("Sun 02:30-04:00 Europe/Prague", "2026-10-25T01:15:00Z", false)]       // 02:15, the second time
    public void A_moment_lies_within_or_not(string hours, string at, bool covers) => Assert.Equal(covers, Of(hours).Cover(DateTimeOffset.Parse(at)));

    [Theory]
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-11-27T16:30:00Z", "2026-11-30T07:00:00Z")]
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "2026-03-27T20:00:00Z", "2026-03-30T06:00:00Z")]   // summer time between
    [InlineData("Fri 08:00-17:00 UTC", "2026-11-27T08:00:00Z", "2026-12-04T08:00:00Z")]
    [InlineData("Sun 02:30-04:00 Europe/Prague", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]       // 02:30 does not come: 03:00 it is
    [InlineData("Sun 02:30-04:00 Europe/Prague", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]       // 02:30 comes twice: the first
    public void The_next_shift_begins(string hours, string now, string next) => Assert.Equal(DateTimeOffset.Parse(next), Of(hours).Next(DateTimeOffset.Parse(now)));

    [Theory]
    [InlineData("Mon-Fri 08:00-17:00 Europe/Prague", "Mon-Fri 08:00-17:00 Europe/Prague")]
    [InlineData("Mon,Wed,Sat-Sun 08:00-17:00 UTC", "Wed,Sat-Mon 08:00-17:00 UTC")]
    [InlineData("Mon,Tue,Wed,Fri 22:00-06:00 UTC", "Mon-Wed,Fri 22:00-06:00 UTC")]
    [InlineData("Fri-Mon 08:00-17:00 UTC", "Fri-Mon 08:00-17:00 UTC")]
    [InlineData("Wed-Tue 00:00-24:00 UTC", "Mon-Sun 00:00-24:00 UTC")]
    [InlineData("Sun 08:00-24:00 UTC", "Sun 08:00-24:00 UTC")]
    public void They_are_written_as_they_are_read(string hours, string written)
    {
        Assert.Equal(written, Of(hours).ToString());
        Assert.Equal(Of(hours).Days.Order(), Of(written).Days.Order());
    }

    [Theory]
    [InlineData("Mon-Fri 08:00-17:00", "write days, times and a time zone")]
    [InlineData("Weekdays 08:00-17:00 UTC", "'Weekdays' names no days")]
    [InlineData("Mon-Fri-Sun 08:00-17:00 UTC", "names no days")]
    [InlineData("Mon 8-17 UTC", "is no time of day")]
    [InlineData("Mon 08:00-25:00 UTC", "is no time of day")]
    [InlineData("Mon 08:00-17:00 Europe/Nowhere", "there is no time zone 'Europe/Nowhere'")]
    public void What_is_badly_said_is_named(string text, string fault)
    {
        var (hours, said) = WorkHours.Read(text);
        Assert.Null(hours);
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    private static WorkHours Of(string text) => Assert.IsType<WorkHours>(WorkHours.Read(text).Hours);
}
