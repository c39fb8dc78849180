using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>
/// One run under way, and the log that the gate writes its read to. Nobody leases a monitor's stream: a run that was declared lost, or replaced, meanwhile is
/// no longer open, so what it wants to add is no legal move and it stops.
/// </summary>
internal sealed class MonitorSession(MonitorBook book, MonitorState state, int run) : IWorkflowLog
{
    private readonly List<(WorkflowEvent Event, Actor Actor)> _deferred = [];
    private MonitorState _durable = state;
    private MonitorState _current = state;
    private WorkflowState _check = state.Open!.Check!;

    /// <inheritdoc/>
    public WorkflowState State => _current.Open is { Check: { } check } open && open.Fired.Run == run ? _check = check : _check;

    /// <inheritdoc/>
    public bool CanWait => false;

    /// <inheritdoc/>
    public string Node { get; } = state.Open!.Fired.Node;

    /// <summary>The run as it stands here; null when it is over.</summary>
    public MonitorRun? Run => _current.Open is { } open && open.Fired.Run == run ? open : null;

    /// <inheritdoc/>
    public async Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        if (!guards.IsDefault && guards.FirstOrDefault(g => g is not Guard.CompanyAt) is { } spends)
        {
            return new LogResult.Refused(spends, "A monitor's check spends nothing.");
        }

        while (true)
        {
            var (recorded, after) = Batch(events, actor);
            if (recorded is null)
            {
                return new LogResult.Overtaken();
            }

            if (recorded.Count == 0)
            {
                // Nothing that an append would be refused for: whether the run is still open has to be asked.
                _durable = _current = await book.ReadAsync(_durable.Id, cancellationToken);
                return Run is null ? new LogResult.Overtaken() : new LogResult.Appended();
            }

            switch (await book.TryAppendAsync(_durable, recorded, after, guards, cancellationToken))
            {
                case AppendResult.Appended:
                    _deferred.Clear();
                    _durable = _current = after;
                    return new LogResult.Appended();
                case AppendResult.Refused refused:
                    return new LogResult.Refused(refused.Guard, refused.Detail);
            }

            _durable = _current = await book.ReadAsync(_durable.Id, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        var (recorded, after) = book.Fold(_current, events, actor);
        if (recorded is not null)
        {
            _deferred.AddRange(events.Select(e => (e, actor)));
            _current = after;
        }

        return Task.FromResult(recorded is not null);
    }

    /// <inheritdoc/>
    public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is deferred, then <paramref name="events"/>, behind what is on disk.</summary>
    private (List<Recorded>? Recorded, MonitorState After) Batch(ImmutableArray<WorkflowEvent> events, Actor actor)
    {
        if (_durable.Open?.Fired.Run != run)
        {
            return (null, _durable);
        }

        var all = new List<Recorded>();
        var after = _durable;
        foreach (var (fact, by) in _deferred.Concat(events.Select(e => (e, actor))))
        {
            var (recorded, next) = book.Fold(after, [fact], by);
            if (recorded is null)
            {
                return (null, _durable);
            }

            all.AddRange(recorded);
            after = next;
        }

        return (all, after);
    }
}
