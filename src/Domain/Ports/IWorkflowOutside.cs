namespace AiManager.Domain;

/// <summary>
/// Appending to a workflow without driving it: a person approves, sends a message, cancels. Reads the stream, opens its private words,
/// folds it, lets the caller decide on that state, and appends what was decided, private words sealed, with the rows that follow from it. Whoever appended
/// first meanwhile is folded in and the caller decides again, a bounded number of times.
/// </summary>
public interface IWorkflowOutside
{
    /// <summary>Decides and appends. Throws <see cref="StoreUnavailableException"/>; also when others kept appending first.</summary>
    /// <param name="workflow">Which one.</param>
    /// <param name="decide">Pure; called once for each state that it is asked about. Its events must be legal moves, or the append is refused.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Stops waiting; the append may still have landed.</param>
    Task<OutsideResult> AppendAsync(WorkflowId workflow, Func<WorkflowState, OutsideDecision> decide, Actor actor, CancellationToken cancellationToken);

    /// <summary>The workflow as it stands, with its private words open; null when there is none.</summary>
    Task<WorkflowState?> ReadAsync(WorkflowId workflow, CancellationToken cancellationToken);

    /// <summary>Several as they stand, each read once; those that are not there are left out. Whether a person's words may be read is asked once for each person.</summary>
    Task<Dictionary<WorkflowId, WorkflowState>> ReadEachAsync(IEnumerable<WorkflowId> ids, CancellationToken cancellationToken);
}
