using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/workflows</c>: submit goals, look at them, steer them.</summary>
internal static class WorkflowEndpoints
{
    private const int MostItems = 200;
    private const string NoReason = "No reason was given.";

    /// <summary>What RFC 7240 calls it when whoever asks wants no more than is needed.</summary>
    private const string Minimal = "return=minimal";

    /// <summary>Maps them.</summary>
    public static void MapWorkflows(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/workflows").WithTags("Workflows").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListWorkflows").WithSummary("Workflows, newest first, a page at a time");
        reading.MapGet("/{id}", Find).WithName("GetWorkflow").WithSummary("A workflow: plan, who must act, spend, report");
        reading.MapGet("/{id}/events", Events).WithName("ListEvents").WithSummary("What happened, oldest first; 'after' leaves out what was seen").Produces<ImmutableArray<EventResource>>();
        reading.MapGet("/{id}/stream", Stream).WithName("StreamEvents").WithSummary("The same live, as server-sent events; Last-Event-ID resumes")
            .Produces<string>(StatusCodes.Status200OK, ServerSentEvents.MediaType).RequireRateLimiting(RequestLimits.Streams);

        var steering = app.MapGroup("/api/workflows").WithTags("Workflows").RequireAuthorization(Permission.Submit);
        steering.MapPost("/", Submit).WithName("SubmitGoal").WithSummary("Submit a goal; the same Idempotency-Key gives the same workflow").Accepts<SubmitBody>("application/json");
        steering.MapPost("/{id}/messages", Say).WithName("PostMessage").WithSummary("Say something to the manager; with the same Idempotency-Key it is said once").Accepts<MessageBody>("application/json");
        steering.MapPost("/{id}/pause", Pause).WithName("PauseWorkflow").WithSummary("Stop for now").Accepts<ReasonBody>(true, "application/json");
        steering.MapPost("/{id}/resume", Resume).WithName("ResumeWorkflow").WithSummary("Let it go on").Accepts<ReasonBody>(true, "application/json");
        steering.MapPost("/{id}/tasks/{task}/revoke", Revoke).WithName("RevokeGrant").WithSummary("Take back what a task may do: it ends at once, and nothing of it starts any more").Accepts<ReasonBody>(true, "application/json");
        steering.MapPost("/{id}/join", Join).WithName("JoinWorkflow").WithSummary("End it because another open workflow pursues the same: that one is told, and is the one to follow").Accepts<JoinBody>("application/json");
        steering.MapPost("/{id}/cancel", Cancel).WithName("CancelWorkflow").WithSummary("End it; a call under way is still settled").Accepts<ReasonBody>(true, "application/json");
    }

    private static async Task<Results<Created<SubmittedResource>, Ok<SubmittedResource>, ProblemHttpResult>> Submit(
        HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, MemoryDesk memory, LoadedCompany company, TimeProvider time, CancellationToken cancellationToken)
    {
        var goal = await SubmitReader.ReadAsync(request, Caller.Of(user).Person, company, time.GetUtcNow(), cancellationToken);
        return await desk.SubmitAsync(goal, cancellationToken) switch
        {
            SubmitResult.Created created => TypedResults.Created(UrlOf(created.Workflow), await SubmittedAsync(created.Workflow, isJoined: false)),
            SubmitResult.Joined joined => TypedResults.Ok(await SubmittedAsync(joined.Workflow, isJoined: true)),
            SubmitResult.Reused reused => Problems.ReusedKey(reused.Reason),
            SubmitResult.Invalid invalid => Problems.Invalid(invalid.Reason),
            _ => throw new UnreachableException(),
        };

        async Task<SubmittedResource> SubmittedAsync(WorkflowId workflow, bool isJoined) => new(workflow, UrlOf(workflow), isJoined)
        {
            // What others pursue is for those who may read it.
            Related = !Caller.May(user, Permission.Read) || request.Headers["Prefer"].Any(p => p?.Contains(Minimal, StringComparison.OrdinalIgnoreCase) == true) || await memory.SoonAsync(goal.Goal, workflow, cancellationToken) is not { } related ? null : RelatedResource.Of(related),
        };
    }

    private static async Task<Ok<PageResource<WorkflowItem>>> List(
        IReadModels lists, CancellationToken cancellationToken, string? status = null, string? q = null, string? from = null, string? to = null, string? cursor = null, string? limit = null)
    {
        var query = new WorkflowQuery(
            RequestText.Word("status", status, StatusNames.OfWorkflows),
            RequestText.Words("q", q),
            RequestText.Time("from", from),
            RequestText.Time("to", to),
            RequestText.Words("cursor", cursor),
            RequestText.Whole("limit", limit, 1, MostItems) ?? 50);
        try
        {
            var page = await lists.WorkflowsAsync(query, cancellationToken);
            return TypedResults.Ok(new PageResource<WorkflowItem>([.. page.Items.Select(WorkflowMapper.Map)], page.Next));
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the 'next' of the page before.", fault);
        }
    }

    private static async Task<Results<Ok<WorkflowResource>, ProblemHttpResult>> Find(string id, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken) =>
        await desk.FindAsync(RequestText.Id<WorkflowId>(id), cancellationToken) is { } found ? TypedResults.Ok(mapper.Map(found)) : Unknown();

    private static async Task<Results<Ok<IAsyncEnumerable<EventResource>>, ProblemHttpResult>> Events(string id, EventFeed feed, CancellationToken cancellationToken, string? after = null)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        var seq = RequestText.Whole("after", after, 0, int.MaxValue) ?? 0;
        return await feed.KnowsAsync(workflow, cancellationToken) ? TypedResults.Ok(feed.ReadAsync(workflow, seq, cancellationToken)) : Unknown();
    }

    private static async Task<IResult> Stream(string id, HttpContext context, EventFeed feed, CancellationToken cancellationToken, string? after = null)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        var seq = RequestText.Whole("Last-Event-ID", context.Request.Headers["Last-Event-ID"], 0, int.MaxValue) ?? RequestText.Whole("after", after, 0, int.MaxValue) ?? 0;
        if (!await feed.KnowsAsync(workflow, cancellationToken))
        {
            return Unknown();
        }

        await feed.StreamAsync(workflow, seq, context);
        return TypedResults.Empty;
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Say(string id, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        var body = await JsonBody.ReadAsync(request, ["text"], cancellationToken);
        return Steered(await desk.MessageAsync(workflow, Words(body, "text") ?? throw body.Refuse("text", "must not be empty."), Caller.Of(user).Person, SubmitReader.Key(request), cancellationToken), mapper);
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Pause(string id, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken) =>
        Steered(await desk.PauseAsync(RequestText.Id<WorkflowId>(id), await Reason(request, cancellationToken), Caller.Of(user).Person, cancellationToken), mapper);

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Resume(string id, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken)
    {
        await Reason(request, cancellationToken);
        return Steered(await desk.ResumeAsync(RequestText.Id<WorkflowId>(id), Caller.Of(user).Person, cancellationToken), mapper);
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Cancel(string id, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken) =>
        Steered(await desk.CancelAsync(RequestText.Id<WorkflowId>(id), await Reason(request, cancellationToken), Caller.Of(user).Person, cancellationToken), mapper);

    private static async Task<Results<Ok<SubmittedResource>, ProblemHttpResult>> Join(string id, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["into"], cancellationToken);
        var other = PrefixedId.TryRead<WorkflowId>(body.Text("into"), out var into) ? into : throw body.Refuse("into", "must be the id of a workflow.");
        return await desk.JoinAsync(RequestText.Id<WorkflowId>(id), other, Caller.Of(user).Person, cancellationToken) switch
        {
            OutsideResult.Appended => TypedResults.Ok(new SubmittedResource(other, UrlOf(other), true)),
            OutsideResult.NotFound => Unknown(),
            OutsideResult.Refused refused => Problems.Conflict(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Revoke(
        string id, string task, HttpRequest request, ClaimsPrincipal user, WorkflowDesk desk, WorkflowMapper mapper, CancellationToken cancellationToken) =>
        Steered(await desk.RevokeAsync(
            RequestText.Id<WorkflowId>(id), RequestText.Id<TaskId>(task), await Reason(request, cancellationToken), Caller.Of(user).Person, Caller.Of(user).Via, cancellationToken), mapper);

    private static async Task<string> Reason(HttpRequest request, CancellationToken cancellationToken) =>
        Words(await JsonBody.ReadOptionalAsync(request, ["reason"], cancellationToken), "reason") ?? NoReason;

    /// <summary>What somebody wrote; null when it is nothing.</summary>
    private static string? Words(JsonBody body, string name) => body.OptionalText(name) switch
    {
        { Length: > WorkflowDesk.LongestGoal } => throw body.Refuse(name, $"has more than {WorkflowDesk.LongestGoal} characters."),
        var words when string.IsNullOrWhiteSpace(words) => null,
        var words => words,
    };

    private static Results<Ok<SteeredResource>, ProblemHttpResult> Steered(OutsideResult result, WorkflowMapper mapper) => result switch
    {
        OutsideResult.Appended appended => TypedResults.Ok(mapper.Steered(appended.State)),
        OutsideResult.NotFound => Unknown(),
        OutsideResult.Refused { IsReusedKey: true } reused => Problems.ReusedKey(reused.Reason),
        OutsideResult.Refused refused => Problems.Conflict(refused.Reason),
        _ => throw new UnreachableException(),
    };

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such workflow.");

    /// <summary>Where a workflow is.</summary>
    public static string UrlOf(WorkflowId id) => $"/api/workflows/{id}";
}
