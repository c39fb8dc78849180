using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/insights</c>: how work goes.</summary>
internal static class InsightEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapInsights(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/insights").WithTags("Insights").RequireAuthorization(Permission.Read)
            .MapGet("/", Get).WithName("GetInsights").WithSummary("How work goes, of workflows submitted between 'from' and 'to' (the last 30 days): outcomes, lead time, waits for people, approvals, cost for each success, escalations, executors");

    private static async Task<Ok<InsightReport>> Get(InsightReader reader, CancellationToken cancellationToken, string? from = null, string? to = null) =>
        TypedResults.Ok(await reader.ReadAsync(RequestText.Time("from", from), RequestText.Time("to", to), cancellationToken));
}
