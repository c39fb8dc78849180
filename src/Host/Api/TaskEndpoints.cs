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
    private static readonly ImmutableArray<string> Ended = [StatusNames.Write(WorkTaskStatus.Done), StatusNames.Write(WorkTaskStatus.Failed), StatusNames.Write(WorkTaskStatus.Cancelled)];

    /// <summary>Maps them.</summary>
    public static void MapTasks(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/api/tasks").WithTags("Tasks").RequireAuthorization(Permission.Read);
        reading.MapGet("/", List).WithName("ListTasks").WithSummary("Open tasks, by deadline, 200 at most; mine=true: those that are yours to do. Where there are more, the header Link names the next page");

        var doing = app.MapGroup("/api/tasks").WithTags("Tasks").RequireAuthorization(Permission.Answer);
        doing.MapPost("/{id}/deliverable", Deliver).WithName("SubmitDeliverable").WithSummary("Hand in what a task of yours asks for: an object that fits its schema").Accepts<JsonText>("application/json");
    }

    private static Task<Ok<ImmutableArray<InboxTaskResource>>> List(
        HttpContext http, ClaimsPrincipal user, IReadModels lists, IWorkflowOutside workflows, CancellationToken cancellationToken, string? mine = null, string? cursor = null, string? limit = null)
    {
        var (executor, asked) = (RequestText.Flag("mine", mine) ? Actor.Person(Caller.Of(user).Person).Value : null, InboxPage.Asked(null, null, cursor, limit));
        return InboxPage.ReplyAsync(http, PageAsync(), row => row);

        async Task<Page<InboxTaskResource>> PageAsync()
        {
            var page = await lists.TasksAsync(new TaskQuery(executor, null, asked.Cursor, asked.Limit), cancellationToken);
            var states = await workflows.ReadEachAsync(page.Items.Where(r => r.Status == WaitsForPerson).Select(r => r.Workflow), cancellationToken);
            return new Page<InboxTaskResource>(
                [.. page.Items.Select(r => InboxTaskResource.Of(r, r.Status == WaitsForPerson ? states.GetValueOrDefault(r.Workflow)?.Task(r.Task) : null))], page.Next);
        }
    }

    private static async Task<Results<Ok<SteeredResource>, ProblemHttpResult>> Deliver(
        string id, HttpRequest request, ClaimsPrincipal user, IReadModels lists, AnswerDesk desk, WorkflowMapper mapper, LoadedCompany company, CancellationToken cancellationToken)
    {
        var task = RequestText.Id<TaskId>(id);
        var deliverable = await JsonBody.ReadObjectAsync(request, cancellationToken);
        var caller = Caller.Of(user);
        if (caller.IsUnprovenTerminal(company.Settings))
        {
            return Problems.Forbidden(ChangeBody.NoTerminal);
        }

        var person = caller.Person;
        if (await lists.TaskAsync(task, cancellationToken) is not { } row)
        {
            return Unknown();
        }

        if (row.Executor != Actor.Person(person).Value)
        {
            return Problems.Forbidden("This task is somebody else's.");
        }

        if (row.Status != WaitsForPerson)
        {
            return Problems.Conflict(Ended.Contains(row.Status) ? "This task is over." : "This task does not wait for you.");
        }

        return await desk.DeliverAsync(row.Workflow, task, deliverable, person, cancellationToken) switch
        {
            OutsideResult.Appended appended => TypedResults.Ok(mapper.Steered(appended.State)),
            OutsideResult.NotFound => Unknown(),
            OutsideResult.Refused refused => Problems.Invalid(refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static ProblemHttpResult Unknown() => Problems.NotFound("There is no such task.");
}
