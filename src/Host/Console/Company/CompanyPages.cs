using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>An agent, with what it has to do.</summary>
/// <param name="Profile">As in its file.</param>
/// <param name="Open">Tasks that are not over.</param>
/// <param name="Stop">What stops it; null for nothing.</param>
/// <param name="Record">How its work came out.</param>
internal sealed record AgentRow(AgentProfile Profile, int Open, Suspension? Stop, TrackRecord Record);

/// <summary>A person, with what they have to do.</summary>
/// <param name="Person">As in <c>people.yaml</c>.</param>
/// <param name="Open">Tasks that wait for them.</param>
/// <param name="Record">How their work came out.</param>
internal sealed record PersonRow(Person Person, int Open, TrackRecord Record)
{
    /// <summary>True when nothing more is handed to them.</summary>
    public bool IsFull => Open >= Person.Capacity;

    /// <summary>How wide their load is drawn, of <see cref="SpendLine.Width"/>; 0 without a capacity.</summary>
    public decimal LoadWidth => Person.Capacity is { } capacity ? Math.Round(Math.Min(1, (decimal)Open / capacity) * SpendLine.Width, 2) : 0;
}

/// <summary>What stands on the page about agents and people.</summary>
/// <param name="Agents">By name.</param>
/// <param name="People">In the file's order.</param>
/// <param name="Since">Since when track records are counted; null while there is nothing to count.</param>
internal sealed record PeoplePage(ImmutableArray<AgentRow> Agents, ImmutableArray<PersonRow> People, DateTimeOffset? Since)
{
    /// <summary>The most tasks that an agent has: agents have no capacity to measure them by.</summary>
    public int MostOpen => Agents.IsEmpty ? 0 : Agents.Max(a => a.Open);
}

/// <summary>A tool.</summary>
/// <param name="Record">As the catalogue knows it, whether or not it may run.</param>
/// <param name="Agents">Who has it.</param>
/// <param name="Stop">What stops it; null for nothing.</param>
/// <param name="Calls">How its calls have been going on this host; null before the first one.</param>
/// <param name="Said">Who said last what it does; null where a file or nobody does.</param>
internal sealed record ToolRow(CatalogRecord Record, ImmutableArray<string> Agents, Suspension? Stop, CallHealth? Calls, SaidBy? Said);

/// <summary>A source with its tools.</summary>
/// <param name="Name">The source.</param>
/// <param name="Tools">Of it, by name; none of one that was never listed.</param>
/// <param name="Health">How it is; null where nobody has asked.</param>
/// <param name="IsOutside">Whether its tools are what a person has said, not what a file defines.</param>
internal sealed record SourceRows(string Name, ImmutableArray<ToolRow> Tools, SourceHealth? Health, bool IsOutside);

/// <summary>What stands on the page about tools.</summary>
/// <param name="Sources">Each with its tools.</param>
/// <param name="Stops">Everything that is stopped.</param>
/// <param name="IsChecked">Whether every source was asked just now.</param>
internal sealed record ToolsPage(ImmutableArray<SourceRows> Sources, ImmutableArray<Suspension> Stops, bool IsChecked)
{
    /// <summary>How many tools there are, and how many of them want somebody: "45 tools: 3 do not run, 1 suspended, 2 failing".</summary>
    public static string Counted(ImmutableArray<ToolRow> tools)
    {
        var wanting = new[]
        {
            (Count: tools.Count(t => t.Record.Info is null), Words: "do not run"),
            (Count: tools.Count(t => t.Stop is not null), Words: "suspended"),
            (Count: tools.Count(t => t.Calls is { Condition: not CallHealth.Well }), Words: "failing"),
        }.Where(w => w.Count > 0).Select(w => $"{w.Count} {w.Words}").ToList();
        return $"{Written.Count(tools.Length)} tools{(wanting.Count == 0 ? string.Empty : ": " + string.Join(", ", wanting))}";
    }
}

/// <summary><c>/people</c> and <c>/tools</c>: who and what there is, and the form that stops one of them.</summary>
internal static class CompanyPages
{
    /// <summary>Maps them.</summary>
    public static void MapCompanyPages(this IEndpointRouteBuilder app)
    {
        var reading = app.MapGroup(string.Empty).ExcludeFromDescription().RequireAuthorization(Permission.Read);
        reading.MapGet("/people", People);
        reading.MapGet("/tools", (HttpContext context, CancellationToken _) => ToolsAsync(context, null));
        reading.MapPost("/tools/check", Check);
        app.MapPost("/suspensions", Stop).ExcludeFromDescription().RequireAuthorization(Permission.Suspend);
        app.MapPost("/tools/classify", Classify).ExcludeFromDescription().RequireAuthorization(Permission.Classify);
    }

    private static Task<IResult> People(HttpContext context, CancellationToken cancellationToken) => PeopleAsync(context, StatusCodes.Status200OK, null);

    private static async Task<IResult> PeopleAsync(HttpContext context, int status, string? notice)
    {
        var services = context.RequestServices;
        return await services.GetRequiredService<PageWriter>().ShowAsync<PeopleList>(context, await ReadPeopleAsync(services, context.RequestAborted), status, notice);
    }

    /// <summary>Everybody, with what they have to do and how it has come out.</summary>
    public static async Task<PeoplePage> ReadPeopleAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (directory, company) = (services.GetRequiredService<IDirectory>(), services.GetRequiredService<CompanyStream>().State);
        var open = (await services.GetRequiredService<IReadModels>().TasksAsync(null, cancellationToken)).Where(t => t.Executor is not null).CountBy(t => t.Executor!).ToDictionary(StringComparer.Ordinal);
        var (records, since) = await services.GetRequiredService<TrackRecords>().ReadAsync(cancellationToken);
        TrackRecord Of(Actor actor) => records.GetValueOrDefault(actor.Value, TrackRecord.None);
        return new PeoplePage(
            [.. directory.Agents.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => new AgentRow(a, open.GetValueOrDefault(Actor.Agent(a.Name).Value), company.StopOf(a.Name), Of(Actor.Agent(a.Name))))],
            [.. directory.People.Select(p => new PersonRow(p, open.GetValueOrDefault(Actor.Person(p.Id).Value), Of(Actor.Person(p.Id))))],
            since);
    }

    private static async Task<IResult> Check(HttpContext context, Catalog catalog, CompanyAtWork atWork)
    {
        var found = await catalog.CheckAsync(creates: false, context.RequestAborted);
        await atWork.Get<SourceKeeper>().AskAgainAsync(context.RequestAborted);
        return await ToolsAsync(context, found);
    }

    private static async Task<IResult> ToolsAsync(HttpContext context, ImmutableArray<SourceHealth>? found, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var (directory, catalog, company, lanes) =
            (services.GetRequiredService<IDirectory>(), services.GetRequiredService<Catalog>(), services.GetRequiredService<CompanyStream>().State, services.GetRequiredService<ToolLanes>());

        // Sources from outside are asked all the time; those of the company only when somebody wants to know.
        var health = catalog.Health.Where(h => h.IsTried).Concat(found ?? []).DistinctBy(h => h.Source).ToDictionary(h => h.Source, StringComparer.Ordinal);
        var tools = catalog.Records
            .Select(t => new ToolRow(t, [.. directory.Agents.Where(a => a.Tools.Contains(t.Name)).Select(a => a.Name)], company.StopOfTool(t.Name), CallHealth.Of(lanes.HealthOf(t.Name)), company.ClassifiedBy.GetValueOrDefault(t.Name)))
            .ToLookup(t => t.Record.Source, StringComparer.Ordinal);
        return await services.GetRequiredService<PageWriter>().ShowAsync<ToolList>(
            context,
            new ToolsPage(
                [
                    .. tools.Select(g => g.Key).Concat(catalog.Health.Select(h => h.Source)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                        .Select(s => new SourceRows(s, [.. tools[s]], health.GetValueOrDefault(s), catalog.IsAsked(s))),
                ],
                [.. company.Suspensions.Values],
                found is not null),
            status,
            notice);
    }

    /// <summary>Says what a tool of an outside source does; what is not said is taken for the worse.</summary>
    private static async Task<IResult> Classify(HttpContext context, ClassificationDesk desk)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var said = new Classification(form["name"].ToString(), form["effect"].ToString(), form["digest"].ToString(), null, form["harmless"] == "yes" ? false : null, form["idempotent"] == "yes" ? true : null, form["inside"] == "yes" ? false : null);
        return await desk.ClassifyAsync(said, Caller.Of(context.User), context.RequestAborted) switch
        {
            ClassificationResult.Invalid invalid => await ToolsAsync(context, null, StatusCodes.Status400BadRequest, invalid.Reason),
            ClassificationResult.Forbidden forbidden => await ToolsAsync(context, null, StatusCodes.Status403Forbidden, forbidden.Reason),
            ClassificationResult.Unknown unknown => await ToolsAsync(context, null, StatusCodes.Status404NotFound, unknown.Reason),
            ClassificationResult.Conflict conflict => await ToolsAsync(context, null, StatusCodes.Status409Conflict, conflict.Reason),
            ClassificationResult.Waits waits => PageReply.See($"/authority#{waits.Change.Proposed.Change}"),
            _ => PageReply.See("/tools"),
        };
    }

    private static async Task<IResult> Stop(HttpContext context, SuspensionDesk desk)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (kind, name, caller) = (form["kind"].ToString(), form["name"].ToString(), Caller.Of(context.User));
        var result = form["do"] == "lift"
            ? await desk.LiftAsync(kind, name, caller, context.RequestAborted)
            : await desk.SuspendAsync(kind, name, form["reason"].ToString(), caller.Person, context.RequestAborted);
        return result switch
        {
            SuspensionResult.Invalid invalid => await AgainAsync(context, kind, StatusCodes.Status400BadRequest, invalid.Reason),
            SuspensionResult.Forbidden forbidden => await AgainAsync(context, kind, StatusCodes.Status403Forbidden, forbidden.Reason),
            SuspensionResult.Unknown unknown => await AgainAsync(context, kind, StatusCodes.Status404NotFound, unknown.Reason),
            SuspensionResult.Conflict conflict => await AgainAsync(context, kind, StatusCodes.Status409Conflict, conflict.Reason),
            SuspensionResult.Done { Unheeding: { IsEmpty: false } hosts } => await AgainAsync(
                context,
                kind,
                StatusCodes.Status200OK,
                $"It is stopped, but not on {string.Join(", ", hosts.Select(h => $"{h.Node} (version {h.Version})"))}: that program is too old to know. End it."),
            _ => PageReply.Back(form, "/tools"),
        };
    }

    private static Task<IResult> AgainAsync(HttpContext context, string kind, int status, string notice) =>
        kind == Suspension.Agent ? PeopleAsync(context, status, notice) : ToolsAsync(context, null, status, notice);
}
