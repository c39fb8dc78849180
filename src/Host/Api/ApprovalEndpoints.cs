using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using AiManager.ManagerAgent;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/approvals</c>: what people must agree to, and their answers.</summary>
internal static class ApprovalEndpoints
{
    private static readonly ImmutableArray<string> Statuses = ["pending", "approved", "used", "rejected", "expired", "void"];
    private static readonly ImmutableArray<string> NotBuiltYet = ["edit", "respond"];

    /// <summary>Maps them.</summary>
    public static void MapApprovals(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/approvals").WithTags("Approvals").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListApprovals").WithSummary("Approvals, oldest first, a page at a time; mine=true: those that you can decide; where there is more, a Link header says where");
        reading.MapGet("/{id}", Find).WithName("GetApproval").WithSummary("One approval: exactly what would be done, why it is asked, who must agree");

        var deciding = app.MapGroup("/api/approvals").WithTags("Approvals").RequireAuthorization(Permission.Approve);
        deciding.MapPost("/{id}", Decide).WithName("DecideApproval").WithSummary("Approve or reject").Accepts<DecisionBody>("application/json");
    }

    private static Task<Ok<ImmutableArray<ApprovalResource>>> List(
        HttpContext http,
        ClaimsPrincipal user,
        ApprovalDesk desk,
        CancellationToken cancellationToken,
        string? status = null,
        string? mine = null,
        string? workflow = null,
        string? cursor = null,
        string? limit = null)
    {
        var query = InboxPage.Asked(RequestText.Word("status", status, Statuses), workflow, cursor, limit);
        return InboxPage.ReplyAsync(http, desk.ListAsync(query, RequestText.Flag("mine", mine) ? Caller.Of(user).Person : null, cancellationToken), ApprovalResource.Of);
    }

    private static async Task<Results<Ok<ApprovalResource>, ProblemHttpResult>> Find(string id, ApprovalDesk desk, CancellationToken cancellationToken) =>
        await desk.FindAsync(RequestText.Id<ApprovalId>(id), cancellationToken) is { } found ? TypedResults.Ok(ApprovalResource.Of(found)) : Unknown();

    private static async Task<Results<Ok<DecisionResource>, ProblemHttpResult>> Decide(
        string id, HttpRequest request, ClaimsPrincipal user, ApprovalDesk desk, CancellationToken cancellationToken)
    {
        var approval = RequestText.Id<ApprovalId>(id);
        var body = await JsonBody.ReadAsync(request, ["decision", "reason", "arguments", "result"], cancellationToken);
        var decision = body.Text("decision");
        if (NotBuiltYet.Contains(decision))
        {
            return Problems.NotBuiltYet($"'{decision}' is not built yet. Approve, or reject and say in 'reason' what should be different.");
        }

        if (decision is not (DecisionBody.Approve or DecisionBody.Reject))
        {
            throw body.Refuse("decision", "must be approve or reject.");
        }

        if (body.Has("arguments") || body.Has("result"))
        {
            throw body.Refuse(body.Has("arguments") ? "arguments" : "result", $"does not go with '{decision}': what is approved is exactly what was asked.");
        }

        var reason = body.OptionalText("reason");
        if (reason?.Length > WorkflowDesk.LongestGoal)
        {
            throw body.Refuse("reason", $"has more than {WorkflowDesk.LongestGoal} characters.");
        }

        var caller = Caller.Of(user);
        return await desk.DecideAsync(approval, caller.Person, decision == DecisionBody.Approve, reason, caller.Via, cancellationToken) switch
        {
            DecideResult.Recorded recorded => TypedResults.Ok(new DecisionResource(recorded.Status, recorded.Seats)),
            DecideResult.NotFound => Unknown(),
            DecideResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
            DecideResult.Conflict conflict => Problems.Conflict(conflict.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such approval.");
}
