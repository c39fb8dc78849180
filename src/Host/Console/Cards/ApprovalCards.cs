using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Makes cards of approvals that were read with their workflows.</summary>
internal sealed class ApprovalCards(IDirectory directory, Catalog catalog, AskedBudgets budgets, AskedReasons reasons, StandingDesk standing, LoadedCompany company, CompanyStream stops)
{
    /// <summary>One, with how the budgets that ask stand now.</summary>
    public async Task<ApprovalCard> OfAsync(ApprovalInContext found, PageContent content, CancellationToken cancellationToken) => (await OfAsync([found], content, cancellationToken))[0];

    /// <summary>Several, in their order. What they share is read once.</summary>
    public async Task<ImmutableArray<ApprovalCard>> OfAsync(IReadOnlyCollection<ApprovalInContext> found, PageContent content, CancellationToken cancellationToken) =>
        [.. found.Zip(await budgets.ReadAsync(found, asked => catalog.MoneyOf(asked.Tool) is not null, cancellationToken), (approval, stands) =>
            ApprovalCard.Of(approval, content, directory, catalog, stands, reasons.Of(approval.View.Requested)) with
            {
                MayRule = approval.CanDecide && MayRule(approval.View.Requested),
                Hold = HoldWords.Of(approval.Workflow, approval.View.Requested, stops.State, content.Who),
            })];

    /// <summary>Somebody must be named who confirms rules, and it must be rules that ask; whether the policy's own tests still pass is looked at when it is wanted.</summary>
    private bool MayRule(ApprovalRequested asked) => company.Settings.ChangeControl is not null && standing.Draft(asked, new StandingTerms(null, null)).Rule is not null;
}
