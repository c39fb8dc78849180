using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Lists and inboxes. A reader never sees half an append.</summary>
public interface IReadModels
{
    /// <summary>Workflows, newest first, a page at a time.</summary>
    Task<Page<WorkflowRow>> WorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken);

    /// <summary>Workflows by when they changed, the latest first, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<WorkflowRow>> ChangedWorkflowsAsync(ChangedQuery query, CancellationToken cancellationToken);

    /// <summary>How many workflows all pages of such a list have together.</summary>
    Task<long> CountChangedAsync(ChangedQuery query, CancellationToken cancellationToken);

    /// <summary>Workflows that are not over, oldest first.</summary>
    Task<ImmutableArray<WorkflowRow>> OpenWorkflowsAsync(CancellationToken cancellationToken);

    /// <summary>The open workflow that has a singleton key; null when none has.</summary>
    Task<WorkflowId?> SingletonAsync(string key, CancellationToken cancellationToken);

    /// <summary>Approvals, oldest first, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<ApprovalRow>> ApprovalsAsync(InboxQuery query, CancellationToken cancellationToken);

    /// <summary>Escalations, oldest first, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<EscalationRow>> EscalationsAsync(InboxQuery query, CancellationToken cancellationToken);

    /// <summary>Several lists in one go, each as if it were asked for alone. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<FoundLists> ListAsync(AskedLists asked, CancellationToken cancellationToken);

    /// <summary>How many open tasks there are, by executor and status.</summary>
    /// <param name="executor">Whose (<c>person:…</c>); null for all.</param>
    /// <param name="except">A workflow whose tasks do not count; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ImmutableArray<TaskCount>> CountTasksAsync(string? executor, WorkflowId? except, CancellationToken cancellationToken);

    /// <summary>Open tasks by deadline, those without one last, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<TaskRow>> TasksAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>A task, also one that is over; null when there is no such id.</summary>
    Task<TaskRow?> TaskAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Workflows that have a task of a status, by id, at most <paramref name="limit"/> behind <paramref name="after"/>; null begins.</summary>
    Task<ImmutableArray<WorkflowId>> WithTasksAsync(string status, WorkflowId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Workflows that are not over and are about to change a record or have changed it, by id; see <see cref="RecordHolds"/>.</summary>
    /// <param name="record"><c>type:id</c>.</param>
    /// <param name="except">The workflow that asks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ImmutableArray<RecordHolder>> RecordHoldersAsync(string record, WorkflowId except, CancellationToken cancellationToken);

    /// <summary>What a ledger holds: reserved and settled. For window <c>rolling</c>, entries since <paramref name="since"/>.</summary>
    Task<Amounts> LedgerAsync(string budget, string key, string window, DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>The same of several, in their order and in one go.</summary>
    Task<ImmutableArray<Amounts>> LedgersAsync(ImmutableArray<LedgerPlace> places, CancellationToken cancellationToken);

    /// <summary>When the entry behind the <paramref name="skip"/> oldest of a ledger was made, of those since <paramref name="since"/>; null when there are no more.</summary>
    Task<DateTimeOffset?> EntryAtAsync(string budget, string key, string window, DateTimeOffset since, int skip, CancellationToken cancellationToken);

    /// <summary>The workflow that an approval or an escalation belongs to; null when there is no such id.</summary>
    Task<WorkflowId?> OwnerAsync(string id, CancellationToken cancellationToken);

    /// <summary>How much there is of everything, for whoever watches the service. Counts over indexes; still not for every request.</summary>
    Task<StoreFigures> FiguresAsync(CancellationToken cancellationToken);
}

/// <summary>A workflow that is about to change a record, or has changed it.</summary>
/// <param name="Workflow">Which.</param>
/// <param name="HasBegun">A call was begun for it; else people are asked about one.</param>
public sealed record RecordHolder(WorkflowId Workflow, bool HasBegun);

/// <summary>How much there is of everything in a store.</summary>
/// <param name="Workflows">By status; a status that none has is absent.</param>
/// <param name="PendingApprovals">Approvals that wait for people.</param>
/// <param name="OpenEscalations">Escalations that wait for people.</param>
/// <param name="Runnable">Workflows with something to do, driven or not.</param>
/// <param name="Leased">Workflows whose lease somebody holds, or held and never let go.</param>
/// <param name="OldestRunnable">Since when the workflow that waits longest for a driver has waited; null when none waits.</param>
/// <param name="NextDue">The earliest due row that has woken nobody yet; null when there is none.</param>
public sealed record StoreFigures(
    ImmutableSortedDictionary<string, long> Workflows,
    long PendingApprovals,
    long OpenEscalations,
    long Runnable,
    long Leased,
    DateTimeOffset? OldestRunnable,
    DateTimeOffset? NextDue);

/// <summary>Which workflows to list.</summary>
/// <param name="Status">As shown outside; null for all.</param>
/// <param name="Text">Part of the goal, case-insensitive; null for all.</param>
/// <param name="From">Submitted at or after; null for no bound.</param>
/// <param name="To">Submitted before; null for no bound.</param>
/// <param name="Cursor">From <see cref="Page{T}.Next"/>; null for the first page.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record WorkflowQuery(string? Status = null, string? Text = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Cursor = null, int Limit = 50)
{
    /// <summary>Who asked for it; null for all.</summary>
    public string? Requester { get; init; }

    /// <summary>Which playbook it follows; null for all.</summary>
    public string? Playbook { get; init; }

    /// <summary>Only those that are not over, or only those that are; null for all.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>
    /// Only those that are not over and should worry somebody: people are asked about a blocked task or a deadline that passed, or one passes before this moment. Null for all.
    /// </summary>
    public DateTimeOffset? RiskBefore { get; init; }
}

/// <summary>Which workflows to list by when they changed.</summary>
/// <param name="Statuses">As shown outside; empty for all.</param>
/// <param name="Since">Changed at or after; null for no bound.</param>
/// <param name="Cursor">From <see cref="Page{T}.Next"/>; null for the first page. A workflow that changes meanwhile moves to the front.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record ChangedQuery(ImmutableArray<string> Statuses, DateTimeOffset? Since = null, string? Cursor = null, int Limit = 50);

/// <summary>Which open tasks to list.</summary>
/// <param name="Executor">Whose (<c>person:…</c>); null for all.</param>
/// <param name="Status">As shown outside; null for all.</param>
/// <param name="Cursor">From <see cref="Page{T}.Next"/>; null for the first page.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record TaskQuery(string? Executor = null, string? Status = null, string? Cursor = null, int Limit = 200);

/// <summary>How many open tasks somebody has.</summary>
/// <param name="Executor">Who (<c>person:…</c>); null for those that nobody has yet.</param>
/// <param name="Status">As shown outside.</param>
/// <param name="Count">At least one.</param>
public sealed record TaskCount(string? Executor, string Status, int Count);

/// <summary>Which approvals or escalations to list.</summary>
/// <param name="Status">Of an approval: <c>pending</c>, <c>approved</c>, <c>used</c>, <c>rejected</c>, <c>expired</c>, <c>void</c>; of an escalation: <c>open</c>, <c>answered</c>, <c>closed</c>; null for all.</param>
/// <param name="Workflow">Whose; null for everybody's.</param>
/// <param name="Cursor">From <see cref="Page{T}.Next"/>; null for the first page.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record InboxQuery(string? Status = null, WorkflowId? Workflow = null, string? Cursor = null, int Limit = InboxQuery.MostRows)
{
    /// <summary>Rows that one page has at most.</summary>
    public const int MostRows = 200;

    /// <summary>Only what at least one of these roles may settle, by the seats that are open or by whom it is for; null for all.</summary>
    public ImmutableArray<string>? Any { get; init; }

    /// <summary>Only what none of these roles may settle; null for all.</summary>
    public ImmutableArray<string>? None { get; init; }

    /// <summary>Of approvals only those whose workflow somebody else than this person asked for, because nobody decides what they asked for themselves; null for all.</summary>
    public string? NotOf { get; init; }
}

/// <summary>One page.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? Next);
