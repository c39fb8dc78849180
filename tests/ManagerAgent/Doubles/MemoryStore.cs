using System.Collections.Immutable;
using AiManager.Memory;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What a store keeps, in memory: streams, leases, due rows, and the read models that guards look at. Thread-safe.</summary>
internal sealed class MemoryStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Line> _lines = [];
    private readonly Dictionary<(string Stream, string Kind, string Key), Due> _due = [];
    private readonly Dictionary<ApprovalId, string> _approvals = [];
    private readonly Dictionary<WorkflowId, WorkflowRow> _rows = [];
    private readonly Dictionary<TaskId, TaskRow> _tasks = [];
    private readonly Dictionary<(string Entry, string Budget, string Key, string Window), (Amounts Amounts, DateTimeOffset At)> _ledger = [];
    private readonly WorkSignal _signal = new(time);
    private long _position;

    public AppendResult Append(AppendRequest request)
    {
        lock (_lock)
        {
            Assert.InRange(request.Events.Length, 1, 256);
            var line = _lines.GetValueOrDefault(request.Stream) ?? new Line();
            if (request.Epoch is { } epoch && epoch < line.Epoch)
            {
                return new AppendResult.Fenced(line.Epoch);
            }

            if (request.ExpectedSeq != line.Events.Count)
            {
                return new AppendResult.Conflict(line.Events.Count);
            }

            if (request.Guards.Select(Broken).FirstOrDefault(b => b is not null) is { } refused)
            {
                return refused;
            }

            _lines[request.Stream] = line;
            var positions = request.Events.Select(e => Write(request.Stream, line, e)).ToImmutableArray();
            foreach (var change in request.Changes)
            {
                Put(change);
            }

            if (request.Epoch is null)
            {
                line.IsRunnable = true;
                _signal.Pulse();
            }

            return new AppendResult.Appended(positions);
        }
    }

    public ImmutableArray<StoredEvent> Read(string stream, int afterSeq, int limit)
    {
        lock (_lock)
        {
            return _lines.TryGetValue(stream, out var line) ? [.. line.Events.Skip(afterSeq).Take(limit)] : [];
        }
    }

    public ImmutableArray<StoredEvent> ReadAll(long afterPosition, int limit)
    {
        lock (_lock)
        {
            return [.. _lines.Values.SelectMany(l => l.Events).Where(e => e.Position > afterPosition).OrderBy(e => e.Position).Take(limit)];
        }
    }

    public Claim? Claim(string node, DateTimeOffset now, TimeSpan lease, string? only)
    {
        lock (_lock)
        {
            foreach (var due in _due.Where(d => d.Value is { IsWoken: false } row && row.At <= now))
            {
                due.Value.IsWoken = true;
                _lines[due.Key.Stream].IsRunnable = true;
            }

            var free = _lines.Where(l => (only is null || l.Key == only) && (l.Value.Owner is null ? l.Value.IsRunnable : l.Value.Until <= now));
            if (free.Select(l => l.Key).FirstOrDefault() is not { } stream)
            {
                return null;
            }

            var line = _lines[stream];
            (line.Owner, line.Until, line.IsRunnable) = (node, now + lease, false);
            return new Claim(stream, node, ++line.Epoch);
        }
    }

    public bool Renew(Claim claim, DateTimeOffset until)
    {
        lock (_lock)
        {
            var line = _lines[claim.Stream];
            if (line.Epoch != claim.Epoch || line.Owner is null)
            {
                return false;
            }

            line.Until = until;
            return true;
        }
    }

    public void Release(Claim claim, int foldedSeq)
    {
        lock (_lock)
        {
            var line = _lines[claim.Stream];
            if (line.Epoch == claim.Epoch && line.Owner is not null)
            {
                line.Owner = null;
                line.IsRunnable = line.Events.Count > foldedSeq;
                if (line.IsRunnable)
                {
                    _signal.Pulse();
                }
            }
        }
    }

    public int OpenTasks(string executor, WorkflowId except)
    {
        lock (_lock)
        {
            return _tasks.Values.Count(t => t.Executor == executor && t.Workflow != except && t.Status is not ("done" or "failed" or "cancelled"));
        }
    }

    public DateTimeOffset? NextDue()
    {
        lock (_lock)
        {
            return _due.Values.Where(d => !d.IsWoken).Select(d => (DateTimeOffset?)d.At).Min();
        }
    }

    public Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken) => _signal.WaitAsync(patience, cancellationToken);

    private long Write(string stream, Line line, NewEvent e)
    {
        _position += 1 + (line.Events.Count % 2);
        line.Events.Add(new StoredEvent(
            _position, stream, line.Events.Count + 1, e.Type, e.SchemaVersion, e.At, e.Actor, e.Cause, e.Body, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty));
        return _position;
    }

    private AppendResult.Refused? Broken(Guard guard) => guard switch
    {
        Guard.SingletonFree free => _rows.Values.FirstOrDefault(r => r.Singleton == free.Key && r.Workflow != free.Workflow) is { } row
            ? new AppendResult.Refused(guard, row.Workflow.ToString())
            : null,
        Guard.ApprovalUnused unused => _approvals.GetValueOrDefault(unused.Approval) == "approved" ? null : new AppendResult.Refused(guard, "used"),
        Guard.Headroom { Reservation: { Approval: null } wanted } => Held(wanted) is var held && (held + wanted.Amounts).IsWithin(wanted.Cap)
            ? null
            : new AppendResult.Refused(guard, held.ToString()),
        _ => null,
    };

    private Amounts Held(Reservation wanted) => _ledger
        .Where(e => e.Key.Budget == wanted.Budget && e.Key.Key == wanted.Key && e.Key.Window == wanted.Window)
        .Aggregate(Amounts.None, (sum, e) => sum + e.Value.Amounts);

    private void Put(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.PutWorkflow put:
                _rows[put.Row.Workflow] = put.Row;
                break;
            case ReadModelChange.PutTask put:
                _tasks[put.Row.Task] = put.Row;
                break;
            case ReadModelChange.PutApproval put:
                _approvals[put.Row.Approval] = put.Row.Status;
                break;
            case ReadModelChange.PutDue put:
                _due[(put.Stream, put.Kind, put.Key)] = new Due(put.At);
                break;
            case ReadModelChange.ClearDue clear:
                _due.Remove((clear.Stream, clear.Kind, clear.Key));
                break;
            case ReadModelChange.Reserve reserve:
                _ledger[(reserve.Entry, reserve.Reservation.Budget, reserve.Reservation.Key, reserve.Reservation.Window)] = (reserve.Reservation.Amounts, reserve.At);
                break;
            case ReadModelChange.Settle settle:
                _ledger[(settle.Entry, settle.Actual.Budget, settle.Actual.Key, settle.Actual.Window)] = (settle.Actual.Amounts, time.GetUtcNow());
                break;
        }
    }

    private sealed class Line
    {
        public List<StoredEvent> Events { get; } = [];

        public long Epoch { get; set; }

        public string? Owner { get; set; }

        public DateTimeOffset Until { get; set; }

        public bool IsRunnable { get; set; }
    }

    private sealed class Due(DateTimeOffset at)
    {
        public DateTimeOffset At { get; } = at;

        /// <summary>A row wakes its workflow once.</summary>
        public bool IsWoken { get; set; }
    }
}
