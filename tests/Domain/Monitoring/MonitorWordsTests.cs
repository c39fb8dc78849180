namespace AiManager.Domain.Tests;

/// <summary>What people write into <c>monitors.yaml</c>: cron lines, quiet hours, inputs.</summary>
public sealed class MonitorWordsTests
{
    [Theory]
    [InlineData("0 2 * * *")]
    [InlineData("*/15 8-17 * * MON-FRI")]
    [InlineData("0,30 0 1,15 jan-mar/2 *")]
    [InlineData("59 23 31 12 7")]
    [InlineData("0 12 29 2 *")]
    [InlineData("  0   2 * * *  ")]
    [InlineData("0 12 13 * FRI")]
    [InlineData("0 12 30 2 MON")]
    public void A_cron_line_is_read(string text) => Assert.Null(CronText.Fault(text));

    [Theory]
    [InlineData("", "this has 0")]
    [InlineData("* * * *", "this has 4")]
    [InlineData("0 0 2 * * *", "this has 6")]
    [InlineData("60 2 * * *", "'60' is no minute")]
    [InlineData("0 24 * * *", "'24' is no hour")]
    [InlineData("0 2 0 * *", "'0' is no day of the month")]
    [InlineData("0 2 * 13 *", "'13' is no month")]
    [InlineData("0 2 * * 8", "'8' is no day of the week")]
    [InlineData("0 2 * * MONDAY", "names such as SUN")]
    [InlineData("5-1 2 * * *", "a range goes upwards")]
    [InlineData("*/0 2 * * *", "a step is")]
    [InlineData("*/1/2 2 * * *", "'*/1/2' is no minute")]
    [InlineData("1,,2 2 * * *", "is no minute")]
    [InlineData("-1 2 * * *", "is no minute")]
    [InlineData("0 2 ? * *", "'?' is no day of the month")]
    [InlineData("0 2 L * *", "'L' is no day of the month")]
    [InlineData("0 12 30 2 *", "That day never comes.")]
    [InlineData("0 12 31 4,6,9,11 *", "That day never comes.")]
    public void A_cron_line_that_is_none_is_refused_with_the_reason(string text, string reason) => Assert.Contains(reason, CronText.Fault(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-11-21T21:59:00Z", false)]
    [InlineData("2026-11-21T22:00:00Z", true)]
    [InlineData("2026-11-22T05:59:00Z", true)]
    [InlineData("2026-11-22T06:00:00Z", false)]
    public void A_quiet_night_goes_over_midnight(string at, bool isQuiet) => Assert.Equal(isQuiet, Night().Holds(DateTimeOffset.Parse(at)));

    [Theory]
    [InlineData("2026-11-21T23:00:00Z", false)] // Saturday evening
    [InlineData("2026-11-22T23:00:00Z", true)] // Sunday evening
    [InlineData("2026-11-23T03:00:00Z", true)] // the night that began on Sunday
    [InlineData("2026-11-22T03:00:00Z", false)] // the one that began on Saturday
    public void A_day_is_the_one_on_which_quiet_begins(string at, bool isQuiet) =>
        Assert.Equal(isQuiet, (Night() with { Days = [DayOfWeek.Sunday] }).Holds(DateTimeOffset.Parse(at)));

    [Fact]
    public void Quiet_hours_are_wall_clock_hours()
    {
        var quiet = Night() with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague") };
        Assert.True(quiet.Holds(DateTimeOffset.Parse("2026-07-01T20:30:00Z")));
        Assert.False(quiet.Holds(DateTimeOffset.Parse("2026-12-01T20:30:00Z")));
        Assert.True((quiet with { To = quiet.From }).Holds(DateTimeOffset.Parse("2026-12-01T12:00:00Z")));
    }

    [Fact]
    public void Inputs_take_values_and_words_from_what_was_seen()
    {
        var template = InputTemplate.Read(
            JsonText.Parse("""{"rows":"${result.rows}","first":"${result.rows[0].sku}","words":"Item ${result.rows[0].sku}, ${result.rows[0].n} of it, by ${body.who}","plain":[1,true,null,"x"],"gone":"${result.rows[7].sku}","none":"[${body.a.b}]"}"""),
            out var faults);
        Assert.Empty(faults);
        var filled = template.Fill(JsonText.Parse("""{"rows":[{"sku":"A-1","n":2.50}]}"""), JsonText.Parse("""{"who":"${result.rows}"}"""));
        Assert.Equal(
            """{"rows":[{"sku":"A-1","n":2.50}],"first":"A-1","words":"Item A-1, 2.50 of it, by ${result.rows}","plain":[1,true,null,"x"],"gone":null,"none":"[]"}""",
            filled!.Value.Text);
    }

    [Theory]
    [InlineData("${env.SECRET}")]
    [InlineData("a ${result.rows[x]} b")]
    [InlineData("${}")]
    [InlineData("${result..rows}")]
    public void A_place_that_is_none_is_a_mistake(string text)
    {
        InputTemplate.Read(JsonText.Parse($$"""{"a":["{{text}}"]}"""), out var faults);
        Assert.Contains("is no place", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_do_not_grow_without_end()
    {
        var template = InputTemplate.Read(JsonText.Parse("""{"a":"${result}","b":"${result}"}"""), out _);
        Assert.NotNull(template.Fill(JsonText.OfString(new string('x', 100_000)), JsonText.Null));
        Assert.Null(template.Fill(JsonText.OfString(new string('x', 140_000)), JsonText.Null));
    }

    private static QuietHours Night() => new(new TimeOnly(22, 0), new TimeOnly(6, 0), TimeZoneInfo.Utc, []);
}
