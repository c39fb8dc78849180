using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>/inbox</c>: what waits for people, and the forms that settle it.</summary>
internal static class InboxPages
{
    private const int Shown = 25;
    private const int MostAtOnce = 100;

    /// <summary>Maps it.</summary>
    public static void MapInboxPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", (HttpContext context, string? list, string? cursor) => ShowAsync(context, list, cursor));
        reading.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
        var deciding = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Approve);
        deciding.MapPost("/approvals/{id}", Decide);
        deciding.MapPost("/batch", DecideBatch);
        var answering = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Submit);
        answering.MapPost("/escalations/{id}", Answer);
        answering.MapPost("/notes", NoteAll);
        answering.MapPost("/tasks/{id}", Deliver);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string? list, string? cursor, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var writer = services.GetRequiredService<PageWriter>();
        try
        {
            var page = await services.GetRequiredService<InboxReader>().ReadAsync(writer.BeginSession(context), PlaceOf(list, cursor), Shown, context.RequestAborted);
            return await writer.ShowAsync<Inbox>(context, page, status, notice);
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the one that the page before names.", fault);
        }
    }

    private static async Task<IResult> Live(HttpContext context, LivePages live)
    {
        await live.StreamAsync(
            context, null, async (services, content, token) =>
            {
                content.Here = "/inbox";
                return await services.GetRequiredService<InboxReader>().ReadAsync(content, InboxPlace.First, Shown, token);
            },
            typeof(InboxCards),
            typeof(NavCount));
        return TypedResults.Empty;
    }

    private static async Task<IResult> Decide(string id, HttpContext context, ApprovalDesk desk)
    {
        var approval = RequestText.Id<ApprovalId>(id);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var reason = ReasonOf(form);
        ApprovalAnswer answer;
        switch (form["decision"].ToString())
        {
            case DecisionBody.Approve:
                answer = new ApprovalAnswer.Approve(reason);
                break;
            case DecisionBody.Reject:
                answer = new ApprovalAnswer.Reject(reason);
                break;
            case DecisionBody.Respond when reason is not null:
                answer = new ApprovalAnswer.Respond(null, reason);
                break;
            case DecisionBody.Edit when await desk.FindAsync(approval, context.RequestAborted) is { } found:
                var (args, fault) = form.TryGetValue("json", out var typed)
                    ? Arguments(typed.ToString())
                    : ArgumentLeaf.Write(found.Requested.Args, name => form.TryGetValue(name, out var said) ? said.ToString() : null);
                context.RequestServices.GetRequiredService<PageContent>().Begun = (approval.ToString(), args is { } whole ? Written.Json(whole) : typed.ToString() is { Length: > 0 } text ? text : Written.Json(found.Requested.Args));
                if (args is not { } written)
                {
                    return await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, fault);
                }

                answer = new ApprovalAnswer.Edit(written, reason);
                break;
            default:
                return await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, "Press one of the buttons: approve, edit, reject, or answer instead, which needs words.");
        }

        var caller = Caller.Of(context.User);
        return await desk.DecideAsync(approval, caller.Person, answer, caller.Via, context.RequestAborted) switch
        {
            DecideResult.Recorded => PageReply.Back(form, "/inbox"),
            DecideResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such approval."),
            DecideResult.Forbidden forbidden => await ShowAsync(context, null, null, StatusCodes.Status403Forbidden, forbidden.Reason),
            DecideResult.Conflict conflict => await ShowAsync(context, null, null, StatusCodes.Status409Conflict, conflict.Reason),
            DecideResult.TooMany late => await ShowAsync(context, null, null, StatusCodes.Status429TooManyRequests, late.Reason),
            DecideResult.Invalid invalid => await ShowAsync(context, null, null, StatusCodes.Status422UnprocessableEntity, invalid.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> DecideBatch(HttpContext context, ApprovalDesk desk)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var ids = form["id"].OfType<string>().Select(RequestText.Id<ApprovalId>).Distinct().ToImmutableArray();
        var reason = ReasonOf(form);
        ApprovalAnswer? answer = form["decision"].ToString() switch
        {
            DecisionBody.Approve => new ApprovalAnswer.Approve(reason),
            DecisionBody.Reject => new ApprovalAnswer.Reject(reason),
            _ => null,
        };
        if (ids.IsEmpty || ids.Length > MostAtOnce || answer is null)
        {
            return await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, $"Tick 1 to {MostAtOnce} of them, and approve or reject.");
        }

        var caller = Caller.Of(context.User);
        switch (await desk.DecideBatchAsync(ids, caller.Person, answer, caller.Via, context.RequestAborted))
        {
            case BatchResult.Odd odd:
                return await ShowAsync(context, null, null, StatusCodes.Status409Conflict, $"Nothing was decided. {odd.Approval}: {odd.Reason}");
            case BatchResult.Decided decided when decided.Results.Count(r => r.Result is not DecideResult.Recorded) is > 0 and var late:
                var why = decided.Results.Select(r => r.Result).OfType<DecideResult.TooMany>().FirstOrDefault()?.Reason ?? "Somebody else was first.";
                return await ShowAsync(context, null, null, StatusCodes.Status409Conflict, $"{ids.Length - late} were decided, {late} were not. {why}");
            default:
                return PageReply.Back(form, "/inbox");
        }
    }

    private static async Task<IResult> Answer(string id, HttpContext context, EscalationAnswers answers)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var words = RequestText.Words("words", form["words"]);
        return await answers.GiveAsync(
            RequestText.Id<EscalationId>(id), form["answer"].ToString(), string.IsNullOrWhiteSpace(words) ? null : words, Caller.Of(context.User).Person, context.RequestAborted) switch
        {
            AnswerResult.Given => PageReply.Back(form, "/inbox"),
            AnswerResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such question."),
            AnswerResult.Forbidden forbidden => await ShowAsync(context, null, null, StatusCodes.Status403Forbidden, forbidden.Reason),
            AnswerResult.Invalid invalid => await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, $"'{invalid.Field}' {invalid.Reason}"),
            AnswerResult.Conflict conflict => await ShowAsync(context, null, null, StatusCodes.Status409Conflict, conflict.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> NoteAll(HttpContext context, EscalationAnswers answers)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var ids = form["id"].OfType<string>().Select(RequestText.Id<EscalationId>).Distinct().ToImmutableArray();
        if (ids.IsEmpty || ids.Length > MostAtOnce || form["answer"] != EscalationState.Noted)
        {
            return await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, $"Name 1 to {MostAtOnce} of them, and note them.");
        }

        var left = await answers.NoteAsync(ids, Caller.Of(context.User).Person, context.RequestAborted);
        return left.IsEmpty
            ? PageReply.Back(form, "/inbox")
            : await ShowAsync(
                context,
                null,
                null,
                StatusCodes.Status409Conflict,
                $"{(ids.Length > left.Length ? $"{ids.Length - left.Length} of {ids.Length} were noted" : "Nothing was noted")}. {string.Join(" ", left.Select(l => $"“{Written.Short(l.Question, 100)}”: {l.Reason}"))}");
    }

    private static async Task<IResult> Deliver(string id, HttpContext context, IReadModels lists, IWorkflowOutside workflows, WorkflowDesk desk)
    {
        var task = RequestText.Id<TaskId>(id);
        var person = Caller.Of(context.User).Person;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if ((await lists.TasksAsync(Actor.Person(person).Value, context.RequestAborted)).FirstOrDefault(r => r.Task == task) is not { } row
            || (await workflows.ReadAsync(row.Workflow, context.RequestAborted))?.Task(task) is not { } state)
        {
            return await ShowAsync(context, null, null, StatusCodes.Status409Conflict, "This task does not wait for you any more.");
        }

        var fields = DeliverableField.Of(state.Task.Deliverable.Schema);
        var (deliverable, fault) = fields.IsEmpty
            ? JsonText.TryParse(form["json"], out var json) ? (json, null) : ((JsonText?)null, "The deliverable must be a JSON object, such as {}.")
            : DeliverableField.Read(fields, name => form.TryGetValue(name, out var said) ? said.ToString() : null);
        if (deliverable is not { } written)
        {
            return await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, fault);
        }

        return await desk.DeliverAsync(row.Workflow, task, written, person, context.RequestAborted) switch
        {
            OutsideResult.Appended => PageReply.Back(form, "/inbox"),
            OutsideResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such task."),
            OutsideResult.Refused refused => await ShowAsync(context, null, null, StatusCodes.Status400BadRequest, refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>A cursor without a list is of the calls that somebody can decide.</summary>
    private static InboxPlace PlaceOf(string? list, string? cursor)
    {
        var (wanted, from) = (RequestText.Word("list", list, InboxPlace.Lists), RequestText.Words("cursor", cursor));
        return new InboxPlace(wanted ?? (string.IsNullOrEmpty(from) ? null : InboxPlace.Mine), string.IsNullOrEmpty(from) ? null : from);
    }

    private static (JsonText? Json, string? Fault) Arguments(string typed) =>
        Readable.Is(typed) && JsonText.TryParse(typed, out var json) && json.ToElement().ValueKind == System.Text.Json.JsonValueKind.Object
            ? (json, null)
            : (null, "The arguments must be one JSON object, such as {\"supplier\": \"acme\"}.");

    private static string? ReasonOf(IFormCollection form)
    {
        var reason = RequestText.Words("reason", form["reason"]);
        return reason?.Length > WorkflowDesk.LongestGoal ? throw new BadHttpRequestException($"'reason' has more than {WorkflowDesk.LongestGoal} characters.")
            : string.IsNullOrWhiteSpace(reason) ? null : reason;
    }
}
