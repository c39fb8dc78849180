using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What lists hold, and for rows of a release before what the workflows themselves say.</summary>
internal static class EscalationList
{
    /// <summary>Questions to people, oldest first, a page at a time. Only workflows of that page are read, and only where a row does not say enough.</summary>
    /// <param name="lists">The read models.</param>
    /// <param name="workflows">For the choices and the answers of such rows.</param>
    /// <param name="words">Who is who.</param>
    /// <param name="query">Which. Throws <see cref="FormatException"/> for a cursor that is none.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<Page<EscalationResource>> ReadAsync(IReadModels lists, IWorkflowOutside workflows, PlainWords words, InboxQuery query, CancellationToken cancellationToken)
    {
        var page = await lists.EscalationsAsync(query, cancellationToken);
        var states = await workflows.ReadEachAsync(page.Items.Where(r => r.Details is null).Select(r => r.Workflow), cancellationToken);
        return new Page<EscalationResource>(
            [
                .. page.Items.Select(r => r.Details is { } details ? EscalationResource.Of(r, details, words)
                    : states.GetValueOrDefault(r.Workflow)?.Escalations.GetValueOrDefault(r.Escalation) is { } state ? EscalationResource.Of(r, EscalationDetails.Of(state), words) : null)
                    .OfType<EscalationResource>(),
            ],
            page.Next);
    }
}
