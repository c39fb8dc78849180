using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/insights</c>: how work goes.</summary>
internal static class InsightEndpoints
{
    private const string Example =
        """{"from":"2026-01-01T00:00:00Z","to":"2026-01-31T00:00:00Z","workflows":12,"isAll":true,"read":12,"outcomes":{"completed":9,"failed":1,"waiting":2},"days":[{"from":"2026-01-01T00:00:00Z","days":1,"completed":1,"ended":0,"open":0}],"leadTime":{"count":9,"medianSeconds":540,"p90Seconds":7200,"totalSeconds":20480},"waiting":[{"role":"procurement-lead","times":{"count":7,"medianSeconds":410,"p90Seconds":6800,"totalSeconds":14200}}],"approvals":{"count":14,"perGoal":1.17,"verdicts":{"approved":11,"rejected":1}},"cost":{"money":{"amount":"16806.20","currency":"EUR"},"modelCost":{"amount":"1.20","currency":"EUR"},"tokens":310000,"calls":260,"successes":9,"modelCostPerSuccess":{"amount":"0.13","currency":"EUR"},"tokensPerSuccess":34444},"escalations":[{"kind":"blockedTask","count":2,"example":"The task is blocked.","workflow":"wf_…"}],"executors":[{"executor":"agent:purchaser","acceptedFirst":30,"acceptedLater":2,"sentBack":2,"failed":0,"finished":32}]}""";

    /// <summary>Maps it.</summary>
    public static void MapInsights(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/insights").WithTags("Insights").RequireAuthorization(Permission.Read)
            .MapGet("/", Get).WithName("GetInsights").WithSummary("How work goes, of workflows submitted between 'from' and 'to' (the last 30 days): outcomes, lead time, waits for people, approvals, cost for each success, escalations, executors").WithExample(null, Example);

    private static async Task<Ok<InsightReport>> Get(InsightReader reader, CancellationToken cancellationToken, string? from = null, string? to = null) =>
        TypedResults.Ok(await reader.ReadAsync(RequestText.Time("from", from), RequestText.Time("to", to), cancellationToken));
}
