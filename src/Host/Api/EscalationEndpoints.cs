using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/escalations</c>: questions that only people can answer.</summary>
internal static class EscalationEndpoints
{
    /// <summary>In which one can be.</summary>
    public static readonly ImmutableArray<string> Statuses = ["open", "answered", "closed"];

    /// <summary>Maps them.</summary>
    public static void MapEscalations(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/escalations").WithTags("Escalations").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListEscalations").WithSummary("Questions to people, oldest first, a page at a time; where there is more, a Link header says where");

        var answering = app.MapGroup("/api/escalations").WithTags("Escalations").RequireAuthorization(Permission.Answer);
        answering.MapPost("/{id}", Answer).WithName("AnswerEscalation").WithSummary("Answer with one of the choices; a finding takes any words").Accepts<AnswerBody>("application/json");
    }

    private static Task<Ok<ImmutableArray<EscalationResource>>> List(
        HttpContext http, IReadModels lists, IWorkflowOutside workflows, PlainWords words, CancellationToken cancellationToken, string? status = null, string? workflow = null, string? cursor = null, string? limit = null) =>
        InboxPage.ReplyAsync(
            http, EscalationList.ReadAsync(lists, workflows, words, InboxPage.Asked(RequestText.Word("status", status, Statuses), workflow, cursor, limit), cancellationToken), found => found);

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Answer(
        string id, HttpRequest request, ClaimsPrincipal user, EscalationAnswers answers, WorkflowMapper mapper, CancellationToken cancellationToken)
    {
        var escalation = RequestText.Id<EscalationId>(id);
        var body = await JsonBody.ReadAsync(request, ["answer", "words"], cancellationToken);
        return await answers.GiveAsync(escalation, body.Text("answer"), body.OptionalText("words"), Caller.Of(user), cancellationToken) switch
        {
            AnswerResult.Given given => TypedResults.Ok(mapper.Steered(given.State)),
            AnswerResult.NotFound => Problems.NotFound("There is no such escalation."),
            AnswerResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
            AnswerResult.Invalid invalid => throw body.Refuse(invalid.Field, invalid.Reason),
            AnswerResult.Conflict conflict => Problems.Conflict(conflict.Reason),
            _ => throw new UnreachableException(),
        };
    }
}
