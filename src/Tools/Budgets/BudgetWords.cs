using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>What a budget says of itself to the person who is asked: "5,000 EUR a day for each supplier, here globex".</summary>
/// <param name="currency">The company's, for amounts of money.</param>
internal sealed class BudgetWords(string currency)
{
    private const string Nothing = "nothing";
    private const string Wants = ", and this call wants ";

    /// <summary>A call would not fit.</summary>
    public string Exceeded(Budget budget, string ledger, Amounts cap, Amounts used, Amounts wanted) =>
        $"{Name(budget)} allows {Write(cap)}{Per(budget.Period)}{For(budget, ledger)}; {(Write(used) is var taken && taken == Nothing ? "nothing is used or set aside yet" : taken + " is used or set aside")}{Wants}{Write(wanted)}.";

    /// <summary>What is left of it. A call that people let pass may have taken more than there was.</summary>
    public string Left(Budget budget, string ledger, Amounts cap, Amounts used)
    {
        var left = cap - used;
        return $"Of the budget '{budget.Id}', {Write(cap)}{Per(budget.Period)}{For(budget, ledger)}, {Write(Rest(left))} is left now.";
    }

    /// <summary>For how long and for whom, to follow an amount: "a day for acme".</summary>
    public static string Span(Budget budget, string ledger) => (Per(budget.Period) + (ValueOf(budget, ledger) is { } value ? $"{OwnerOf(budget, ledger)} for {value}" : OwnerOf(budget, ledger))).TrimStart();

    /// <summary>What <see cref="Exceeded"/> said of a budget within a longer text; null where that is not in it.</summary>
    public static string? FindExceeded(string text, string budget)
    {
        var from = text.IndexOf($"The budget '{budget}' allows ", StringComparison.Ordinal);
        var wants = from < 0 ? -1 : text.IndexOf(Wants, from, StringComparison.Ordinal);
        for (var end = wants < 0 ? -1 : text.IndexOf('.', wants); end >= 0; end = text.IndexOf('.', end + 1))
        {
            // The dot in an amount ends no sentence.
            if (end + 1 == text.Length || text[end + 1] == ' ')
            {
                return text[from..(end + 1)];
            }
        }

        return null;
    }

    private static Amounts Rest(Amounts left) => new(
        left.Money is { } money ? Math.Max(0, money) : null,
        left.ModelCost is { } cost ? Math.Max(0, cost) : null,
        left.Tokens is { } tokens ? Math.Max(0, tokens) : null,
        left.Calls is { } calls ? Math.Max(0, calls) : null,
        left.ToolCalls is { } toolCalls ? Math.Max(0, toolCalls) : null,
        left.Time is { } time ? (time < TimeSpan.Zero ? TimeSpan.Zero : time) : null,
        left.Recipients is { } people ? Math.Max(0, people) : null);

    /// <summary>It nears its end.</summary>
    public string Low(Budget budget, Amounts cap, Amounts spent) => $"Of {(budget.Id == BudgetDesk.TaskBudget ? "the task's slice of the budget" : $"the budget '{budget.Id}'")}, which allows {Write(cap)}, {Write(spent)} is used.";

    /// <summary>It is at its end.</summary>
    public string UsedUp(Budget budget, Amounts cap, Amounts spent, Amounts wanted) =>
        $"{Name(budget)} is used up: it allows {Write(cap)}, {Write(spent)} is used, and the next step may take {Write(wanted)}.";

    /// <summary>A task's slice was handed to it with its plan, and stands in no file under that name.</summary>
    private static string Name(Budget budget) => budget.Id == BudgetDesk.TaskBudget ? "The task's slice of the budget" : $"The budget '{budget.Id}'";

    private static string Per(BudgetPeriod period) => period switch
    {
        BudgetPeriod.CalendarDay => " a day",
        BudgetPeriod.CalendarMonth => " a month",
        BudgetPeriod.Rolling rolling when rolling.Length == TimeSpan.FromHours(1) => " in an hour",
        BudgetPeriod.Rolling rolling when rolling.Length.TotalHours >= 1 => $" in {rolling.Length.TotalHours:0.##} hours",
        BudgetPeriod.Rolling rolling => $" in {rolling.Length.TotalMinutes:0.##} minutes",
        _ => string.Empty,
    };

    private static string For(Budget budget, string ledger) => ValueOf(budget, ledger) is { } value
        ? $"{OwnerOf(budget, ledger)} for each {budget.Key!.OnlyField!.Fields[^1]} ({value})"
        : OwnerOf(budget, ledger);

    /// <summary>What the budget's key is in a call; null for a budget without one. A ledger is named by its scope, whose it is, and the key's value, in this order.</summary>
    private static string? ValueOf(Budget budget, string ledger) =>
        budget.Key?.OnlyField is null ? null : ledger[(ledger.IndexOf('|', budget.Scope == BudgetScope.Company ? 0 : ledger.IndexOf('|') + 1) + 1)..];

    private static string OwnerOf(Budget budget, string ledger) => budget.Scope switch
    {
        BudgetScope.Company => string.Empty,
        BudgetScope.Agent or BudgetScope.Tool => $" for {ledger.Split('|')[1]}",
        BudgetScope.Workflow => " for one goal",
        _ when budget.Id == BudgetDesk.TaskBudget => $" for '{ledger.Split('|')[^1]}'",
        _ => " for one task",
    };

    private string Write(Amounts amounts)
    {
        List<string> parts = [];
        if (amounts.Money is { } money)
        {
            parts.Add(MoneyText.Of(money, currency));
        }

        if (amounts.ModelCost is { } cost)
        {
            parts.Add($"{MoneyText.Of(cost, currency)} for models");
        }

        if (amounts.Tokens is { } tokens)
        {
            parts.Add($"{tokens:#,0} tokens");
        }

        if (amounts.Calls is { } calls)
        {
            parts.Add($"{calls:#,0} calls of models");
        }

        if (amounts.ToolCalls is { } toolCalls)
        {
            parts.Add($"{toolCalls:#,0} calls of tools");
        }

        if (amounts.Time is { } time)
        {
            parts.Add($"{time.TotalSeconds:#,0.###} s");
        }

        if (amounts.Recipients is { } people)
        {
            parts.Add($"{people:#,0} recipients");
        }

        return parts.Count == 0 ? Nothing : string.Join(", ", parts);
    }
}
