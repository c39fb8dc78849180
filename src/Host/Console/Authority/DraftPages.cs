using System.Collections.Immutable;
using System.Text;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>What stands on the page where a change of the policy is drafted.</summary>
/// <param name="Agents">To choose from.</param>
/// <param name="Tools">To choose from.</param>
/// <param name="Roles">Who can be asked.</param>
/// <param name="Agent">Chosen.</param>
/// <param name="Tool">Chosen.</param>
/// <param name="Effect">Chosen; null for none yet.</param>
/// <param name="Text">The policy as drafted.</param>
/// <param name="Rule">The rule that the last switch stands for; null where none was set.</param>
/// <param name="Fault">Why the switch did nothing; null where it did.</param>
/// <param name="Found">What the text would be and do; null before anybody asked.</param>
/// <param name="Confirms">The role of whoever confirms changes; null where nobody has to.</param>
internal sealed record DraftPage(
    ImmutableArray<string> Agents,
    ImmutableArray<string> Tools,
    ImmutableArray<string> Roles,
    string? Agent,
    string? Tool,
    Effect? Effect,
    string Text,
    string? Rule,
    string? Fault,
    DraftFindings? Found,
    string? Confirms)
{
    /// <summary>What the page was made from: whoever proposes a change proposes it to that.</summary>
    public string Basis { get; init; } = string.Empty;

    /// <summary>Of a switch that changes no permission: the stricter rules that hold all the same; null where it changes one.</summary>
    public ImmutableArray<RuleSummary>? Kept { get; init; }

    /// <summary>The first day whose decisions are made again; empty for the first there is.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>The last one; empty for today.</summary>
    public string To { get; init; } = string.Empty;

    /// <summary>Who is asked, as chosen; null for none yet.</summary>
    public string? Role { get; init; }

    /// <summary>Why, as written; empty for nothing yet.</summary>
    public string Reason { get; init; } = string.Empty;

    /// <summary>What the switch has.</summary>
    public static readonly ImmutableArray<Effect> Switch = [Domain.Effect.Allow, Domain.Effect.Ask, Domain.Effect.Deny];
}

/// <summary><c>/authority/draft</c>: what another policy would say. Files are the configuration, so what is drafted is taken away as a file; where somebody confirms changes it can be proposed from here as well.</summary>
internal static class DraftPages
{
    private const int LongestReason = 500;

    /// <summary>Maps it.</summary>
    public static void MapDraftPages(this IEndpointRouteBuilder app)
    {
        var drafting = app.MapGroup("/authority/draft").ExcludeFromDescription().RequireAuthorization(Permission.Read);
        drafting.MapGet("/", Show);
        drafting.MapPost("/", Draft).RequireRateLimiting(RequestLimits.Drafts);
        app.MapGroup("/authority/draft/propose").ExcludeFromDescription().RequireAuthorization(Permission.Classify).MapPost("/", Propose);
    }

    private static async Task<IResult> Show(HttpContext context, PageWriter writer, LoadedCompany company, string? agent = null, string? tool = null) =>
        await writer.ShowAsync<AuthorityDraft>(context, Page(company) with { Agent = agent, Tool = tool });

    private static async Task<IResult> Draft(HttpContext context, PageWriter writer, LoadedCompany company, DraftDesk desk, PermissionTable table)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var page = Filled(Page(company), form);
        switch (form["do"].ToString())
        {
            case "download":
                return TypedResults.File(Encoding.UTF8.GetBytes(page.Text), "application/yaml", DraftDesk.File);
            case "rule":
                page = Switched(page, company, form["role"].ToString(), page.Reason.Trim());
                break;
        }

        if (page.Fault is null)
        {
            var found = await desk.LookAsync(company, page.Text, new TimeSpanOf(PageText.Day("from", page.From), PageText.DayAfter("to", page.To)), context.RequestAborted);
            return await writer.ShowAsync<AuthorityDraft>(context, page with { Found = found, Kept = Kept(page, found, table.Of(company).Permissions) });
        }

        return await writer.ShowAsync<AuthorityDraft>(context, page, StatusCodes.Status400BadRequest, page.Fault);
    }

    private static async Task<IResult> Propose(HttpContext context, PageWriter writer, LoadedCompany company, DraftDesk desk)
    {
        var (form, caller) = (await context.Request.ReadFormAsync(context.RequestAborted), Caller.Of(context.User));
        var page = Filled(Page(company), form);
        if (ChangeEndpoints.WhyNotHere(caller, company) is { } whyNot)
        {
            return await writer.ShowAsync<AuthorityDraft>(context, page, StatusCodes.Status403Forbidden, whyNot);
        }

        var (done, faults) = await desk.ProposeAsync(company, page.Text, form["basis"].ToString(), caller.Person, RequestText.Words("why", form["why"]), context.RequestAborted);
        return done switch
        {
            Activation.Waits => PageReply.See("/authority#changes"),
            Activation.InForce => PageReply.See("/authority#policy"),
            Activation.Outdated => await writer.ShowAsync<AuthorityDraft>(
                context, page, StatusCodes.Status409Conflict, "Something else has come into force since this was drafted. Compare it again: what you wrote still stands below."),
            Activation.Untested untested => await writer.ShowAsync<AuthorityDraft>(
                context, page, StatusCodes.Status409Conflict, $"What does not pass its own tests is not proposed: {string.Join("; ", untested.Failures)}"),
            _ => await writer.ShowAsync<AuthorityDraft>(context, page, StatusCodes.Status400BadRequest, string.Join(" ", faults)),
        };
    }

    private static DraftPage Filled(DraftPage page, IFormCollection form) => page with
    {
        Agent = form["agent"],
        Tool = form["tool"],
        Text = form["text"].ToString().ReplaceLineEndings("\n"),
        From = form["from"].ToString(),
        To = form["to"].ToString(),
        Role = form["role"],
        Reason = form["reason"].ToString(),
        Effect = Wanted(form["effect"].ToString()),
    };

    /// <summary>A switch adds a rule and takes none away, so that a stricter one goes on holding: which, where nothing changes.</summary>
    private static ImmutableArray<RuleSummary>? Kept(DraftPage page, DraftFindings found, IReadOnlyDictionary<(string Agent, string Tool), ToolPermission> permissions) =>
        page is { Effect: { } wanted, Agent: { } agent, Tool: { } tool } && found.Faults.IsEmpty && !found.Cells.Any(c => c.Agent == agent && c.Tool == tool)
            ? [.. permissions.GetValueOrDefault((agent, tool))?.Rules.Where(r => r.Effect < wanted) ?? []]
            : null;

    private static DraftPage Page(LoadedCompany company) => new(
        [.. company.Directory.Agents.Select(a => a.Name)],
        [.. company.Directory.Agents.SelectMany(a => a.Tools).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        [.. company.Directory.People.SelectMany(p => p.Roles).Distinct(StringComparer.Ordinal)],
        null,
        null,
        null,
        company.Bundle.Texts.GetValueOrDefault(DraftDesk.File) ?? string.Empty,
        null,
        null,
        null,
        company.Settings.ChangeControl?.Role)
    {
        Basis = company.Bundle.Hash,
    };

    private static Effect? Wanted(string text) => DraftPage.Switch.Where(e => EffectNames.Write(e) == text).ToList() is [var effect] ? effect : null;

    private static DraftPage Switched(DraftPage page, LoadedCompany company, string role, string reason)
    {
        if (page.Effect is not { } effect)
        {
            return page with { Fault = "Say whether it is to be allowed, asked about or denied." };
        }

        if (page.Agent is not { } agent || !page.Agents.Contains(agent) || page.Tool is not { } tool || !page.Tools.Contains(tool))
        {
            return page with { Fault = "Choose an agent and a tool that there are." };
        }

        if (!Readable.Is(reason))
        {
            return page with { Fault = $"Why, for whoever reads the rule: it {Readable.Fault}" };
        }

        if ((effect == Effect.Ask && !page.Roles.Contains(role)) || reason.Length > LongestReason)
        {
            return page with { Fault = $"Choose whom to ask, and say why in at most {LongestReason} characters." };
        }

        var standing = company.Bundle.Texts.GetValueOrDefault(CompanyTools.StandingFile) ?? string.Empty;
        var rule = DraftRule.Write(DraftRule.IdFor(agent, tool, effect, page.Text + standing), agent, tool, effect, role, reason);
        return DraftRule.Put(page.Text, rule) is { } text
            ? page with { Text = text, Rule = rule }
            : page with { Rule = rule, Fault = "The policy's rules are not written line by line: put this one among them yourself, then compare." };
    }
}
