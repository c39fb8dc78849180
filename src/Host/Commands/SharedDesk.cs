using System.Collections.Immutable;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// The terminal's desk on a shared store: it drives the one workflow that it is asked to, beside all hosts, and answers for nobody. What another host has
/// claimed, that one drives, and this shows.
/// </summary>
internal sealed class SharedDesk(Deployment deployment) : ITerminalDesk
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly EmbeddedDesk _own = new(deployment);

    /// <inheritdoc/>
    public CompanyResource Company => _own.Company;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public string? Notice => deployment.Standing.Sentence;

    /// <inheritdoc/>
    public Task<SubmitResult> SubmitAsync(string goal, string requester, CancellationToken cancellationToken) => _own.SubmitAsync(goal, requester, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkflowResource?> FindAsync(WorkflowId id, CancellationToken cancellationToken) => _own.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<WorkflowId>> OpenAsync(CancellationToken cancellationToken) => _own.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task DriveAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            await deployment.Get<CompanyStream>().RefreshAsync(cancellationToken);
            await _own.DriveAsync(id, cancellationToken);
            if (await deployment.Get<IWorkflowOutside>().ReadAsync(id, cancellationToken) is not { ShownStatus: WorkflowStatus.Planning or WorkflowStatus.Running })
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ApprovalResource?> FindAsync(ApprovalId id, CancellationToken cancellationToken) => _own.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ApprovalResource>> PendingAsync(WorkflowId workflow, CancellationToken cancellationToken) => _own.PendingAsync(workflow, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<EscalationResource>> QuestionsAsync(WorkflowId workflow, CancellationToken cancellationToken) => _own.QuestionsAsync(workflow, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> AnswerAsync(EscalationResource escalation, string choice, string person, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(ITerminalDesk.NotHere);

    /// <inheritdoc/>
    public Task<DecideResult> DecideAsync(ApprovalId approval, ApprovalAnswer answer, string person, CancellationToken cancellationToken) =>
        Task.FromResult<DecideResult>(new DecideResult.Forbidden(ITerminalDesk.NotHere));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own.DisposeAsync();
}
