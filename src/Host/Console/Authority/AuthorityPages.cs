using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What stands on the page about authority.</summary>
/// <param name="Agents">Columns of the table.</param>
/// <param name="Rows">A tool in each, with what each agent may do with it; null for an agent that does not have it.</param>
/// <param name="Texts">The policy's text: what people wrote, and what was drafted from approvals.</param>
/// <param name="Tests">Its tests, run just now.</param>
/// <param name="Findings">What its reader should look at.</param>
/// <param name="Hash">Its digest.</param>
/// <param name="Tools">Every tool, for the form.</param>
/// <param name="Asked">What the form asked; null when it asked nothing.</param>
/// <param name="Changes">Changes that take a second person: those that wait, and the last few that are settled.</param>
/// <param name="Confirms">The role of whoever confirms them; null where nobody has to.</param>
/// <param name="Stops">What has been stopped.</param>
/// <param name="Unreadable">Why nobody knows what has been stopped; null where it is known.</param>
internal sealed record AuthorityPage(
    ImmutableArray<string> Agents,
    ImmutableArray<(ToolInfo Tool, ImmutableArray<ToolPermission?> Cells)> Rows,
    ImmutableArray<PolicyText> Texts,
    ImmutableArray<PolicyTestResult> Tests,
    ImmutableArray<LintFinding> Findings,
    string Hash,
    ImmutableArray<string> Tools,
    WhatIf? Asked,
    ImmutableArray<ChangeResource> Changes,
    string? Confirms,
    CompanyState Stops,
    string? Unreadable) : IHoldsForms
{
    /// <summary>Columns of the table whose cells open below their row, as the stylesheet counts them; those behind have their words in the cell.</summary>
    public const int OpenedBelow = 12;

    /// <summary>What whoever started the service was told of its files, each with its place.</summary>
    public ImmutableArray<ConfigFault> Warnings { get; init; } = [];

    /// <summary>How this host's folder stands to what is in force; null where they are the same, or there is none.</summary>
    public Standing? Folder { get; init; }

    /// <inheritdoc/>
    public bool Holds(string form) => Changes.Any(c => c.Status == ChangeResource.Pending && form == ChangeParts.FormOf(c));
}

/// <summary>A call that somebody wonders about.</summary>
/// <param name="Agent">Who would call.</param>
/// <param name="Tool">What.</param>
/// <param name="Arguments">As typed.</param>
/// <param name="Labels">What they are said to be made of, as typed; empty where nobody says.</param>
/// <param name="Answer">What authority would say; null when the arguments are none.</param>
/// <param name="Fault">Why nothing was asked; null when it was.</param>
internal sealed record WhatIf(string Agent, string Tool, string Arguments, string Labels, AuthorityAnswer? Answer, string? Fault);

/// <summary><c>/authority</c>: who may do what, by which rule, and what would be said of a call.</summary>
internal static class AuthorityPages
{
    /// <summary>Its address.</summary>
    public const string Path = "/authority";

    /// <summary>Characters of arguments, and of labels, that are asked about here.</summary>
    public const int LongestArguments = 4000;

    private const int SettledShown = 5;

    /// <summary>Where one change is shown in full.</summary>
    public static string PlaceOf(ChangeId change) => $"/authority/changes/{change}";

    /// <summary>Maps it.</summary>
    public static void MapAuthorityPages(this IEndpointRouteBuilder app)
    {
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", Show);
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read).MapPost("/", Ask);
        app.MapGroup("/authority/changes").ExcludeFromDescription().RequireAuthorization(Permission.Approve).AddEndpointFilter<FormFault>().MapPost("/{id}", Decide);
    }

    private static Task<IResult> Show(HttpContext context, string? agent = null, string? tool = null, string? arguments = null, string? labels = null) =>
        ShowAsync(context, StatusCodes.Status200OK, agent, tool, arguments, labels);

    /// <summary>The same question from the form: an address is too short for what may stand in it.</summary>
    private static async Task<IResult> Ask(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        return await ShowAsync(context, StatusCodes.Status200OK, form["agent"], form["tool"].ToString(), form["arguments"].ToString().ReplaceLineEndings("\n"), form["labels"]);
    }

    private static async Task<IResult> Decide(string id, HttpContext context, ChangeDesk desk, LoadedCompany company)
    {
        var (change, caller) = (RequestText.Id<ChangeId>(id), Caller.Of(context.User));
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (ChangeEndpoints.WhyNotHere(caller, company) is { } whyNot)
        {
            return await PageAgain.ShowAsync(context, StatusCodes.Status403Forbidden, whyNot);
        }

        var reason = form["reason"].ToString() is { Length: > 0 } words ? words : null;
        var result = form["do"].ToString() switch
        {
            ChangeBody.Confirm => await desk.ConfirmAsync(change, caller.Person, caller.Via, reason, context.RequestAborted),
            ChangeBody.Reject => await desk.RejectAsync(change, caller.Person, caller.Via, reason, context.RequestAborted),
            _ => new ChangeResult.Invalid("Press one of the buttons: confirm or reject."),
        };
        return result switch
        {
            ChangeResult.Invalid invalid => await PageAgain.ShowAsync(context, StatusCodes.Status400BadRequest, invalid.Reason),
            ChangeResult.Forbidden forbidden => await PageAgain.ShowAsync(context, StatusCodes.Status403Forbidden, forbidden.Reason),
            ChangeResult.Conflict conflict => await PageAgain.ShowAsync(context, StatusCodes.Status409Conflict, conflict.Reason),
            ChangeResult.Unknown => new PageFault(StatusCodes.Status404NotFound, "There is no such change."),
            _ => PageReply.See("/authority#changes"),
        };
    }

    /// <summary>The page, after a form that was not taken too.</summary>
    public static Task<IResult> ShowAsync(HttpContext context, int status) => ShowAsync(context, status, null, null, null, null);

    private static async Task<IResult> ShowAsync(HttpContext context, int status, string? agent, string? tool, string? arguments, string? labels)
    {
        var services = context.RequestServices;
        var (company, desk, stream) = (services.GetRequiredService<LoadedCompany>(), services.GetRequiredService<AuthorityDesk>(), services.GetRequiredService<CompanyStream>());
        var (permissions, findings) = services.GetRequiredService<PermissionTable>().Of(company);
        var tools = company.Tools.Catalog.Infos.OrderBy(t => t.Name, StringComparer.Ordinal).ToImmutableArray();
        ImmutableArray<string> agents = [.. company.Directory.Agents.Select(a => a.Name).Order(StringComparer.Ordinal), Actor.System.Value];
        var changes = services.GetRequiredService<ChangeDesk>().All.Select(ChangeResource.Of).ToLookup(c => c.Status == ChangeResource.Pending);
        var asked = tools.FirstOrDefault(t => t.Name == tool);
        var page = new AuthorityPage(
            agents,
            [.. tools.Select(t => (t, agents.Select(a => permissions.GetValueOrDefault((a, t.Name))).ToImmutableArray()))],
            PolicyText.Of(company.Bundle),
            desk.RunTests(),
            findings,
            company.Tools.PolicyHash,
            [.. tools.Select(t => t.Name)],
            tool is null ? null
                : arguments is null ? new WhatIf(agent ?? string.Empty, tool, asked is null ? "{}" : ArgumentExample.Of(asked.Parameters), labels ?? string.Empty, null, null)
                : asked is not null && IsNothing(arguments) && ArgumentExample.HasRequired(asked.Parameters)
                    ? new WhatIf(agent ?? string.Empty, tool, ArgumentExample.Of(asked.Parameters), labels ?? string.Empty, null, $"{tool} takes arguments. They stand in the form now, each with a value of its type: say what you mean, and ask again.")
                : await AskAsync(desk, agent ?? string.Empty, tool, arguments, labels?.Trim() ?? string.Empty, context.RequestAborted),
            [.. changes[true], .. changes[false].Take(SettledShown)],
            company.Settings.ChangeControl?.Role,
            stream.State,
            stream.Unreadable)
        {
            Warnings = [.. company.Warnings],
            Folder = services.GetService<Place>()?.CompanyFolder is { } folder ? Standing.Look(folder, company.Bundle) : null,
        };
        return await services.GetRequiredService<PageWriter>().ShowAsync<Authority>(context, page, status);
    }

    private static async Task<WhatIf> AskAsync(AuthorityDesk desk, string agent, string tool, string arguments, string labels, CancellationToken cancellationToken)
    {
        if (arguments.Length > LongestArguments || labels.Length > LongestArguments)
        {
            return new WhatIf(agent, tool, arguments, labels, null, $"Arguments and labels have at most {LongestArguments} characters each; ask with 'authority check' in a terminal.");
        }

        if (Object(arguments) is not { } json)
        {
            return new WhatIf(agent, tool, arguments, labels, null, "The arguments must be one JSON object, such as {\"supplier\": \"acme\"}.");
        }

        var told = (ToldLabels?)null;
        if (labels.Length > 0)
        {
            string? fault = "they must be one JSON object, such as {\"body\": [\"customer-data\"]}";
            told = Object(labels) is { } of ? ToldLabels.Read(of, out fault) : null;
            if (told is null)
            {
                return new WhatIf(agent, tool, arguments, labels, null, $"The labels are not in order: {fault}.");
            }
        }

        return new WhatIf(agent, tool, arguments, labels, await desk.CheckAsync(agent, tool, json, told, cancellationToken), null);
    }

    private static bool IsNothing(string arguments) =>
        string.IsNullOrWhiteSpace(arguments) || (Object(arguments) is { } given && !given.ToElement().EnumerateObject().Any());

    private static JsonText? Object(string text) =>
        Readable.Is(text) && JsonText.TryParse(text, out var json) && json.ToElement().ValueKind == System.Text.Json.JsonValueKind.Object ? json : null;
}
