namespace AiManager.Scenarios.Tests;

/// <summary>The worlds that are made from seeds are fit to judge a run by.</summary>
public sealed class ProcurementWorldTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Fact]
    public void The_same_seed_makes_the_same_world() => Assert.Equal(ProcurementWorld.Sql(7), ProcurementWorld.Sql(7));

    [Fact]
    public void Another_seed_makes_another_world()
    {
        using var first = WorldDatabase.Build(ProcurementWorld.Sql(1));
        using var second = WorldDatabase.Build(ProcurementWorld.Sql(2));
        Assert.Empty(ProcurementOracle.Expected(first).Intersect(ProcurementOracle.Expected(second)));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Each_world_has_orders_at_every_limit_and_items_that_no_quote_fits(int seed)
    {
        using var world = WorldDatabase.Build(ProcurementWorld.Sql(seed));
        var totals = ProcurementOracle.Totals(ProcurementOracle.Expected(world));

        Assert.Equal(7, totals.Count);
        Assert.Equal(3, ProcurementOracle.WithoutQuote(world).Count);
        Assert.Contains(5_000.00m, totals.Values);
        Assert.Contains(5_000.01m, totals.Values);
        Assert.Single(totals.Values, total => total > 50_000);
        Assert.Equal(2, totals.Values.Count(total => total is > 5_000 and <= 50_000));
        Assert.True(totals.Values.Sum() < 100_000, "one day's orders fit the company's budget");
        Assert.NotEmpty(world.Read("select 1 from quotes where note is not null"));
    }
}
