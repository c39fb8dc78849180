using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Bench;

/// <summary>A workflow that is folded and kept nowhere: what is left of a gate's call when nothing is written.</summary>
internal sealed class FoldingLog(WorkflowState begun, TimeProvider time) : IWorkflowLog
{
    public WorkflowState State { get; private set; } = begun;

    public string Node => "bench";

    public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        Fold(events, actor);
        return Task.FromResult<LogResult>(new LogResult.Appended());
    }

    public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        Fold(events, actor);
        return Task.FromResult(true);
    }

    public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => Task.CompletedTask;

    private void Fold(ImmutableArray<WorkflowEvent> events, Actor actor)
    {
        foreach (var fact in events)
        {
            State = WorkflowFold.TryApply(State, new Recorded(0, State.Seq + 1, EventHash.Cut(time.GetUtcNow()), actor, fact)) ?? throw new InvalidOperationException($"{fact} is no legal move.");
        }
    }
}
