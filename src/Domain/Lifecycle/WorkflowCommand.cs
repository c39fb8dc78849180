namespace AiManager.Domain;

/// <summary>What to do next. Carried out by the driver; carrying one out twice is harmless, because what came of it is in the journal.</summary>
public abstract record WorkflowCommand
{
    private WorkflowCommand()
    {
    }

    /// <summary>Settle what the goal means.</summary>
    public sealed record AgreeContract : WorkflowCommand;

    /// <summary>Make the first plan and adopt it.</summary>
    public sealed record MakePlan : WorkflowCommand;

    /// <summary>Answer what people have said.</summary>
    public sealed record Hear : WorkflowCommand;

    /// <summary>Put a contract into force that somebody has signed.</summary>
    public sealed record ChangeContract(EscalationId Escalation) : WorkflowCommand;

    /// <summary>Make the plan anew, because people want another.</summary>
    public sealed record Replan : WorkflowCommand;

    /// <summary>Turn a template into tasks.</summary>
    public sealed record Expand(TaskId Task) : WorkflowCommand;

    /// <summary>Find somebody for a task.</summary>
    public sealed record Assign(TaskId Task) : WorkflowCommand;

    /// <summary>Let a task's agent take its next step.</summary>
    public sealed record Step(TaskId Task) : WorkflowCommand;

    /// <summary>Check a deliverable against its contract.</summary>
    public sealed record Review(TaskId Task) : WorkflowCommand;

    /// <summary>Take the next rung of the corrective ladder.</summary>
    public sealed record Climb(TaskId Task) : WorkflowCommand;

    /// <summary>Nobody decided in time.</summary>
    public sealed record Expire(ApprovalId Approval) : WorkflowCommand;

    /// <summary>Remind whoever may decide.</summary>
    public sealed record Remind(ApprovalId Approval) : WorkflowCommand;

    /// <summary>The reminder went unanswered: let stand-ins sit down.</summary>
    public sealed record AdmitStandIns(ApprovalId Approval) : WorkflowCommand;

    /// <summary>Let the people of the roles that its rules name sit down.</summary>
    public sealed record Escalate(ApprovalId Approval) : WorkflowCommand;

    /// <summary>Find out what the call would do that people are asked about.</summary>
    public sealed record Preview(ApprovalId Approval) : WorkflowCommand;

    /// <summary>Propose the standing rule that somebody wanted with their yes.</summary>
    public sealed record ProposeStanding(ApprovalId Approval) : WorkflowCommand;

    /// <summary>The time that a call waited for has come.</summary>
    public sealed record EndDeferral(CallId Call) : WorkflowCommand;

    /// <summary>A deadline has passed: ask a person. Of a task, or with null of the whole goal.</summary>
    public sealed record NoticeDeadline(TaskId? Task) : WorkflowCommand;

    /// <summary>Do what a person said about a deadline that passed.</summary>
    public sealed record ObeyDeadline(EscalationId Escalation) : WorkflowCommand;

    /// <summary>A call was started, and what it was for is over: find out what came of it, so that nothing stays set aside for it.</summary>
    public sealed record TakeUp(CallId Call) : WorkflowCommand;

    /// <summary>A person said what became of an unknown call.</summary>
    public sealed record ResolveUnknown(EscalationId Escalation) : WorkflowCommand;

    /// <summary>Check whether the contract is met.</summary>
    public sealed record Accept : WorkflowCommand;

    /// <summary>All tasks ended and acceptance does not hold: revise the plan, or ask a person, or do what they said.</summary>
    public sealed record Reconsider : WorkflowCommand;

    /// <summary>A budget of the goal is used up: end it, with what there is.</summary>
    public sealed record EndAtLimit : WorkflowCommand;

    /// <summary>The contract is met.</summary>
    public sealed record Complete : WorkflowCommand;
}
