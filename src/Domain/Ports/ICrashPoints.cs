namespace AiManager.Domain;

/// <summary>
/// Named places at which a test can kill or freeze the process, to prove that nothing is lost and nothing is done twice. In production
/// passing one does nothing.
/// </summary>
public interface ICrashPoints
{
    /// <summary>Marks that <paramref name="stream"/> passes <paramref name="point"/>; may not return.</summary>
    void Pass(CrashPoint point, string stream);
}

/// <summary>The names, as <c>AIMANAGER_CRASH_AT</c> and <c>AIMANAGER_FREEZE_AT</c> take them.</summary>
public enum CrashPoint
{
    /// <summary>A goal is on disk; nobody has begun it.</summary>
    AfterGoalSubmitted,

    /// <summary>A workflow was claimed and not yet read.</summary>
    AfterClaim,

    /// <summary>A question is on disk and not yet sent.</summary>
    AfterModelAsked,

    /// <summary>An answer came and is not yet on disk.</summary>
    AfterModelReplied,

    /// <summary>A plan is on disk.</summary>
    AfterPlanAdopted,

    /// <summary>Facts are read and the call is not yet decided.</summary>
    BeforeCallDecided,

    /// <summary>An intent is on disk and the tool has not run.</summary>
    AfterCallStarted,

    /// <summary>The lease holds for as long as the call may take, and the call is about to be sent.</summary>
    BeforeToolRuns,

    /// <summary>The tool ran and its outcome is not on disk.</summary>
    AfterToolRan,

    /// <summary>The outcome is on disk and the agent has not seen it.</summary>
    AfterCallSettled,

    /// <summary>An approval is asked for.</summary>
    AfterApprovalRequested,

    /// <summary>A person's decision is about to be written.</summary>
    BeforeSeatFilled,

    /// <summary>A person's decision is on disk.</summary>
    AfterApprovalDecided,

    /// <summary>An approved call is decided anew and its start is about to be written.</summary>
    WhileApprovalConsumed,

    /// <summary>Inside the transaction of a group commit, before it commits.</summary>
    InsideGroupCommit,

    /// <summary>A group commit is on disk and its callers are not answered.</summary>
    AfterGroupCommit,

    /// <summary>Inside an sql tool's transaction, effect and key written, before it commits.</summary>
    InsideToolTransaction,

    /// <summary>A deliverable is handed in and not yet reviewed.</summary>
    AfterDeliverableSubmitted,

    /// <summary>A review is on disk.</summary>
    AfterDeliverableReviewed,

    /// <summary>A workflow is about to be let go.</summary>
    BeforeRelease,

    /// <summary>Acceptance is checked and the goal is not yet completed.</summary>
    BeforeGoalCompleted,
}

/// <summary>Nobody is killed.</summary>
public sealed class NoCrashPoints : ICrashPoints
{
    /// <summary>The one instance.</summary>
    public static NoCrashPoints Instance { get; } = new();

    /// <inheritdoc/>
    public void Pass(CrashPoint point, string stream)
    {
    }
}
