using AiManager.Tools;

namespace AiManager.Host;

/// <summary>
/// Proposes the standing rule that came of an approval, in the name of whoever asked for it first. Where several did, it is no wider than any of them wants.
/// Whoever could not approve the call cannot confirm the rule.
/// </summary>
internal sealed class StandingProposals(StandingDesk standing, ChangeDesk changes) : IStandingProposals
{
    /// <inheritdoc/>
    public async Task<(ChangeId? Change, string? Hindrance)> ProposeAsync(ApprovalState approved, CancellationToken cancellationToken)
    {
        var wanted = approved.Filled.Where(f => f.Standing is not null).ToList();
        var (asked, first) = (approved.Requested, wanted[0]);
        var (draft, hindrance) = standing.Draft(asked, wanted.Select(f => f.Standing!).Aggregate((one, other) => one.Meet(other)));
        if (draft is not { } rule)
        {
            return (null, hindrance);
        }

        var (change, refused) = await changes.ProposeRuleAsync(new RuleProposal(rule, first.By, first.Via, first.Reason?.Words, asked.Excluded), cancellationToken);
        return (change?.Proposed.Change, refused);
    }
}
