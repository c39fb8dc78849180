using System.Collections.Immutable;
using System.Net;
using AiManager.ManagerAgent;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>The terminal's desk when a server holds the data folder: the server drives, this shows.</summary>
internal sealed class LoopbackDesk : ITerminalDesk
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly LoopbackClient _server;

    private LoopbackDesk(LoopbackClient server, CompanyResource company) => (_server, Company) = (server, company);

    /// <inheritdoc/>
    public CompanyResource Company { get; }

    /// <summary>Says hello to the server, which is the desk's from here on.</summary>
    public static async Task<LoopbackDesk> OpenAsync(LoopbackClient server, CancellationToken cancellationToken)
    {
        try
        {
            var company = await server.GetAsync("/api/company", string.Empty, HostJson.Default.CompanyResource, cancellationToken);
            return new LoopbackDesk(server, company ?? throw new HttpRequestException("The server does not know its company."));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<SubmitResult> SubmitAsync(string goal, string requester, CancellationToken cancellationToken)
    {
        using var reply = await _server.PostAsync("/api/workflows", requester, new SubmitBody(goal), HostJson.Default.SubmitBody, cancellationToken);
        if (reply.StatusCode == HttpStatusCode.BadRequest)
        {
            return new SubmitResult.Invalid(await LoopbackClient.DetailAsync(reply, cancellationToken));
        }

        var submitted = await LoopbackClient.ReadAsync(reply, HostJson.Default.SubmittedResource, cancellationToken);
        return submitted.Joined ? new SubmitResult.Joined(submitted.Id) : new SubmitResult.Created(submitted.Id);
    }

    /// <inheritdoc/>
    public Task<WorkflowResource?> FindAsync(WorkflowId id, CancellationToken cancellationToken) =>
        _server.GetAsync($"/api/workflows/{id}", string.Empty, HostJson.Default.WorkflowResource, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<WorkflowId>> OpenAsync(CancellationToken cancellationToken)
    {
        // By status, so that those that are over, which are the most, are not asked for. One that goes on meanwhile may be met twice.
        var open = new List<WorkflowItem>();
        foreach (var status in StatusNames.OfOpenWorkflows)
        {
            string? cursor = null;
            do
            {
                var path = $"/api/workflows?limit=200&status={status}" + (cursor is null ? string.Empty : "&cursor=" + Uri.EscapeDataString(cursor));
                var page = await _server.GetAsync(path, string.Empty, HostJson.Default.PageResourceWorkflowItem, cancellationToken);
                open.AddRange(page?.Items ?? []);
                cursor = page?.Next;
            }
            while (cursor is not null);
        }

        return [.. open.DistinctBy(w => w.Id).OrderBy(w => w.SubmittedAt).Select(w => w.Id)];
    }

    /// <inheritdoc/>
    public async Task DriveAsync(WorkflowId id, CancellationToken cancellationToken)
    {
        // A decision is on disk before the server has taken the workflow up again: twice the same, and nothing to do, is at rest.
        for (DateTimeOffset? before = null; ;)
        {
            var workflow = await FindAsync(id, cancellationToken);
            var isAtRest = workflow is null || StatusNames.ReadWorkflow(workflow.Status) is not (WorkflowStatus.Planning or WorkflowStatus.Running);
            if (isAtRest && before == (workflow?.UpdatedAt ?? default(DateTimeOffset)))
            {
                return;
            }

            before = isAtRest ? workflow?.UpdatedAt ?? default(DateTimeOffset) : null;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ApprovalResource?> FindAsync(ApprovalId id, CancellationToken cancellationToken) =>
        _server.GetAsync($"/api/approvals/{id}", string.Empty, HostJson.Default.ApprovalResource, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<ApprovalResource>> PendingAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        await _server.GetAsync($"/api/approvals?status=pending&workflow={workflow}", string.Empty, HostJson.Default.ImmutableArrayApprovalResource, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImmutableArray<EscalationResource>> QuestionsAsync(WorkflowId workflow, CancellationToken cancellationToken) =>
        await _server.GetAsync($"/api/escalations?status=open&workflow={workflow}", string.Empty, HostJson.Default.ImmutableArrayEscalationResource, cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> AnswerAsync(EscalationResource escalation, string choice, string person, CancellationToken cancellationToken)
    {
        using var reply = await _server.PostAsync($"/api/escalations/{escalation.Id}", person, new AnswerBody(choice), HostJson.Default.AnswerBody, cancellationToken);
        return reply.IsSuccessStatusCode ? null
            : LoopbackClient.IsUnable(reply.StatusCode) ? throw await LoopbackClient.RefusalAsync(reply, cancellationToken)
            : await LoopbackClient.DetailAsync(reply, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DecideResult> DecideAsync(ApprovalId approval, ApprovalAnswer answer, string person, CancellationToken cancellationToken)
    {
        using var reply = await _server.PostAsync($"/api/approvals/{approval}", person, DecisionBody.Of(answer), HostJson.Default.DecisionBody, cancellationToken);
        switch (reply.StatusCode)
        {
            case HttpStatusCode.NotFound:
                return new DecideResult.NotFound();
            case HttpStatusCode.Forbidden:
                return new DecideResult.Forbidden(await LoopbackClient.DetailAsync(reply, cancellationToken));
            case HttpStatusCode.Conflict:
                return new DecideResult.Conflict(await LoopbackClient.DetailAsync(reply, cancellationToken));
            case HttpStatusCode.UnprocessableEntity:
                return new DecideResult.Invalid(await LoopbackClient.DetailAsync(reply, cancellationToken));
            case HttpStatusCode.TooManyRequests when reply.Headers.RetryAfter?.Date is { } until:
                return new DecideResult.TooMany(await LoopbackClient.DetailAsync(reply, cancellationToken), until);
            default:
                var decided = await LoopbackClient.ReadAsync(reply, HostJson.Default.DecisionResource, cancellationToken);
                return new DecideResult.Recorded(decided.Status, decided.Seats);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
