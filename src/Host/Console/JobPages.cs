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

    /// <summary>How often an open page looks by itself: that a host is alive, or that upkeep ran, no event tells.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Maps it.</summary>
    public static void MapJobPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/jobs").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", Show);
        reading.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
    }

    private static async Task<IResult> Show(HttpContext context, PageWriter writer, string? q = null, string? status = null, string? cursor = null) => await writer.ShowAsync<Jobs>(
        context,
        await ReadAsync(context.RequestServices, RequestText.Words("q", q), RequestText.Word("status", status, JobOutcome.All), RequestText.Words("cursor", cursor), context.RequestAborted));

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(context, null, new LivePace(Every: Every), async (services, _, token) => await ReadAsync(services, null, null, null, token), typeof(JobHosts), typeof(JobRuns), typeof(NavCount));
        return TypedResults.Empty;
    }

    /// <summary>Hosts and attempts, as far as they fit what is looked for.</summary>
    public static async Task<JobsPage> ReadAsync(IServiceProvider services, string? q, string? status, string? cursor, CancellationToken cancellationToken)
    {
        var page = await PageText.PageAsync(services.GetRequiredService<IJobRuns>().ListAsync(new JobRunQuery(q, status, cursor, Shown), cancellationToken));
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return new JobsPage(
            [.. (await services.GetRequiredService<INodes>().ListAsync(cancellationToken)).Select(n => NodeResource.Of(n, now))],
            [.. page.Items.Select(JobResource.Of)],
            q,
            status,
            cursor is null ? null : PageText.Query("/jobs", ("q", q), ("status", status)),
            page.Next is null ? null : PageText.Query("/jobs", ("q", q), ("status", status), ("cursor", page.Next)),
            AgainOf(page.Items, services.GetRequiredService<MonitorDesk>()));
    }

    /// <summary>What has come out well since is not offered again, nor is one and the same thing twice.</summary>
    private static HashSet<string> AgainOf(IEnumerable<JobRun> runs, MonitorDesk monitors) =>
    [
        .. runs.Where(r => r.Job.StartsWith(MonitorPrefix, StringComparison.Ordinal) && r.EndedAt is not null).DistinctBy(r => r.Job)
            .Where(r => r.Outcome is JobOutcome.Failed or JobOutcome.Lost && monitors.Find(r.Job[MonitorPrefix.Length..]) is not null).Select(r => r.Id),
    ];
}
