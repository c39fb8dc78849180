using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Nobody has decided yet, and whoever may is reminded.</summary>
/// <param name="Approval">Which approval.</param>
public sealed record ApprovalReminded(ApprovalId Approval) : WorkflowEvent;

/// <summary>The reminder went unanswered: stand-ins may fill open seats from now on.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="StandIns">Who, for whom; empty when nobody stands in here, and then only the escalation is left.</param>
public sealed record StandInsAdmitted(ApprovalId Approval, ImmutableArray<StandIn> StandIns) : WorkflowEvent;

/// <summary>The people of another role may fill open seats from now on.</summary>
/// <param name="Approval">Which approval.</param>
/// <param name="Role">Whose people; which seats is said in the approval's ladder.</param>
public sealed record ApprovalEscalated(ApprovalId Approval, string Role) : WorkflowEvent;

/// <summary>A deadline has passed and what it is for is not done. Nothing is torn up; a person is asked.</summary>
/// <param name="Task">The task; null for the whole goal.</param>
/// <param name="Deadline">The one that passed, UTC.</param>
public sealed record DeadlinePassed(TaskId? Task, DateTimeOffset Deadline) : WorkflowEvent;

/// <summary>A person gave more time.</summary>
/// <param name="Task">The task; null for the whole goal.</param>
/// <param name="Deadline">The new one, UTC.</param>
public sealed record DeadlineExtended(TaskId? Task, DateTimeOffset Deadline) : WorkflowEvent;
