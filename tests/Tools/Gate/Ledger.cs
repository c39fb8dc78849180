using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>Ledgers in memory, shared by several workflows: guards and reservations are one step, as in a store's transaction.</summary>
internal sealed class Ledger : IReadModels
{
    private readonly Lock _gate = new();

    /// <summary>Where the company's stream is.</summary>
    public Func<int> CompanySeq { get; set; } = () => 0;

    private readonly Dictionary<(string Entry, string Budget, string Key, string Window), (Amounts Amounts, DateTimeOffset At)> _entries = [];

    /// <summary>The first guard that does not hold, or null after <paramref name="write"/> has run.</summary>
    public Guard? Write(WorkflowState state, ImmutableArray<Guard> guards, IEnumerable<WorkflowEvent> events, DateTimeOffset now, Action write)
    {
        lock (_gate)
        {
            if (guards.FirstOrDefault(g => !Holds(state, g)) is { } refused)
            {
                return refused;
            }

            foreach (var change in events)
            {
                Book(change, now);
            }

            write();
            return null;
        }
    }

    /// <summary>Books without a guard and without an event: what somebody else has used.</summary>
    public void Book(string entry, ImmutableArray<Reservation> reservations, DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var r in reservations)
            {
                _entries[(entry, r.Budget, r.Key, r.Window)] = (r.Amounts, at);
            }
        }
    }

    /// <summary>What a budget's ledgers hold together.</summary>
    public Amounts Used(string budget)
    {
        lock (_gate)
        {
            return _entries.Where(e => e.Key.Budget == budget).Aggregate(Amounts.None, (sum, e) => sum + e.Value.Amounts);
        }
    }

    /// <summary>How often a ledger was asked for.</summary>
    public int Reads { get; private set; }

    public decimal Money(string budget) => Used(budget).Money ?? 0;

    public Task<Amounts> LedgerAsync(string budget, string key, string window, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Reads++;
            return Task.FromResult(Used(budget, key, window, since));
        }
    }

    public Task<ImmutableArray<Amounts>> LedgersAsync(ImmutableArray<LedgerPlace> places, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Reads += places.Length;
            return Task.FromResult<ImmutableArray<Amounts>>([.. places.Select(p => Used(p.Budget, p.Key, p.Window, p.Since))]);
        }
    }

    public Task<FoundLists> ListAsync(AskedLists asked, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The workflows on these ledgers.</summary>
    public List<Func<WorkflowState>> Workflows { get; } = [];

    public Task<ImmutableArray<RecordHolder>> RecordHoldersAsync(string record, WorkflowId except, CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<RecordHolder>>(
        [.. Workflows.Select(w => w()).Where(w => w.Id != except).SelectMany(w => RecordHolds.Of(w).Where(r => r.Key == record).Select(r => new RecordHolder(w.Id, r.Value)))]);

    public Task<DateTimeOffset?> EntryAtAsync(string budget, string key, string window, DateTimeOffset since, int skip, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<WorkflowRow>> WorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<WorkflowRow>> OpenWorkflowsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WorkflowId?> SingletonAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<ApprovalRow>> ApprovalsAsync(InboxQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What is open in the inboxes.</summary>
    public List<EscalationRow> Open { get; } = [];

    /// <summary>Whose approvals are looked for.</summary>
    public WorkflowId? Owner { get; set; }

    public Task<Page<EscalationRow>> EscalationsAsync(InboxQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<EscalationRow>([.. Open.Where(e => e.Status == query.Status && query.Any?.Contains(e.Role) == true)], null));

    public Task<ImmutableArray<TaskCount>> CountTasksAsync(string? executor, WorkflowId? except, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<WorkflowRow>> ChangedWorkflowsAsync(ChangedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> CountChangedAsync(ChangedQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<TaskRow>> TasksAsync(TaskQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TaskRow?> TaskAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<WorkflowId>> WithTasksAsync(string status, WorkflowId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<WorkflowId?> OwnerAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Owner);

    public Task<StoreFigures> FiguresAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private bool Holds(WorkflowState state, Guard guard) => guard switch
    {
        Guard.Headroom { Reservation: var r, Since: var since } => r.Approval is not null || (Used(r.Budget, r.Key, r.Window, since) + r.Amounts).IsWithin(r.Cap),
        Guard.CompanyAt { Seq: var seq } => CompanySeq() <= seq,
        Guard.ApprovalUnused { Approval: var id } => state.Approvals[id] is { Verdict: ApprovalVerdict.Approved, IsUsed: false },
        _ => true,
    };

    private Amounts Used(string budget, string key, string window, DateTimeOffset? since) => _entries
        .Where(e => (e.Key.Budget, e.Key.Key, e.Key.Window) == (budget, key, window) && (since is null || e.Value.At >= since))
        .Aggregate(Amounts.None, (sum, e) => sum + e.Value.Amounts);

    private void Book(WorkflowEvent change, DateTimeOffset now)
    {
        var (entry, amounts) = change switch
        {
            CallStarted e => (e.Call.ToString(), e.Reserved),
            CallSettled e => (e.Call.ToString(), e.Settled),
            ModelAsked e => (e.Ask.ToString(), e.Reserved),
            ModelReplied e => (e.Ask.ToString(), e.Settled),
            _ => (string.Empty, []),
        };
        Book(entry, amounts, now);
    }
}
