using System.Globalization;
using System.Text.Json.Serialization;

namespace AiManager.Domain;

/// <summary>What something costs or may cost. As a cap, null means "no cap on this"; as a cost, null means none.</summary>
/// <param name="Money">Effects of tools, in the company's currency.</param>
/// <param name="ModelCost">Price of model calls, in the company's currency.</param>
/// <param name="Tokens">Model tokens, in and out.</param>
/// <param name="Calls">Model calls.</param>
/// <param name="ToolCalls">Calls of tools.</param>
/// <param name="Time">How long calls of tools and models take, added up; ledgers keep microseconds.</param>
/// <param name="Recipients">People that calls address, each as often as addressed.</param>
public sealed record Amounts(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Money = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? ModelCost = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Tokens = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Calls = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ToolCalls = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimeSpan? Time = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Recipients = null)
{
    /// <summary>Nothing at all.</summary>
    public static Amounts None { get; } = new();

    /// <summary>Sum, field by field; null counts as zero, and null plus null stays null. Never overflows.</summary>
    public static Amounts operator +(Amounts left, Amounts right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(
            Sum(left.Money, right.Money),
            Sum(left.ModelCost, right.ModelCost),
            Sum(left.Tokens, right.Tokens),
            Sum(left.Calls, right.Calls),
            Sum(left.ToolCalls, right.ToolCalls),
            Sum(left.Time?.Ticks, right.Time?.Ticks) is { } ticks ? TimeSpan.FromTicks(ticks) : null,
            Sum(left.Recipients, right.Recipients));
    }

    /// <summary>Difference, field by field; null counts as zero, and null less null stays null.</summary>
    public static Amounts operator -(Amounts left, Amounts right)
    {
        ArgumentNullException.ThrowIfNull(right);
        return left + new Amounts(-right.Money, -right.ModelCost, -right.Tokens, -right.Calls, -right.ToolCalls, -right.Time, -right.Recipients);
    }

    /// <summary>The smaller of two caps, field by field; null where neither caps.</summary>
    public static Amounts? Least(Amounts? left, Amounts? right) => left is null ? right : right is null ? left : new(
        Smaller(left.Money, right.Money),
        Smaller(left.ModelCost, right.ModelCost),
        Smaller(left.Tokens, right.Tokens),
        Smaller(left.Calls, right.Calls),
        Smaller(left.ToolCalls, right.ToolCalls),
        Smaller(left.Time, right.Time),
        Smaller(left.Recipients, right.Recipients));

    /// <summary>Those fields that <paramref name="other"/> has too: a budget binds what it caps of what a call wants.</summary>
    public Amounts In(Amounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            other.Money is null ? null : Money,
            other.ModelCost is null ? null : ModelCost,
            other.Tokens is null ? null : Tokens,
            other.Calls is null ? null : Calls,
            other.ToolCalls is null ? null : ToolCalls,
            other.Time is null ? null : Time,
            other.Recipients is null ? null : Recipients);
    }

    /// <summary>Some field is below zero.</summary>
    [JsonIgnore]
    public bool IsNegative => Money < 0 || ModelCost < 0 || Tokens < 0 || Calls < 0 || ToolCalls < 0 || Time < TimeSpan.Zero || Recipients < 0;

    /// <summary>True when no field of <paramref name="cap"/> is exceeded; a cap is inclusive.</summary>
    public bool IsWithin(Amounts cap)
    {
        ArgumentNullException.ThrowIfNull(cap);
        return (Money ?? 0) <= (cap.Money ?? decimal.MaxValue)
            && (ModelCost ?? 0) <= (cap.ModelCost ?? decimal.MaxValue)
            && (Tokens ?? 0) <= (cap.Tokens ?? long.MaxValue)
            && (Calls ?? 0) <= (cap.Calls ?? long.MaxValue)
            && (ToolCalls ?? 0) <= (cap.ToolCalls ?? long.MaxValue)
            && (Time ?? TimeSpan.Zero) <= (cap.Time ?? TimeSpan.MaxValue)
            && (Recipients ?? 0) <= (cap.Recipients ?? long.MaxValue);
    }

    /// <summary>True when some field is used to a <paramref name="share"/> (0 to 1) of what <paramref name="cap"/> allows.</summary>
    public bool Reaches(decimal share, Amounts cap)
    {
        ArgumentNullException.ThrowIfNull(cap);
        return Reached(Money, cap.Money)
            || Reached(ModelCost, cap.ModelCost)
            || Reached(Tokens, cap.Tokens)
            || Reached(Calls, cap.Calls)
            || Reached(ToolCalls, cap.ToolCalls)
            || Reached(Time?.Ticks, cap.Time?.Ticks)
            || Reached(Recipients, cap.Recipients);

        bool Reached(decimal? used, decimal? most) => used > 0 && used >= most * share;
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

    private static T? Smaller<T>(T? left, T? right)
        where T : struct, IComparable<T> => left is not { } a ? right : right is not { } b ? left : a.CompareTo(b) <= 0 ? a : b;

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
