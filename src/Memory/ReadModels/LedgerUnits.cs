using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// How ledgers keep amounts, so that a database can add them without rounding: money in millionths of the currency's unit, model cost in
/// billionths (a token costs that little), time in microseconds, all 64-bit integers. What does not fit is refused; model cost and time finer than that are rounded up, since a
/// bound that is a billionth too high is still a bound.
/// </summary>
internal readonly record struct LedgerUnits(long Money, long ModelCost, long Tokens, long Calls, long ToolCalls = 0, long Time = 0, long Recipients = 0)
{
    private const decimal MoneyScale = 1_000_000m;
    private const decimal CostScale = 1_000_000_000m;

    /// <summary>Throws <see cref="ArgumentException"/> for amounts that a ledger cannot hold.</summary>
    public static void Check(ReadModelChange change)
    {
        switch (change)
        {
            case ReadModelChange.Reserve reserve:
                _ = Of(reserve.Reservation.Amounts);
                break;
            case ReadModelChange.Settle settle:
                _ = Of(settle.Actual.Amounts);
                break;
        }
    }

    public static LedgerUnits Of(Amounts amounts)
    {
        var money = Scale(amounts.Money, MoneyScale, "money");
        if (money != decimal.Truncate(money))
        {
            throw new ArgumentException($"A ledger keeps money to a millionth; {amounts.Money} is finer.", nameof(amounts));
        }

        var cost = decimal.Ceiling(Scale(amounts.ModelCost, CostScale, "model cost"));
        return new LedgerUnits((long)money, (long)cost, amounts.Tokens ?? 0, amounts.Calls ?? 0, amounts.ToolCalls ?? 0, Micros(amounts.Time), amounts.Recipients ?? 0);
    }

    public static LedgerUnits operator +(LedgerUnits left, LedgerUnits right) =>
        checked(new(
            left.Money + right.Money,
            left.ModelCost + right.ModelCost,
            left.Tokens + right.Tokens,
            left.Calls + right.Calls,
            left.ToolCalls + right.ToolCalls,
            left.Time + right.Time,
            left.Recipients + right.Recipients));

    public static LedgerUnits operator -(LedgerUnits left, LedgerUnits right) =>
        checked(new(
            left.Money - right.Money,
            left.ModelCost - right.ModelCost,
            left.Tokens - right.Tokens,
            left.Calls - right.Calls,
            left.ToolCalls - right.ToolCalls,
            left.Time - right.Time,
            left.Recipients - right.Recipients));

    /// <summary>As amounts; what is zero is none.</summary>
    public Amounts ToAmounts() => new(
        Money == 0 ? null : Money / MoneyScale,
        ModelCost == 0 ? null : ModelCost / CostScale,
        Tokens == 0 ? null : Tokens,
        Calls == 0 ? null : Calls,
        ToolCalls == 0 ? null : ToolCalls,
        Time == 0 ? null : TimeSpan.FromTicks((long)Int128.Clamp((Int128)Time * TimeSpan.TicksPerMicrosecond, long.MinValue, long.MaxValue)),
        Recipients == 0 ? null : Recipients);

    private static long Micros(TimeSpan? time)
    {
        var (micros, rest) = Math.DivRem(time?.Ticks ?? 0, TimeSpan.TicksPerMicrosecond);
        return rest > 0 ? micros + 1 : micros;
    }

    private static decimal Scale(decimal? amount, decimal scale, string what) =>
        Math.Abs(amount ?? 0) <= (long.MaxValue / scale) - 1
            ? (amount ?? 0) * scale
            : throw new ArgumentException($"A ledger cannot keep so much {what}: {amount}.");
}
