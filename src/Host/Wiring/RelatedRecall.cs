using System.Collections.Immutable;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host;

/// <summary>
/// Finds related work in memory and tells of it from the journal: memory says which, and what became of it stands where it cannot be out of date. Nothing in a person's own words:
/// those would stay in the workflow that is told when they are forgotten where they were said.
/// </summary>
internal sealed class RelatedRecall(MemoryDesk memory, WorkflowDesk workflows, ILogger<RelatedRecall> logger) : IRelatedWork
{
    private const int Most = 5;
    private const int LongestOutcome = 500;

    /// <inheritdoc/>
    public async Task<ImmutableArray<RecalledWork>> RecallAsync(WorkflowState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            var told = ImmutableArray.CreateBuilder<RecalledWork>();
            foreach (var related in (await memory.RememberedAsync(state.Submitted!.Goal.Words, state.Id, Memorable.LabelsOf(state), cancellationToken)).Take(Most))
            {
                if (await workflows.FindAsync(related.Workflow, cancellationToken) is { } found && Told(found.State, related.Relation) is { } work)
                {
                    told.Add(work);
                }
            }

            return told.ToImmutable();
        }
        catch (Exception away) when (away is StoreUnavailableException or UnknownEventException or JsonException)
        {
            logger.RecallFailed(away, state.Id.ToString());
            return [];
        }
    }

    /// <summary>
    /// Null where all that could be said are words of whoever asked, or what a model made of them: only a playbook's are the company's own. And where nobody knows what is confidential
    /// about it: what a plan is made of has labels that flows can be about.
    /// </summary>
    private static RecalledWork? Told(WorkflowState state, string relation) =>
        state is { Submitted: { } submitted, Agreed: { Source: "playbook", Contract: { } contract } } && contract.Outcome != submitted.Goal.Words && !Memorable.LabelsOf(state).Contains(Memorable.Unlabelled)
            ? new RecalledWork(
                state.Id,
                relation,
                StatusNames.Write(state.ShownStatus),
                BriefText.Clip(contract.Outcome, LongestOutcome),
                state is { Status: not WorkflowStatus.Cancelled, Ending: { } ending } && !HoldsPeoplesWords(state) ? BriefText.Clip(ending, LongestOutcome) : null,
                Memorable.LabelsOf(state))
            : null;

    /// <summary>An ending says why tasks came to nothing; where people ended them or refused calls, that is in their words.</summary>
    private static bool HoldsPeoplesWords(WorkflowState state) =>
        state.Tasks.Any(t => !t.SpokenBy.IsEmpty) || state.Approvals.Values.Any(a => a.Verdict is ApprovalVerdict.Rejected);
}
