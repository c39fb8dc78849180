using System.Globalization;

namespace AiManager.Domain;

/// <summary>How an amount of money is written, for people and for programs: at every door alike, and nothing of it is rounded away.</summary>
public static class MoneyText
{
    /// <summary>For people: thousands apart, cents only where there are some, such as <c>12,400</c>, <c>12.50</c> or <c>0.0042</c>.</summary>
    public static string Amount(decimal amount) => amount.ToString(amount == decimal.Truncate(amount) ? "#,0" : "#,0.00######", CultureInfo.InvariantCulture);

    /// <summary>For people: <c>12,400 EUR</c>.</summary>
    public static string Of(decimal amount, string currency) => $"{Amount(amount)} {currency}";

    /// <summary>For people, of an amount out of a reply or an event.</summary>
    public static string Of(Money money)
    {
        ArgumentNullException.ThrowIfNull(money);
        return money.TryRead(out var amount) ? Of(amount, money.Currency) : $"{money.Amount} {money.Currency}";
    }

    /// <summary>For programs: always with cents, such as <c>12400.00</c>.</summary>
    public static Money ToMoney(decimal amount, string currency) => new(amount.ToString("0.00######", CultureInfo.InvariantCulture), currency);
}
