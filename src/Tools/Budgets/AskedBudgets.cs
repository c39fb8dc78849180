using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>How the budgets that ask people about a call stand while they think about it: the question itself says only how they stood when it was asked.</summary>
public sealed class AskedBudgets
{
    private readonly BudgetDesk _budgets;
    private readonly TimeProvider _time;

    internal AskedBudgets(BudgetDesk budgets, TimeProvider time) => (_budgets, _time) = (budgets, time);

    /// <summary>
    /// For each call, in their order, every budget that asks about it, and every budget of money that it counts in where it spends some, in the file's order; those that are
    /// gone by now are left out. A ledger that calls share is read once.
    /// </summary>
    /// <param name="approvals">The calls.</param>
    /// <param name="spends">Whether a call spends money.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImmutableArray<ImmutableArray<BudgetStand>>> ReadAsync(IReadOnlyCollection<ApprovalInContext> approvals, Func<ApprovalRequested, bool> spends, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approvals);
        ArgumentNullException.ThrowIfNull(spends);
        var (look, now) = (_budgets.Look(), _time.GetUtcNow());
        var calls = approvals.Select(approval =>
        {
            var (asked, state) = (approval.View.Requested, approval.Workflow);
            return (
                asked.Budgets,
                IsMoney: spends(asked),
                Request: new BudgetRequest(asked.Agent, asked.Tool, asked.Args, asked.Facts, Amounts.None, state, asked.Task is { } task ? state.Task(task)?.Task : null, now, asked.Approval));
        }).ToList();
        await look.ReadEachAsync(calls.SelectMany(c => _budgets.PlacesOf(c.Budgets, c.IsMoney, c.Request)), cancellationToken);
        var stands = ImmutableArray.CreateBuilder<ImmutableArray<BudgetStand>>(calls.Count);
        foreach (var (budgets, isMoney, request) in calls)
        {
            stands.Add(budgets.IsEmpty && !isMoney ? [] : await _budgets.StandAsync(budgets, isMoney, request, look, cancellationToken));
        }

        return stands.MoveToImmutable();
    }
}
