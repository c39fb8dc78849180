using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Bench;

/// <summary>
/// What the gate wrote, call by call, so that just that can be written again without it: the same events with the same reservations behind the same guards, under the names
/// of another workflow.
/// </summary>
internal sealed class RecordedCalls(IWorkflowLog log) : IWorkflowLog
{
    private readonly List<Written> _written = [];

    /// <summary>The appends so far, in order.</summary>
    public IReadOnlyList<Written> All => _written;

    public WorkflowState State => log.State;

    public string Node => log.Node;

    public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken)
    {
        _written.Add(new Written(events, guards, IsDeferred: false));
        return log.AppendAsync(events, guards, actor, cancellationToken);
    }

    public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        _written.Add(new Written(events, [], IsDeferred: true));
        return log.DeferAsync(events, actor, cancellationToken);
    }

    public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => log.HoldAsync(until, cancellationToken);

    /// <summary>The same of another workflow and another call.</summary>
    public static Written Of(Written written, WorkflowId before, WorkTask task, WorkflowId after, CallId call) => written with
    {
        Events = [.. written.Events.Select(WorkflowEvent (e) => e switch
        {
            CallProposed proposed => proposed with { Call = call, Task = task.Id },
            CallDecided decided => decided with { Call = call },
            CallStarted started => started with { Call = call, IdempotencyKey = $"{after}/{task.Id}/{call}", Reserved = [.. started.Reserved.Select(r => Of(r, before, after))] },
            CallSettled settled => settled with { Call = call, Settled = [.. settled.Settled.Select(r => Of(r, before, after))] },
            _ => throw new InvalidOperationException($"A read that is allowed has no {e.GetType().Name}."),
        })],
        Guards = [.. written.Guards.Select(Guard (g) => g is Guard.Headroom room ? room with { Reservation = Of(room.Reservation, before, after) } : g)],
    };

    private static Reservation Of(Reservation reservation, WorkflowId before, WorkflowId after) =>
        reservation with { Key = reservation.Key.Replace(before.ToString(), after.ToString(), StringComparison.Ordinal) };

    /// <summary>One append, or what was put off until the next.</summary>
    internal sealed record Written(ImmutableArray<WorkflowEvent> Events, ImmutableArray<Guard> Guards, bool IsDeferred)
    {
        /// <summary>Writes it.</summary>
        public Task AppendAsync(IWorkflowLog log, Actor actor) =>
            IsDeferred ? log.DeferAsync(Events, actor, CancellationToken.None) : log.AppendAsync(Events, Guards, actor, CancellationToken.None);
    }
}
