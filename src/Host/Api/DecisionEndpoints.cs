using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>/api/authority/decisions</c>: what the gate decided, for governance review.</summary>
internal static class DecisionEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapDecisions(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/authority/decisions").WithTags("Authority").RequireAuthorization(Permission.Audit)
            .MapGet("/", Export).WithName("ExportDecisions").WithSummary("Every decision with rules, facts, people and outcome; 'format' csv or jsonl, 'from' and 'to' for a stretch of time, 'person', 'agent', 'tool', 'rule', 'verdict', 'workflow' and 'reads' as on the page for auditors")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson");

    private static async Task<IResult> Export(
        HttpResponse response, IWorkflowJournal journal, Catalog catalog, CancellationToken cancellationToken, string? format = null, string? from = null, string? to = null,
        string? person = null, string? agent = null, string? tool = null, string? rule = null, string? verdict = null, string? workflow = null, string? reads = null)
    {
        var form = RequestText.Word("format", format, [DecisionText.Csv, DecisionText.JsonLines]) ?? DecisionText.JsonLines;
        var span = new TimeSpanOf(RequestText.Time("from", from), RequestText.Time("to", to));
        var asked = new (string Name, string? Text)[] { ("person", person), ("agent", agent), ("tool", tool), ("rule", rule), ("verdict", verdict), ("workflow", workflow), ("reads", reads) };
        var query = AuditPages.Query(asked.ToDictionary(a => a.Name, a => RequestText.Words(a.Name, a.Text), StringComparer.Ordinal), span);
        var decisions = (query.Workflow is { } one
            ? await DecisionLog.ReadAsync(journal, catalog, one.ToString(), cancellationToken)
            : await DecisionLog.ReadAsync(journal, catalog, span, cancellationToken)).Where(query.Fits);
        response.Headers.ContentDisposition = $"attachment; filename=\"decisions.{form}\"";
        return Results.Text(DecisionText.Write(decisions, form), form == DecisionText.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson");
    }
}
