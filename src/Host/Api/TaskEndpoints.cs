using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Claims;
using AiManager.ManagerAgent;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/tasks</c>: what is being done, and what people hand in.</summary>
internal static class TaskEndpoints
{
    private static readonly string WaitsForPerson = StatusNames.Write(WorkTaskStatus.WaitingPerson);

    /// <summary>Maps them.</summary>
    public static void MapTasks(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/tasks").WithTags("Tasks").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListTasks").WithSummary("Open tasks, by deadline; mine=true: those that are yours to do");

        var doing = app.MapGroup("/api/tasks").WithTags("Tasks").RequireAuthorization(Permission.Answer);
        doing.MapPost("/{id}/deliverable", Deliver).WithName("SubmitDeliverable").WithSummary("Hand in what a task of yours asks for: an object that fits its schema").Accepts<JsonText>("application/json");
    }

    private static async Task<Ok<ImmutableArray<InboxTaskResource>>> List(
        ClaimsPrincipal user, IReadModels lists, IWorkflowOutside workflows, CancellationToken cancellationToken, string? mine = null)
    {
        var rows = await lists.TasksAsync(RequestText.Flag("mine", mine) ? Actor.Person(Caller.Of(user).Person).Value : null, cancellationToken);
        var states = await workflows.ReadEachAsync(rows.Where(r => r.Status == WaitsForPerson).Select(r => r.Workflow), cancellationToken);
        return TypedResults.Ok(rows.Select(r => InboxTaskResource.Of(r, r.Status == WaitsForPerson ? states.GetValueOrDefault(r.Workflow)?.Task(r.Task) : null)).ToImmutableArray());
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Deliver(
        string id, HttpRequest request, ClaimsPrincipal user, IReadModels lists, WorkflowDesk desk, CancellationToken cancellationToken)
    {
        var task = RequestText.Id<TaskId>(id);
        var deliverable = await JsonBody.ReadObjectAsync(request, cancellationToken);
        var person = Caller.Of(user).Person;
        if ((await lists.TasksAsync(null, cancellationToken)).FirstOrDefault(r => r.Task == task) is not { } row)
        {
            return Unknown();
        }

        if (row.Executor != Actor.Person(person).Value)
        {
            return Problems.Forbidden("This task is somebody else's.");
        }

        if (row.Status != WaitsForPerson)
        {
            return Problems.Conflict("This task does not wait for you.");
        }

        return await desk.DeliverAsync(row.Workflow, task, deliverable, person, cancellationToken) switch
        {
            OutsideResult.Appended appended => TypedResults.Ok(new SteeredResource(row.Workflow, StatusNames.Write(appended.State.ShownStatus), NowLine.Of(appended.State))),
            OutsideResult.NotFound => Unknown(),
            OutsideResult.Refused refused => Problems.Invalid(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such open task.");
}
