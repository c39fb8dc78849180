using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What stands on the page about authority.</summary>
/// <param name="Agents">Columns of the table.</param>
/// <param name="Rows">A tool in each, with what each agent may do with it; null for an agent that does not have it.</param>
/// <param name="Lines">The policy's text.</param>
/// <param name="Tests">Its tests, run just now.</param>
/// <param name="Findings">What its reader should look at.</param>
/// <param name="Hash">Its digest.</param>
/// <param name="Tools">Every tool, for the form.</param>
/// <param name="Asked">What the form asked; null when it asked nothing.</param>
internal sealed record AuthorityPage(
    ImmutableArray<string> Agents,
    ImmutableArray<(ToolInfo Tool, ImmutableArray<ToolPermission?> Cells)> Rows,
    ImmutableArray<string> Lines,
    ImmutableArray<PolicyTestResult> Tests,
    ImmutableArray<LintFinding> Findings,
    string Hash,
    ImmutableArray<string> Tools,
    WhatIf? Asked);

/// <summary>A call that somebody wonders about.</summary>
/// <param name="Agent">Who would call.</param>
/// <param name="Tool">What.</param>
/// <param name="Arguments">As typed.</param>
/// <param name="Answer">What authority would say; null when the arguments are none.</param>
/// <param name="Fault">Why nothing was asked; null when it was.</param>
internal sealed record WhatIf(string Agent, string Tool, string Arguments, AuthorityAnswer? Answer, string? Fault);

/// <summary><c>/authority</c>: who may do what, by which rule, and what would be said of a call.</summary>
internal static class AuthorityPages
{
    private const string File = "authority.yaml";
    private const int LongestArguments = 4000;

    /// <summary>Maps it.</summary>
    public static void MapAuthorityPages(this IEndpointRouteBuilder app) =>
        app.MapGroup("/authority").ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", Show);

    private static async Task<IResult> Show(
        HttpContext context, PageWriter writer, LoadedCompany company, PermissionTable table, AuthorityDesk desk, string? agent = null, string? tool = null, string? arguments = null)
    {
        var (permissions, findings) = table.Of(company);
        var tools = company.Tools.Catalog.Infos.OrderBy(t => t.Name, StringComparer.Ordinal).ToImmutableArray();
        ImmutableArray<string> agents = [.. company.Directory.Agents.Select(a => a.Name)];
        return await writer.ShowAsync<Authority>(context, new AuthorityPage(
            agents,
            [.. tools.Select(t => (t, agents.Select(a => permissions.GetValueOrDefault((a, t.Name))).ToImmutableArray()))],
            [.. (company.Bundle.Texts.GetValueOrDefault(File) ?? string.Empty).Split('\n')],
            desk.RunTests(),
            findings,
            company.Tools.PolicyHash,
            [.. tools.Select(t => t.Name)],
            tool is null ? null : await AskAsync(desk, agent ?? string.Empty, tool, arguments ?? "{}", context.RequestAborted)));
    }

    private static async Task<WhatIf> AskAsync(AuthorityDesk desk, string agent, string tool, string arguments, CancellationToken cancellationToken) =>
        arguments.Length > LongestArguments ? new WhatIf(agent, tool, string.Empty, null, $"The arguments have more than {LongestArguments} characters; ask with 'authority check' in a terminal.")
        : !Readable.Is(arguments) || !JsonText.TryParse(arguments, out var json) || json.ToElement().ValueKind != System.Text.Json.JsonValueKind.Object
            ? new WhatIf(agent, tool, arguments, null, "The arguments must be one JSON object, such as {\"supplier\": \"acme\"}.")
            : new WhatIf(agent, tool, arguments, await desk.CheckAsync(agent, tool, json, cancellationToken), null);
}
