using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What the company's stream says now: suspensions and classifications hold for every host.</summary>
public interface ICompany
{
    /// <summary>The latest state known here; at most a second old.</summary>
    CompanyState State { get; }

    /// <summary>Appends company events, behind whatever others appended meanwhile.</summary>
    Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken);
}
