namespace AiManager.Host.Tests;

/// <summary>Numbers drawn to scale.</summary>
public sealed class BarChartTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.5)]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(29_206.2, 50_000)]
    [InlineData(100, 100)]
    public void The_topmost_line_is_a_round_number_that_nothing_stands_above(double most, double top) => Assert.Equal(top, Chart(false, most).Top, 6);

    [Theory]
    [InlineData(0, "0 1")]
    [InlineData(1, "0 1")]
    [InlineData(2, "0 1 2")]
    [InlineData(4, "0 3 6")]
    [InlineData(7, "0 5 10")]
    public void What_is_counted_has_lines_at_whole_numbers_only(double most, string lines) => Assert.Equal(lines, string.Join(' ', Chart(true, most).Lines));

    [Fact]
    public void A_bar_stands_as_high_as_its_share_of_the_topmost_line()
    {
        var chart = Chart(true, 10, 5);
        Assert.Equal(BarChart.Above, chart.YOf(10));
        Assert.Equal(BarChart.Above + (BarChart.Tall / 2), chart.YOf(5));
        Assert.Equal(BarChart.Above + BarChart.Tall, chart.YOf(0));
    }

    [Fact]
    public void A_month_is_named_where_it_begins()
    {
        var days = new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
        var chart = new BarChart([.. Enumerable.Range(0, 4).Select(i => ChartBar.OfDay(days.AddDays(i), "none"))], _ => "");
        Assert.Equal(["29", "30", "1", "2"], chart.Bars.Select(b => b.Name));
        Assert.Equal(["Nov", null, "Dec", null], Enumerable.Range(0, 4).Select(chart.WithinOf));
    }

    [Theory]
    [InlineData(7, "0 1 2 3 4 5 6")]
    [InlineData(10, "1 3 5 7 9")]
    public void Of_many_bars_every_other_one_is_named_and_the_newest_among_them(int bars, string named)
    {
        var chart = Chart(true, new double[bars]);
        Assert.Equal(named, string.Join(' ', Enumerable.Range(0, bars).Where(chart.IsNamed)));
    }

    private static BarChart Chart(bool isWhole, params double[] values) =>
        new([.. values.Select(v => ChartBar.OfDay(DateTimeOffset.UnixEpoch, "some", (v, "good")))], v => v.ToString(System.Globalization.CultureInfo.InvariantCulture), isWhole);
}
