using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>How a budget stands.</summary>
/// <param name="Budget">Its id.</param>
/// <param name="Words">What it allows to whom, and what is left of it.</param>
public sealed record BudgetStand(string Budget, string Words)
{
    /// <summary>What it allows.</summary>
    public Amounts Cap { get; init; } = Amounts.None;

    /// <summary>What is used or set aside of that.</summary>
    public Amounts Used { get; init; } = Amounts.None;

    /// <summary>For how long and for whom it allows that, to follow an amount: "a day for acme"; empty for once and for all.</summary>
    public string Span { get; init; } = string.Empty;
}
