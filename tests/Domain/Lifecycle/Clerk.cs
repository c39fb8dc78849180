namespace AiManager.Domain.Tests;

/// <summary>Carries out commands without much effort: what a driver could append, and what it would if everything went wrong.</summary>
internal static class Clerk
{
    /// <summary>What carrying out <paramref name="command"/> may come to; each must be legal by itself.</summary>
    public static IEnumerable<WorkflowEvent> Outcomes(WorkflowState state, WorkflowCommand command) => command switch
    {
        WorkflowCommand.AgreeContract => [Given.Contract(), Escalate(state, EscalationKind.Model, null), new GoalFailed(GoalFailure.NoScript, "")],
        WorkflowCommand.MakePlan => [new PlanAdopted(Given.Plan()), Escalate(state, EscalationKind.Model, null), new GoalFailed(GoalFailure.NoPlan, "")],
        WorkflowCommand.Hear =>
        [
            new MessageAnswered(state.Messages.Length, MessageEffect.None, Given.Words("yes")), new MessageAnswered(state.Messages.Length, MessageEffect.Revise, Given.Words("yes")),
            new ContractProposed(Given.Id<EscalationId>("clerk" + state.Seq), state.Agreed!.Contract),
        ],
        WorkflowCommand.ChangeContract signed => [new ContractChanged(signed.Escalation)],
        WorkflowCommand.Replan => [new PlanKept("no"), new PlanRevised(new Plan(state.PlanVersion + 1, []), "")],
        WorkflowCommand.Expand expand => [new TaskExpanded(expand.Task, []), new TaskFailed(expand.Task, ""), new TaskBlocked(expand.Task, "", false)],
        WorkflowCommand.Assign assign => [new TaskAssigned(assign.Task, new Executor(Actor.Agent("x")), "default", null, ""), new AssignmentPutOff(assign.Task, "", state.UpdatedAt.AddMinutes(1)), new TaskBlocked(assign.Task, "", false)],
        WorkflowCommand.Step step => AgentTurn.Decide(state, state.Task(step.Task)!).Select(move => Outcome(state, state.Task(step.Task)!, move)),
        WorkflowCommand.Review review => [new DeliverableReviewed(review.Task, Actor.System, true, [], []), new DeliverableReviewed(review.Task, Actor.System, false, ["no"], [])],
        WorkflowCommand.Climb climb => [new TaskRetried(climb.Task, ""), new TaskFailed(climb.Task, ""), Escalate(state, EscalationKind.BlockedTask, climb.Task)],
        WorkflowCommand.Expire expire => [new ApprovalDecided(expire.Approval, "system", "clock", ApprovalVerdict.Expired, null)],
        WorkflowCommand.Remind remind => [new ApprovalReminded(remind.Approval)],
        WorkflowCommand.AdmitStandIns admit => [new StandInsAdmitted(admit.Approval, [])],
        WorkflowCommand.Escalate escalate => [new ApprovalEscalated(escalate.Approval, state.Approvals[escalate.Approval].Requested.Ladder!.Escalations[0].To)],
        WorkflowCommand.EndDeferral ended => [new DeferralEnded(ended.Call)],
        WorkflowCommand.NoticeDeadline notice => [new DeadlinePassed(notice.Task, (notice.Task is { } late ? state.Task(late)!.Task.Deadline : state.Deadline)!.Value)],
        WorkflowCommand.ObeyDeadline obey => Obey(state, state.Escalations[obey.Escalation]),
        WorkflowCommand.TakeUp call => [Given.Settled(call.Call), Given.Settled(call.Call, CallOutcome.Unknown)],
        WorkflowCommand.ResolveUnknown unknown => [Given.Settled(state.Escalations[unknown.Escalation].Raised.Call!.Value, CallOutcome.Failed)],
        WorkflowCommand.Accept => [Check(state), Given.Proposed("clerk" + state.Seq, agent: "system")],
        WorkflowCommand.Reconsider => [new PlanRevised(new Plan(state.PlanVersion + 1, []), ""), Escalate(state, EscalationKind.UnmetGoal, null), new GoalFailed(GoalFailure.GivenUp, ""), new GoalCompleted("")],
        WorkflowCommand.EndAtLimit => [new GoalFailed(GoalFailure.Limit, state.UsedUp!.Words)],
        WorkflowCommand.Complete => [new GoalCompleted("")],
        _ => throw new InvalidOperationException($"No clerk knows {command}."),
    };

    /// <summary>What happens next when models can do nothing, reviewers like nothing, and people say no.</summary>
    public static IEnumerable<WorkflowEvent> Next(WorkflowState state)
    {
        if (state.Status == WorkflowStatus.Paused)
        {
            return [state.HeldBy is null ? new WorkflowResumed() : new WorkReleased(null)];
        }

        return Decider.Decide(state, state.UpdatedAt).FirstOrDefault() switch
        {
            null => [Answer(state)],
            WorkflowCommand.Step step => [Outcome(state, state.Task(step.Task)!, AgentTurn.Decide(state, state.Task(step.Task)!)[0])],
            WorkflowCommand.Climb climb => [new TaskFailed(climb.Task, "no")],
            WorkflowCommand.Review review => [new DeliverableReviewed(review.Task, Actor.System, false, ["no"], [])],
            WorkflowCommand.Reconsider => [new GoalFailed(GoalFailure.GivenUp, "no")],
            { } command => [Outcomes(state, command).First()],
        };
    }

    /// <summary>The first of what it comes to; a running task is stopped before it is somebody else's or nobody's.</summary>
    private static IEnumerable<WorkflowEvent> Obey(WorkflowState state, EscalationState asked) =>
        asked.Choice == "giveUp" ? [new GoalFailed(GoalFailure.GivenUp, "late")]
        : state.Approvals.Values.FirstOrDefault(a => a.Verdict is null && a.Requested.Task == asked.Raised.Task) is { } pending ? [Given.Verdict(pending.Requested.Approval, ApprovalVerdict.Void)]
        : state.Task(asked.Raised.Task!.Value) is { Status: WorkTaskStatus.Pending or WorkTaskStatus.Ready or WorkTaskStatus.Blocked } task ? [new TaskFailed(task.Task.Id, "late")]
        : [new TaskBlocked(asked.Raised.Task!.Value, "late", true)];

    private static WorkflowEvent Answer(WorkflowState state)
    {
        if (!state.Deferred.IsEmpty)
        {
            return new DeferralEnded(state.Deferred.First());
        }

        if (state.Approvals.Values.FirstOrDefault(a => a.Verdict is null) is { } approval)
        {
            return Given.Verdict(approval.Requested.Approval, ApprovalVerdict.Rejected);
        }

        if (state.Escalations.Values.FirstOrDefault(state.IsOpen) is { } open)
        {
            return new EscalationAnswered(open.Raised.Escalation, open.Raised.Kind == EscalationKind.Finding ? "noted" : open.Raised.Choices[^1], null);
        }

        if (state.Tasks.FirstOrDefault(t => t is { Status: WorkTaskStatus.Blocked, HeldBy: not null }) is { } held)
        {
            return new WorkReleased(held.Task.Id);
        }

        if (state.Tasks.FirstOrDefault(t => t.NextAssignment is not null) is { } putOff)
        {
            return new TaskAssigned(putOff.Task.Id, new Executor(Actor.Person("nora")), null, null, "");
        }

        return new TaskBlocked(state.Tasks.First(t => t.Status == WorkTaskStatus.WaitingPerson).Task.Id, "no", true);
    }

    private static WorkflowEvent Outcome(WorkflowState state, TaskState task, TurnMove move) => move switch
    {
        TurnMove.AskModel ask when task.Turn.OpenAsk is not null => new ModelReplied(ask.Ask, task.Task.Id, ModelOutcome.Declined, null, [], null, null, null, []),
        TurnMove.AskModel ask => new ModelAsked(ask.Ask, task.Task.Id, "act", "x", "default", "", 0, 0, []),
        TurnMove.CallTool call => Outcome(state, task, call.Call),
        TurnMove.Correct correct => new ReplyCorrected(task.Task.Id, correct.Ask, correct.Errors),
        TurnMove.SubmitDeliverable submit => new DeliverableSubmitted(task.Task.Id, submit.Deliverable),
        TurnMove.Stop stop => new TaskBlocked(task.Task.Id, stop.Reason, stop.Final),
        _ => throw new InvalidOperationException($"No clerk knows {move}."),
    };

    private static WorkflowEvent Outcome(WorkflowState state, TaskState task, TurnCall call) => state.Calls.GetValueOrDefault(call.Call)?.Status switch
    {
        null => new CallProposed(call.Call, task.Task.Id, "x", call.Proposed.Tool, call.Proposed.Args, []),
        CallStatus.Proposed or CallStatus.Approved => Given.Decided(call.Call, Effect.Deny),
        CallStatus.Started => Given.Settled(call.Call, CallOutcome.Unknown),
        CallStatus.Unknown => Escalate(state, EscalationKind.UnknownCall, null, call.Call),
        { } status => throw new InvalidOperationException($"A call that is {status} is not taken up."),
    };

    private static Escalated Escalate(WorkflowState state, EscalationKind kind, TaskId? task, CallId? call = null) => new(
        Given.Id<EscalationId>("clerk" + state.Seq), kind, task, call, "?", ["retry", "giveUp"], "lead", null);

    private static AcceptanceChecked Check(WorkflowState state) =>
        new(state.Acceptance.Length, state.Acceptance.IsEmpty ? state.AcceptanceRound + 1 : state.AcceptanceRound, null, false, "no");
}
