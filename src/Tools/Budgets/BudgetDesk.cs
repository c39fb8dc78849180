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

    private readonly BudgetWords _words = new(policy.Currency);

    /// <summary>Reads the ledgers as they are now.</summary>
    public async Task<BudgetDecision> LookAsync(BudgetRequest request, CancellationToken cancellationToken)
    {
        if (request.Wanted.IsNegative)
        {
            return Denied([], "A call cannot spend less than nothing.");
        }

        var look = Look();
        List<Reservation> reservations = [];
        List<Guard> guards = [];
        List<(Budget Budget, string Words)> exceeded = [];
        BudgetNotice? low = null;
        BudgetNotice? usedUp = null;
        foreach (var budget in Budgets(request))
        {
            if (!budget.IsAbout(request))
            {
                continue;
            }

            var cap = budget.Cap.In(request.Wanted);
            if (cap == Amounts.None)
            {
                continue;
            }

            if (LedgerOf(budget, request) is not var (ledger, spelled))
            {
                return Denied([budget.Id], $"The budget '{budget.Id}' keeps a ledger for each {budget.Key}, and this call does not say which.");
            }

            var (window, since) = budget.Period.At(request.Now, policy.Zone);
            var reservation = new Reservation(budget.Id, ledger, window, request.Wanted.In(cap), cap);
            var (used, before) = await UsedAsync(budget, (ledger, spelled), cap, (window, since), look, cancellationToken);
            var spent = budget.IsOneGoals ? used - UnderWay(request.State, reservation).In(cap) : used;
            if (low is null && budget.IsOneGoals && spent.Reaches(budget.WarnAt, cap) && !request.State.LowBudgets.Any(b => b.Budget == budget.Id && b.Task == TaskOf(budget, request)))
            {
                low = new BudgetNotice(budget.Id, TaskOf(budget, request), _words.Low(budget, cap, spent));
            }

            if (!Fits(used, reservation.Amounts, cap))
            {
                // What is only set aside for calls under way comes back in part: that is no end.
                if (usedUp is null && budget.IsOneGoals && budget.OnExceeded == Effect.Deny && !Fits(spent, reservation.Amounts, cap))
                {
                    usedUp = new BudgetNotice(budget.Id, TaskOf(budget, request), _words.UsedUp(budget, cap, spent, reservation.Amounts));
                }

                exceeded.Add((budget, _words.Exceeded(budget, spelled, cap, used, reservation.Amounts)));
                reservation = reservation with { Approval = request.Approval };
            }

            reservations.Add(reservation);
            guards.Add(new Guard.Headroom(before == Amounts.None ? reservation : reservation with { Cap = cap - before }, since));
        }

        return exceeded.Count == 0
            ? new BudgetDecision(Effect.Allow, [.. reservations], [.. guards], [], "There is headroom in every budget.", [], AskLadder.None) { Low = low }
            : Exceeded(exceeded) is { Effect: Effect.Ask } ask && request.Approval is not null
                ? ask with { Reservations = [.. reservations], Guards = [.. guards], Low = low }
                : Exceeded(exceeded) with { UsedUp = usedUp };
    }

    /// <summary>Begins a look at several calls.</summary>
    public LedgerLook Look() => new(readModels);

    /// <summary>How budgets of <c>authority.yaml</c> stand now for a call, in words. Those that are gone, or keep no ledger for it, are left out.</summary>
    /// <param name="ids">Which.</param>
    /// <param name="isMoney">Those of money too that the call counts in.</param>
    /// <param name="request">The call; what it wants does not matter.</param>
    /// <param name="look">What other calls of the same look have read already.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<ImmutableArray<BudgetStand>> StandAsync(ImmutableArray<string> ids, bool isMoney, BudgetRequest request, LedgerLook look, CancellationToken cancellationToken)
    {
        var stands = ImmutableArray.CreateBuilder<BudgetStand>();
        foreach (var budget in Standing(ids, isMoney, request))
        {
            if (LedgerOf(budget, request) is { } ledger)
            {
                var (used, _) = await UsedAsync(budget, ledger, budget.Cap, budget.Period.At(request.Now, policy.Zone), look, cancellationToken);
                stands.Add(new BudgetStand(budget.Id, _words.Left(budget, ledger.Spelled, budget.Cap, used)) { Cap = budget.Cap, Used = used, Span = BudgetWords.Span(budget, ledger.Spelled) });
            }
        }

        return stands.DrainToImmutable();
    }

    /// <summary>The ledgers that <see cref="StandAsync"/> looks at.</summary>
    public IEnumerable<LedgerPlace> PlacesOf(ImmutableArray<string> ids, bool isMoney, BudgetRequest request) =>
        from budget in Standing(ids, isMoney, request)
        let found = LedgerOf(budget, request)
        where found is not null
        let period = budget.Period.At(request.Now, policy.Zone)
        from ledger in new[] { found.Value.Ledger, found.Value.Spelled }.Distinct()
        select new LedgerPlace(budget.Id, ledger, period.Window, period.Since);

    private IEnumerable<Budget> Standing(ImmutableArray<string> ids, bool isMoney, BudgetRequest request) =>
        policy.Budgets.Where(b => ids.Contains(b.Id) || (isMoney && b.Cap.Money is not null && b.IsAbout(request)));

    /// <summary>
    /// What is used of a budget. What programs before 0.3.0 booked stands under the value as it was spelled (<c>Before</c>): it counts, and nothing is booked there any more.
    /// </summary>
    private static async Task<(Amounts Used, Amounts Before)> UsedAsync(
        Budget budget, (string Key, string Spelled) ledger, Amounts cap, (string Window, DateTimeOffset? Since) period, LedgerLook look, CancellationToken cancellationToken)
    {
        var before = ledger.Key == ledger.Spelled ? Amounts.None : await InAsync(ledger.Spelled);
        return (await InAsync(ledger.Key) + before, before);

        async Task<Amounts> InAsync(string name) => (await look.ReadAsync(budget.Id, name, period, cancellationToken)).In(cap);
    }

    /// <summary>Those of <c>authority.yaml</c>, then the goal's own, then the task's slice.</summary>
    private IEnumerable<Budget> Budgets(BudgetRequest request) => policy.Budgets.Concat(request.Uses)
        .Concat(Slice(GoalBudget, BudgetScope.Workflow, request.State.Budget))
        .Concat(Slice(TaskBudget, BudgetScope.WorkTask, IsTheDoers(request) ? request.Task?.Grant.Budget : null));

    /// <summary>
    /// A slice is for whoever does the task. Looking at what came out of it is not theirs: a check is made by the system and a review by somebody else, also when the
    /// doer has used everything.
    /// </summary>
    private static bool IsTheDoers(BudgetRequest request) =>
        request.Caller != Actor.System.Value
        && !(request.ToolName.StartsWith(Policy.ModelPrefix, StringComparison.Ordinal) && request.Task is { } task && request.State.Task(task.Id)?.Executor?.Actor.AgentName is { } doer && doer != request.Caller);

    private static IEnumerable<Budget> Slice(string id, BudgetScope scope, Amounts? cap) =>
        cap is null ? [] : [new Budget(id, scope, Always, null, cap, Effect.Deny, Approvers.None, Budget.UsualWarning, null)];

    private static TaskId? TaskOf(Budget budget, BudgetRequest request) => budget.Scope == BudgetScope.WorkTask ? request.Task?.Id : null;

    /// <summary>What calls and questions of the workflow that have no end yet have set aside in one ledger.</summary>
    private static Amounts UnderWay(WorkflowState state, Reservation ledger)
    {
        var sum = Amounts.None;
        foreach (var call in state.UnderWay)
        {
            Add(state.Calls[call].Started!.Reserved);
        }

        foreach (var ask in state.Asks.Values)
        {
            Add(ask.Replied is null ? ask.Asked.Reserved : []);
        }

        foreach (var task in state.Tasks)
        {
            Add(task.Turn.Asked?.Reserved ?? []);
        }

        return sum;

        void Add(ImmutableArray<Reservation> reserved)
        {
            foreach (var r in reserved)
            {
                sum = r.Budget == ledger.Budget && r.Key == ledger.Key && r.Window == ledger.Window ? sum + r.Amounts : sum;
            }
        }
    }

    /// <summary>Under which key it is booked, and how the call spells that. Null when the key's field is not there or is no single value.</summary>
    private static (string Ledger, string Spelled)? LedgerOf(Budget budget, BudgetRequest request)
    {
        var scope = budget.Scope switch
        {
            BudgetScope.Company => "company",
            BudgetScope.Agent => $"agent|{request.Caller}",
            BudgetScope.Tool => $"tool|{request.ToolName}",
            BudgetScope.Workflow => $"workflow|{request.State.Id}",
            _ when budget.Id == TaskBudget && request.Task is { } sliced => $"slice|{request.State.Id}|{sliced.SliceKey}",
            _ => $"task|{request.State.Id}|{request.Task?.Id.ToString() ?? "none"}",
        };
        if (budget.Key is null)
        {
            return (scope, scope);
        }

        var facts = new WhenFacts { Args = WhenValue.FromJson(request.Args.ToElement()), Facts = WhenValue.FromJson(request.Facts.ToElement()) };
        return budget.Key.Value(facts) switch
        {
            WhenText text => ($"{scope}|{LedgerKey.Of(text.Value)}", $"{scope}|{text.Value}"),
            WhenNumber number => Same($"{scope}|{number.Value.ToString("0.#############################")}"),  // 1 and 1.0 are one ledger
            WhenBoolean truth => Same($"{scope}|{truth}"),
            _ => null,
        };

        static (string, string)? Same(string ledger) => (ledger, ledger);
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

    /// <summary>Inclusive. What alone is over the cap is not added first: the largest amounts cannot be added to anything.</summary>
    private static bool Fits(Amounts used, Amounts wanted, Amounts cap) => wanted.IsWithin(cap) && used.IsWithin(cap) && (used + wanted).IsWithin(cap);
}
