using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>How the budgets that ask people about a call stand while they think about it: the question itself says only how they stood when it was asked.</summary>
public sealed class AskedBudgets
{
    private readonly BudgetDesk _budgets;
    private readonly TimeProvider _time;

    internal AskedBudgets(BudgetDesk budgets, TimeProvider time) => (_budgets, _time) = (budgets, time);

    /// <summary>Each budget that asks, in the file's order; those that are gone by now are left out. One ledger is read for each.</summary>
    public async Task<ImmutableArray<BudgetStand>> ReadAsync(ApprovalInContext approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        var (asked, state) = (approval.View.Requested, approval.Workflow);
        return asked.Budgets.IsEmpty
            ? []
            : await _budgets.StandAsync(
                asked.Budgets,
                new BudgetRequest(asked.Agent, asked.Tool, asked.Args, asked.Facts, Amounts.None, state, asked.Task is { } task ? state.Task(task)?.Task : null, _time.GetUtcNow(), asked.Approval),
                cancellationToken);
    }
}
