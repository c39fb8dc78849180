namespace AiManager.Domain;

/// <summary>
/// Workflows as one look sees them: each is read once, however many of those who gather a page ask for it. It ends with the request for which it began, and nothing is decided by it.
/// Not thread-safe.
/// </summary>
public sealed class WorkflowLook(IWorkflowOutside workflows)
{
    private readonly Dictionary<WorkflowId, WorkflowState?> _read = [];
    private readonly HashSet<WorkflowId> _wanted = [];

    /// <summary>Says which are going to be asked for: they are read together with those that are asked for next.</summary>
    public void Want(IEnumerable<WorkflowId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _wanted.UnionWith(ids);
    }

    /// <summary>Several as they stand; those that are not there are left out.</summary>
    public async Task<IReadOnlyDictionary<WorkflowId, WorkflowState>> ReadAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var asked = ids.ToHashSet();
        if (!asked.All(_read.ContainsKey))
        {
            _wanted.UnionWith(asked);
            _wanted.ExceptWith(_read.Keys);
            var found = await workflows.ReadEachAsync(_wanted, cancellationToken);
            foreach (var id in _wanted)
            {
                _read[id] = found.GetValueOrDefault(id);
            }

            _wanted.Clear();
        }

        return asked.Where(id => _read[id] is not null).ToDictionary(id => id, id => _read[id]!);
    }
}
