using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// What a terminal can do with workflows: in this process when it holds the data folder, else through the server that does. What it shows is the
/// same object either way.
/// </summary>
internal interface ITerminalDesk : IAsyncDisposable
{
    /// <summary>What is said to whoever would answer for others at a terminal of a shared store.</summary>
    const string NotHere =
        "On a shared store nobody answers for others at a terminal. Each person decides over HTTP with a key of their own (keys create --person PERSON), or in the browser.";

    /// <summary>The company at work.</summary>
    CompanyResource Company { get; }

    /// <summary>True on a store that other hosts may share.</summary>
    bool IsShared => false;

    /// <summary>What a person should know before anything else; null when there is nothing.</summary>
    string? Notice => null;

    /// <summary>Submits a goal, or joins the workflow that pursues it already.</summary>
    Task<SubmitResult> SubmitAsync(string goal, string requester, CancellationToken cancellationToken);

    /// <summary>A workflow; null when there is none.</summary>
    Task<WorkflowResource?> FindAsync(WorkflowId id, CancellationToken cancellationToken);

    /// <summary>Workflows that are not over, oldest first.</summary>
    Task<ImmutableArray<WorkflowId>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the workflow is over or only people can take it further.</summary>
    Task DriveAsync(WorkflowId id, CancellationToken cancellationToken);

    /// <summary>An approval; null when there is none of that id.</summary>
    Task<ApprovalResource?> FindAsync(ApprovalId id, CancellationToken cancellationToken);

    /// <summary>Approvals of a workflow that wait, oldest first, at most a page of them.</summary>
    Task<ImmutableArray<ApprovalResource>> PendingAsync(WorkflowId workflow, CancellationToken cancellationToken);

    /// <summary>Questions of a workflow that only people can answer and nobody has, oldest first, at most a page of them.</summary>
    Task<ImmutableArray<EscalationResource>> QuestionsAsync(WorkflowId workflow, CancellationToken cancellationToken);

    /// <summary>Answers one of them as <paramref name="person"/>; null when that is on record, else why it is not.</summary>
    Task<string?> AnswerAsync(EscalationResource escalation, string choice, string person, CancellationToken cancellationToken);

    /// <summary>Decides an approval as <paramref name="person"/>.</summary>
    Task<DecideResult> DecideAsync(ApprovalId approval, ApprovalAnswer answer, string person, CancellationToken cancellationToken);
}
