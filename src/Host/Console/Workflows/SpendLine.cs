using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>One kind of spending of a workflow: what is spent, what is set aside, what is left.</summary>
/// <param name="Name">What is spent.</param>
/// <param name="Spent">So far.</param>
/// <param name="Reserved">Set aside for what is under way.</param>
/// <param name="Cap">The goal's budget; null for none of its own.</param>
/// <param name="Unit">A currency, or empty for a count.</param>
internal sealed record SpendLine(string Name, decimal Spent, decimal Reserved, decimal? Cap, string Unit)
{
    /// <summary>Units of the chart's width.</summary>
    public const int Width = 100;

    /// <summary>What is left; null without a cap.</summary>
    public decimal? Left => Cap is { } cap ? Math.Max(0, cap - Spent - Reserved) : null;

    /// <summary>True when more is used than the cap.</summary>
    public bool IsOver => Cap is { } cap && Spent + Reserved > cap;

    /// <summary>How wide the spent part is drawn.</summary>
    public decimal SpentWidth => Share(Spent);

    /// <summary>How wide the part is drawn that is set aside.</summary>
    public decimal ReservedWidth => Math.Min(Share(Reserved), Width - SpentWidth);

    /// <summary>The kinds that a workflow has spent or has a budget for.</summary>
    public static ImmutableArray<SpendLine> Of(WorkflowState state, string currency)
    {
        var (spent, cap) = (state.Spend.Spent, state.Budget);
        SpendLine[] lines =
        [
            new("Money", spent.Money ?? 0, state.Spend.ReservedMoney, cap?.Money, currency),
            new("Models", spent.ModelCost ?? 0, 0, cap?.ModelCost, currency),
            new("Tokens", spent.Tokens ?? 0, 0, cap?.Tokens, string.Empty),
            new("Model calls", spent.Calls ?? 0, 0, cap?.Calls, string.Empty),
        ];
        return [.. lines.Where(l => l.Cap is not null || l.Spent > 0 || l.Reserved > 0)];
    }

    /// <summary>In words: "4,200 EUR spent, 12,400 set aside, 3,400 left".</summary>
    public string Words => $"{Written.Amount(Spent)}{(Unit.Length > 0 ? " " + Unit : string.Empty)} spent"
        + (Reserved > 0 ? $", {Written.Amount(Reserved)} set aside" : string.Empty)
        + (Left is { } left ? $", {Written.Amount(left)} left of {Written.Amount(Cap!.Value)}" : string.Empty);

    private decimal Share(decimal amount) => Math.Round(Math.Clamp(amount / (Cap is { } cap and > 0 ? Math.Max(cap, Spent + Reserved) : Math.Max(Spent + Reserved, 1)), 0, 1) * Width, 2);
}
