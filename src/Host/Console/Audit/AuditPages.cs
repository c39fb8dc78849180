using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AiManager.Host;

/// <summary>What stands on the page for auditors.</summary>
/// <param name="Found">Newest first.</param>
/// <param name="Asked">What was looked for, by field.</param>
/// <param name="People">To choose from, those who have left too as far as they are known here.</param>
/// <param name="Agents">The same of agents.</param>
/// <param name="Next">Where older ones stand; null at the beginning.</param>
/// <param name="Workflows">Those that decisions on this page are of, with what people said in them opened, by id; without what is archived.</param>
/// <param name="Archived">How many events of the time that is asked for lie in archive files, so that nothing of them is found.</param>
/// <param name="WorkflowFault">Why nothing was looked for: what stands in that field is no workflow; null where something was.</param>
internal sealed record AuditPage(
    AuditFound Found, IReadOnlyDictionary<string, string?> Asked, ImmutableArray<string> People, ImmutableArray<string> Agents, string? Next, IReadOnlyDictionary<string, WorkflowState> Workflows, long Archived, string? WorkflowFault = null)
{
    /// <summary>True where nothing is asked for, so that whatever there is would be shown.</summary>
    public bool IsAnything => Asked.Values.All(string.IsNullOrEmpty);

    /// <summary>How many decisions stand on this page, each with its check before the call counted once.</summary>
    public int Decided => Found.Decisions.Count(d => d.RestsOn is null);

    /// <summary>How many of those on this page were decided how, the strictest first. What was checked again before its call is counted once.</summary>
    public IEnumerable<(string Verdict, int Count)> Verdicts =>
        Found.Decisions.Where(d => d.RestsOn is null).CountBy(d => d.Verdict).OrderBy(v => AuditPages.Verdicts.IndexOf(v.Key)).Select(v => (v.Key, v.Value));

    /// <summary>Those on this page by their day, UTC, newest first.</summary>
    public IEnumerable<IGrouping<DateOnly, DecisionRecord>> Days => Found.Decisions.GroupBy(d => DateOnly.FromDateTime(d.At.UtcDateTime));

    /// <summary>The same search, of one verdict.</summary>
    public string Only(string verdict) => PageText.Query("/audit", [.. Asked.Where(a => a.Key != "verdict").Select(a => (a.Key, a.Value)), ("verdict", verdict)]);

    /// <summary>The same search, without what one field says.</summary>
    public string Without(string field) => PageText.Query("/audit", [.. Asked.Where(a => a.Key != field).Select(a => (a.Key, a.Value))]);

    /// <summary>Where the same call can be asked about, as far as an address can hold it.</summary>
    public static string Try(DecisionRecord decision) => PageText.Query(
        "/authority",
        ("agent", decision.Agent),
        ("tool", decision.Tool),
        ("arguments", decision.Arguments.Text.Length <= AuthorityPages.LongestArguments / 2 ? decision.Arguments.Text : null)) + "#what-if";

    /// <summary>The decisions that are looked for, all of them, to take away in a form.</summary>
    public string Export(string format) => PageText.Query(
        "/api/authority/decisions",
        [
            ("format", format),
            .. Asked.Where(a => a.Key is not ("from" or "to" or "kind")).Select(a => (a.Key, a.Value)),
            ("from", PageText.Day("from", Asked["from"]) is { } from ? Written.Machine(from) : null),
            ("to", PageText.DayAfter("to", Asked["to"]) is { } to ? Written.Machine(to) : null),
        ]);

    /// <summary>The events of the time and the workflow that are looked for.</summary>
    public string Journal => PageText.Query(
        "/api/journal/export",
        ("workflow", Asked["workflow"]),
        ("from", PageText.Day("from", Asked["from"]) is { } from ? Written.Machine(from) : null),
        ("to", PageText.DayAfter("to", Asked["to"]) is { } to ? Written.Machine(to) : null));
}

/// <summary><c>/audit</c>: who decided what, by which rule, and that nobody has changed the record.</summary>
internal static partial class AuditPages
{
    private const int MostOpened = 60;

    /// <summary>In words, the strictest first.</summary>
    public static readonly ImmutableArray<string> Verdicts = [.. Enum.GetValues<Effect>().Select(EffectNames.Write)];

    /// <summary>What can be asked, by the names of the form's fields.</summary>
    public static readonly ImmutableArray<string> Fields = ["person", "agent", "tool", "rule", "verdict", "workflow", "kind", "from", "to", "reads"];

    /// <summary>Maps it.</summary>
    public static void MapAuditPages(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/audit").ExcludeFromDescription().RequireAuthorization(Permission.Audit);
        audit.MapGet("/", (HttpContext context, CancellationToken _) => ShowAsync(context));
        audit.MapVerify();
        audit.MapEvents();
    }

    /// <summary>What a page or a request looks for.</summary>
    /// <param name="asked">By field, as it was written; null where it was not.</param>
    /// <param name="span">When.</param>
    public static AuditQuery Query(IReadOnlyDictionary<string, string?> asked, TimeWindow span) => new(
        asked["person"],
        asked["agent"],
        asked["tool"],
        asked["rule"],
        RequestText.Word("verdict", asked["verdict"], Verdicts),
        asked["workflow"] is not { } id ? null
            : PrefixedId.TryRead<WorkflowId>(id, out var read) ? read
            : throw new BadHttpRequestException($"'{RequestText.Short(id)}' is not an id of the form {WorkflowId.Prefix}…."),
        span,
        RequestText.Word("reads", asked["reads"], [AuditQuery.NoReads]) is not null,
        AuditKind.Read(asked.GetValueOrDefault("kind")));

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var asked = Fields.ToDictionary(f => f, f => RequestText.Words(f, context.Request.Query[f].ToString().Trim()), StringComparer.Ordinal);
        if (asked["workflow"] is { } written)
        {
            // Most who have one copied it with the address that it stands in.
            asked["workflow"] = WorkflowIds().Match(written) is { Success: true } found ? found.Value : written;
        }

        var fault = asked["workflow"] is { } id && !PrefixedId.TryRead<WorkflowId>(id, out _)
            ? $"'{RequestText.Short(id)}' is no workflow's id, nor an address that one stands in; an id looks like wf_01k… and stands at the end of its page's address."
            : null;
        return await ShowAsync(context, asked, fault);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Dictionary<string, string?> asked, string? fault)
    {
        var (services, aborted) = (context.RequestServices, context.RequestAborted);
        var query = Query(fault is null ? asked : new Dictionary<string, string?>(asked) { ["workflow"] = null }, new TimeWindow(PageText.Day("from", asked["from"]), PageText.DayAfter("to", asked["to"])));
        var before = RequestText.Whole("before", context.Request.Query["before"], 1, int.MaxValue);
        var found = fault is null ? await services.GetRequiredService<AuditReader>().FindAsync(query, before, aborted) : new AuditFound([], [], null);
        var (directory, company) = (services.GetRequiredService<IDirectory>(), services.GetRequiredService<CompanyStream>().State);
        return await services.GetRequiredService<PageWriter>().ShowAsync<Audit>(context, new AuditPage(
            found,
            asked,
            Choices(
                directory.People.Select(p => p.Id),
                found.Decisions.SelectMany(d => d.People.Select(p => p.Person)).Concat(found.Deeds.Select(d => d.Actor.PersonId)).Concat(company.Keys.Values.Select(k => k.Created.Person)).Append(asked["person"])),
            Choices(directory.Agents.Select(a => a.Name), found.Decisions.Select(d => d.Agent).Append(asked["agent"])),
            found.Before is { } older ? PageText.Query("/audit", [.. asked.Select(a => (a.Key, a.Value)), ("before", older.ToString(CultureInfo.InvariantCulture))]) : null,
            Caller.May(context.User, Permission.Read) ? await WorkflowsAsync(found, services.GetRequiredService<IWorkflowOutside>(), aborted) : new Dictionary<string, WorkflowState>(StringComparer.Ordinal),
            await services.GetRequiredService<IJournalAudit>().ArchivedAsync(query.Span.From, query.Span.To, aborted),
            fault),
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    /// <summary>An id, wherever it stands.</summary>
    [GeneratedRegex("(?<![a-z0-9_])wf_[a-z0-9]{26}(?![a-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex WorkflowIds();

    /// <summary>
    /// On what grounds people decided, and for what, stands in the workflows, for whoever may read those. A page has only so many, and reads only those in which somebody was asked, or something was not simply allowed.
    /// </summary>
    private static async Task<IReadOnlyDictionary<string, WorkflowState>> WorkflowsAsync(AuditFound found, IWorkflowOutside workflows, CancellationToken cancellationToken)
    {
        var ids = found.Decisions.Where(d => !d.People.IsEmpty || d.Verdict != EffectNames.Write(Effect.Allow)).Select(d => d.Workflow).Distinct().Select(w => PrefixedId.TryRead<WorkflowId>(w, out var id) ? id : (WorkflowId?)null).OfType<WorkflowId>().Take(MostOpened);
        return (await workflows.ReadEachAsync(ids, cancellationToken)).ToDictionary(w => w.Key.ToString(), w => w.Value, StringComparer.Ordinal);
    }

    /// <summary>Who is there, and then who was.</summary>
    private static ImmutableArray<string> Choices(IEnumerable<string> here, IEnumerable<string?> known) =>
        [.. here.Concat(known.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)];
}
