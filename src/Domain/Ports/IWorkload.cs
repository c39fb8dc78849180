namespace AiManager.Domain;

/// <summary>How much somebody has to do already.</summary>
public interface IWorkload
{
    /// <summary>
    /// Open tasks of an executor in all workflows but one, counted as they are now. Two workflows that ask in the same instant may both see the last place free: it is for handing
    /// work out evenly, and nothing that must never be exceeded rests on it.
    /// </summary>
    /// <param name="executor">Whose.</param>
    /// <param name="except">The workflow that asks; it knows its own.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<int> OpenTasksAsync(Actor executor, WorkflowId except, CancellationToken cancellationToken);
}
