namespace AiManager.Domain.Tests;

/// <summary>Amounts of money, as people and programs read them.</summary>
public sealed class MoneyTextTests
{
    [Theory]
    [InlineData("12400", "12,400 EUR", "12400.00")]
    [InlineData("12400.00", "12,400 EUR", "12400.00")]
    [InlineData("12.5", "12.50 EUR", "12.50")]
    [InlineData("0.0042", "0.0042 EUR", "0.0042")]
    [InlineData("0", "0 EUR", "0.00")]
    [InlineData("-3.1", "-3.10 EUR", "-3.10")]
    public void Nothing_of_an_amount_is_rounded_away(string amount, string read, string written)
    {
        var number = decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(read, MoneyText.Of(number, "EUR"));
        Assert.Equal(new Money(written, "EUR"), MoneyText.ToMoney(number, "EUR"));
        Assert.Equal(read, MoneyText.Of(new Money(amount, "EUR")));
    }

    [Fact]
    public void What_is_no_amount_is_shown_as_it_stands() => Assert.Equal("much EUR", MoneyText.Of(new Money("much", "EUR")));
}
