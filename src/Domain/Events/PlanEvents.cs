using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>The first plan is in force, with a grant for each task.</summary>
/// <param name="Plan">Version 1.</param>
public sealed record PlanAdopted(Plan Plan) : WorkflowEvent;

/// <summary>Another plan is in force. Tasks that are done stay; open ones that it does not name are cancelled.</summary>
/// <param name="Plan">A version above the last one.</param>
/// <param name="Reason">What made it necessary.</param>
public sealed record PlanRevised(Plan Plan, string Reason) : WorkflowEvent;

/// <summary>A template became one task for each element of its list.</summary>
/// <param name="Task">The template.</param>
/// <param name="Children">In the list's order; none when the list is empty.</param>
public sealed record TaskExpanded(TaskId Task, ImmutableArray<WorkTask> Children) : WorkflowEvent;

/// <summary>A task has an executor.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Executor">Who.</param>
/// <param name="Model">For an agent: the model's name; null for a person.</param>
/// <param name="Limits">For an agent: where an attempt ends; null for a person.</param>
/// <param name="Reason">Why this one.</param>
public sealed record TaskAssigned(TaskId Task, Executor Executor, string? Model, TurnLimits? Limits, string Reason) : WorkflowEvent;

/// <summary>Everybody who could do it has as many tasks as they may have at once: it stays ready, waits for one of them, and is looked at again.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Reason">Who is full; shown to people.</param>
/// <param name="Until">When it is looked at again, UTC; sooner when a person of this workflow is done with something.</param>
public sealed record AssignmentPutOff(TaskId Task, string Reason, DateTimeOffset Until) : WorkflowEvent;

/// <summary>Ladder, first rung: the same executor goes on with what it must know.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Feedback">What to do differently.</param>
public sealed record TaskRetried(TaskId Task, string Feedback) : WorkflowEvent;

/// <summary>Ladder, second rung: another executor with the skill takes over and starts afresh.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Executor">Who takes over.</param>
/// <param name="Model">As in <see cref="TaskAssigned"/>.</param>
/// <param name="Limits">As in <see cref="TaskAssigned"/>.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskReassigned(TaskId Task, Executor Executor, string? Model, TurnLimits? Limits, string Reason) : WorkflowEvent;

/// <summary>The executor cannot go on.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Reason">Why; shown to whoever decides what next.</param>
/// <param name="Final">True when trying again cannot help: a person said no.</param>
public sealed record TaskBlocked(TaskId Task, string Reason, bool Final) : WorkflowEvent;

/// <summary>Somebody has suspended what would go on here: nothing goes on until that is lifted. Nobody's fault, so no rung of the ladder.</summary>
/// <param name="Task">The task that its suspended agent cannot go on with; null for the whole workflow.</param>
/// <param name="By">The suspension's key: <c>agent/purchaser</c>, <c>workflow/wf_…</c>, <c>all/*</c>.</param>
/// <param name="Reason">What whoever suspended it said.</param>
public sealed record WorkHeld(TaskId? Task, string By, PrivateText Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}

/// <summary>The suspension that held it is lifted: it goes on where it stood.</summary>
/// <param name="Task">The task; null for the whole workflow.</param>
public sealed record WorkReleased(TaskId? Task) : WorkflowEvent;

/// <summary>A reply was not in order and goes back to the model with the reason.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Ask">The question it answered.</param>
/// <param name="Errors">What is wrong with it.</param>
public sealed record ReplyCorrected(TaskId Task, AskId Ask, ImmutableArray<string> Errors) : WorkflowEvent;

/// <summary>The executor says it is done.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Deliverable">Satisfies the contract's schema.</param>
public sealed record DeliverableSubmitted(TaskId Task, JsonText Deliverable) : WorkflowEvent;

/// <summary>Somebody other than the doer looked at the deliverable.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Reviewer">Never the doer; <c>system</c> for an evidence check.</param>
/// <param name="Accepted">Whether it meets its contract.</param>
/// <param name="Reasons">What was found; never empty when it was sent back.</param>
/// <param name="Evidence">The calls that the verdict rests on.</param>
public sealed record DeliverableReviewed(TaskId Task, Actor Reviewer, bool Accepted, ImmutableArray<string> Reasons, ImmutableArray<CallId> Evidence) : WorkflowEvent;

/// <summary>The task ended without a deliverable. Tasks that need it are cancelled.</summary>
/// <param name="Task">Which task.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskFailed(TaskId Task, string Reason) : WorkflowEvent;

/// <summary>A person took back what a task may do. The task and everything that was handed on from it ends at once: nothing of it starts any more.</summary>
/// <param name="Task">Which task; of a template, its children too.</param>
/// <param name="Reason">In their words.</param>
public sealed record GrantRevoked(TaskId Task, PrivateText Reason) : WorkflowEvent, ICarryPrivateText
{
    /// <inheritdoc/>
    [JsonIgnore]
    public PrivateText? Private => Reason;

    /// <inheritdoc/>
    public WorkflowEvent WithPrivate(PrivateText text) => this with { Reason = text };
}
