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
/// <param name="WarnAt">From which share of a cap on agents are told to come to an end; above 0, at most 1. For workflows and tasks.</param>
/// <param name="Fitting">The tools that have the key's field; null without a key.</param>
internal sealed record Budget(
    string Id,
    BudgetScope Scope,
    BudgetPeriod Period,
    WhenExpression? Key,
    Amounts Cap,
    Effect OnExceeded,
    Approvers Approvers,
    decimal WarnAt,
    IReadOnlySet<string>? Fitting)
{
    /// <summary>Where nothing else is said.</summary>
    public const decimal UsualWarning = 0.8m;

    /// <summary>It is used up by one goal alone.</summary>
    public bool IsOneGoals => Scope is BudgetScope.Workflow or BudgetScope.WorkTask;

    public bool IsAbout(string tool) => Fitting is null || Fitting.Contains(tool);

    /// <summary>Whether it is about a call: a tool that was found out later is looked at as it is.</summary>
    public bool IsAbout(BudgetRequest request) => request.FoundOut is { } tool
        ? Key is null || (Key.OnlyField is { } field && PolicyScope.Lacking([field], tool.Args, tool.Facts) is null)
        : IsAbout(request.ToolName);
}
