using System.Collections.Immutable;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>Everything that stands on the monitors' page.</summary>
/// <param name="Monitors">In the file's order.</param>
/// <param name="Jobs">The newest attempts.</param>
/// <param name="MaySteer">Whether the person who looks may run, pause and resume.</param>
/// <param name="FormField">The name of the field that a form must carry.</param>
/// <param name="FormToken">What must stand in it.</param>
internal sealed record MonitorsPage(
    ImmutableArray<MonitorResource> Monitors, ImmutableArray<JobResource> Jobs, bool MaySteer, string FormField, string FormToken);

/// <summary><c>/monitors</c>: what is watched, what came of it, and the forms to steer it.</summary>
internal static class MonitorPages
{
    private const int Shown = 30;

    /// <summary>Maps it.</summary>
    public static void MapMonitorPages(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/monitors").ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", Show);
        app.MapGroup("/inbox/monitors").ExcludeFromDescription().RequireAuthorization(Permission.Submit).MapPost("/{name}", Steer);
    }

    private static async Task<IResult> Steer(string name, HttpContext context, CompanyAtWork company, MonitorDesk desk)
    {
        if (desk.Find(name) is not { } monitor)
        {
            return Problems.NotFound("There is no such monitor.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (wanted, reason) = (form["do"].ToString(), RequestText.Words("reason", form["reason"]) ?? string.Empty);
        if (wanted is not ("run" or "pause" or "resume") || reason.Length > MonitorDesk.LongestReason)
        {
            return Problems.Invalid($"'do' must be run, pause or resume, and 'reason' has at most {MonitorDesk.LongestReason} characters.");
        }

        if (wanted == "run" && company.WhyNot is { } why)
        {
            return Problems.Draining(why);
        }

        var person = Caller.Of(context.User).Person;
        Task done = wanted switch
        {
            "run" => desk.RunAsync(monitor, person, null, context.RequestAborted),
            "pause" => desk.PauseAsync(monitor, string.IsNullOrWhiteSpace(reason) ? "No reason was given." : reason, person, context.RequestAborted),
            _ => desk.ResumeAsync(monitor, person, context.RequestAborted),
        };
        await done; // what came of it stands on the page
        return PageEndpoints.See("/monitors");
    }

    private static async Task<IResult> Show(HttpContext context, MonitorDesk desk, MonitorMapper mapper, IJobRuns rows, IAntiforgery forms)
    {
        var views = await desk.ListAsync(context.RequestAborted);
        var jobs = await rows.ListAsync(new JobRunQuery(Limit: Shown), context.RequestAborted);
        var form = forms.GetAndStoreTokens(context);
        PageEndpoints.ContentOf(context).Monitors = new MonitorsPage(
            [.. views.Select(mapper.Map)],
            [.. jobs.Items.Select(JobResource.Of)],
            Caller.May(context.User, Permission.Submit),
            form.FormFieldName,
            form.RequestToken ?? string.Empty);
        return new RazorComponentResult<Monitors>();
    }
}
