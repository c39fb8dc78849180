namespace AiManager.Host;

/// <summary>How verbs end. Scripts rely on these numbers.</summary>
internal static class Exit
{
    /// <summary>Completed.</summary>
    public const int Completed = 0;

    /// <summary>Something unexpected, or a check that does not hold.</summary>
    public const int Unexpected = 1;

    /// <summary>The configuration or the command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Only a person can take it further.</summary>
    public const int Waiting = 3;

    /// <summary>Failed, cancelled, or no script or model fits.</summary>
    public const int Failed = 4;

    /// <summary>Another process has the data folder.</summary>
    public const int InUse = 5;

    /// <summary>Interrupted; everything can be resumed.</summary>
    public const int Interrupted = 130;

    /// <summary>How <c>submit</c> and <c>resume</c> end for a workflow in this status.</summary>
    public static int Of(string status) => StatusNames.ReadWorkflow(status) switch
    {
        WorkflowStatus.Completed => Completed,
        WorkflowStatus.Failed or WorkflowStatus.Cancelled => Failed,
        WorkflowStatus.Waiting or WorkflowStatus.Paused => Waiting,
        _ => Unexpected, // still something to do, and nobody does it
    };
}
