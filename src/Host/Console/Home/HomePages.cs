using System.Diagnostics;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary><c>/</c>: what needs whoever looks, what runs, and the box for a new goal.</summary>
internal static class HomePages
{
    /// <summary>Where the box for a new goal has that of another workflow in it.</summary>
    public static string Again(WorkflowId workflow) => $"/?again={workflow}";

    /// <summary>Where a goal is handed in.</summary>
    public const string Goals = "/inbox/goals";

    // The same form once more within this is a second press of its button; later somebody went back to it, and is told that it leads to what they handed in before.
    private static readonly TimeSpan PressedTwice = TimeSpan.FromMinutes(1);

    /// <summary>Maps it.</summary>
    public static void MapHomePages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", Home).ExcludeFromDescription().AllowAnonymous();
        app.MapGet("/live", Live).ExcludeFromDescription().RequireAuthorization(Permission.Read).RequireRateLimiting(RequestLimits.Streams);
        app.MapPost(Goals, Submit).ExcludeFromDescription().RequireAuthorization(Permission.Submit).AddEndpointFilter<FormFault>();
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
        return await ShowAsync(context, StatusCodes.Status200OK, before?.Submitted?.Goal.Words);
    }

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(
            context,
            null,
            async (services, content, token) => await services.GetRequiredService<HomeReader>().ReadAsync(content, token),
            typeof(HomeNeeds),
            typeof(HomeRuns),
            typeof(NavCount));
        return TypedResults.Empty;
    }

    private static async Task<IResult> Submit(HttpContext context, WorkflowDesk desk, IWorkflowOutside workflows, LoadedCompany company, TimeProvider time)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (read, fault) = GoalForm.Read(form, Caller.Of(context.User).Person, company, time.GetUtcNow());
        if (read is not { } request)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, fault!);
        }

        return await desk.SubmitAsync(request, context.RequestAborted) switch
        {
            SubmitResult.Created created => PageReply.See($"/workflows/{created.Workflow}"),
            SubmitResult.Joined joined when joined.Workflow == request.KeyedId && (await workflows.ReadAsync(joined.Workflow, context.RequestAborted))?.SubmittedAt > time.GetUtcNow() - PressedTwice
                => PageReply.See($"/workflows/{joined.Workflow}"),
            SubmitResult.Joined joined => PageReply.See(PageText.Query($"/workflows/{joined.Workflow}", ("joined", "true"))),
            SubmitResult.Invalid invalid => await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, invalid.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The page, after a form that was not taken too.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="draft">What stands in the box for a new goal; null for nothing.</param>
    public static async Task<IResult> ShowAsync(HttpContext context, int status, string? draft = null)
    {
        var services = context.RequestServices;
        var writer = services.GetRequiredService<PageWriter>();
        return await writer.ShowAsync<Home>(context, await services.GetRequiredService<HomeReader>().ReadAsync(writer.BeginSession(context), context.RequestAborted) with { Draft = draft }, status);
    }
}
