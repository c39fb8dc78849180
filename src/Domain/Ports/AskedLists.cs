using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Lists that somebody wants to see together: a page asks the store once for all of them.</summary>
public sealed record AskedLists
{
    /// <summary>Workflows, as <see cref="IReadModels.WorkflowsAsync"/> lists them.</summary>
    public ImmutableArray<WorkflowQuery> Workflows { get; init; } = [];

    /// <summary>Approvals, as <see cref="IReadModels.ApprovalsAsync"/> lists them.</summary>
    public ImmutableArray<InboxQuery> Approvals { get; init; } = [];

    /// <summary>Escalations, as <see cref="IReadModels.EscalationsAsync"/> lists them.</summary>
    public ImmutableArray<InboxQuery> Escalations { get; init; } = [];

    /// <summary>Open tasks, as <see cref="IReadModels.TasksAsync"/> lists them.</summary>
    public ImmutableArray<TaskQuery> Tasks { get; init; } = [];

    /// <summary>Whose open tasks to count (<c>person:…</c>), as <see cref="IReadModels.CountTasksAsync"/> does; null for all.</summary>
    public ImmutableArray<string?> TaskCounts { get; init; } = [];
}

/// <summary>What stands on each of those lists, in the order in which they were asked for.</summary>
/// <param name="Workflows">Pages.</param>
/// <param name="Approvals">Pages.</param>
/// <param name="Escalations">Pages.</param>
/// <param name="Tasks">Pages.</param>
/// <param name="TaskCounts">Counts.</param>
public sealed record FoundLists(
    ImmutableArray<Page<WorkflowRow>> Workflows,
    ImmutableArray<Page<ApprovalRow>> Approvals,
    ImmutableArray<Page<EscalationRow>> Escalations,
    ImmutableArray<Page<TaskRow>> Tasks,
    ImmutableArray<ImmutableArray<TaskCount>> TaskCounts);

/// <summary>A ledger.</summary>
/// <param name="Budget">Of which budget.</param>
/// <param name="Key">Of which key.</param>
/// <param name="Window">Of which period.</param>
/// <param name="Since">For window <c>rolling</c>, from when on its entries count; null for all of it.</param>
public sealed record LedgerPlace(string Budget, string Key, string Window, DateTimeOffset? Since);
