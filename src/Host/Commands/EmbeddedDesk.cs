using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>The terminal's desk when this process holds the data folder.</summary>
internal sealed class EmbeddedDesk(Deployment deployment) : ITerminalDesk
{
    private readonly WorkflowDesk _workflows = deployment.Get<WorkflowDesk>();
    private readonly AnswerDesk _answers = deployment.Get<AnswerDesk>();
    private readonly ApprovalDesk _approvals = deployment.Get<ApprovalDesk>();
    private WorkflowSnapshot? _seen;

    /// <inheritdoc/>
    public CompanyResource Company { get; } = deployment.Company.ToResource();

    /// <inheritdoc/>
    public string? Notice => deployment.Standing.Sentence;

    /// <inheritdoc/>
    public Task<SubmitResult> SubmitAsync(string goal, string requester, CancellationToken cancellationToken) =>
        _workflows.SubmitAsync(new SubmitRequest(goal, requester, deployment.Company.Bundle.Hash) { Budget = deployment.Company.Settings.Budget }, cancellationToken);

    /// <inheritdoc/>
    public async Task<WorkflowResource?> FindAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        // It is looked at several times a second: only what is new is read.
        var known = _seen is { } seen && seen.State.Id == id ? seen : new WorkflowSnapshot(WorkflowFold.Start(id), []);
        var news = await _workflows.EventsAsync(id, known.State.Seq, cancellationToken);
        _seen = news.IsEmpty ? known : new WorkflowSnapshot(news.Aggregate(known.State, WorkflowFold.Apply), known.Events.AddRange(news));
        return _seen.Events.IsEmpty ? null : deployment.Get<WorkflowMapper>().Map(_seen);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<WorkflowId>> OpenAsync(CancellationToken cancellationToken) =>
        [.. (await deployment.Get<IReadModels>().OpenWorkflowsAsync(cancellationToken)).Select(w => w.Workflow)];

    /// <inheritdoc/>
    public async Task DriveAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        await deployment.Get<SourceKeeper>().BeginAsync(cancellationToken);
        await deployment.Get<WorkflowLoop>().RunUntilIdleAsync(id, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ApprovalResource?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        await _approvals.FindAsync(id, cancellationToken) is { } found ? ApprovalResource.Of(found) : null;

    /// <inheritdoc/>
    public async Task<ImmutableArray<ApprovalResource>> PendingAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        [.. (await _approvals.ListAsync(new InboxQuery(ApprovalView.Pending, workflow), null, cancellationToken)).Items.Select(ApprovalResource.Of)];

    /// <inheritdoc/>
    public async Task<ImmutableArray<EscalationResource>> QuestionsAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        (await EscalationList.ReadAsync(deployment.Get<IReadModels>(), deployment.Get<IWorkflowOutside>(), deployment.Get<PlainWords>(), new InboxQuery("open", workflow), cancellationToken)).Items;

    /// <inheritdoc/>
    public async Task<string?> AnswerAsync(EscalationResource escalation, string choice, string person, CancellationToken cancellationToken) =>
        (await _answers.AnswerAsync(escalation.Workflow, escalation.Id, choice, null, person, Caller.LocalTerminal, cancellationToken)).Why;

    /// <inheritdoc/>
    public Task<DecideResult> DecideAsync(ApprovalId approval, ApprovalAnswer answer, string person, CancellationToken cancellationToken) =>
        _approvals.DecideAsync(approval, person, answer, Caller.LocalTerminal, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => deployment.DisposeAsync();
}
