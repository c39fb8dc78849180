namespace AiManager.Domain;

/// <summary>Reading several workflows at once.</summary>
public static class WorkflowReading
{
    /// <summary>The workflows of a list's rows, each read once; those that are not there are left out.</summary>
    public static async Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(this IWorkflowOutside workflows, IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workflows);
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
