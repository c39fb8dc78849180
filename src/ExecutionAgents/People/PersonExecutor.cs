using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.ExecutionAgents;

/// <summary>People work on their own: their tasks are inbox items, and what they hand in arrives from outside.</summary>
public sealed class PersonExecutor : IExecutor
{
    /// <inheritdoc/>
    public bool Serves(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        return executor.IsPerson;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<WorkflowEvent>> StepAsync(TaskId task, TurnMove move, IWorkflowLog log, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<WorkflowEvent>.Empty);
}
