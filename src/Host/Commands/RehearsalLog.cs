using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>A workflow that nobody drives, as the gate needs to see it: for calls made to show what the gate says.</summary>
internal sealed class RehearsalLog(IWorkflowJournal journal, TimeProvider time, WorkflowState state) : IWorkflowLog
{
    private readonly List<Recorded> _deferred = [];
    private WorkflowState _durable = state;

    /// <inheritdoc/>
    public WorkflowState State { get; private set; } = state;

    /// <inheritdoc/>
    public string Node => "rehearsal";

    /// <inheritdoc/>
    public async Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        if (!Defer(events, actor))
        {
            return new LogResult.Overtaken();
        }

        var batch = _deferred.ToImmutableArray();
        ImmutableArray<NewEvent> encoded = [.. batch.Select(r => EventCodec.Encode(r.Event, r.At, r.Actor, string.Empty))];
        var request = new AppendRequest(State.Id.ToString(), _durable.Seq, null, encoded, guards, WorkflowView.Changes(_durable, batch, State));
        switch (await journal.AppendAsync(request, cancellationToken))
        {
            case AppendResult.Appended:
                _deferred.Clear();
                _durable = State;
                return new LogResult.Appended();
            case AppendResult.Refused refused:
                _deferred.RemoveRange(_deferred.Count - events.Length, events.Length);
                State = _deferred.Aggregate(_durable, (s, r) => WorkflowFold.Apply(s, r));
                return new LogResult.Refused(refused.Guard, refused.Detail);
            case var other:
                throw new InvalidOperationException($"Nobody else writes here, and an append came to {other}.");
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => Task.FromResult(Defer(events, actor));

    /// <inheritdoc/>
    public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what is deferred.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) =>
        _deferred.Count == 0 ? Task.CompletedTask : AppendAsync([], [], Actor.System, cancellationToken);

    private bool Defer(ImmutableArray<WorkflowEvent> events, Actor actor)
    {
        var next = State;
        var batch = new List<Recorded>(events.Length);
        foreach (var fact in events)
        {
            var recorded = new Recorded(0, next.Seq + 1, EventHash.Cut(time.GetUtcNow()), actor, fact);
            if (WorkflowFold.TryApply(next, recorded) is not { } folded)
            {
                return false;
            }

            next = folded with { Seq = recorded.Seq, UpdatedAt = recorded.At };
            batch.Add(recorded);
        }

        _deferred.AddRange(batch);
        State = next;
        return true;
    }
}
