using System.Globalization;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What stands on the page about how work goes.</summary>
/// <param name="Report">The figures.</param>
/// <param name="From">The first day, as asked; null for none.</param>
/// <param name="To">The last day, as asked; null for none.</param>
internal sealed record InsightsPage(InsightReport Report, string? From, string? To)
{
    private const double Minute = 60;
    private const double Hour = 60 * Minute;
    private const double Day = 24 * Hour;

    /// <summary>Which days the figures are of, also where nobody chose any.</summary>
    public string StretchWords => $"Goals submitted from {DateOf(Report.From)} to {DateOf(Report.To.AddTicks(-1))}.";

    /// <summary>What came of the goals, in words.</summary>
    public string OutcomeWords => string.Join(", ", Report.Outcomes.Select(o => $"{Written.Count(o.Value)} {Written.Status(o.Key)}"));

    /// <summary>What models cost, in words.</summary>
    public string ModelWords =>
        $"Models cost {Written.Money(Report.Cost.ModelCost)} and took {Written.Count(Report.Cost.Tokens)} tokens"
        + (Report.Cost is { ModelCostPerSuccess: { } cost, TokensPerSuccess: { } tokens } ? $": {Written.Money(cost)} and {Written.Count(tokens)} tokens for each goal that was completed" : string.Empty);

    /// <summary>What is drawn, as far as there is anything to draw.</summary>
    public IEnumerable<(string Title, string Sub, BarChart Chart)> Charts
    {
        get
        {
            yield return (
                "Goals",
                "by their first day; full: completed, hollow: failed or cancelled, dashed: not over",
                new BarChart(
                    [.. Report.Days.Select(d => ChartBar.OfDay(d.From, $"{DayOf(d)}: {d.Completed} completed, {d.Ended} failed or cancelled, {d.Open} not over", (d.Completed, "good"), (d.Ended, "bad"), (d.Open, "run")))],
                    count => Written.Count((long)count),
                    IsWhole: true));
            if (Report.Days.Any(d => d.WaitedSeconds > 0))
            {
                var (unit, name) = UnitOf(Report.Days.Max(d => d.WaitedSeconds));
                yield return (
                    "Waiting for people",
                    "all waits of a day's goals together",
                    new BarChart(
                        [.. Report.Days.Select(d => ChartBar.OfDay(d.From, $"{DayOf(d)}: {Time(d.WaitedSeconds)}", (d.WaitedSeconds / unit, "wait")))],
                        time => $"{BarChart.At(time)} {name}"));
            }

            if (Report.Days.Any(d => Amount(d.Money) + Amount(d.ModelCost) > 0))
            {
                yield return (
                    $"Spent, {Report.Cost.Money.Currency}",
                    "by a day's goals; full: tools, narrow: models",
                    new BarChart(
                        [.. Report.Days.Select(d => ChartBar.OfDay(d.From, $"{DayOf(d)}: tools {Written.Money(d.Money)}, models {Written.Money(d.ModelCost)}", ((double)Amount(d.Money), "spent"), ((double)Amount(d.ModelCost), "wait")))],
                        amount => Written.Amount((decimal)amount)));
            }
        }
    }

    /// <summary>A stretch of days in words.</summary>
    public static string DayOf(InsightDays days) =>
        DateOf(days.From) + (days.Days > 1 ? $" and {days.Days - 1} more days" : string.Empty);

    private static string DateOf(DateTimeOffset at) => at.UtcDateTime.ToString("MMM d, yyyy", CultureInfo.InvariantCulture);

    /// <summary>Seconds in words.</summary>
    public static string Time(double seconds) => Written.Took(TimeSpan.FromSeconds(seconds));

    /// <summary>The unit that the longest of some times is said in.</summary>
    private static (double Seconds, string Name) UnitOf(double longest) => longest switch
    {
        < 2 * Minute => (1, "s"),
        < 2 * Hour => (Minute, "min"),
        < 2 * Day => (Hour, "h"),
        _ => (Day, "d"),
    };

    private static decimal Amount(Money money) => money.TryRead(out var amount) ? amount : 0;
}

/// <summary><c>/insights</c>: how work goes.</summary>
internal static class InsightPages
{
    /// <summary>Maps it.</summary>
    public static void MapInsightPages(this IEndpointRouteBuilder app) => app.MapGroup("/insights").ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", Show);

    private static async Task<IResult> Show(HttpContext context, PageWriter writer, InsightReader reader, string? from = null, string? to = null)
    {
        var report = await reader.ReadAsync(PageText.Day("from", from), PageText.DayAfter("to", to), context.RequestAborted);
        return await writer.ShowAsync<Insights>(context, new InsightsPage(report, from, to));
    }
}
