using AiManager.Tools;

namespace AiManager.Host;

/// <summary>A budget on a card.</summary>
/// <param name="Stand">How it stands now.</param>
/// <param name="Bar">A picture of that; null where none can be drawn.</param>
/// <param name="Asks">True when the call is asked about because of it.</param>
internal sealed record CardBudget(BudgetStand Stand, BudgetBar? Bar, bool Asks);

/// <summary>A budget that a call counts in, to be looked at: what is used, what this call takes, and where the limit lies.</summary>
/// <param name="Budget">Its id.</param>
/// <param name="Words">The same in a line.</param>
/// <param name="Used">What is used or set aside already, from 0 to <see cref="Width"/>.</param>
/// <param name="Within">How much of this call fits.</param>
/// <param name="Over">How much of it does not.</param>
/// <param name="Limit">Where the limit lies.</param>
internal sealed record BudgetBar(string Budget, string Words, decimal Used, decimal Within, decimal Over, decimal Limit)
{
    /// <summary>Units of the chart's width.</summary>
    public const int Width = 100;

    private const string Calls = "calls";

    /// <summary>True when this call is more than what is left.</summary>
    public bool IsOver => Over > 0;

    /// <summary>Draws it; null for a budget that counts something else than money or calls, or several things at once: that is said in words. Pure.</summary>
    /// <param name="stand">How it stands.</param>
    /// <param name="money">What the call would spend; null for nothing.</param>
    /// <param name="currency">The company's.</param>
    public static BudgetBar? Of(BudgetStand stand, decimal? money, string currency) => stand.Cap switch
    {
        { Money: { } cap } when stand.Cap == new Amounts(Money: cap) => Draw(stand, stand.Used.Money ?? 0, money ?? 0, cap, currency),
        { ToolCalls: { } cap } when stand.Cap == new Amounts(ToolCalls: cap) => Draw(stand, stand.Used.ToolCalls ?? 0, 1, cap, Calls),
        _ => null,
    };

    private static BudgetBar Draw(BudgetStand stand, decimal used, decimal wanted, decimal cap, string unit)
    {
        // What was booked may be any number: each part is cut to the scale before anything is added up.
        var longest = decimal.MaxValue / (4 * Width);
        (used, wanted, cap) = (Math.Clamp(used, 0, longest), Math.Clamp(wanted, 0, longest), Math.Clamp(cap, 0, longest));
        var scale = Math.Max(Math.Max(cap, used + wanted), 1);
        var fits = Math.Clamp(cap - used, 0, wanted);
        var each = unit == Calls ? string.Empty : $" {unit}";
        var words = (used > 0 ? $"{Written.Amount(used)}{each} used and {Written.Amount(wanted)}{each} more, of " : $"{Written.Amount(wanted)}{each} of ") + $"{Written.Amount(cap)} {unit} {stand.Span}".TrimEnd();
        return new BudgetBar(stand.Budget, words, Share(used), Share(fits), Share(wanted - fits), Share(cap));

        decimal Share(decimal amount) => Math.Round(amount / scale * Width, 2);
    }
}
