namespace AiManager.Host;

/// <summary>
/// Counts how work came out, from the journal. The first look begins a bounded way back and every later one reads only what is new, so that a page costs the same
/// however long the journal is. Thread-safe.
/// </summary>
internal sealed class TrackRecords(IWorkflowJournal journal) : IDisposable
{
    /// <summary>How many events back it begins; and how many one look reads at most.</summary>
    private const int Most = 20_000;

    private const int PageSize = 500;

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, TrackRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UnderWay> _streams = new(StringComparer.Ordinal);
    private long? _position;
    private DateTimeOffset? _since;

    /// <summary>By executor (<c>agent:…</c>, <c>person:…</c>); and since when, null while there is nothing.</summary>
    public async Task<(IReadOnlyDictionary<string, TrackRecord> Records, DateTimeOffset? Since)> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var position = _position ??= Math.Max(0, await JournalHead.FindAsync(journal, cancellationToken) - Most);
            for (var (read, isLast) = (0, false); !isLast && read < Most;)
            {
                var page = await journal.ReadAllAsync(position, PageSize, cancellationToken);
                foreach (var stored in page)
                {
                    _since ??= stored.At;
                    See(stored);
                    _position = position = stored.Position;
                }

                read += page.Length;
                isLast = page.Length < PageSize;
            }

            return (new Dictionary<string, TrackRecord>(_records, StringComparer.Ordinal), _since);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Only what is counted is decoded.</summary>
    private void See(StoredEvent stored)
    {
        switch (stored.Type)
        {
            case nameof(TaskAssigned) or nameof(TaskReassigned) or nameof(TaskRetried) or nameof(DeliverableReviewed) or nameof(TaskFailed) or nameof(CallProposed) or nameof(CallSettled):
                if (!_streams.TryGetValue(stored.Stream, out var underWay))
                {
                    _streams[stored.Stream] = underWay = new UnderWay();
                }

                See(EventCodec.Decode(stored).Event, underWay);
                break;
            case nameof(GoalCompleted) or nameof(GoalFailed) or nameof(GoalCancelled):
                _streams.Remove(stored.Stream);
                break;
        }
    }

    private void See(WorkflowEvent fact, UnderWay work)
    {
        switch (fact)
        {
            case TaskAssigned assigned:
                work.Tasks[assigned.Task] = (assigned.Executor.Actor.Value, false);
                break;
            case TaskReassigned again:
                if (work.Tasks.TryGetValue(again.Task, out var before))
                {
                    Count(before.Executor, r => r with { TakenAway = r.TakenAway + 1 });
                }

                work.Tasks[again.Task] = (again.Executor.Actor.Value, false);
                break;
            case TaskRetried retried when work.Tasks.TryGetValue(retried.Task, out var doer):
                work.Tasks[retried.Task] = (doer.Executor, true);
                break;
            case DeliverableReviewed { Accepted: false } reviewed when work.Tasks.TryGetValue(reviewed.Task, out var doer):
                Count(doer.Executor, r => r with { SentBack = r.SentBack + 1 });
                work.Tasks[reviewed.Task] = (doer.Executor, true);
                break;
            case DeliverableReviewed reviewed when work.Tasks.Remove(reviewed.Task, out var doer):
                Count(doer.Executor, r => doer.WasSentBack ? r with { Later = r.Later + 1 } : r with { FirstTime = r.FirstTime + 1 });
                break;
            case TaskFailed failed when work.Tasks.Remove(failed.Task, out var doer):
                Count(doer.Executor, r => r with { Failed = r.Failed + 1 });
                break;
            case CallProposed proposed:
                work.Calls[proposed.Call] = Actor.Agent(proposed.Agent).Value;
                break;
            case CallSettled settled when work.Calls.Remove(settled.Call, out var caller):
                Count(caller, r => r with { Calls = r.Calls + 1, CallsFailed = r.CallsFailed + (settled.Outcome == CallOutcome.Failed ? 1 : 0) });
                break;
        }
    }

    private void Count(string executor, Func<TrackRecord, TrackRecord> change) => _records[executor] = change(_records.GetValueOrDefault(executor, TrackRecord.None));

    /// <summary>What is not over yet in a workflow.</summary>
    private sealed class UnderWay
    {
        public Dictionary<TaskId, (string Executor, bool WasSentBack)> Tasks { get; } = [];

        public Dictionary<CallId, string> Calls { get; } = [];
    }
}
