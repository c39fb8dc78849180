using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>An agent, with what it has to do.</summary>
/// <param name="Profile">As in its file.</param>
/// <param name="Open">Tasks that are not over.</param>
/// <param name="Stop">What stops it; null for nothing.</param>
internal sealed record AgentRow(AgentProfile Profile, int Open, Suspension? Stop);

/// <summary>A person, with what they have to do.</summary>
/// <param name="Person">As in <c>people.yaml</c>.</param>
/// <param name="Open">Tasks that wait for them.</param>
internal sealed record PersonRow(Person Person, int Open);

/// <summary>What stands on the page about agents and people.</summary>
internal sealed record PeoplePage(ImmutableArray<AgentRow> Agents, ImmutableArray<PersonRow> People);

/// <summary>A tool.</summary>
/// <param name="Info">As the catalogue says.</param>
/// <param name="Agents">Who has it.</param>
/// <param name="Stop">What stops it; null for nothing.</param>
internal sealed record ToolRow(ToolInfo Info, ImmutableArray<string> Agents, Suspension? Stop);

/// <summary>What stands on the page about tools.</summary>
/// <param name="Sources">Each with its tools.</param>
/// <param name="Health">How each source is; null when nobody asked.</param>
/// <param name="Stops">Everything that is stopped.</param>
internal sealed record ToolsPage(ImmutableArray<(string Source, ImmutableArray<ToolRow> Tools)> Sources, ImmutableArray<SourceHealth>? Health, ImmutableArray<Suspension> Stops);

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
    }

    private static Task<IResult> People(HttpContext context, CancellationToken cancellationToken) => PeopleAsync(context, StatusCodes.Status200OK, null);

    private static async Task<IResult> PeopleAsync(HttpContext context, int status, string? notice)
    {
        var services = context.RequestServices;
        var (directory, company) = (services.GetRequiredService<IDirectory>(), services.GetRequiredService<CompanyStream>().State);
        var open = (await services.GetRequiredService<IReadModels>().TasksAsync(null, context.RequestAborted)).Where(t => t.Executor is not null).CountBy(t => t.Executor!).ToDictionary(StringComparer.Ordinal);
        return await services.GetRequiredService<PageWriter>().ShowAsync<PeopleList>(
            context,
            new PeoplePage(
                [.. directory.Agents.Select(a => new AgentRow(a, open.GetValueOrDefault(Actor.Agent(a.Name).Value), company.StopOf(a.Name)))],
                [.. directory.People.Select(p => new PersonRow(p, open.GetValueOrDefault(Actor.Person(p.Id).Value)))]),
            status,
            notice);
    }

    private static async Task<IResult> Check(HttpContext context, Catalog catalog) => await ToolsAsync(context, await catalog.CheckAsync(creates: false, context.RequestAborted));

    private static async Task<IResult> ToolsAsync(HttpContext context, ImmutableArray<SourceHealth>? health, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var (directory, catalog, company) = (services.GetRequiredService<IDirectory>(), services.GetRequiredService<Catalog>(), services.GetRequiredService<CompanyStream>().State);
        return await services.GetRequiredService<PageWriter>().ShowAsync<ToolList>(
            context,
            new ToolsPage(
                [
                    .. catalog.Infos.OrderBy(t => t.Name, StringComparer.Ordinal)
                        .GroupBy(t => t.Name.Split('.')[0])
                        .Select(g => (g.Key, g.Select(t => new ToolRow(t, [.. directory.Agents.Where(a => a.Tools.Contains(t.Name)).Select(a => a.Name)], company.StopOfTool(t.Name))).ToImmutableArray())),
                ],
                health,
                [.. company.Suspensions.Values]),
            status,
            notice);
    }

    private static async Task<IResult> Stop(HttpContext context, SuspensionDesk desk)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (kind, name, person) = (form["kind"].ToString(), form["name"].ToString(), Caller.Of(context.User).Person);
        var result = form["do"] == "lift"
            ? await desk.LiftAsync(kind, name, person, context.RequestAborted)
            : await desk.SuspendAsync(kind, name, form["reason"].ToString(), person, context.RequestAborted);
        return result switch
        {
            SuspensionResult.Invalid invalid => await AgainAsync(context, kind, StatusCodes.Status400BadRequest, invalid.Reason),
            SuspensionResult.Forbidden forbidden => await AgainAsync(context, kind, StatusCodes.Status403Forbidden, forbidden.Reason),
            SuspensionResult.Unknown unknown => await AgainAsync(context, kind, StatusCodes.Status404NotFound, unknown.Reason),
            SuspensionResult.Conflict conflict => await AgainAsync(context, kind, StatusCodes.Status409Conflict, conflict.Reason),
            _ => PageReply.Back(form, "/tools"),
        };
    }

    private static Task<IResult> AgainAsync(HttpContext context, string kind, int status, string notice) =>
        kind == Suspension.Agent ? PeopleAsync(context, status, notice) : ToolsAsync(context, null, status, notice);
}
