using FsCheck;
using FsCheck.Fluent;

namespace AiManager.Domain.Tests;

public sealed class AmountsTests
{
    private static readonly Gen<Amounts> Some =
        from money in Maybe(ArbMap.Default.GeneratorFor<decimal>().Select(d => Math.Abs(d % 1_000_000)))
        from cost in Maybe(ArbMap.Default.GeneratorFor<decimal>().Select(d => Math.Abs(d % 1_000)))
        from tokens in Maybe(Gen.Choose(0, 1_000_000).Select(n => (long)n))
        from calls in Maybe(Gen.Choose(0, 1_000).Select(n => (long)n))
        select new Amounts(money, cost, tokens, calls);

    [Fact]
    public void Adding_is_commutative_and_associative_and_nothing_adds_nothing() =>
        Prop.ForAll(Arb.From(Some), Arb.From(Some), Arb.From(Some), (a, b, c) =>
            a + b == b + a && (a + b) + c == a + (b + c) && a + Amounts.None == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Null_counts_as_zero_and_two_nulls_stay_null()
    {
        Assert.Equal(new Amounts(5, null, 3, 2), new Amounts(Money: 5, Tokens: 1) + new Amounts(Tokens: 2, Calls: 2));
        Assert.Equal(Amounts.None, Amounts.None + Amounts.None);
    }

    [Theory]
    [InlineData(10.0, 10.0, true)]
    [InlineData(10.01, 10.0, false)]
    [InlineData(null, 0.0, true)]
    [InlineData(5.0, null, true)]
    [InlineData(null, null, true)]
    public void A_cap_is_inclusive_and_none_is_no_cap(double? money, double? cap, bool isWithin) =>
        Assert.Equal(isWithin, new Amounts(Money: (decimal?)money).IsWithin(new Amounts(Money: (decimal?)cap)));

    [Fact]
    public void Each_field_has_its_own_cap()
    {
        var cap = new Amounts(10, 1, 100, 5);
        Assert.True(new Amounts(10, 1, 100, 5).IsWithin(cap));
        Assert.False(new Amounts(ModelCost: 1.01m).IsWithin(cap));
        Assert.False(new Amounts(Tokens: 101).IsWithin(cap));
        Assert.False(new Amounts(Calls: 6).IsWithin(cap));
    }

    [Fact]
    public void A_sum_beyond_all_bounds_stays_at_the_bound_so_that_every_cap_sees_it()
    {
        var most = new Amounts(decimal.MaxValue, decimal.MaxValue, long.MaxValue, long.MaxValue);
        Assert.Equal(most, most + most);
        Assert.Equal(most, most + new Amounts(1, 1, 1, 1));
        var least = new Amounts(decimal.MinValue, null, long.MinValue);
        Assert.Equal(least, least + least);
    }

    private static Gen<T?> Maybe<T>(Gen<T> some)
        where T : struct => Gen.OneOf(Gen.Constant((T?)null), some.Select(v => (T?)v));
}
