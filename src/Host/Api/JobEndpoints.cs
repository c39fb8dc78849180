using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/jobs</c>: what ran when, where, and what came of it.</summary>
internal static class JobEndpoints
{
    private const int MostItems = 200;

    /// <summary>Maps it.</summary>
    public static void MapJobs(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/jobs").WithTags("Jobs").RequireAuthorization(Permission.Read)
            .MapGet("/", List).WithName("ListJobs").WithSummary("Attempts of monitors and upkeep, newest first, a page at a time; lost ones too");

    private static async Task<Ok<PageResource<JobResource>>> List(
        IJobRuns rows, CancellationToken cancellationToken, string? q = null, string? status = null, string? cursor = null, string? limit = null, string? node = null, string? from = null, string? to = null)
    {
        var query = new JobRunQuery(
            RequestText.Words("q", q),
            RequestText.Word("status", status, JobOutcome.All),
            RequestText.Words("cursor", cursor),
            RequestText.Whole("limit", limit, 1, MostItems) ?? 50,
            Node: RequestText.Words("node", node),
            From: RequestText.Time("from", from),
            To: RequestText.Time("to", to));
        try
        {
            var page = await rows.ListAsync(query, cancellationToken);
            return TypedResults.Ok(new PageResource<JobResource>([.. page.Items.Select(JobResource.Of)], page.Next));
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the 'next' of the page before.", fault);
        }
    }
}

/// <summary>An attempt.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Job">Such as <c>monitor/nightly-restock</c>.</param>
/// <param name="Trigger">How it was set off.</param>
/// <param name="Node">The host.</param>
/// <param name="ScheduledFor">Null when no schedule asked for it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Status">How it ended, or <c>running</c>.</param>
/// <param name="Detail">For people.</param>
/// <param name="Workflow">What came of it; null for none.</param>
/// <param name="Attempt">From 1.</param>
internal sealed record JobResource(
    string Id,
    string Job,
    string Trigger,
    string Node,
    DateTimeOffset? ScheduledFor,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Status,
    string Detail,
    WorkflowId? Workflow,
    int Attempt)
{
    /// <summary>As it is kept.</summary>
    public static JobResource Of(JobRun run) => new(
        run.Id, run.Job, run.Trigger, run.Node, run.ScheduledFor, run.StartedAt, run.EndedAt, run.Outcome ?? JobOutcome.Running, run.Detail, run.Workflow, run.Attempt);
}
