using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using AiManager.ManagerAgent;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/approvals</c>: what people must agree to, and their answers.</summary>
internal static class ApprovalEndpoints
{
    /// <summary>Approvals in one decision; whoever says yes to more has not looked.</summary>
    public const int MostAtOnce = 100;

    /// <summary>In which an approval can be.</summary>
    public static readonly ImmutableArray<string> Statuses = ["pending", "approved", "used", "rejected", "expired", "edited", "responded", "void"];

    /// <summary>Maps them.</summary>
    public static void MapApprovals(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/approvals").WithTags("Approvals").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListApprovals").WithSummary("Approvals, oldest first, a page at a time; mine=true: those that you can decide; where there is more, a Link header says where");
        reading.MapGet("/{id}", Find).WithName("GetApproval").WithSummary("One approval: exactly what would be done, why it is asked, who must agree");

        var deciding = app.MapGroup("/api/approvals").WithTags("Approvals").RequireAuthorization(Permission.Approve);
        deciding.MapPost("/batch", DecideBatch).WithName("DecideApprovals").WithSummary("One approve or reject for approvals of the same 'batch'").Accepts<BatchBody>("application/json");
        deciding.MapPost("/{id}", Decide).WithName("DecideApproval").WithSummary("Approve, edit (decided anew with the arguments given), reject, or respond (the answer instead of the call); with standing: {until?, uses?}, approve, and propose a standing rule once everybody has agreed").Accepts<DecisionBody>("application/json");
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
        string id, HttpRequest request, ClaimsPrincipal user, ApprovalDesk desk, StandingDesk standing, ChangeDesk changes, LoadedCompany company, CancellationToken cancellationToken)
    {
        var approval = RequestText.Id<ApprovalId>(id);
        var body = await JsonBody.ReadAsync(request, ["decision", "reason", "arguments", "result", "standing"], cancellationToken);
        var (caller, answer, terms) = (Caller.Of(user), Answer(body), Terms(body));
        if (caller.IsUnprovenTerminal(company.Settings))
        {
            return Problems.Forbidden(ChangeBody.NoTerminal);
        }

        // What cannot become a rule is refused before anything is decided.
        if (terms is not null && await WhyNoRuleAsync(approval, terms, standing, changes, cancellationToken) is { } hindrance)
        {
            return Problems.DoesNotFit($"Nothing was decided. {hindrance}");
        }

        return await desk.DecideAsync(approval, caller.Person, answer is ApprovalAnswer.Approve yes ? yes with { Standing = terms } : answer, caller.Via, cancellationToken) switch
        {
            DecideResult.Recorded recorded => TypedResults.Ok(new DecisionResource(recorded.Status, recorded.Seats)
            {
                Change = recorded.Change,
                NoChange = terms is not null && recorded.Status == ApprovalView.Pending ? "The rule is proposed when everybody whose seats are free has agreed." : recorded.NoChange,
            }),
            DecideResult.NotFound => Unknown(),
            DecideResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
            DecideResult.Conflict conflict => Problems.Conflict(conflict.Reason),
            DecideResult.Invalid invalid => Problems.DoesNotFit(invalid.Reason),
            DecideResult.TooMany late => TooMany(request.HttpContext, late),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What keeps a standing rule from being made of an approval; null for nothing.</summary>
    public static async Task<string?> WhyNoRuleAsync(ApprovalId approval, StandingTerms terms, StandingDesk standing, ChangeDesk changes, CancellationToken cancellationToken)
    {
        var (rule, hindrance) = await standing.DraftAsync(approval, terms, cancellationToken);
        return rule is { } draft ? changes.WhyNoRule(draft) : hindrance;
    }

    private static StandingTerms? Terms(JsonBody body)
    {
        if (body.OptionalPart("standing", ["until", "uses"]) is not { } terms)
        {
            return null;
        }

        if (body.Text("decision") != DecisionBody.Approve)
        {
            throw body.Refuse("standing", "goes with approve.");
        }

        return new StandingTerms(terms.OptionalTime("until"), terms.OptionalWhole("uses"));
    }

    private static async Task<Results<Ok<BatchResource>, ProblemHttpResult>> DecideBatch(HttpRequest request, ClaimsPrincipal user, ApprovalDesk desk, LoadedCompany company, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["ids", "decision", "reason"], cancellationToken);
        var ids = body.Texts("ids").Select(text => PrefixedId.TryRead<ApprovalId>(text, out var id) ? id : throw body.Refuse("ids", $"has '{RequestText.Short(text)}', which is not an id of the form {ApprovalId.Prefix}….")).ToImmutableArray();
        if (ids.IsEmpty || ids.Length > MostAtOnce || ids.Distinct().Count() < ids.Length)
        {
            throw body.Refuse("ids", $"must name 1 to {MostAtOnce} approvals, each once.");
        }

        var answer = Answer(body);
        if (answer is not (ApprovalAnswer.Approve or ApprovalAnswer.Reject))
        {
            throw body.Refuse("decision", "must be approve or reject for several at once.");
        }

        var caller = Caller.Of(user);
        if (caller.IsUnprovenTerminal(company.Settings))
        {
            return Problems.Forbidden(ChangeBody.NoTerminal);
        }

        return await desk.DecideBatchAsync(ids, caller.Person, answer, caller.Via, cancellationToken) switch
        {
            BatchResult.Odd odd => Problems.Conflict($"Nothing was decided. {odd.Approval}: {odd.Reason}"),
            BatchResult.Decided decided => TypedResults.Ok(new BatchResource([.. decided.Results.Select(BatchItemResource.Of)])),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What a body says to an approval.</summary>
    public static ApprovalAnswer Answer(JsonBody body)
    {
        var decision = body.Text("decision");
        if (decision is not (DecisionBody.Approve or DecisionBody.Edit or DecisionBody.Reject or DecisionBody.Respond))
        {
            throw body.Refuse("decision", "must be approve, edit, reject or respond.");
        }

        if (body.Has("arguments") && decision != DecisionBody.Edit)
        {
            throw body.Refuse("arguments", $"does not go with '{decision}': other arguments are an edit.");
        }

        if (body.Has("result") && decision != DecisionBody.Respond)
        {
            throw body.Refuse("result", $"does not go with '{decision}': an answer in the tool's place is a respond.");
        }

        var reason = body.OptionalText("reason");
        if (reason?.Length > WorkflowDesk.LongestGoal)
        {
            throw body.Refuse("reason", $"has more than {WorkflowDesk.LongestGoal} characters.");
        }

        switch (decision)
        {
            case DecisionBody.Edit:
                return new ApprovalAnswer.Edit(body.OptionalObject("arguments") ?? throw body.Refuse("arguments", "is missing: say all arguments as they should be."), reason);
            case DecisionBody.Respond:
                var result = body.OptionalObject("result");
                return result is null && string.IsNullOrWhiteSpace(reason)
                    ? throw body.Refuse("result", "is missing: say the answer, in 'result' or in words in 'reason'.")
                    : new ApprovalAnswer.Respond(result, reason);
            default:
                return decision == DecisionBody.Approve ? new ApprovalAnswer.Approve(reason) : new ApprovalAnswer.Reject(reason);
        }
    }

    private static ProblemHttpResult TooMany(HttpContext http, DecideResult.TooMany late)
    {
        http.Response.Headers.RetryAfter = late.Until.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status429TooManyRequests, late.Reason);
    }

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such approval.");
}
