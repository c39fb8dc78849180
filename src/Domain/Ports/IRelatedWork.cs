using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What is remembered of other workflows.</summary>
public interface IRelatedWork
{
    /// <summary>
    /// Those that have to do with a workflow's goal, the likest first; at most a handful, as far as they are remembered now. Empty also when nobody can say: a goal does not wait for
    /// what is only good to know.
    /// </summary>
    Task<ImmutableArray<RecalledWork>> RecallAsync(WorkflowState state, CancellationToken cancellationToken);
}
