using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>What the company's stream says now: suspensions and classifications hold for every host.</summary>
public interface ICompany
{
    /// <summary>The latest state known here; at most a second old.</summary>
    CompanyState State { get; }

    /// <summary>
    /// Why its stream cannot be read any further by this program; null when it can. While it cannot, nobody knows what has been stopped since: nothing runs.
    /// </summary>
    string? Unreadable => null;

    /// <summary>Folds in what others have appended. What cannot be read stands in <see cref="Unreadable"/> then; throws <see cref="StoreUnavailableException"/>.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Appends company events, behind whatever others appended meanwhile.</summary>
    Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken);
}
