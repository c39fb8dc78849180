using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>
/// One workflow being driven in this host: the only place that folds it, and the only one that appends to it here. Two states are kept:
/// what is on disk, and that plus what is deferred. Deferred events go out with the next append, in front of it.
/// </summary>
internal sealed class WorkflowSession : IWorkflowLog, IDisposable
{
    private readonly IWorkflowJournal _journal;
    private readonly EventStream _stream;
    private readonly TimeProvider _time;
    private readonly Claim _claim;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly List<Recorded> _deferred = [];
    private WorkflowState _durable;
    private Hold _hold = new(DateTimeOffset.MinValue, 0, TimeSpan.Zero);

    private WorkflowSession(IWorkflowJournal journal, EventStream stream, TimeProvider time, Claim claim, WorkflowState durable)
    {
        (_journal, _stream, _time, _claim, _durable) = (journal, stream, time, claim, durable);
        State = durable;
    }

    /// <inheritdoc/>
    public WorkflowState State { get; private set; }

    /// <inheritdoc/>
    public string Node => _claim.Node;

    /// <summary>The last seq on disk that is folded in here.</summary>
    public int FoldedSeq => _durable.Seq;

    /// <summary>Folds a claimed workflow.</summary>
    public static async Task<WorkflowSession> OpenAsync(
        IWorkflowJournal journal, EventStream stream, TimeProvider time, Claim claim, CancellationToken cancellationToken)
    {
        var state = await stream.FoldAsync(PrefixedId.Read<WorkflowId>(claim.Stream), cancellationToken);
        return new WorkflowSession(journal, stream, time, claim, state);
    }

    /// <inheritdoc/>
    public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken) =>
        AppendAsync(_ => true, events, guards, actor, cancellationToken);

    /// <summary>Appends if <paramref name="still"/> holds for the very state that the events go behind; else they are overtaken.</summary>
    public Task<LogResult> AppendWhileAsync(Func<WorkflowState, bool> still, ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) =>
        AppendAsync(still, events, [], actor, cancellationToken);

    private async Task<LogResult> AppendAsync(
        Func<WorkflowState, bool> still, ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            return await AppendLocked(still, events, guards, actor, cancellationToken);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        // Blocking here, behind an append that waits for the disk, would use up the pool's threads until none is left to end the append.
        await _lock.WaitAsync(cancellationToken);
        try
        {
            var state = State;
            var recorded = new List<Recorded>(events.Length);
            foreach (var fact in events)
            {
                var next = new Recorded(0, state.Seq + 1, Now(), actor, fact);
                if (WorkflowFold.TryApply(state, next) is not { } folded)
                {
                    return false;
                }

                state = folded;
                recorded.Add(next);
            }

            _deferred.AddRange(recorded);
            State = state;
            return true;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public async Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (begun, now) = (_time.GetTimestamp(), _time.GetUtcNow());
            var (held, length) = (_hold, until - now);
            if (until <= held.Until && _time.GetElapsedTime(held.Since, begun) + length <= held.Length)
            {
                return;
            }

            if (!await _journal.RenewAsync(_claim, until, cancellationToken))
            {
                throw new LeaseLostException(_claim.Stream);
            }

            _hold = new Hold(until, begun, length);
            if (_time.GetElapsedTime(begun) < length)
            {
                return;
            }

            // The store was away for so long that the lease it then gave is over already: once more, from the present.
            until = _time.GetUtcNow() + length;
        }
    }

    /// <summary>Writes what is deferred. True when that, or somebody else's append, changed the state.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            var before = State;
            if (_deferred.Count > 0)
            {
                await AppendLocked(_ => true, [], [], Actor.System, cancellationToken);
            }

            // Not the seq: an event of somebody else's may stand where a deferred one was dropped.
            return !ReferenceEquals(State, before);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Folds in what others appended. True when there was anything.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            return await CatchUpLocked(cancellationToken);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private async Task<LogResult> AppendLocked(
        Func<WorkflowState, bool> still, ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!still(State))
            {
                return new LogResult.Overtaken();
            }

            var batch = new List<Recorded>(_deferred);
            var state = State;
            foreach (var fact in events)
            {
                var next = new Recorded(0, state.Seq + 1, Now(), actor, fact);
                if (WorkflowFold.TryApply(state, next) is not { } folded)
                {
                    return new LogResult.Overtaken();
                }

                state = folded;
                batch.Add(next);
            }

            if (batch.Count == 0)
            {
                return new LogResult.Appended();
            }

            var request = await RequestLocked(batch, guards, state, cancellationToken);
            switch (await _journal.AppendAsync(request, cancellationToken))
            {
                case AppendResult.Appended:
                    _deferred.Clear();
                    _durable = state;
                    State = state;
                    return new LogResult.Appended();
                case AppendResult.Conflict:
                    await CatchUpLocked(cancellationToken);
                    continue;
                case AppendResult.Refused refused:
                    return new LogResult.Refused(refused.Guard, refused.Detail);
                default:
                    throw new LeaseLostException(_claim.Stream);
            }
        }
    }

    private async Task<AppendRequest> RequestLocked(List<Recorded> batch, ImmutableArray<Guard> guards, WorkflowState after, CancellationToken cancellationToken)
    {
        var sealedEvents = ImmutableArray.CreateBuilder<NewEvent>(batch.Count);
        foreach (var recorded in batch)
        {
            sealedEvents.Add(await _stream.SealAsync(recorded, $"{_claim.Stream}/{_durable.Seq}", cancellationToken));
        }

        return new AppendRequest(_claim.Stream, _durable.Seq, _claim.Epoch, sealedEvents.MoveToImmutable(), guards, WorkflowView.Changes(_durable, batch, after));
    }

    /// <summary>Puts others' events in front of what is deferred here; deferred events that are no legal moves any more are dropped.</summary>
    private async Task<bool> CatchUpLocked(CancellationToken cancellationToken)
    {
        var news = await _stream.ReadAsync(_claim.Stream, _durable.Seq, cancellationToken);
        if (news.IsEmpty)
        {
            return false;
        }

        _durable = news.Aggregate(_durable, WorkflowFold.Apply);
        var state = _durable;
        var kept = new List<Recorded>(_deferred.Count);
        foreach (var recorded in _deferred)
        {
            var moved = recorded with { Seq = state.Seq + 1 };
            if (WorkflowFold.TryApply(state, moved) is { } folded)
            {
                state = folded;
                kept.Add(moved);
            }
        }

        _deferred.Clear();
        _deferred.AddRange(kept);
        State = state;
        return true;
    }

    private DateTimeOffset Now() => EventHash.Cut(_time.GetUtcNow());

    /// <summary>What the store said last of the lease.</summary>
    /// <param name="Until">By the clock on the wall, which may be set.</param>
    /// <param name="Since">When the store was asked, by the clock that only goes forward.</param>
    /// <param name="Length">How long it holds from then on.</param>
    private sealed record Hold(DateTimeOffset Until, long Since, TimeSpan Length);
}
