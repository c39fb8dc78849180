using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What lists cannot hold is read from the workflows themselves.</summary>
internal static class EscalationList
{
    /// <summary>Questions to people, oldest first.</summary>
    /// <param name="lists">The read models.</param>
    /// <param name="workflows">For the choices and the answers.</param>
    /// <param name="status"><c>open</c>, <c>answered</c> or <c>closed</c>; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ImmutableArray<EscalationResource>> ReadAsync(IReadModels lists, IWorkflowOutside workflows, string? status, CancellationToken cancellationToken)
    {
        var rows = await lists.EscalationsAsync(status, cancellationToken);
        var states = await workflows.ReadEachAsync(rows.Select(r => r.Workflow), cancellationToken);
        return
        [
            .. rows.Select(r => states.GetValueOrDefault(r.Workflow)?.Escalations.GetValueOrDefault(r.Escalation) is { } state ? EscalationResource.Of(r, state) : null)
                .OfType<EscalationResource>()
                .OrderBy(e => e.RaisedAt),
        ];
    }

    /// <summary>The workflows of a list's rows, each read once; those that are not there are left out.</summary>
    public static async Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(this IWorkflowOutside workflows, IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
    {
        var states = new Dictionary<WorkflowId, WorkflowState>();
        foreach (var id in ids.Distinct())
        {
            if (await workflows.ReadAsync(id, cancellationToken) is { } state)
            {
                states[id] = state;
            }
        }

        return states;
    }
}
