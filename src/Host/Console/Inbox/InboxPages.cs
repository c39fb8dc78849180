using System.Collections.Immutable;
using System.Diagnostics;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>/inbox</c>: what waits for people, and the forms that settle it.</summary>
internal static class InboxPages
{
    /// <summary>Its address.</summary>
    public const string Path = "/inbox";

    /// <summary>Of each list.</summary>
    public const int Shown = 25;

    /// <summary>A yes with which a rule is proposed: the console's own word.</summary>
    public const string WithRule = "rule";

    /// <summary>An edit of all arguments as JSON: the console's own word.</summary>
    public const string EditJson = "edit-json";

    /// <summary>The button of a form with rows that asks for more of them: the console's own word.</summary>
    public const string MoreRows = "more-rows";

    private const string WhyNot = "Say why not: whoever asked for it reads the reason.";

    /// <summary>Maps it.</summary>
    public static void MapInboxPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", (HttpContext context, string? list, string? cursor) => ShowAsync(context, list, cursor));
        reading.MapGet("/count", Count);
        reading.MapGet("/live", Live).RequireRateLimiting(RequestLimits.Streams);
        var deciding = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Approve).AddEndpointFilter<FormFault>();
        deciding.MapPost("/approvals/{id}", Decide);
        deciding.MapPost("/batch", DecideBatch);
        var answering = app.MapGroup("/inbox").ExcludeFromDescription().RequireAuthorization(Permission.Answer).AddEndpointFilter<FormFault>();
        answering.MapPost("/escalations/{id}", Answer);
        answering.MapPost("/notes", NoteAll);
        answering.MapPost("/tasks/{id}", Deliver);
    }

    /// <summary>The inbox where a form was not taken; a place that there is not leads to its beginning.</summary>
    public static async Task<IResult> AgainAsync(HttpContext context, InboxPlace place, int status)
    {
        try
        {
            return await ShowAsync(context, place, status);
        }
        catch (FormatException)
        {
            context.RequestServices.GetRequiredService<PageContent>().Here = Path;
            return await ShowAsync(context, InboxPlace.First, status);
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, InboxPlace place, int status)
    {
        var services = context.RequestServices;
        var writer = services.GetRequiredService<PageWriter>();
        var page = await services.GetRequiredService<InboxReader>().ReadAsync(writer.BeginSession(context), place, Shown, context.RequestAborted);
        return await writer.ShowAsync<Inbox>(context, page, status);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string? list, string? cursor)
    {
        try
        {
            return await ShowAsync(context, PlaceOf(list, cursor), StatusCodes.Status200OK);
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the one that the page before names.", fault);
        }
    }

    /// <summary>What stands in the title of a tab that is not looked at: it asks now and then, and keeps no stream open.</summary>
    private static async Task<IResult> Count(HttpContext context, IReadModels lists, ApprovalDesk desk, IDirectory directory, WorkflowLook look) => TypedResults.Text(
        directory.Person(Caller.Of(context.User).Person) is { } person ? (await InboxCount.ReadAsync(lists, desk, directory, look, person, context.RequestAborted)).Words : string.Empty);

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

    private static async Task<IResult> Decide(string id, HttpContext context, ApprovalDesk desk, Catalog catalog, StandingDesk standing, ChangeDesk changes, TimeProvider time)
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
            case WithRule:
                var (terms, odd) = Terms(form, time.GetUtcNow());
                if (terms is null)
                {
                    return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, odd!);
                }

                // What cannot become a rule is refused before anything is decided.
                if (await ApprovalEndpoints.WhyNoRuleAsync(approval, terms, standing, changes, context.RequestAborted) is { } hindrance)
                {
                    return await PageAgain.ShowAsync(context, StatusCodes.Status422UnprocessableEntity, $"Nothing was decided. {hindrance}");
                }

                answer = new ApprovalAnswer.Approve(reason) { Standing = terms };
                break;
            case DecisionBody.Reject when reason is null:
                return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, WhyNot);
            case DecisionBody.Reject:
                answer = new ApprovalAnswer.Reject(reason);
                break;
            case DecisionBody.Respond when WordsOf(form, "instead", "What the agent reads") is { } instead:
                answer = new ApprovalAnswer.Respond(null, instead);
                break;
            case (DecisionBody.Edit or EditJson) and var edit when await desk.FindAsync(approval, context.RequestAborted) is { } found:
                var (args, fault, at) = edit == EditJson
                    ? Arguments(form["json"].ToString())
                    : ArgumentLeaf.Write(
                        found.Requested.Args, name => form.TryGetValue(name, out var said) ? said.ToString() : null, new ArgumentSchema(catalog.ParametersOf(found.Requested.Tool)));
                if (args is not { } written)
                {
                    return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, fault!, at);
                }

                answer = new ApprovalAnswer.Edit(written, reason);
                break;
            default:
                return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, "Press one of the buttons: approve, edit, reject, or answer instead, which needs words.");
        }

        var caller = Caller.Of(context.User);
        return await desk.DecideAsync(approval, caller.Person, answer, caller.Via, context.RequestAborted) switch
        {
            DecideResult.Recorded recorded => Done(context, form, DecidedWords.Of(recorded)),
            DecideResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such approval."),
            DecideResult.Forbidden forbidden => await PageAgain.ShowAsync(context, StatusCodes.Status403Forbidden, forbidden.Reason),
            DecideResult.Conflict conflict => await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, conflict.Reason),
            DecideResult.TooMany late => await PageAgain.ShowAsync(context, StatusCodes.Status429TooManyRequests, late.Reason),
            DecideResult.Invalid invalid => await PageAgain.ShowAsync(context, StatusCodes.Status422UnprocessableEntity, invalid.Reason),
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
        if (answer is ApprovalAnswer.Reject && reason is null)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, WhyNot);
        }

        if (ids.IsEmpty || ids.Length > ApprovalEndpoints.MostAtOnce || answer is null)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, $"Tick 1 to {ApprovalEndpoints.MostAtOnce} of them, and approve or reject.");
        }

        var caller = Caller.Of(context.User);
        switch (await desk.DecideBatchAsync(ids, caller.Person, answer, caller.Via, context.RequestAborted))
        {
            case BatchResult.Odd odd:
                return await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, $"Nothing was decided. {odd.Approval}: {odd.Reason}");
            case BatchResult.Decided decided when decided.Results.Count(r => r.Result is not DecideResult.Recorded) is > 0 and var late:
                var why = decided.Results.Select(r => r.Result).OfType<DecideResult.TooMany>().FirstOrDefault()?.Reason ?? "Somebody else was first.";
                return await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, $"{ids.Length - late} were decided, {late} were not. {why}");
            case BatchResult.Decided decided:
                return Done(context, form, DecidedWords.Of(decided.Results.Select(r => r.Result).OfType<DecideResult.Recorded>()));
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<IResult> Answer(string id, HttpContext context, EscalationAnswers answers)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var words = RequestText.Words("Your words", form["words"]);
        return await answers.GiveAsync(
            RequestText.Id<EscalationId>(id), form["answer"].ToString(), string.IsNullOrWhiteSpace(words) ? null : words, Caller.Of(context.User), context.RequestAborted) switch
        {
            AnswerResult.Given => Done(context, form, "Your answer is recorded."),
            AnswerResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such question."),
            AnswerResult.Forbidden forbidden => await PageAgain.ShowAsync(context, StatusCodes.Status403Forbidden, forbidden.Reason),
            AnswerResult.Invalid invalid => await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, $"{(invalid.Field == "words" ? "Your words" : "The answer")} {invalid.Reason}"),
            AnswerResult.Conflict conflict => await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, conflict.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<IResult> NoteAll(HttpContext context, EscalationAnswers answers)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var ids = form["id"].OfType<string>().Select(RequestText.Id<EscalationId>).Distinct().ToImmutableArray();
        if (ids.IsEmpty || ids.Length > ApprovalEndpoints.MostAtOnce || form["answer"] != EscalationState.Noted)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, $"Name 1 to {ApprovalEndpoints.MostAtOnce} of them, and note them.");
        }

        var left = await answers.NoteAsync(ids, Caller.Of(context.User), context.RequestAborted);
        return left.IsEmpty
            ? Done(context, form, $"{Written.Count(ids.Length)} noted.")
            : await PageAgain.ShowAsync(
                context,
                StatusCodes.Status409Conflict,
                $"{(ids.Length > left.Length ? $"{ids.Length - left.Length} of {ids.Length} were noted" : "Nothing was noted")}. {string.Join(" ", left.Select(l => $"“{Written.Short(l.Question, 100)}”: {l.Reason}"))}");
    }

    private static async Task<IResult> Deliver(string id, HttpContext context, IReadModels lists, IWorkflowOutside workflows, AnswerDesk desk)
    {
        var task = RequestText.Id<TaskId>(id);
        var person = Caller.Of(context.User).Person;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await lists.TaskAsync(task, context.RequestAborted) is not { } row || row.Executor != Actor.Person(person).Value
            || (await workflows.ReadAsync(row.Workflow, context.RequestAborted))?.Task(task) is not { } state)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, "This task does not wait for you any more.");
        }

        var fields = DeliverableField.Of(state.Task.Deliverable.Schema);
        if (form.ContainsKey(MoreRows))
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status200OK, "There are more rows now. Nothing was handed in yet.");
        }

        var (deliverable, fault, at) = form.TryGetValue("cannot", out var because) ? Cannot(because.ToString())
            : fields.IsEmpty ? JsonText.TryParse(form["json"], out var json) ? (json, null, null) : ((JsonText?)null, "The deliverable must be a JSON object, such as {}.", "json")
            : DeliverableField.Read(fields, name => form.TryGetValue(name, out var said) ? said.ToString() : null);
        if (deliverable is not { } written)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, fault!, at);
        }

        return await desk.DeliverAsync(row.Workflow, task, written, person, context.RequestAborted) switch
        {
            OutsideResult.Appended => Done(context, form, form.ContainsKey("cannot") ? "Given back, with what you wrote." : "Handed in."),
            OutsideResult.NotFound => new PageFault(StatusCodes.Status404NotFound, "There is no such task."),
            OutsideResult.Refused refused => await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, DeliverableField.InWords(fields, refused.Reason), DeliverableField.FirstIn(fields, refused.Reason)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Back to where the form stood, where it is said what came of it.</summary>
    private static IResult Done(HttpContext context, IFormCollection form, string words)
    {
        DoneNote.Leave(context, words);
        return PageReply.Back(form, Path);
    }

    private static (StandingTerms? Terms, string? Fault) Terms(IFormCollection form, DateTimeOffset now)
    {
        var (until, uses) = (form["until"].ToString(), form["uses"].ToString().Trim());
        var (end, fault) = until.Length == 0 ? (null, null) : WorkflowDesk.ReadDeadline(until, now);
        return fault is not null ? (null, fault)
            : uses.Length > 0 && (!int.TryParse(uses, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) || count == 0)
            ? (null, "How often it holds must be a whole number above 0, such as 5; empty for as often as there is need.")
            : (new StandingTerms(end, uses.Length == 0 ? null : long.Parse(uses, System.Globalization.CultureInfo.InvariantCulture)), null);
    }

    /// <summary>What an executor says that cannot do what was asked.</summary>
    private static (JsonText? Json, string? Fault, string? At) Cannot(string because) =>
        string.IsNullOrWhiteSpace(because) ? (null, "Say why you cannot do it.", "cannot")
        : because.Length > WorkflowDesk.LongestGoal ? (null, $"At most {WorkflowDesk.LongestGoal} characters are taken.", "cannot")
        : !Readable.Is(because) ? (null, $"Your words: {Readable.Fault}", "cannot")
        : (JsonText.Parse(new System.Text.Json.Nodes.JsonObject { ["cannot"] = because }.ToJsonString()), null, null);

    /// <summary>A cursor without a list is of the calls that somebody can decide.</summary>
    private static InboxPlace PlaceOf(string? list, string? cursor)
    {
        var (wanted, from) = (RequestText.Word("list", list, InboxPlace.Lists), RequestText.Words("cursor", cursor));
        return new InboxPlace(wanted ?? (string.IsNullOrEmpty(from) ? null : InboxPlace.Mine), string.IsNullOrEmpty(from) ? null : from);
    }

    private static (JsonText? Json, string? Fault, string? At) Arguments(string typed) =>
        Readable.Is(typed) && JsonText.TryParse(typed, out var json) && json.ToElement().ValueKind == System.Text.Json.JsonValueKind.Object
            ? (json, null, null)
            : (null, "The arguments must be one JSON object, such as {\"supplier\": \"acme\"}.", "json");

    private static string? ReasonOf(IFormCollection form) => WordsOf(form, "reason", "Reason");

    private static string? WordsOf(IFormCollection form, string field, string name)
    {
        var words = RequestText.Words(name, form[field]);
        return words?.Length > WorkflowDesk.LongestGoal ? throw new BadHttpRequestException($"{name}: at most {WorkflowDesk.LongestGoal} characters are taken.")
            : string.IsNullOrWhiteSpace(words) ? null : words;
    }
}
