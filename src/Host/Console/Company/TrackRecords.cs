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
            var position = _position ??= Math.Max(0, await journal.HeadAsync(cancellationToken) - Most);
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

    /// <summary>Workflows of which something is not over yet, as far as has been read.</summary>
    internal int UnderWayNow => _streams.Count;

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Only what is counted is decoded. What this release cannot read is stepped over, as a host beside it may be newer; else nobody would see the page until this one is replaced.</summary>
    private void See(StoredEvent stored)
    {
        switch (stored.Type)
        {
            case nameof(GoalCompleted) or nameof(GoalFailed) or nameof(GoalCancelled) when _streams.TryGetValue(stored.Stream, out var ending):
                ending.End();
                Forget(stored.Stream, ending);
                break;
            case nameof(CallProposed) or nameof(CallStarted) or nameof(CallSettled):
            case var type when TasksInHand.Counts(type):
                if (Read(stored) is not { } happened)
                {
                    break;
                }

                if (_streams.TryGetValue(stored.Stream, out var known))
                {
                    See(happened, known);
                    Forget(stored.Stream, known);
                }
                else if (happened is CallProposed or TaskAssigned or TaskReassigned)
                {
                    // Nothing else begins anything: what is settled or reviewed without it was begun before the look back.
                    See(happened, _streams[stored.Stream] = new UnderWay());
                }

                break;
        }
    }

    /// <summary>A workflow that is over may have calls under way, which are counted when they settle; with the last of them it is forgotten.</summary>
    private void Forget(string stream, UnderWay work)
    {
        if (work is { IsOver: true, Calls.Count: 0 })
        {
            _streams.Remove(stream);
        }
    }

    private static WorkflowEvent? Read(StoredEvent stored)
    {
        try
        {
            return EventCodec.Decode(stored).Event;
        }
        catch (Exception unreadable) when (OutboxRound.IsUnreadable(unreadable))
        {
            return null;
        }
    }

    private void See(WorkflowEvent happened, UnderWay work)
    {
        switch (happened)
        {
            case CallProposed proposed:
                work.Calls[proposed.Call] = (Actor.Agent(proposed.Agent).Value, false);
                break;
            case CallStarted started when work.Calls.TryGetValue(started.Call, out var begun):
                work.Calls[started.Call] = (begun.Caller, true);
                break;
            case CallSettled settled when work.Calls.Remove(settled.Call, out var ended):
                Count(ended.Caller, r => r with { Calls = r.Calls + 1, CallsFailed = r.CallsFailed + (settled.Outcome == CallOutcome.Failed ? 1 : 0) });
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

        public Dictionary<CallId, (string Caller, bool IsStarted)> Calls { get; } = [];

        public bool IsOver { get; private set; }

        /// <summary>It is over: what has started is still settled, and nothing else is.</summary>
        public void End()
        {
            IsOver = true;
            foreach (var call in Calls.Where(c => !c.Value.IsStarted).Select(c => c.Key).ToList())
            {
                Calls.Remove(call);
            }
        }
    }
}
