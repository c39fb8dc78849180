using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary><c>/</c>: what needs whoever looks, what runs, and the box for a new goal.</summary>
internal static class HomePages
{
    /// <summary>Where the box for a new goal has that of another workflow in it.</summary>
    public static string Again(WorkflowId workflow) => $"/?again={workflow}";

    /// <summary>Maps it.</summary>
    public static void MapHomePages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Home).ExcludeFromDescription().AllowAnonymous();
        app.MapGet("/live", Live).ExcludeFromDescription().RequireAuthorization(Permission.Read).RequireRateLimiting(RequestLimits.Streams);
        app.MapPost("/inbox/goals", Submit).ExcludeFromDescription().RequireAuthorization(Permission.Submit);
    }

    // A method of the context alone would be taken for a request delegate, and its reply for nothing.
    private static async Task<IResult> Home(HttpContext context, CancellationToken cancellationToken, string? again = null)
    {
        if (context.User.Identity is not { IsAuthenticated: true } || !Caller.May(context.User, Permission.Read))
        {
            return ConsolePages.SignedOut(context, StatusCodes.Status401Unauthorized, null);
        }

        // The goal itself is in no address: it may be long, and addresses stay in logs.
        var before = string.IsNullOrEmpty(again) ? null : await context.RequestServices.GetRequiredService<IWorkflowOutside>().ReadAsync(RequestText.Id<WorkflowId>(again), cancellationToken);
        return await ShowAsync(context, draft: before?.Submitted?.Goal.Words);
    }

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(
            context,
            null,
            async (services, content, token) => await services.GetRequiredService<HomeReader>().ReadAsync(content, null, token),
            typeof(HomeNeeds),
            typeof(HomeRuns),
            typeof(NavCount));
        return TypedResults.Empty;
    }

    private static async Task<IResult> Submit(HttpContext context, WorkflowDesk desk, LoadedCompany company)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var goal = form["suggestion"].ToString() is { Length: > 0 } suggestion ? suggestion : form["goal"].ToString();
        var request = new SubmitRequest(goal, Caller.Of(context.User).Person, company.Bundle.Hash) { Budget = company.Settings.Budget };
        return await desk.SubmitAsync(request, context.RequestAborted) switch
        {
            SubmitResult.Created created => PageReply.See($"/workflows/{created.Workflow}"),
            SubmitResult.Joined joined => PageReply.See($"/workflows/{joined.Workflow}"),
            SubmitResult.Invalid invalid => await ShowAsync(context, StatusCodes.Status400BadRequest, invalid.Reason, goal),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> ShowAsync(HttpContext context, int status = StatusCodes.Status200OK, string? notice = null, string? draft = null)
    {
        var services = context.RequestServices;
        var writer = services.GetRequiredService<PageWriter>();
        var page = await services.GetRequiredService<HomeReader>().ReadAsync(writer.BeginSession(context), draft, context.RequestAborted);
        return await writer.ShowAsync<Home>(context, page, status, notice);
    }
}
