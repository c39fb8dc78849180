using System.Globalization;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What something costs or may cost. As a cap, null means "no cap on this"; as a cost, null means none.</summary>
/// <param name="Money">Effects of tools, in the company's currency.</param>
/// <param name="ModelCost">Price of model calls, in the company's currency.</param>
/// <param name="Tokens">Model tokens, in and out.</param>
/// <param name="Calls">Model calls.</param>
public sealed record Amounts(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Money = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? ModelCost = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Tokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Calls = null)
{
    /// <summary>Nothing at all.</summary>
    public static Amounts None { get; } = new();

    /// <summary>Sum, field by field; null counts as zero, and null plus null stays null. Never overflows.</summary>
    public static Amounts operator +(Amounts left, Amounts right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(Sum(left.Money, right.Money), Sum(left.ModelCost, right.ModelCost), Sum(left.Tokens, right.Tokens), Sum(left.Calls, right.Calls));
    }

    /// <summary>True when no field of <paramref name="cap"/> is exceeded; a cap is inclusive.</summary>
    public bool IsWithin(Amounts cap)
    {
        ArgumentNullException.ThrowIfNull(cap);
        return (Money ?? 0) <= (cap.Money ?? decimal.MaxValue)
            && (ModelCost ?? 0) <= (cap.ModelCost ?? decimal.MaxValue)
            && (Tokens ?? 0) <= (cap.Tokens ?? long.MaxValue)
            && (Calls ?? 0) <= (cap.Calls ?? long.MaxValue);
    }

    // A sum beyond all bounds stays at the bound, where every cap still sees it.
    private static decimal? Sum(decimal? left, decimal? right)
    {
        if (left is not { } a || right is not { } b)
        {
            return left ?? right;
        }

        try
        {
            return a + b;
        }
        catch (OverflowException)
        {
            return a > 0 ? decimal.MaxValue : decimal.MinValue;
        }
    }

    private static long? Sum(long? left, long? right) =>
        left is { } a && right is { } b ? (long)Int128.Clamp((Int128)a + b, long.MinValue, long.MaxValue) : left ?? right;
}

/// <summary>Money in replies and events: the amount as text, so that no reader rounds it.</summary>
/// <param name="Amount">Decimal digits, invariant, such as <c>12.50</c>.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record Money(string Amount, string Currency)
{
    /// <summary>Reads the amount; false when it is not decimal digits.</summary>
    public bool TryRead(out decimal amount) =>
        decimal.TryParse(Amount, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);
}
