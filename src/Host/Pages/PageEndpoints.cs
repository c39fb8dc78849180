using System.Diagnostics;
using AiManager.ManagerAgent;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>The pages for people: what runs, what waits for whom, and the forms on them. No script is needed.</summary>
internal static class PageEndpoints
{
    private static readonly byte[] Style = ReadStyle();

    /// <summary>Maps them. The form tokens are checked in front, by <see cref="CompanySignIn"/>.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup(string.Empty).ExcludeFromDescription().AllowAnonymous();
        open.MapGet("/", Home);
        open.MapGet("/page.css", () => TypedResults.Bytes(Style, "text/css; charset=utf-8"));

        app.MapGroup("/workflows").ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/{id}", Workflow);
        app.MapGroup("/inbox/approvals").ExcludeFromDescription().RequireAuthorization(Permission.Approve).MapPost("/{id}", Decide);
        app.MapGroup("/inbox/goals").ExcludeFromDescription().RequireAuthorization(Permission.Submit).MapPost("/", Submit);
    }

    private static async Task<IResult> Home(HttpContext context, HomeReader reader)
    {
        if (context.User.Identity is not { IsAuthenticated: true } || !Caller.May(context.User, Permission.Read))
        {
            return new RazorComponentResult<SignedOut>(new { Address = HomeReader.AddressOf(context.Request) }) { StatusCode = StatusCodes.Status401Unauthorized };
        }

        return await Show(context, reader);
    }

    private static async Task<IResult> Workflow(string id, HttpContext context, WorkflowDesk desk, WorkflowMapper mapper)
    {
        if (await desk.FindAsync(RequestText.Id<WorkflowId>(id), context.RequestAborted) is not { } found)
        {
            return Problems.NotFound("There is no such workflow.");
        }

        ContentOf(context).Workflow = mapper.Map(found);
        return new RazorComponentResult<WorkflowDetail>();
    }

    private static async Task<IResult> Decide(string id, HttpContext context, ApprovalDesk desk, HomeReader reader)
    {
        var approval = RequestText.Id<ApprovalId>(id);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (decision, reason) = (form["decision"].ToString(), RequestText.Words("reason", form["reason"]) ?? string.Empty);
        if (decision is not (DecisionBody.Approve or DecisionBody.Reject) || reason.Length > WorkflowDesk.LongestGoal)
        {
            return Problems.Invalid($"'decision' must be approve or reject, and 'reason' has at most {WorkflowDesk.LongestGoal} characters.");
        }

        var caller = Caller.Of(context.User);
        var words = string.IsNullOrWhiteSpace(reason) ? null : reason;
        ApprovalAnswer answer = decision == DecisionBody.Approve ? new ApprovalAnswer.Approve(words) : new ApprovalAnswer.Reject(words);
        return await desk.DecideAsync(approval, caller.Person, answer, caller.Via, context.RequestAborted) switch
        {
            DecideResult.Recorded => See("/"),
            DecideResult.NotFound => Problems.NotFound("There is no such approval."),
            DecideResult.Forbidden forbidden => await Show(context, reader, StatusCodes.Status403Forbidden, forbidden.Reason),
            DecideResult.Conflict conflict => await Show(context, reader, StatusCodes.Status409Conflict, conflict.Reason),
            DecideResult.TooMany late => await Show(context, reader, StatusCodes.Status429TooManyRequests, late.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> Submit(HttpContext context, WorkflowDesk desk, LoadedCompany company, HomeReader reader)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var goal = form["goal"].ToString();
        var request = new SubmitRequest(goal, Caller.Of(context.User).Person, company.Bundle.Hash) { Budget = company.Settings.Budget };
        return await desk.SubmitAsync(request, context.RequestAborted) switch
        {
            SubmitResult.Created created => See($"/workflows/{created.Workflow}"),
            SubmitResult.Joined joined => See($"/workflows/{joined.Workflow}"),
            SubmitResult.Invalid invalid => await Show(context, reader, StatusCodes.Status400BadRequest, invalid.Reason, goal),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> Show(HttpContext context, HomeReader reader, int status = StatusCodes.Status200OK, string? notice = null, string? draft = null)
    {
        ContentOf(context).Home = await reader.ReadAsync(context, notice, draft);
        return new RazorComponentResult<Home> { StatusCode = status };
    }

    /// <summary>What this request's page shows, company and person filled in.</summary>
    internal static PageContent ContentOf(HttpContext context)
    {
        var person = Caller.Of(context.User).Person;
        var content = context.RequestServices.GetRequiredService<PageContent>();
        content.Company = context.RequestServices.GetRequiredService<LoadedCompany>().ToResource();
        content.Person = context.RequestServices.GetRequiredService<IDirectory>().Person(person)?.Name ?? person;
        return content;
    }

    /// <summary>303: look there; loading again does not send the form again.</summary>
    internal static IResult See(string path) => new SeeOther(path);

    private static byte[] ReadStyle()
    {
        using var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream("pages/page.css") ?? throw new InvalidOperationException("The pages' style is not in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
