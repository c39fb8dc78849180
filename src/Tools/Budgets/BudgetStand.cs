namespace AiManager.Tools;

/// <summary>How a budget stands.</summary>
/// <param name="Budget">Its id.</param>
/// <param name="Words">What it allows to whom, and what is left of it.</param>
public sealed record BudgetStand(string Budget, string Words);
