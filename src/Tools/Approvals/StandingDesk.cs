using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Drafts standing rules from approvals. A draft is a text: it takes effect by change control or not at all.</summary>
public sealed class StandingDesk
{
    private readonly IReadModels _readModels;
    private readonly IWorkflowOutside _workflows;
    private readonly Catalog _catalog;
    private readonly Policy _policy;
    private readonly TimeProvider _time;

    internal StandingDesk(IReadModels readModels, IWorkflowOutside workflows, Catalog catalog, Policy policy, TimeProvider time) =>
        (_readModels, _workflows, _catalog, _policy, _time) = (readModels, workflows, catalog, policy, time);

    /// <summary>The rule that would have let the call through, JSON; null where there is none, and then why.</summary>
    public async Task<(JsonText? Rule, string? Hindrance)> DraftAsync(ApprovalId id, StandingTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (await _readModels.OwnerAsync(id.ToString(), cancellationToken) is not { } workflow
            || (await _workflows.ReadAsync(workflow, cancellationToken))?.Approvals.GetValueOrDefault(id)?.Requested is not { } asked)
        {
            return (null, "There is no such approval.");
        }

        return Draft(asked, terms);
    }

    /// <summary>The same of an approval that was read already.</summary>
    public (JsonText? Rule, string? Hindrance) Draft(ApprovalRequested asked, StandingTerms terms)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(terms);
        return asked.Agent == Actor.System.Value || _catalog.Find(asked.Tool) is not { } tool
            ? (null, "There is no standing rule for a check of the system's own, or for a tool that is gone.")
            : StandingDraft.Of(asked, tool, _policy, terms, _time.GetUtcNow());
    }
}
