using AiManager.ManagerAgent;

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
            case nameof(GoalCompleted) or nameof(GoalFailed) or nameof(GoalCancelled):
                _streams.Remove(stored.Stream);
                break;
            case nameof(CallProposed) or nameof(CallSettled):
            case var type when TasksInHand.Counts(type):
                if (!_streams.TryGetValue(stored.Stream, out var underWay))
                {
                    _streams[stored.Stream] = underWay = new UnderWay();
                }

                See(EventCodec.Decode(stored).Event, underWay);
                break;
        }
    }

    private void See(WorkflowEvent happened, UnderWay work)
    {
        switch (happened)
        {
            case CallProposed proposed:
                work.Calls[proposed.Call] = Actor.Agent(proposed.Agent).Value;
                break;
            case CallSettled settled when work.Calls.Remove(settled.Call, out var caller):
                Count(caller, r => r with { Calls = r.Calls + 1, CallsFailed = r.CallsFailed + (settled.Outcome == CallOutcome.Failed ? 1 : 0) });
                break;
            default:
                if (work.Tasks.Take(happened) is { } effort)
                {
                    Count(effort.Who.Value, r => r.With(effort.End));
                }

                break;
        }
    }

    private void Count(string executor, Func<TrackRecord, TrackRecord> change) => _records[executor] = change(_records.GetValueOrDefault(executor, TrackRecord.None));

    /// <summary>What is not over yet in a workflow.</summary>
    private sealed class UnderWay
    {
        public TasksInHand Tasks { get; } = new();

        public Dictionary<CallId, string> Calls { get; } = [];
    }
}
