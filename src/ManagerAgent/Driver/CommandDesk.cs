using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>Who carries out which command.</summary>
internal sealed class CommandDesk(
    ContractMaker contracts,
    Planner planner,
    Replanner replanner,
    MessageListener listener,
    Delegation delegation,
    Supervisor supervisor,
    ApprovalClocks clocks,
    Deadlines deadlines,
    EffectPreviews previews,
    StandingWishes wishes,
    DeliverableReviewer reviewer,
    AcceptanceCheckers acceptance,
    IEnumerable<IExecutor> executors,
    IToolGate gate,
    ICompany company,
    ICrashPoints crash)
{
    private readonly ImmutableArray<IExecutor> _executors = [.. executors];

    /// <summary>Carries a command out and appends what came of it. Carrying it out again after a crash is harmless.</summary>
    public Task CarryOutAsync(WorkflowCommand command, WorkflowSession session, CancellationToken cancellationToken) =>
        HoldOf(command, session.State) is { } held ? session.AppendAsync([held], [], Actor.System, cancellationToken) : DoAsync(command, session, cancellationToken);

    /// <summary>What somebody has suspended is not begun: it is held, and goes on where it stands once that is lifted. Clocks go on, and what was started ends.</summary>
    private WorkHeld? HoldOf(WorkflowCommand command, WorkflowState state) => command switch
    {
        WorkflowCommand.Expire or WorkflowCommand.Remind or WorkflowCommand.AdmitStandIns or WorkflowCommand.Escalate or WorkflowCommand.NoticeDeadline or WorkflowCommand.ObeyDeadline
            or WorkflowCommand.TakeUp or WorkflowCommand.ResolveUnknown or WorkflowCommand.ProposeStanding => null,
        _ when company.State.StopOf(state) is { } all => all.Hold(null),
        WorkflowCommand.Step step when state.Task(step.Task)?.Executor?.Actor.AgentName is { } agent && company.State.StopOf(agent) is { } one => one.Hold(step.Task),
        WorkflowCommand.Preview preview when state.Approvals.GetValueOrDefault(preview.Approval)?.Requested is { } wanted && company.State.StopOf(wanted.Agent) is { } one => one.Hold(wanted.Task),
        _ => null,
    };

    private Task DoAsync(WorkflowCommand command, WorkflowSession session, CancellationToken cancellationToken) => command switch
    {
        WorkflowCommand.AgreeContract => contracts.AgreeAsync(session, cancellationToken),
        WorkflowCommand.MakePlan => planner.AdoptAsync(session, cancellationToken),
        WorkflowCommand.Hear => listener.HearAsync(session, cancellationToken),
        WorkflowCommand.ChangeContract signed => MessageListener.ChangeContractAsync(signed.Escalation, session, cancellationToken),
        WorkflowCommand.Replan => replanner.ReplanAsync(session, cancellationToken),
        WorkflowCommand.Expand expand => delegation.ExpandAsync(expand.Task, session, cancellationToken),
        WorkflowCommand.Assign assign => delegation.AssignAsync(assign.Task, session, cancellationToken),
        WorkflowCommand.Step step => StepAsync(step.Task, session, cancellationToken),
        WorkflowCommand.Review review => reviewer.ReviewAsync(review.Task, session, cancellationToken),
        WorkflowCommand.Climb climb => supervisor.ClimbAsync(climb.Task, session, cancellationToken),
        WorkflowCommand.Expire expire => ApprovalClocks.ExpireAsync(expire.Approval, session, cancellationToken),
        WorkflowCommand.Remind remind => ApprovalClocks.RemindAsync(remind.Approval, session, cancellationToken),
        WorkflowCommand.AdmitStandIns admit => clocks.AdmitStandInsAsync(admit.Approval, session, cancellationToken),
        WorkflowCommand.Escalate escalate => ApprovalClocks.EscalateAsync(escalate.Approval, session, cancellationToken),
        WorkflowCommand.Preview preview => previews.TakeAsync(preview.Approval, session, cancellationToken),
        WorkflowCommand.ProposeStanding wanted => wishes.ProposeAsync(wanted.Approval, session, cancellationToken),
        WorkflowCommand.EndDeferral ended => session.AppendAsync([new DeferralEnded(ended.Call)], [], Actor.System, cancellationToken),
        WorkflowCommand.NoticeDeadline notice => deadlines.NoticeAsync(notice.Task, session, cancellationToken),
        WorkflowCommand.ObeyDeadline obey => deadlines.ObeyAsync(obey.Escalation, session, cancellationToken),
        WorkflowCommand.TakeUp call => TakeUpAsync(call.Call, session, cancellationToken),
        WorkflowCommand.ResolveUnknown unknown => gate.ResolveUnknownAsync(unknown.Escalation, session, cancellationToken),
        WorkflowCommand.Accept => acceptance.CheckAsync(session, cancellationToken),
        WorkflowCommand.Reconsider => replanner.ReconsiderAsync(session, cancellationToken),
        WorkflowCommand.EndAtLimit => session.AppendAsync([new GoalFailed(GoalFailure.Limit, session.State.UsedUp!.Words)], [], Actor.Manager, cancellationToken),
        WorkflowCommand.Complete => CompleteAsync(session, cancellationToken),
        _ => throw new InvalidOperationException($"Nobody carries out {command}."),
    };

    /// <summary>Lets an agent make its moves; calls of one reply go to the gate side by side.</summary>
    private async Task StepAsync(TaskId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        var state = session.State;
        if (state.Task(id) is not { Executor: { } executor } task)
        {
            return;
        }

        var served = _executors.FirstOrDefault(e => e.Serves(executor))
            ?? throw new InvalidOperationException($"Nobody serves {executor.Actor}.");
        var moves = AgentTurn.Decide(state, task);
        var events = await Task.WhenAll(moves.Select(move => served.StepAsync(id, move, session, cancellationToken)));

        // A pause blocks nobody, nor does a suspension: what could not be asked or called is asked and called when it goes on.
        var isOpen = session.State.Status == WorkflowStatus.Running && HoldOf(new WorkflowCommand.Step(id), session.State) is null;
        if (events.SelectMany(e => e).Where(e => isOpen || e is not TaskBlocked).ToImmutableArray() is { IsEmpty: false } all)
        {
            await session.AppendAsync(all, [], executor.Actor, cancellationToken);
            if (all.Any(e => e is DeliverableSubmitted))
            {
                crash.Pass(CrashPoint.AfterDeliverableSubmitted, state.Id.ToString());
            }
        }
    }

    /// <summary>Takes a call that was started to its end, though nobody waits for what it gives.</summary>
    private async Task TakeUpAsync(CallId id, WorkflowSession session, CancellationToken cancellationToken)
    {
        if (session.State.Calls.GetValueOrDefault(id) is { Status: CallStatus.Started, Proposed: { } call })
        {
            var caller = call.Agent == Actor.System.Value ? Actor.System : Actor.Agent(call.Agent);
            await gate.CallAsync(new ToolCall(id, call.Task, caller, call.Tool, call.Args, null), session, cancellationToken);
        }
    }

    private async Task CompleteAsync(WorkflowSession session, CancellationToken cancellationToken)
    {
        crash.Pass(CrashPoint.BeforeGoalCompleted, session.State.Id.ToString());
        if (session.State.Shadow is { } shadow)
        {
            var rehearsed = $"Rehearsed in shadow (playbook {shadow.Playbook}): nothing was done, and nothing is proved. The report says what would have happened.";
            await session.AppendWhileAsync(now => !now.IsSteered, [new GoalCompleted(rehearsed)], Actor.Manager, cancellationToken);
            return;
        }

        var work = session.State.Tasks.Where(t => t.Task.ForEach is null && t.Status != WorkTaskStatus.Cancelled && (session.State.IsInForce(t) || (t.Status == WorkTaskStatus.Done && session.State.EffectsOf(t).Any()))).ToList();
        var held = session.State.Acceptance.Length;
        var summary = $"Done and proved: {work.Count(t => t.Status == WorkTaskStatus.Done)} of {work.Count} task{(work.Count == 1 ? string.Empty : "s")}, {held} acceptance check{(held == 1 ? string.Empty : "s")} held.";
        await session.AppendWhileAsync(now => !now.IsSteered, [new GoalCompleted(summary)], Actor.Manager, cancellationToken);
    }
}
