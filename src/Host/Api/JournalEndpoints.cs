using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/journal</c>: proving the journal, and taking it out.</summary>
internal static class JournalEndpoints
{
    private const string JsonLines = "application/x-ndjson";

    /// <summary>Maps them.</summary>
    public static void MapJournal(this IEndpointRouteBuilder app)
    {
        var journal = app.MapGroup("/api/journal").WithTags("Journal").RequireAuthorization(Permission.Audit).RequireRateLimiting(RequestLimits.Readings);
        journal.MapGet("/verify", Verify).WithName("VerifyJournal").WithSummary("Recompute the whole chain; names the first wrong event");
        journal.MapGet("/export", Export).WithName("ExportJournal").WithSummary("Every event as JSON Lines, people's words sealed; 'workflow' for one only, 'from' and 'to' for a stretch of time")
            .Produces<string>(StatusCodes.Status200OK, JsonLines);
    }

    private static async Task<Ok<AuditResource>> Verify(IJournalAudit audit, CancellationToken cancellationToken)
    {
        var found = await audit.VerifyAsync(null, cancellationToken);
        return TypedResults.Ok(new AuditResource(found.IsSound, found.Events, found.Streams, found.Fault, found.Stream, found.Seq, found.Position, found.Archived));
    }

    private static async Task<IResult> Export(HttpResponse response, IWorkflowJournal journal, IJournalAudit audit, CancellationToken cancellationToken, string? workflow = null, string? from = null, string? to = null)
    {
        var span = new TimeWindow(RequestText.Time("from", from), RequestText.Time("to", to));
        WorkflowId? only = string.IsNullOrEmpty(workflow) ? null : RequestText.Id<WorkflowId>(workflow);
        if (only is { } id && (await journal.ReadAsync(id.ToString(), 0, 1, cancellationToken)).IsEmpty)
        {
            return Problems.NotFound("There is no such workflow.");
        }

        await ArchivedHeader.SetAsync(response, audit, span, cancellationToken);
        response.ContentType = JsonLines;
        response.Headers.ContentDisposition = "attachment; filename=\"journal.jsonl\"";
        await JournalExport.WriteAsync(journal, only, span, response.Body, cancellationToken);
        return TypedResults.Empty;
    }
}
