using System.Collections.Immutable;

namespace AiManager.Tools.Tests;

/// <summary>A workflow being driven, in memory, with the real fold as its judge.</summary>
internal sealed class MemoryLog(Ledger ledger, TimeProvider time, WorkflowId id) : IWorkflowLog
{
    private readonly Lock _gate = new();
    private readonly List<Recorded> _onDisk = [];
    private readonly List<Recorded> _deferred = [];
    private WorkflowState _state = WorkflowFold.Start(id);

    public WorkflowState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public string Node => "host:1";

    public bool CanWait { get; set; } = true;

    /// <summary>How many events each append wrote.</summary>
    public List<ImmutableArray<WorkflowEvent>> Appends { get; } = [];

    /// <summary>What each append wanted to be so, also where it was not.</summary>
    public List<ImmutableArray<Guard>> Guards { get; } = [];

    public DateTimeOffset HeldUntil { get; private set; }

    /// <summary>Another host drives it from now on: whoever had this log is fenced.</summary>
    public bool IsLost { get; set; }

    /// <summary>Runs before the next append: what happens meanwhile.</summary>
    public Action<ImmutableArray<WorkflowEvent>>? Meanwhile { get; set; }

    /// <summary>What is on disk, as a journal has it.</summary>
    public IReadOnlyList<Recorded> OnDisk => [.. _onDisk];

    public IEnumerable<WorkflowEvent> Events => _onDisk.Select(r => r.Event);

    public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        Meanwhile?.Invoke(events);
        lock (_gate)
        {
            Guards.Add(guards);
            // As in a session that has read what others wrote: what is no legal move any more does not even come to the store, which would say that it is fenced.
            if (Fold(events, actor) is not ({ } next, var recorded))
            {
                return Task.FromResult<LogResult>(new LogResult.Overtaken());
            }

            if (IsLost)
            {
                throw new LeaseLostException(id.ToString());
            }

            var refused = ledger.Write(_state, guards, events.Concat(_deferred.Select(d => d.Event)), time.GetUtcNow(), () =>
            {
                _state = next;
                _onDisk.AddRange([.. _deferred, .. recorded]);
                _deferred.Clear();
                Appends.Add(events);
            });
            return Task.FromResult<LogResult>(refused is null ? new LogResult.Appended() : new LogResult.Refused(refused, "full"));
        }
    }

    public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Fold(events, actor) is not ({ } next, var recorded))
            {
                return Task.FromResult(false);
            }

            _state = next;
            _deferred.AddRange(recorded);
            return Task.FromResult(true);
        }
    }

    public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        // As a session does it: what is held long enough is not asked for again.
        if (until > HeldUntil)
        {
            HeldUntil = IsLost ? throw new LeaseLostException(id.ToString()) : until;
        }

        return Task.CompletedTask;
    }

    /// <summary>What others append: must be legal.</summary>
    public void Add(Actor actor, params ImmutableArray<WorkflowEvent> events)
    {
        lock (_gate)
        {
            var (next, recorded) = Fold(events, actor) ?? throw new InvalidOperationException("Not a legal move: " + string.Join(", ", events.Select(e => e.GetType().Name)));
            _state = next;
            _onDisk.AddRange(recorded);
        }
    }

    /// <summary>The process dies: what was deferred is gone, and another one folds what is on disk.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            _deferred.Clear();
            _state = WorkflowFold.Of(id, _onDisk);
        }
    }

    private (WorkflowState State, List<Recorded> Recorded)? Fold(ImmutableArray<WorkflowEvent> events, Actor actor)
    {
        var (state, recorded) = (_state, new List<Recorded>());
        foreach (var fact in events)
        {
            var next = new Recorded(0, state.Seq + 1, time.GetUtcNow(), actor, fact);
            if (WorkflowFold.TryApply(state, next) is not { } moved)
            {
                return null;
            }

            state = moved with { Seq = next.Seq, UpdatedAt = next.At };
            recorded.Add(next);
        }

        return (state, recorded);
    }
}
