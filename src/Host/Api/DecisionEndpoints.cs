using System.Runtime.CompilerServices;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary><c>/api/authority/decisions</c>: what the gate decided, for governance review.</summary>
internal static class DecisionEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapDecisions(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/authority/decisions").WithTags("Authority").RequireAuthorization(Permission.Audit).RequireRateLimiting(RequestLimits.Readings)
            .MapGet("/", Export).WithName("ExportDecisions").WithSummary("Every decision with rules, facts, people and outcome; 'format' csv or jsonl, 'from' and 'to' for a stretch of time, 'person', 'agent', 'tool', 'rule', 'verdict', 'workflow' and 'reads' as on the page for auditors")
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/x-ndjson");

    private static async Task<IResult> Export(
        HttpResponse response, IWorkflowJournal journal, IAuditIndex index, IJournalAudit audit, Catalog catalog, CancellationToken cancellationToken, string? format = null, string? from = null, string? to = null,
        string? person = null, string? agent = null, string? tool = null, string? rule = null, string? verdict = null, string? workflow = null, string? reads = null)
    {
        var form = RequestText.Word("format", format, [DecisionText.Csv, DecisionText.JsonLines]) ?? DecisionText.JsonLines;
        var span = new TimeWindow(RequestText.Time("from", from), RequestText.Time("to", to));
        var asked = new (string Name, string? Text)[] { ("person", person), ("agent", agent), ("tool", tool), ("rule", rule), ("verdict", verdict), ("workflow", workflow), ("reads", reads) };
        var query = AuditPages.Query(asked.ToDictionary(a => a.Name, a => RequestText.Words(a.Name, a.Text), StringComparer.Ordinal), span);
        var decisions = query.Workflow is { } one ? OfOneAsync(journal, catalog, one, cancellationToken).Where(query.Fits) : DecisionLog.FindAsync(journal, index, catalog, query, cancellationToken);
        await ArchivedHeader.SetAsync(response, audit, span, cancellationToken);
        response.Headers.ContentDisposition = $"attachment; filename=\"decisions.{form}\"";
        return TypedResults.Stream(
            async output =>
            {
                await using var text = new StreamWriter(output, leaveOpen: true);
                await DecisionText.WriteAsync(decisions, form, text, cancellationToken);
            },
            form == DecisionText.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson");
    }

    private static async IAsyncEnumerable<DecisionRecord> OfOneAsync(IWorkflowJournal journal, Catalog catalog, WorkflowId workflow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var decision in await DecisionLog.ReadAsync(journal, catalog, workflow.ToString(), cancellationToken))
        {
            yield return decision;
        }
    }
}
