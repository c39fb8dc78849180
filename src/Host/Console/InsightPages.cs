using System.Globalization;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What stands on the page about how work goes.</summary>
/// <param name="Report">The figures.</param>
/// <param name="From">The first day, as asked; null for none.</param>
/// <param name="To">The last day, as asked; null for none.</param>
internal sealed record InsightsPage(InsightReport Report, string? From, string? To)
{
    /// <summary>Height of the drawing of days.</summary>
    public const int Tall = 90;

    /// <summary>Width of one bar and its gap.</summary>
    public const int Step = 24;

    /// <summary>Completed in how many of a hundred that are over; null while none is.</summary>
    public int? Success => Over > 0 ? (int)Math.Round(100.0 * Of("completed") / Over) : null;

    private int Over => Of("completed") + Of("failed") + Of("cancelled");

    private int Highest => Math.Max(1, Report.Days.Max(d => d.Completed + d.Ended + d.Open));

    /// <summary>How many came to that.</summary>
    public int Of(string status) => Report.Outcomes.GetValueOrDefault(status);

    /// <summary>How tall a count is drawn.</summary>
    public int HeightOf(int count) => count * Tall / Highest;

    /// <summary>How wide a part of a whole is drawn, of 100.</summary>
    public static string WidthOf(double part, double whole) => (whole <= 0 ? 0 : 100 * part / whole).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Seconds in words.</summary>
    public static string Time(double seconds) => Written.Span(TimeSpan.FromSeconds(seconds));
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
