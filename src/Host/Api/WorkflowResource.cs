using System.Collections.Immutable;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>A workflow as it is shown outside: the reply of <c>GET /api/workflows/{id}</c> and the last line of <c>submit --json</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Goal">In the requester's words.</param>
/// <param name="Requester">A person's id.</param>
/// <param name="Contract">What the goal means; null until it is agreed.</param>
/// <param name="Playbook">Which one it follows; null for none.</param>
/// <param name="Status">In the contract's words.</param>
/// <param name="Plan">Version 0 without tasks until one is adopted.</param>
/// <param name="WaitingFor">Who must act, longest waiting first.</param>
/// <param name="Spend">So far.</param>
/// <param name="Now">One line that says what it is doing.</param>
/// <param name="Ending">Why and how it ended; null while it has not.</param>
/// <param name="Failure">How it failed, from a closed set; null unless it did.</param>
/// <param name="JoinedTo">The workflow that pursues the goal instead; null for none.</param>
/// <param name="SubmittedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="IsScripted">True when the scripted model plays here: no figure says anything about a real one.</param>
/// <param name="Report">Null while there is nothing to report.</param>
internal sealed record WorkflowResource(
    WorkflowId Id,
    string Goal,
    string Requester,
    ContractResource? Contract,
    string? Playbook,
    string Status,
    PlanResource Plan,
    ImmutableArray<WaitingResource> WaitingFor,
    SpendResource Spend,
    string Now,
    string? Ending,
    string? Failure,
    WorkflowId? JoinedTo,
    DateTimeOffset SubmittedAt,
    DateTimeOffset UpdatedAt,
    bool IsScripted,
    StatusReport? Report);

/// <summary>The intent contract.</summary>
internal sealed record ContractResource(
    string Outcome, ImmutableArray<string> Constraints, ImmutableArray<AcceptanceCheck> Acceptance, DateTimeOffset? Deadline, Amounts? Budget, string Source);

/// <summary>The plan in force.</summary>
internal sealed record PlanResource(int Version, ImmutableArray<TaskResource> Tasks);

/// <summary>A task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Key">Its short name in the plan.</param>
/// <param name="Title">For people.</param>
/// <param name="Status">In the contract's words.</param>
/// <param name="Executor">Who does it; null until assigned.</param>
/// <param name="Needs">Ids of the tasks that it builds on.</param>
/// <param name="Skill">Who can do it.</param>
/// <param name="Deadline">UTC; null for none of its own.</param>
/// <param name="Parent">The template that it came from; null for none.</param>
/// <param name="IsTemplate">True when it stands for one task per element of a list.</param>
/// <param name="Reason">Why it is blocked, failed or was sent back; null when it is not.</param>
/// <param name="Deliverable">What came out of it; null for nothing yet.</param>
internal sealed record TaskResource(
    TaskId Id,
    string Key,
    string Title,
    string Status,
    string? Executor,
    ImmutableArray<TaskId> Needs,
    string Skill,
    DateTimeOffset? Deadline,
    TaskId? Parent,
    bool IsTemplate,
    string? Reason,
    JsonText? Deliverable)
{
    /// <summary>What it may do: tools, limits of arguments, resources, labels, its slice of the budget, its term; never null in a reply of this release.</summary>
    public Grant? Grant { get; init; }
}

/// <summary>Somebody who must act.</summary>
/// <param name="Kind"><c>approval</c>, <c>escalation</c> or <c>task</c>.</param>
/// <param name="Id">Of the approval, the escalation or the task.</param>
/// <param name="Task">The task that waits; null when the whole goal does.</param>
/// <param name="Roles">Whose answer is missing; empty when it is one person's.</param>
/// <param name="Person">Whose task it is; null when a role must act.</param>
/// <param name="Question">What is to be decided or done.</param>
/// <param name="Since">UTC.</param>
/// <param name="Until">UTC; null when it does not run out.</param>
/// <param name="StandIns">People who may answer in somebody's place by now; empty but for approvals.</param>
/// <param name="EscalatedTo">Roles that may answer too by now; empty but for approvals.</param>
internal sealed record WaitingResource(
    string Kind,
    string Id,
    TaskId? Task,
    ImmutableArray<string> Roles,
    string? Person,
    string Question,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    ImmutableArray<string> StandIns,
    ImmutableArray<string> EscalatedTo);

/// <summary>What a workflow has cost.</summary>
/// <param name="Money">By effects of tools.</param>
/// <param name="ModelCost">By models.</param>
/// <param name="Tokens">In and out.</param>
/// <param name="Calls">Of models.</param>
/// <param name="Reserved">Set aside for effects under way.</param>
internal sealed record SpendResource(Money Money, Money ModelCost, long Tokens, long Calls, Money Reserved);

/// <summary>A workflow in a list.</summary>
internal sealed record WorkflowItem(
    WorkflowId Id, string Goal, string Requester, string Status, string? Playbook, DateTimeOffset SubmittedAt, DateTimeOffset UpdatedAt, int TasksDone, int TasksTotal);

/// <summary>One page of a list.</summary>
/// <param name="Items">In order.</param>
/// <param name="Next">Give it as <c>cursor</c> for the next page; null at the end.</param>
internal sealed record PageResource<T>(ImmutableArray<T> Items, string? Next);

/// <summary>A workflow that was submitted.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Joined">True when it was there already.</param>
internal sealed record SubmittedResource(WorkflowId Id, string Url, bool Joined)
{
    /// <summary>Workflows that have to do with it; absent where that could not be said in a moment, and then <c>/api/workflows/{id}/related</c> says it.</summary>
    public ImmutableArray<RelatedResource>? Related { get; init; }
}
