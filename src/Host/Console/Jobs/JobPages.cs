using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>What stands on the page about jobs.</summary>
/// <param name="Nodes">The hosts.</param>
/// <param name="Left">Ids of those that were stopped in order, which is nothing that went wrong.</param>
/// <param name="Jobs">Attempts, newest first.</param>
/// <param name="Asked">What was looked for.</param>
/// <param name="First">Where the list begins; null here.</param>
/// <param name="Next">Where it goes on; null at the end.</param>
/// <param name="Monitors">With their schedules, in the file's order.</param>
/// <param name="Upkeeps">What the deployment does for itself, by name.</param>
/// <param name="Last">The newest attempt of each job.</param>
/// <param name="Course">How the attempts of the last hours came out; null where there were none, and where something else is looked for.</param>
/// <param name="Again">Attempts that came to nothing and can be made again: of each job that failed here, the newest of all, where nothing has come out well since.</param>
internal sealed record JobsPage(
    ImmutableArray<NodeResource> Nodes,
    ImmutableHashSet<string> Left,
    ImmutableArray<JobResource> Jobs,
    JobsAsked Asked,
    string? First,
    string? Next,
    ImmutableArray<MonitorResource> Monitors,
    ImmutableArray<UpkeepView> Upkeeps,
    IReadOnlyDictionary<string, JobResource> Last,
    BarChart? Course,
    IReadOnlySet<string> Again) : IHoldsForms
{
    /// <inheritdoc/>
    public bool Holds(string form) => MonitorParts.Holds(Monitors, form);
}

/// <summary>What somebody looks for among attempts; null for any.</summary>
/// <param name="Text">Part of the name, the detail or the workflow.</param>
/// <param name="Status">How they ended.</param>
/// <param name="Node">On which host.</param>
/// <param name="From">From which day on.</param>
/// <param name="To">To which day.</param>
internal sealed record JobsAsked(string? Text = null, string? Status = null, string? Node = null, string? From = null, string? To = null)
{
    /// <summary>True where nothing is looked for.</summary>
    public bool IsAnything => this == new JobsAsked();

    /// <summary>What the list is asked for.</summary>
    public JobRunQuery ToQuery(string? cursor, int limit) => new(Text, Status, cursor, limit, null, Node, PageText.Day("from", From), PageText.DayAfter("to", To));

    /// <summary>The page that says the same.</summary>
    public string At(string? cursor = null) => PageText.Query("/jobs", ("q", Text), ("status", Status), ("node", Node), ("from", From), ("to", To), ("cursor", cursor));
}

/// <summary><c>/jobs</c>: the hosts, and what ran on them.</summary>
internal static class JobPages
{
    /// <summary>Its address.</summary>
    public const string Path = "/jobs";

    /// <summary>What the job of a monitor begins with.</summary>
    public const string MonitorPrefix = "monitor/";

    /// <summary>So many hours are drawn.</summary>
    public const int CourseHours = 24;

    private const int Shown = 50;

    /// <summary>A scheduler is never at its time to the second.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How often an open page looks by itself: that a host is alive, or that upkeep ran, no event tells.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Maps it.</summary>
    public static void MapJobPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", Show);
        reading.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
        app.MapGroup("/jobs/upkeep").ExcludeFromDescription().RequireAuthorization(Permission.Submit).MapPost("/{name}", RunUpkeep);
    }

    private static async Task<IResult> RunUpkeep(string name, HttpContext context, CompanyAtWork company) =>
        company.WhyNot is { } why ? new PageFault(StatusCodes.Status503ServiceUnavailable, why)
        : Upkeeps(context.RequestServices) is { } desk && await desk.RunAsync(name, context.RequestAborted) ? PageReply.Back(await context.Request.ReadFormAsync(context.RequestAborted), "/jobs")
        : new PageFault(StatusCodes.Status404NotFound, "There is no such upkeep.");

    private static async Task<IResult> Show(
        HttpContext context, PageWriter writer, string? q = null, string? status = null, string? cursor = null, string? node = null, string? from = null, string? to = null) => await writer.ShowAsync<Jobs>(
        context,
        await ReadAsync(
            context.RequestServices,
            new JobsAsked(RequestText.Words("q", q), RequestText.Word("status", status, JobOutcome.All), RequestText.Words("node", node), RequestText.Words("from", from), RequestText.Words("to", to)),
            RequestText.Words("cursor", cursor),
            context.RequestAborted));

    /// <summary>The page where a form was not taken: all of it, whatever was looked for.</summary>
    public static async Task<IResult> ShowAsync(HttpContext context, int status)
    {
        var writer = context.RequestServices.GetRequiredService<PageWriter>();
        writer.BeginSession(context).Here = Path;
        return await writer.ShowAsync<Jobs>(context, await ReadAsync(context.RequestServices, new JobsAsked(), null, context.RequestAborted), status);
    }

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(context, null, new LivePace(Every: Every), async (services, _, token) => await ReadAsync(services, new JobsAsked(), null, token), typeof(JobHosts), typeof(JobSchedules), typeof(JobCourse), typeof(JobRuns), typeof(NavCount));
        return TypedResults.Empty;
    }

    /// <summary>Hosts, what is planned and attempts, as far as they fit what is looked for.</summary>
    public static async Task<JobsPage> ReadAsync(IServiceProvider services, JobsAsked asked, string? cursor, CancellationToken cancellationToken)
    {
        var runs = services.GetRequiredService<IJobRuns>();
        var desk = services.GetRequiredService<MonitorDesk>();
        var page = await PageText.PageAsync(runs.ListAsync(asked.ToQuery(cursor, Shown), cancellationToken));
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var nodes = await services.GetRequiredService<INodes>().ListAsync(cancellationToken);
        return new JobsPage(
            [.. nodes.Select(n => NodeResource.Of(n, now))],
            [.. nodes.Where(n => n.LeftAt is not null).Select(n => n.Beat.Node)],
            [.. page.Items.Select(JobResource.Of)],
            asked,
            cursor is null ? null : asked.At(),
            page.Next is null ? null : asked.At(page.Next),
            [.. (await desk.ListAsync(cancellationToken)).Select(services.GetRequiredService<MonitorMapper>().Map)],
            Upkeeps(services) is { } upkeeps ? await upkeeps.LookAsync(cancellationToken) : [],
            (await runs.LastAsync(cancellationToken)).ToDictionary(r => r.Job, JobResource.Of, StringComparer.Ordinal),
            asked.IsAnything && cursor is null ? await CourseAsync(runs, now, cancellationToken) : null,
            await AgainAsync(page.Items, services, cancellationToken));
    }

    /// <summary>Null on a host that schedules nothing.</summary>
    private static UpkeepDesk? Upkeeps(IServiceProvider services) => services.GetService<UpkeepDesk>();

    private static async Task<BarChart?> CourseAsync(IJobRuns runs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddHours(now.UtcDateTime.Hour + 1 - CourseHours);
        var counts = (await runs.CountAsync(since, Hour, cancellationToken)).ToLookup(c => c.Stretch);
        return counts.Count == 0 ? null : new BarChart([.. Enumerable.Range(0, CourseHours).Select(i => BarOf(since.AddHours(i), counts[i]))], count => Written.Count((long)count), IsWhole: true);
    }

    private static ChartBar BarOf(DateTimeOffset hour, IEnumerable<JobCount> counts)
    {
        var all = counts.ToList();
        int Of(params ReadOnlySpan<string> outcomes)
        {
            var sum = 0;
            foreach (var count in all)
            {
                sum += outcomes.Contains(count.Outcome) ? count.Count : 0;
            }

            return sum;
        }

        var words = all.Count == 0 ? "none" : string.Join(", ", all.Select(c => $"{c.Count} {Written.Words(c.Outcome)}"));
        return ChartBar.OfHour(
            hour,
            $"{Written.Time(hour)}: {words}",
            (Of(JobOutcome.Submitted, JobOutcome.Joined, JobOutcome.NothingToDo, JobOutcome.Done), "good"),
            (Of(JobOutcome.Skipped, JobOutcome.Missed, JobOutcome.Queued), "wait"),
            (Of(JobOutcome.Failed, JobOutcome.Lost), "bad"),
            (Of(JobOutcome.Running), "run"));
    }

    /// <summary>How much later than it was due an attempt began; null where nobody would call it late.</summary>
    public static TimeSpan? LateBy(JobResource job) => job.ScheduledFor is { } due && job.StartedAt - due is var late && late >= Noticeable ? late : null;

    /// <summary>Where a job is run by hand.</summary>
    public static string RunPath(string job) => job.StartsWith(MonitorPrefix, StringComparison.Ordinal) ? "/inbox/monitors/" + job[MonitorPrefix.Length..] : "/jobs/" + job;

    /// <summary>What has come out well since is not offered again, nor is one and the same thing twice: of each job that failed here, the newest attempt of all counts, whatever is looked for.</summary>
    private static async Task<HashSet<string>> AgainAsync(ImmutableArray<JobRun> shown, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (runs, monitors, upkeeps) = (services.GetRequiredService<IJobRuns>(), services.GetRequiredService<MonitorDesk>(), Upkeeps(services));
        var again = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in shown.Where(r => r.Outcome is JobOutcome.Failed or JobOutcome.Lost).Select(r => r.Job).Distinct(StringComparer.Ordinal))
        {
            var isThere = job.StartsWith(MonitorPrefix, StringComparison.Ordinal) ? monitors.Find(job[MonitorPrefix.Length..]) is not null : upkeeps?.Has(job) == true;
            if (isThere && (await runs.ListAsync(new JobRunQuery(Job: job, Limit: 1), cancellationToken)).Items is [{ Outcome: JobOutcome.Failed or JobOutcome.Lost } newest])
            {
                again.Add(newest.Id);
            }
        }

        return again;
    }
}
