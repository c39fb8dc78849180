using System.Collections.Immutable;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Makes cards of approvals that were read with their workflows.</summary>
internal sealed class ApprovalCards(IDirectory directory, Catalog catalog, AskedBudgets budgets)
{
    /// <summary>One, with how the budgets that ask stand now.</summary>
    public async Task<ApprovalCard> OfAsync(ApprovalInContext found, PageContent content, CancellationToken cancellationToken) =>
        ApprovalCard.Of(found, content, directory, catalog, await budgets.ReadAsync(found, cancellationToken));

    /// <summary>Several, in their order.</summary>
    public async Task<ImmutableArray<ApprovalCard>> OfAsync(IReadOnlyCollection<ApprovalInContext> found, PageContent content, CancellationToken cancellationToken)
    {
        var cards = ImmutableArray.CreateBuilder<ApprovalCard>(found.Count);
        foreach (var approval in found)
        {
            cards.Add(await OfAsync(approval, content, cancellationToken));
        }

        return cards.MoveToImmutable();
    }
}
