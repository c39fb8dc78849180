using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Who does tasks: one implementation for agents, one for people.</summary>
public interface IExecutor
{
    /// <summary>True when it does the work of <paramref name="executor"/>.</summary>
    bool Serves(Executor executor);

    /// <summary>
    /// Takes a task one step further. Never waits for a person. Events that come back are appended by the session; the gates append
    /// their own through <paramref name="log"/>.
    /// </summary>
    Task<ImmutableArray<WorkflowEvent>> StepAsync(TaskId task, TurnMove move, IWorkflowLog log, CancellationToken cancellationToken);
}
