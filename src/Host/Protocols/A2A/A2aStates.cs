using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Between a workflow's status and the states of A2A: the only place where they meet, so that a list's filter and what it shows cannot disagree.</summary>
internal static class A2aStates
{
    /// <summary>Taken, and not planned yet.</summary>
    public const string Submitted = "TASK_STATE_SUBMITTED";

    /// <summary>Under way.</summary>
    public const string Working = "TASK_STATE_WORKING";

    /// <summary>Nothing goes on until somebody acts.</summary>
    public const string InputRequired = "TASK_STATE_INPUT_REQUIRED";

    private const string Completed = "TASK_STATE_COMPLETED";
    private const string Failed = "TASK_STATE_FAILED";
    private const string Canceled = "TASK_STATE_CANCELED";

    /// <summary>All that the protocol knows; those that no workflow is in are never shown.</summary>
    public static readonly ImmutableArray<string> All = [Submitted, Working, InputRequired, Completed, Failed, Canceled, "TASK_STATE_REJECTED", "TASK_STATE_AUTH_REQUIRED"];

    /// <summary>The state of a status.</summary>
    public static string Of(WorkflowStatus status) => status switch
    {
        WorkflowStatus.Planning => Submitted,
        WorkflowStatus.Running => Working,
        WorkflowStatus.Waiting or WorkflowStatus.Paused => InputRequired,
        WorkflowStatus.Completed => Completed,
        WorkflowStatus.Failed => Failed,
        _ => Canceled,
    };

    /// <summary>The statuses of a state, in order.</summary>
    public static ImmutableArray<WorkflowStatus> StatusesOf(string state) => [.. Enum.GetValues<WorkflowStatus>().Where(s => Of(s) == state)];

    /// <summary>True when a call that waits for the task need wait no longer.</summary>
    public static bool IsAtRest(WorkflowState state) => state.IsFinal || Of(state.ShownStatus) == InputRequired;
}
