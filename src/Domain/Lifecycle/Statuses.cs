using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>Where a workflow stands. Written in lower snake case outside.</summary>
public enum WorkflowStatus
{
    /// <summary>Submitted: the contract or the plan is being made.</summary>
    Planning,

    /// <summary>A plan is adopted and something is being done.</summary>
    Running,

    /// <summary>Nothing can be done until a person answers. Never stored: it follows from the tasks (<see cref="WorkflowState.ShownStatus"/>).</summary>
    Waiting,

    /// <summary>Somebody stopped it for now.</summary>
    Paused,

    /// <summary>The contract is met and proved.</summary>
    Completed,

    /// <summary>It ended without meeting the contract.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Cancelled,
}

/// <summary>Where a task stands.</summary>
public enum WorkTaskStatus
{
    /// <summary>Waits for the tasks that it needs.</summary>
    Pending,

    /// <summary>Can be assigned.</summary>
    Ready,

    /// <summary>An agent works on it, or a template's children do.</summary>
    Running,

    /// <summary>A call of it waits for an approval, and nothing else of it can go on.</summary>
    WaitingApproval,

    /// <summary>A person works on it.</summary>
    WaitingPerson,

    /// <summary>Its executor cannot go on, or a reviewer sent it back: the manager decides what next.</summary>
    Blocked,

    /// <summary>Its deliverable is being checked.</summary>
    InReview,

    /// <summary>Its deliverable was accepted.</summary>
    Done,

    /// <summary>It ended without.</summary>
    Failed,

    /// <summary>It is no longer wanted.</summary>
    Cancelled,
}

/// <summary>Where a tool call stands.</summary>
public enum CallStatus
{
    /// <summary>Somebody wants it.</summary>
    Proposed,

    /// <summary>An approval is asked for.</summary>
    Asked,

    /// <summary>All seats are filled; it must be decided again and then started.</summary>
    Approved,

    /// <summary>It waits for time to pass, and is decided again then.</summary>
    Deferred,

    /// <summary>Decided and not made, because the run is in shadow.</summary>
    Shadowed,

    /// <summary>Not made: denied, rejected, expired, or void.</summary>
    Refused,

    /// <summary>Its intent is in the journal; the effect may or may not have happened.</summary>
    Started,

    /// <summary>It was made and gave a result.</summary>
    Succeeded,

    /// <summary>It was made and failed, so far as the tool can say.</summary>
    Failed,

    /// <summary>Nobody knows whether it happened; a person is asked.</summary>
    Unknown,
}

/// <summary>How statuses are written outside: <c>waiting_approval</c>.</summary>
public static class StatusNames
{
    /// <summary>All of a workflow's, from its beginning to its ends.</summary>
    public static ImmutableArray<string> OfWorkflows { get; } = [.. Enum.GetValues<WorkflowStatus>().Select(Write)];

    /// <summary>Those of a workflow that is not over.</summary>
    public static ImmutableArray<string> OfOpenWorkflows { get; } = [.. Enum.GetValues<WorkflowStatus>().Where(s => !WorkflowLifecycle.IsFinal(s)).Select(Write)];

    private static readonly FrozenDictionary<string, WorkflowStatus> WorkflowWords = Enum.GetValues<WorkflowStatus>().ToFrozenDictionary(Write, StringComparer.Ordinal);

    /// <summary>A workflow's status from its word; null for a word that is none.</summary>
    public static WorkflowStatus? ReadWorkflow(string word) => WorkflowWords.TryGetValue(word, out var status) ? status : null;

    /// <summary>The contract's word for a workflow's status.</summary>
    public static string Write(WorkflowStatus status) => Snake(status.ToString());

    /// <summary>The contract's word for a task's status.</summary>
    public static string Write(WorkTaskStatus status) => Snake(status.ToString());

    /// <summary>The contract's word for a call's status.</summary>
    public static string Write(CallStatus status) => Snake(status.ToString());

    private static string Snake(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 2);
        foreach (var character in name)
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }
}
