namespace AiManager.Host;

/// <summary>Open tasks as the lists have them.</summary>
internal sealed class ListedWorkload(IReadModels lists) : IWorkload
{
    /// <inheritdoc/>
    public async Task<int> OpenTasksAsync(Actor executor, WorkflowId except, CancellationToken cancellationToken) =>
        (await lists.CountTasksAsync(executor.Value, except, cancellationToken)).Sum(t => t.Count);
}
