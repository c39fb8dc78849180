using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What stands on the page about jobs.</summary>
/// <param name="Nodes">The hosts.</param>
/// <param name="Jobs">Attempts, newest first.</param>
/// <param name="Text">Part of the name, the detail or the workflow that was looked for.</param>
/// <param name="Status">How they ended.</param>
/// <param name="First">Where the list begins; null here.</param>
/// <param name="Next">Where it goes on; null at the end.</param>
/// <param name="Again">Attempts that came to nothing and can be made again: of each monitor that there is, the newest on this page.</param>
internal sealed record JobsPage(
    ImmutableArray<NodeResource> Nodes, ImmutableArray<JobResource> Jobs, string? Text, string? Status, string? First, string? Next, IReadOnlySet<string> Again);

/// <summary><c>/jobs</c>: the hosts, and what ran on them.</summary>
internal static class JobPages
{
    /// <summary>What the job of a monitor begins with.</summary>
    public const string MonitorPrefix = "monitor/";

    private const int Shown = 50;

    /// <summary>Maps it.</summary>
    public static void MapJobPages(this IEndpointRouteBuilder app) => app.MapGroup("/jobs").ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", Show);

    private static async Task<IResult> Show(
        HttpContext context, PageWriter writer, IJobRuns rows, INodes nodes, MonitorDesk monitors, TimeProvider time, string? q = null, string? status = null, string? cursor = null)
    {
        var query = new JobRunQuery(RequestText.Words("q", q), RequestText.Word("status", status, JobOutcome.All), RequestText.Words("cursor", cursor), Shown);
        var page = await PageText.PageAsync(rows.ListAsync(query, context.RequestAborted));
        var now = time.GetUtcNow();
        return await writer.ShowAsync<Jobs>(context, new JobsPage(
            [.. (await nodes.ListAsync(context.RequestAborted)).Select(n => NodeResource.Of(n, now))],
            [.. page.Items.Select(JobResource.Of)],
            q,
            status,
            cursor is null ? null : PageText.Query("/jobs", ("q", q), ("status", status)),
            page.Next is null ? null : PageText.Query("/jobs", ("q", q), ("status", status), ("cursor", page.Next)),
            AgainOf(page.Items, monitors)));
    }

    /// <summary>What has come out well since is not offered again, nor is one and the same thing twice.</summary>
    private static HashSet<string> AgainOf(IEnumerable<JobRun> runs, MonitorDesk monitors) =>
    [
        .. runs.Where(r => r.Job.StartsWith(MonitorPrefix, StringComparison.Ordinal) && r.EndedAt is not null).DistinctBy(r => r.Job)
            .Where(r => r.Outcome is JobOutcome.Failed or JobOutcome.Lost && monitors.Find(r.Job[MonitorPrefix.Length..]) is not null).Select(r => r.Id),
    ];
}
