using System.Diagnostics;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>/workflows</c>: the list, a workflow, its timeline, and the forms that steer it.</summary>
internal static class WorkflowPages
{
    private const int Shown = 50;

    private static readonly Type[] Parts =
    [
        typeof(WorkflowSteer), typeof(WorkflowNow), typeof(WorkflowAsks), typeof(WorkflowReport), typeof(WorkflowPlan), typeof(WorkflowTasks), typeof(WorkflowTalk), typeof(WorkflowSay), typeof(WorkflowSoFar), typeof(WorkflowSpend),
        typeof(WorkflowAgreed), typeof(WorkflowVersions), typeof(NavCount),
    ];

    /// <summary>Maps them.</summary>
    public static void MapWorkflowPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup("/workflows").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/", List);
        reading.MapGet("/{id}", Show);
        reading.MapGet("/{id}/timeline", Timeline);
        reading.MapGet("/{id}/timeline/{zoom}/live", LiveTimeline).RequireRateLimiting(RequestLimits.Streams);
        reading.MapGet("/{id}/live", Live).RequireRateLimiting(RequestLimits.Streams);
        app.MapGroup("/workflows").ExcludeFromDescription().RequireAuthorization(Permission.Submit).AddEndpointFilter<FormFault>().MapPost("/{id}", Steer);
    }

    private static async Task<IResult> List(
        [AsParameters] WorkflowsAsked asked, HttpContext context, PageWriter writer, IReadModels lists, HomeReader home, LoadedCompany company, TimeProvider time)
    {
        var page = await PageText.PageAsync(lists.WorkflowsAsync(asked.Query(company.Settings.TimeZone, time.GetUtcNow(), Shown), context.RequestAborted));
        return await writer.ShowAsync<WorkflowList>(context, new WorkflowListPage(
            await home.RowsAsync(page.Items, context.RequestAborted),
            asked,
            [.. company.Playbooks.All.Select(p => p.Name)],
            asked.Cursor is null ? null : asked.Address(null),
            page.Next is null ? null : asked.Address(page.Next)));
    }

    /// <summary>What stands on the list of one status, without a search; for who looks beforehand.</summary>
    public static async Task<WorkflowListPage> ReadListAsync(IServiceProvider services, string status, CancellationToken cancellationToken)
    {
        var page = await services.GetRequiredService<IReadModels>().WorkflowsAsync(new WorkflowQuery(status, Limit: Shown), cancellationToken);
        return new WorkflowListPage(await services.GetRequiredService<HomeReader>().RowsAsync(page.Items, cancellationToken), new WorkflowsAsked(Status: status), [], null, null);
    }

    private static async Task<IResult> Show(string id, HttpContext context, string? joined = null)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        if (RequestText.Flag("joined", joined) && (await context.RequestServices.GetRequiredService<WorkflowDesk>().FindAsync(workflow, context.RequestAborted))?.State is { Submitted: { } submitted } state)
        {
            var content = context.RequestServices.GetRequiredService<PageWriter>().BeginSession(context);
            var asker = submitted.Requester == content.Person!.Id ? "you" : content.Who(submitted.Requester);
            content.Here = context.Request.Path; // said once, and not after each form that is sent from here
            content.Hint = $"This is {(state.IsFinal ? "what was" : "already being")} pursued, asked for by {asker}, {Written.Time(state.SubmittedAt)}. Nothing new was begun{(state.IsFinal ? "." : "; what is to be added, say to the manager below.")}";
        }

        return await AgainAsync(workflow, context, StatusCodes.Status200OK) ?? Unknown();
    }

    /// <summary>Its page, after a form that was not taken too; null when there is no such workflow.</summary>
    public static async Task<IResult?> AgainAsync(WorkflowId id, HttpContext context, int status)
    {
        var services = context.RequestServices;
        var writer = services.GetRequiredService<PageWriter>();
        return await ReadAsync(id, services, writer.BeginSession(context), context.RequestAborted) is { } page
            ? await writer.ShowAsync<WorkflowDetail>(context, page, status)
            : null;
    }

    private static async Task<IResult> Live(string id, HttpContext context, LivePages live, IWorkflowJournal journal)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        if ((await journal.ReadAsync(workflow.ToString(), 0, 1, context.RequestAborted)).IsEmpty)
        {
            return Unknown();
        }

        await live.StreamAsync(context, workflow.ToString(), async (services, content, token) => await ReadAsync(workflow, services, content, token), Parts);
        return TypedResults.Empty;
    }

    /// <summary>A workflow as it is now, for whoever looks; null where there is none.</summary>
    public static async Task<WorkflowPage?> ReadAsync(WorkflowId id, IServiceProvider services, PageContent content, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<WorkflowDesk>().FindAsync(id, cancellationToken) is not { } found)
        {
            return null;
        }

        var waiting = found.State.IsFinal ? [] : services.GetRequiredService<ApprovalDesk>().InContext(found.State, content.Person!.Id).Where(a => a.View.Status == ApprovalView.Pending).ToList();
        return WorkflowPage.Of(
            found,
            content,
            services.GetRequiredService<WorkflowMapper>(),
            await services.GetRequiredService<ApprovalCards>().OfAsync(waiting, content, cancellationToken),
            services.GetRequiredService<InboxReader>(),
            services.GetRequiredService<CompanyStream>().State.Suspensions);
    }

    private static async Task<IResult> Timeline(string id, HttpContext context, PageWriter writer, string? zoom = null, string? after = null, string? only = null)
    {
        var (workflow, look, from) = (RequestText.Id<WorkflowId>(id), RequestText.Word("zoom", zoom, TimelinePage.Zooms) ?? TimelinePage.Zooms[0], RequestText.Whole("after", after, 0, int.MaxValue));
        return await TimelineAsync(workflow, look, from, TimelineChoice.Read(only), context.RequestServices, writer.BeginSession(context), context.RequestAborted) is { } page
            ? await writer.ShowAsync<Timeline>(context, page)
            : Unknown();
    }

    private static async Task<IResult> LiveTimeline(string id, string zoom, HttpContext context, LivePages live, EventFeed feed)
    {
        var (workflow, look) = (RequestText.Id<WorkflowId>(id), RequestText.Word("zoom", zoom, TimelinePage.Zooms)!);
        if (!await feed.KnowsAsync(workflow, context.RequestAborted))
        {
            return Unknown();
        }

        await live.StreamAsync(
            context, workflow.ToString(), async (services, content, token) => await TimelineAsync(workflow, look, null, null, services, content, token), typeof(TimelineStory), typeof(NavCount));
        return TypedResults.Empty;
    }

    /// <summary>What happened in it; null where there is no such workflow.</summary>
    public static async Task<TimelinePage?> TimelineAsync(
        WorkflowId workflow, string zoom, int? after, TimelineChoice? only, IServiceProvider services, PageContent content, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<WorkflowDesk>().FindAsync(workflow, cancellationToken) is not { } found)
        {
            return null;
        }

        var page = TimelinePage.Of(workflow, found.State.Submitted!.Goal.Words, zoom, new Story(found.State, content.Plain).Tell(found.Events), after, only, content.Zone);
        return page with
        {
            Raw = zoom == "raw" && page.Shown is { } shown ? await RawAsync(workflow, shown.First, shown.Last, services.GetRequiredService<EventFeed>(), cancellationToken) : page.Raw,
            Live = after is null && only is null && !found.State.IsFinal ? $"/workflows/{workflow}/timeline/{zoom}/live" : null,
        };
    }

    /// <summary>Payloads as they are stored, by seq.</summary>
    private static async Task<IReadOnlyDictionary<int, string>> RawAsync(WorkflowId workflow, int first, int last, EventFeed feed, CancellationToken cancellationToken)
    {
        var raw = new Dictionary<int, string>();
        await foreach (var item in feed.ReadAsync(workflow, first - 1, cancellationToken))
        {
            if (item.Seq > last)
            {
                break;
            }

            raw[item.Seq] = Written.Json(JsonText.Of(item.Payload));
        }

        return raw;
    }

    private static async Task<IResult> Steer(string id, HttpContext context, WorkflowDesk desk)
    {
        var workflow = RequestText.Id<WorkflowId>(id);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (person, words) = (Caller.Of(context.User).Person, RequestText.Words("Your words", form["words"]) ?? string.Empty);
        var reason = string.IsNullOrWhiteSpace(words) ? "No reason was given." : words;
        if (words.Length > WorkflowDesk.LongestGoal)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, $"At most {WorkflowDesk.LongestGoal} characters are taken.");
        }

        var joins = form["do"] == "join" && PrefixedId.TryRead<WorkflowId>(words.Trim(), out var read) ? read : (WorkflowId?)null;
        var result = form["do"].ToString() switch
        {
            "say" => await desk.MessageAsync(workflow, words, person, SayKey(form["key"].ToString(), words), context.RequestAborted),
            "pause" => await desk.PauseAsync(workflow, reason, person, context.RequestAborted),
            "resume" => await desk.ResumeAsync(workflow, person, context.RequestAborted),
            "cancel" => await desk.CancelAsync(workflow, reason, person, context.RequestAborted),
            "join" => joins is { } other ? await desk.JoinAsync(workflow, other, person, context.RequestAborted) : new OutsideResult.Refused("The other workflow is named by its id, such as wf_01…, as its page's address has it."),
            "revoke" => PrefixedId.TryRead<TaskId>(form["task"].ToString(), out var task) ? await desk.RevokeAsync(workflow, task, reason, person, Caller.Of(context.User).Via, context.RequestAborted) : new OutsideResult.Refused("There is no such task."),
            _ => new OutsideResult.Refused("Press one of the buttons: say, pause, resume, join, cancel, or take back what a task may do."),
        };
        return result switch
        {
            OutsideResult.Appended => PageReply.See($"/workflows/{joins ?? workflow}{(form["do"] == "say" ? "#say-it" : string.Empty)}"), // whoever talks stays where they talk
            OutsideResult.NotFound => Unknown(),
            OutsideResult.Refused refused => await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Of the form and its words, so that a second press of the same button says nothing twice; null for a form of before. What was said meanwhile makes it another form.</summary>
    private static string? SayKey(string form, string words) => form.Length == 0 ? null : $"console/{form}/{words}";

    private static PageFault Unknown() => new(StatusCodes.Status404NotFound, "There is no such workflow.");
}
