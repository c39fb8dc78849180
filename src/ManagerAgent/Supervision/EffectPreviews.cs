using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Finds out what calls would do that people are asked about: a read of the system's own, through the gate as any other, for which nobody is waited.</summary>
internal sealed class EffectPreviews(IToolGate gate)
{
    /// <summary>Takes it. What refuses it or goes wrong with it stands in the journal, and holds nothing up.</summary>
    public async Task TakeAsync(ApprovalId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Approvals.GetValueOrDefault(id) is { Requested.Preview: { } wanted, PreviewCall: { } call } approval && session.State.NeedsPreview(approval))
        {
            // It gets the arguments of the task's call, so what the task may not let out does not leave by it either.
            await gate.CallAsync(new ToolCall(call, null, Actor.System, wanted.Tool, wanted.Args, session.State.GrantOfPreview(call)), new Unwaited(session), cancellationToken);
        }
    }

    /// <summary>The same workflow, where nobody is asked for a yes to the preview of what needs a yes.</summary>
    private sealed class Unwaited(IWorkflowLog log) : IWorkflowLog
    {
        public WorkflowState State => log.State;

        public string Node => log.Node;

        public bool CanWait => false;

        public Task<LogResult> AppendAsync(ImmutableArray<WorkflowEvent> events, ImmutableArray<Guard> guards, Actor actor, CancellationToken cancellationToken) =>
            log.AppendAsync(events, guards, actor, cancellationToken);

        public Task<bool> DeferAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => log.DeferAsync(events, actor, cancellationToken);

        public Task HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) => log.HoldAsync(until, cancellationToken);
    }
}
