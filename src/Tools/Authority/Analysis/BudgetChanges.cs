using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Compares budgets by id: a budget that is gone, counts otherwise or stops less lets more through.</summary>
internal static class BudgetChanges
{
    public static IEnumerable<PolicyChange> Of(IReadOnlyCollection<Budget> before, IReadOnlyCollection<Budget> after)
    {
        var later = after.ToDictionary(b => b.Id, StringComparer.Ordinal);
        foreach (var budget in before)
        {
            if (!later.TryGetValue(budget.Id, out var now))
            {
                yield return Change(budget.Id, true, "the budget is gone");
                continue;
            }

            foreach (var change in Differences(budget, now))
            {
                yield return change;
            }
        }

        foreach (var budget in after.Where(b => before.All(o => o.Id != b.Id)))
        {
            yield return Change(budget.Id, false, "the budget is new");
        }
    }

    private static IEnumerable<PolicyChange> Differences(Budget was, Budget now)
    {
        if (was.Scope != now.Scope || was.Period != now.Period || was.Key?.ToString() != now.Key?.ToString())
        {
            yield return Change(was.Id, true, "the budget counts otherwise (scope, per or key)");
        }

        (string Name, decimal? Was, decimal? Now)[] caps =
        [
            ("money", was.Cap.Money, now.Cap.Money), ("modelCost", was.Cap.ModelCost, now.Cap.ModelCost), ("tokens", was.Cap.Tokens, now.Cap.Tokens), ("calls", was.Cap.Calls, now.Cap.Calls),
            ("toolCalls", was.Cap.ToolCalls, now.Cap.ToolCalls), ("time", Seconds(was.Cap), Seconds(now.Cap)), ("recipients", was.Cap.Recipients, now.Cap.Recipients),
        ];
        foreach (var (name, before, after) in caps.Where(c => c.Was != c.Now))
        {
            var isWider = before is not null && !(after <= before);
            yield return Change(was.Id, isWider, $"{name} goes from {Say(before)} to {Say(after)}");
        }

        if (was.OnExceeded != now.OnExceeded)
        {
            yield return Change(was.Id, now.OnExceeded > was.OnExceeded, $"onExceeded goes from {was.OnExceeded.ToString().ToLowerInvariant()} to {now.OnExceeded.ToString().ToLowerInvariant()}");
        }

        if (was.OnExceeded == Effect.Ask && now.OnExceeded == Effect.Ask)
        {
            foreach (var change in ApproverChanges.WithSeats(was.Id, was.Approvers, now.Approvers))
            {
                yield return change;
            }
        }
    }

    private static decimal? Seconds(Amounts cap) => cap.Time is { } time ? time.Ticks / (decimal)TimeSpan.TicksPerSecond : null;

    private static string Say(decimal? cap) => cap is { } number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none";

    private static PolicyChange Change(string id, bool isWider, string message) => new(id, [], null, null, isWider, IsCertain: true, message, null);
}
