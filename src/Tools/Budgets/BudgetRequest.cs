using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>A call that wants to spend.</summary>
/// <param name="Caller">Who makes it: an agent's name, <c>manager</c> or <c>system</c>.</param>
/// <param name="ToolName">The tool's name, or <c>model:NAME</c>.</param>
/// <param name="Args">The arguments.</param>
/// <param name="Facts">The facts that the gate pinned.</param>
/// <param name="Wanted">What it may spend at most; null fields are none, and budgets of those are not touched.</param>
/// <param name="State">The workflow.</param>
/// <param name="Task">Its task; null for none.</param>
/// <param name="Now">The moment of the decision.</param>
/// <param name="Approval">The approval that the call has; null for none. With one, an ask comes with its reservations, those beyond their cap under the approval: the gate looks whether its seats cover the ask.</param>
internal sealed record BudgetRequest(
    string Caller, string ToolName, JsonText Args, JsonText Facts, Amounts Wanted, WorkflowState State, WorkTask? Task, DateTimeOffset Now, ApprovalId? Approval)
{
    /// <summary>The tool, where it was found out after the budgets were bound; null for all others.</summary>
    public GovernedTool? FoundOut { get; init; }

    /// <summary>Standing rules that it rests on, which may be used only so often.</summary>
    public ImmutableArray<Budget> Uses { get; init; } = [];
}
