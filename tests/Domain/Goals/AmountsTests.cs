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
        from toolCalls in Maybe(Gen.Choose(0, 1_000).Select(n => (long)n))
        from time in Maybe(Gen.Choose(0, 1_000_000).Select(n => TimeSpan.FromTicks(n)))
        from people in Maybe(Gen.Choose(0, 1_000).Select(n => (long)n))
        select new Amounts(money, cost, tokens, calls, toolCalls, time, people);

    [Fact]
    public void The_lesser_of_two_caps_lies_within_both_and_is_what_fits_both() =>
        Prop.ForAll(Arb.From(Some), Arb.From(Some), Arb.From(Some), (a, b, c) =>
            c.IsWithin(Amounts.Least(a, b)!) == (c.IsWithin(a) && c.IsWithin(b)) && Amounts.Least(a, null) == a && Amounts.Least(null, b) == b).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cap_has_only_the_fields_that_a_call_wants() =>
        Prop.ForAll(Arb.From(Some), Arb.From(Some), (a, b) => a.In(b).In(a) == a.In(b) && b.IsWithin(a.In(b)) == b.IsWithin(a) && a.In(a) == a).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_is_commutative_and_associative_and_nothing_adds_nothing() =>
        Prop.ForAll(Arb.From(Some), Arb.From(Some), Arb.From(Some), (a, b, c) =>
            a + b == b + a && (a + b) + c == a + (b + c) && a + Amounts.None == a).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_added_can_be_taken_away_again() =>
        Prop.ForAll(Arb.From(Some), Arb.From(Some), (a, b) => (a + b - b).IsWithin(a) && a.In(b).IsWithin(a + b - b)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(79, false)]
    [InlineData(80, true)]
    [InlineData(101, true)]
    public void A_share_of_a_cap_is_reached_by_any_field_of_it(int used, bool isReached)
    {
        foreach (var (amounts, cap) in new (Amounts, Amounts)[]
        {
            (new(Money: used), new(Money: 100)), (new(ModelCost: used), new(ModelCost: 100)), (new(Tokens: used), new(Tokens: 100)), (new(Calls: used), new(Calls: 100)),
            (new(ToolCalls: used), new(ToolCalls: 100)), (new(Time: TimeSpan.FromTicks(used)), new(Time: TimeSpan.FromTicks(100))), (new(Recipients: used), new(Recipients: 100)),
        })
        {
            Assert.Equal(isReached, amounts.Reaches(0.8m, cap with { Money = cap.Money ?? 10 }));
            Assert.False(Amounts.None.Reaches(0.8m, cap));
            Assert.False(amounts.Reaches(0.8m, Amounts.None));
        }

        Assert.False(Amounts.None.Reaches(0.8m, new Amounts(Money: 0)));
    }

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
        Assert.False(new Amounts(ToolCalls: 2).IsWithin(new Amounts(ToolCalls: 1)));
        Assert.False(new Amounts(Time: TimeSpan.FromTicks(2)).IsWithin(new Amounts(Time: TimeSpan.FromTicks(1))));
        Assert.False(new Amounts(Recipients: 2).IsWithin(new Amounts(Recipients: 1)));
    }

    [Fact]
    public void A_sum_beyond_all_bounds_stays_at_the_bound_so_that_every_cap_sees_it()
    {
        var most = new Amounts(decimal.MaxValue, decimal.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, TimeSpan.MaxValue, long.MaxValue);
        Assert.Equal(most, most + most);
        Assert.Equal(most, most + new Amounts(1, 1, 1, 1));
        var least = new Amounts(decimal.MinValue, null, long.MinValue);
        Assert.Equal(least, least + least);
    }

    private static Gen<T?> Maybe<T>(Gen<T> some)
        where T : struct => Gen.OneOf(Gen.Constant((T?)null), some.Select(v => (T?)v));
}
