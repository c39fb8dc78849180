using System.Globalization;

namespace AiManager.Domain;

/// <summary>Money as sentences for people have it, at every door alike: <c>12,400 EUR</c>, <c>12.50 EUR</c>. Fields that programs read have <see cref="Money"/>.</summary>
public static class MoneyWords
{
    /// <summary>An amount with its thousands apart; cents only where there are some, and then all that there is of them.</summary>
    public static string Amount(decimal amount) => amount.ToString(amount == decimal.Truncate(amount) ? "#,0" : "#,0.00######", CultureInfo.InvariantCulture);

    /// <summary>An amount of a currency.</summary>
    public static string Of(decimal amount, string currency) => $"{Amount(amount)} {currency}";

    /// <summary>An amount out of a reply or an event.</summary>
    public static string Of(Money money)
    {
        ArgumentNullException.ThrowIfNull(money);
        return money.TryRead(out var amount) ? Of(amount, money.Currency) : $"{money.Amount} {money.Currency}";
    }
}
