using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Looks whether a call fits into every budget that it touches. The look is for deciding; what keeps the sum within the cap when two calls race is the
/// guard that goes with each reservation.
/// </summary>
internal sealed class BudgetDesk(Policy policy, IReadModels readModels)
{
    /// <summary>The id under which the goal's own budget is booked.</summary>
    public const string GoalBudget = "goal";

    /// <summary>The id under which a task's slice is booked.</summary>
    public const string TaskBudget = "task";

    private static readonly BudgetPeriod Always = new BudgetPeriod.Always();

    /// <summary>Reads the ledgers as they are now.</summary>
    public async Task<BudgetDecision> LookAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        if (request.Wanted is { Money: < 0 } or { ModelCost: < 0 } or { Tokens: < 0 } or { Calls: < 0 })
        {
            return Denied([], "A call cannot spend less than nothing.");
        }

        List<Reservation> reservations = [];
        List<Guard> guards = [];
        List<(Budget Budget, string Words)> exceeded = [];
        foreach (var budget in Budgets(request).Where(b => b.IsAbout(request.ToolName)))
        {
            var cap = Shared(budget.Cap, request.Wanted);
            if (cap == Amounts.None)
            {
                continue;
            }

            if (LedgerOf(budget, request) is not { } ledger)
            {
                return Denied([budget.Id], $"The budget '{budget.Id}' keeps a ledger for each {budget.Key}, and this call does not say which.");
            }

            var (window, since) = budget.Period.At(request.Now, policy.Zone);
            var reservation = new Reservation(budget.Id, ledger, window, Shared(request.Wanted, cap), cap);
            var used = Shared(await readModels.LedgerAsync(budget.Id, ledger, window, since, cancellationToken), cap);
            if (!Fits(used, reservation.Amounts, cap))
            {
                exceeded.Add((budget, $"The budget '{budget.Id}' ({ledger}, {window}) allows {Write(cap)}; {Write(used)} is used or set aside, and this call wants {Write(reservation.Amounts)}."));
                reservation = reservation with { Approval = request.Approval };
            }

            reservations.Add(reservation);
            guards.Add(new Guard.Headroom(reservation, since));
        }

        return exceeded.Count == 0
            ? new BudgetDecision(Effect.Allow, [.. reservations], [.. guards], [], "There is headroom in every budget.", [], AskLadder.None)
            : Exceeded(exceeded) is { Effect: Effect.Ask } ask && request.Approval is not null
                ? ask with { Reservations = [.. reservations], Guards = [.. guards] }
                : Exceeded(exceeded);
    }

    /// <summary>Those of <c>authority.yaml</c>, then the goal's own, then the task's slice.</summary>
    private IEnumerable<Budget> Budgets(BudgetRequest request)
    {
        var goal = Narrower(request.State.Agreed?.Contract.Budget, request.State.Submitted?.Budget);
        return policy.Budgets.Concat(Slice(GoalBudget, BudgetScope.Workflow, goal)).Concat(Slice(TaskBudget, BudgetScope.WorkTask, request.Task?.Grant.Budget));
    }

    /// <summary>A contract may narrow what was submitted and never widen it.</summary>
    private static Amounts? Narrower(Amounts? agreed, Amounts? submitted) => agreed is null ? submitted : submitted is null ? agreed : new Amounts(
        Least(agreed.Money, submitted.Money), Least(agreed.ModelCost, submitted.ModelCost), Least(agreed.Tokens, submitted.Tokens), Least(agreed.Calls, submitted.Calls));

    private static T? Least<T>(T? left, T? right)
        where T : struct, IComparable<T> => left is not { } a ? right : right is not { } b ? left : a.CompareTo(b) <= 0 ? a : b;

    private static IEnumerable<Budget> Slice(string id, BudgetScope scope, Amounts? cap) =>
        cap is null ? [] : [new Budget(id, scope, Always, null, cap, Effect.Deny, Approvers.None, null)];

    /// <summary>Null when the key's field is not there or is no single value.</summary>
    private static string? LedgerOf(Budget budget, BudgetRequest request)
    {
        var scope = budget.Scope switch
        {
            BudgetScope.Company => "company",
            BudgetScope.Agent => $"agent|{request.Caller}",
            BudgetScope.Tool => $"tool|{request.ToolName}",
            BudgetScope.Workflow => $"workflow|{request.State.Id}",
            _ => $"task|{request.State.Id}|{request.Task?.Id.ToString() ?? "none"}",
        };
        if (budget.Key is null)
        {
            return scope;
        }

        var facts = new WhenFacts { Args = WhenValue.FromJson(request.Args.ToElement()), Facts = WhenValue.FromJson(request.Facts.ToElement()) };
        return budget.Key.Value(facts) switch
        {
            WhenText text => $"{scope}|{text.Value}",
            WhenNumber number => $"{scope}|{number.Value.ToString("0.#############################")}",  // 1 and 1.0 are one ledger
            WhenBoolean truth => $"{scope}|{truth}",
            _ => null,
        };
    }

    private static BudgetDecision Exceeded(List<(Budget Budget, string Words)> exceeded)
    {
        var effect = exceeded.Min(e => e.Budget.OnExceeded);
        var deciding = exceeded.Where(e => e.Budget.OnExceeded == effect).OrderBy(e => e.Budget.Id, StringComparer.Ordinal).ToList();
        var ids = deciding.Select(e => e.Budget.Id).ToImmutableArray();
        var reason = string.Join(" ", deciding.Select(e => e.Words));
        if (effect == Effect.Deny)
        {
            return Denied(ids, reason);
        }

        var who = Approvers.Together([.. deciding.Select(e => e.Budget.Approvers)]);
        return new BudgetDecision(Effect.Ask, [], [], ids, reason, who.Seats, who.Ladder);
    }

    private static BudgetDecision Denied(ImmutableArray<string> budgets, string reason) => new(Effect.Deny, [], [], budgets, reason, [], AskLadder.None);

    /// <summary>The fields of <paramref name="amounts"/> that <paramref name="other"/> has too: a budget binds what it caps of what a call wants.</summary>
    private static Amounts Shared(Amounts amounts, Amounts other) => new(
        other.Money is null ? null : amounts.Money,
        other.ModelCost is null ? null : amounts.ModelCost,
        other.Tokens is null ? null : amounts.Tokens,
        other.Calls is null ? null : amounts.Calls);

    /// <summary>Inclusive. What alone is over the cap is not added first: the largest amounts cannot be added to anything.</summary>
    private static bool Fits(Amounts used, Amounts wanted, Amounts cap) => wanted.IsWithin(cap) && used.IsWithin(cap) && (used + wanted).IsWithin(cap);

    private static string Write(Amounts amounts)
    {
        List<string> parts = [];
        if (amounts.Money is { } money)
        {
            parts.Add($"{money:#,0.00######} of money");
        }

        if (amounts.ModelCost is { } cost)
        {
            parts.Add($"{cost:#,0.00######} for models");
        }

        if (amounts.Tokens is { } tokens)
        {
            parts.Add($"{tokens:#,0} tokens");
        }

        if (amounts.Calls is { } calls)
        {
            parts.Add($"{calls:#,0} calls of models");
        }

        return parts.Count == 0 ? "nothing" : string.Join(", ", parts);
    }
}
