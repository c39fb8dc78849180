using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>One event of a stream that is no workflow's.</summary>
/// <param name="Event">As it is stored.</param>
/// <param name="Payload">What it says, what people typed still sealed.</param>
/// <param name="IsLast">True where none of its stream is behind it.</param>
/// <param name="Change">The change of what is allowed that it is about; null for none.</param>
internal sealed record EventPage(StoredEvent Event, string Payload, bool IsLast, ChangeState? Change);

/// <summary><c>/audit/events</c>: what stands in the company's own stream and in those of monitors, event by event.</summary>
internal static class EventPages
{
    /// <summary>A digest of what opens doors; nobody reads it, and no page shows it.</summary>
    private const string Secret = "secretHash";

    /// <summary>Maps it onto the pages for auditors.</summary>
    public static void MapEvents(this RouteGroupBuilder audit) => audit.MapGet("/events/{stream}/{seq}", Show);

    private static async Task<IResult> Show(string stream, string seq, HttpContext context, PageWriter writer, IWorkflowJournal journal, CompanyStream company)
    {
        var isStream = stream == CompanyState.Stream || PrefixedId.TryRead<MonitorId>(stream, out _);
        if (!isStream || !int.TryParse(seq, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at) || at < 1
            || await journal.ReadAsync(stream, at - 1, 2, context.RequestAborted) is not [var found, ..] events || found.Seq != at)
        {
            return new PageFault(StatusCodes.Status404NotFound, "There is no such event, or it is archived.");
        }

        var payload = JsonNode.Parse(found.Body.Span)!;
        (payload as JsonObject)?.Remove(Secret);
        return await writer.ShowAsync<AuditEvent>(context, new EventPage(found, Written.Json(JsonText.Parse(payload.ToJsonString())), events.Length == 1, AuditDeed.ChangeOf(found, company.State)));
    }
}
