using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>The monitors' streams as this process knows them: folded once, then only what is new is read.</summary>
internal sealed class MonitorBook(IWorkflowJournal journal, EventStream stream, TimeProvider time)
{
    private const int MostAttempts = 50;

    private readonly ConcurrentDictionary<MonitorId, MonitorState> _known = [];

    /// <summary>A monitor as it stands in the store.</summary>
    public async Task<MonitorState> ReadAsync(MonitorId id, CancellationToken cancellationToken)
    {
        var state = _known.GetValueOrDefault(id) ?? MonitorFold.Start(id);
        state = (await stream.ReadAsync(id.ToString(), state.Seq, cancellationToken)).Aggregate(state, MonitorFold.Apply);
        return _known.AddOrUpdate(id, state, (_, other) => other.Seq > state.Seq ? other : state);
    }

    /// <summary>
    /// Appends what <paramref name="decide"/> wants to add to the state; whoever appended first is folded in and it decides again. What is no legal move is
    /// left out, all of it. Answers the state then.
    /// </summary>
    public async Task<MonitorState> AppendAsync(MonitorId id, Func<MonitorState, ImmutableArray<WorkflowEvent>> decide, Actor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var state = await ReadAsync(id, cancellationToken);
            var (recorded, after) = Fold(state, decide(state), actor);
            if (recorded is null or { Count: 0 } || await TryAppendAsync(state, recorded, after, cancellationToken))
            {
                return after;
            }
        }

        throw new StoreUnavailableException($"{id} was changed by others {MostAttempts} times in a row. Try again.");
    }

    /// <summary>Events put behind a state; null when one of them is no legal move.</summary>
    public (List<Recorded>? Recorded, MonitorState After) Fold(MonitorState state, ImmutableArray<WorkflowEvent> events, Actor actor)
    {
        var recorded = new List<Recorded>(events.Length);
        foreach (var fact in events)
        {
            var next = new Recorded(0, state.Seq + 1, EventHash.Cut(time.GetUtcNow()), actor, fact);
            if (MonitorFold.TryApply(state, next) is not { } folded)
            {
                return (null, state);
            }

            state = folded;
            recorded.Add(next);
        }

        return (recorded, state);
    }

    /// <summary>Puts them on disk; false when somebody else was first.</summary>
    public async Task<bool> TryAppendAsync(MonitorState before, IReadOnlyList<Recorded> recorded, MonitorState after, CancellationToken cancellationToken) =>
        await TryAppendAsync(before, recorded, after, [], cancellationToken) is AppendResult.Appended;

    /// <summary>As the other, under conditions.</summary>
    public async Task<AppendResult> TryAppendAsync(
        MonitorState before, IReadOnlyList<Recorded> recorded, MonitorState after, ImmutableArray<Guard> guards, CancellationToken cancellationToken)
    {
        var events = ImmutableArray.CreateBuilder<NewEvent>(recorded.Count);
        foreach (var fact in recorded)
        {
            events.Add(await stream.SealAsync(fact, before.Seq == 0 ? string.Empty : $"{before.Id}/{before.Seq}", cancellationToken));
        }

        var result = await journal.AppendAsync(new AppendRequest(before.Id.ToString(), before.Seq, null, events.MoveToImmutable(), guards, []), cancellationToken);
        if (result is AppendResult.Appended)
        {
            _known.AddOrUpdate(before.Id, after, (_, other) => other.Seq > after.Seq ? other : after);
        }

        return result;
    }
}
