using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>One budget of <c>authority.yaml</c>.</summary>
/// <param name="Id">Unique among rules and budgets.</param>
/// <param name="Scope">Across what it adds up.</param>
/// <param name="Period">Over which time.</param>
/// <param name="Key">A field of <c>args</c> or <c>facts</c>, each of whose values has a ledger of its own; null for one ledger.</param>
/// <param name="Cap">Inclusive; null where there is none.</param>
/// <param name="OnExceeded"><see cref="Effect.Ask"/> or <see cref="Effect.Deny"/>.</param>
/// <param name="Approvers">For an ask: who has to agree.</param>
/// <param name="Fitting">The tools that have the key's field; null without a key.</param>
internal sealed record Budget(
    string Id,
    BudgetScope Scope,
    BudgetPeriod Period,
    WhenExpression? Key,
    Amounts Cap,
    Effect OnExceeded,
    Approvers Approvers,
    IReadOnlySet<string>? Fitting)
{
    public bool IsAbout(string tool) => Fitting is null || Fitting.Contains(tool);
}
