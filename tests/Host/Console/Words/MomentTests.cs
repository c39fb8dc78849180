namespace AiManager.Host.Tests;

/// <summary>Moments as people read them: a clock of 24 hours, the day where it is another one, and the zone where no script knows the reader's.</summary>
public sealed class MomentTests
{
    private static readonly TimeZoneInfo Prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 15, 38, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-11-27T05:03:00Z", "05:03 UTC", "06:03 Europe/Prague")]
    [InlineData("2026-11-27T23:30:00Z", "23:30 UTC", "Nov 28, 00:30 Europe/Prague")]
    [InlineData("2026-11-29T15:38:00Z", "Nov 29, 15:38 UTC", "Nov 29, 16:38 Europe/Prague")]
    [InlineData("2027-01-02T15:38:00Z", "Jan 2, 2027, 15:38 UTC", "Jan 2, 2027, 16:38 Europe/Prague")]
    public void A_moment_is_said_with_its_zone_and_with_its_day_unless_that_is_today(string at, string inUtc, string inPrague)
    {
        var moment = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((inUtc, inPrague), (Written.Moment(moment, Now, TimeZoneInfo.Utc), Written.Moment(moment, Now, Prague)));
    }

    [Fact]
    public void A_sentence_is_taken_apart_into_words_and_moments_and_loses_its_ids()
    {
        var parts = ProseParts.Of("Order waits for cfo until 2026-11-29 15:38 UTC (ap_01m8ethw4tvfq1tyzedrmbb8h7): it is (quite) large. 2026-99-99 00:00 UTC", a => a);
        Assert.Equal(["Order waits for cfo until ", "", ": it is (quite) large. 2026-99-99 00:00 UTC"], parts.Select(p => p.Words));
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 15, 38, 0, TimeSpan.Zero), parts[1].At);
        Assert.Empty(ProseParts.Of(string.Empty, a => a));
    }

    [Theory]
    [InlineData("waiting for person:petra and cfo", "waiting for Petra and cfo")]
    [InlineData("It waits for person:petra.", "It waits for Petra.")]
    [InlineData("Spent 12,400.00 EUR of 5.50 EUR and 10.00 kg", "Spent 12,400 EUR of 5.50 EUR and 10.00 kg")]
    public void A_sentence_names_people_and_writes_money_as_pages_do(string text, string words) =>
        Assert.Equal(words, Assert.Single(ProseParts.Of(text, who => who == "person:petra" ? "Petra" : who)).Words);

    [Fact]
    public async Task Moments_stand_on_the_clock_of_whoever_looks_and_hours_on_their_own()
    {
        const string People =
            """
            people:
              - { id: jana, name: Jana, roles: [operator] }
              - { id: petra, name: Petra, roles: [lead], hours: "Mon-Fri 08:00-17:00 Pacific/Auckland" }
            """;
        await using var api = await ApiUnderTest.StartAsync("", ("people.yaml", People));
        var workflow = await api.SubmittedAsync();
        using var jana = await Visitor.OfAsync(api, "jana");
        using var petra = await Visitor.OfAsync(api, "petra");
        Assert.Matches(@"<time datetime=""[^""]+Z"">\d\d:\d\d Europe/Prague</time>", await jana.PageAsync($"/workflows/{workflow}"));
        Assert.Matches(@"<time datetime=""[^""]+Z"">\d\d:\d\d Pacific/Auckland</time>", await petra.PageAsync($"/workflows/{workflow}"));
        foreach (var visitor in new[] { jana, petra })
        {
            var people = await visitor.WordsAsync("/people");
            Assert.DoesNotMatch(@"\d\d:\d\d [AP]M", people);
            if (people.Contains("; again", StringComparison.Ordinal)) // she may be at work while this runs
            {
                Assert.Matches(@"; again <time[^>]* data-zone=""Pacific/Auckland"">(\w+ \d+, )?08:00 Pacific/Auckland</time>", people);
            }
        }
    }

    [Fact]
    public async Task A_monitors_next_run_is_said_in_the_zone_of_its_schedule()
    {
        await using var api = await ApiUnderTest.StartAsync(files: ("monitors.yaml", "monitors:\n  - { name: nightly, schedule: { cron: \"0 2 * * *\", timeZone: Pacific/Auckland }, submit: { goal: Look. } }\n"));
        using var jana = await Visitor.OfAsync(api, "jana");
        Assert.Matches(@"next <time[^>]* data-zone=""Pacific/Auckland"">(\w+ \d+, )?02:00 Pacific/Auckland</time>", await jana.PageAsync("/monitors"));
    }
}
