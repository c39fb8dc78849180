using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>Everything that stands on the monitors' page.</summary>
/// <param name="Monitors">In the file's order.</param>
/// <param name="Jobs">The newest attempts.</param>
/// <param name="Zones">By a monitor's name, in whose time its schedule is meant.</param>
internal sealed record MonitorsPage(ImmutableArray<MonitorResource> Monitors, ImmutableArray<JobResource> Jobs, IReadOnlyDictionary<string, TimeZoneInfo> Zones);

/// <summary><c>/monitors</c>: what is watched, what came of it, and the forms to steer it.</summary>
internal static class MonitorPages
{
    private const int Shown = 15;

    /// <summary>Any event of any workflow can be a monitor's, and few are.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(5);

    /// <summary>Maps it.</summary>
    public static void MapMonitorPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/monitors").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", Show);
        reading.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
        app.MapGroup("/inbox/monitors").ExcludeFromDescription().RequireAuthorization(Permission.Submit).MapPost("/{name}", Steer);
    }

    private static async Task<IResult> Steer(string name, HttpContext context, CompanyAtWork company, MonitorDesk desk)
    {
        if (desk.Find(name) is not { } monitor)
        {
            return new PageFault(StatusCodes.Status404NotFound, "There is no such monitor.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (wanted, reason) = (form["do"].ToString(), RequestText.Words("reason", form["reason"]) ?? string.Empty);
        if (wanted is not ("run" or "pause" or "resume") || reason.Length > MonitorDesk.LongestReason)
        {
            return new PageFault(StatusCodes.Status400BadRequest, $"'do' must be run, pause or resume, and 'reason' has at most {MonitorDesk.LongestReason} characters.");
        }

        if (wanted == "pause" && string.IsNullOrWhiteSpace(reason))
        {
            return new PageFault(StatusCodes.Status400BadRequest, "Say why it should pause: whoever finds it paused wants to know.");
        }

        if (wanted == "run" && company.WhyNot is { } why)
        {
            return new PageFault(StatusCodes.Status503ServiceUnavailable, why);
        }

        var person = Caller.Of(context.User).Person;
        Task done = wanted switch
        {
            "run" => desk.RunAsync(monitor, person, null, context.RequestAborted),
            "pause" => desk.PauseAsync(monitor, reason, person, context.RequestAborted),
            _ => desk.ResumeAsync(monitor, person, context.RequestAborted),
        };
        await done; // what came of it stands on the page
        return PageReply.Back(form, "/monitors");
    }

    private static async Task<IResult> Show(HttpContext context, PageWriter writer) => await writer.ShowAsync<Monitors>(context, await ReadAsync(context.RequestServices, context.RequestAborted));

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(context, null, new LivePace(Gather: Gather), async (services, _, token) => await ReadAsync(services, token), typeof(MonitorCards), typeof(NavCount));
        return TypedResults.Empty;
    }

    private static async Task<MonitorsPage> ReadAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var views = await services.GetRequiredService<MonitorDesk>().ListAsync(cancellationToken);
        var jobs = await services.GetRequiredService<IJobRuns>().ListAsync(new JobRunQuery("monitor/", Limit: Shown), cancellationToken);
        var company = services.GetRequiredService<LoadedCompany>();
        return new MonitorsPage(
            [.. views.Select(services.GetRequiredService<MonitorMapper>().Map)],
            [.. jobs.Items.Select(JobResource.Of)],
            company.Monitors.ToDictionary(m => m.Name, m => (m.Schedule as MonitorSchedule.Cron)?.Zone ?? company.Settings.TimeZone, StringComparer.Ordinal));
    }
}
