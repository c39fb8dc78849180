using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/escalations</c>: questions that only people can answer.</summary>
internal static class EscalationEndpoints
{
    private const string Noted = "noted";
    private const string Extend = "extend";
    private static readonly ImmutableArray<string> Statuses = ["open", "answered", "closed"];

    /// <summary>Maps them.</summary>
    public static void MapEscalations(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/escalations").WithTags("Escalations").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListEscalations").WithSummary("Questions to people, oldest first, a page at a time; where there is more, a Link header says where");

        var answering = app.MapGroup("/api/escalations").WithTags("Escalations").RequireAuthorization(Permission.Submit);
        answering.MapPost("/{id}", Answer).WithName("AnswerEscalation").WithSummary("Answer with one of the choices; a finding takes any words").Accepts<AnswerBody>("application/json");
    }

    private static Task<Ok<ImmutableArray<EscalationResource>>> List(
        HttpContext http, IReadModels lists, IWorkflowOutside workflows, CancellationToken cancellationToken, string? status = null, string? workflow = null, string? cursor = null, string? limit = null) =>
        InboxPage.ReplyAsync(
            http, EscalationList.ReadAsync(lists, workflows, InboxPage.Asked(RequestText.Word("status", status, Statuses), workflow, cursor, limit), cancellationToken), found => found);

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Answer(
        string id,
        HttpRequest request,
        ClaimsPrincipal user,
        IReadModels lists,
        IWorkflowOutside workflows,
        IDirectory directory,
        WorkflowDesk desk,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var escalation = RequestText.Id<EscalationId>(id);
        var body = await JsonBody.ReadAsync(request, ["answer", "words"], cancellationToken);
        var (answer, words) = (body.Text("answer"), body.OptionalText("words"));
        if (answer.Length > WorkflowDesk.LongestGoal || words?.Length > WorkflowDesk.LongestGoal)
        {
            throw body.Refuse(answer.Length > WorkflowDesk.LongestGoal ? "answer" : "words", $"has more than {WorkflowDesk.LongestGoal} characters.");
        }

        if (await lists.OwnerAsync(escalation.ToString(), cancellationToken) is not { } workflow
            || (await workflows.ReadAsync(workflow, cancellationToken))?.Escalations.GetValueOrDefault(escalation) is not { } open)
        {
            return Unknown();
        }

        var person = Caller.Of(user).Person;
        var (role, choices) = (open.Raised.Role, open.Raised.Choices);
        if (directory.People.Any(p => p.Roles.Contains(role)) && directory.Person(person)?.Roles.Contains(role) != true)
        {
            return Problems.Forbidden($"Only somebody with the role '{role}' may answer.");
        }

        if (!choices.Contains(answer))
        {
            if (open.Raised.Kind != EscalationKind.Finding || !choices.Contains(Noted) || string.IsNullOrWhiteSpace(answer))
            {
                throw body.Refuse("answer", $"must be one of: {string.Join(", ", choices)}.");
            }

            (answer, words) = (Noted, words is null ? answer : $"{answer}\n{words}");
        }

        if (open.Raised.Kind == EscalationKind.MissedDeadline && answer == Extend && WorkflowDesk.ReadDeadline(words, time.GetUtcNow()).Fault is { } fault)
        {
            throw body.Refuse("words", "must say the new deadline. " + fault);
        }

        return await desk.AnswerAsync(workflow, escalation, answer, words, person, cancellationToken) switch
        {
            OutsideResult.Appended appended => TypedResults.Ok(new SteeredResource(workflow, StatusNames.Write(appended.State.ShownStatus), NowLine.Of(appended.State))),
            OutsideResult.NotFound => Unknown(),
            OutsideResult.Refused refused => Problems.Conflict(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such escalation.");
}
