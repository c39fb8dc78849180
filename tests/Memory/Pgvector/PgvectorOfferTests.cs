namespace AiManager.Memory.Tests;

/// <summary>Which index a database can give vectors.</summary>
public sealed class PgvectorOfferTests
{
    [Theory]
    [InlineData("0.4.4", 384, PgvectorIndex.None, false)]
    [InlineData("0.5.0", 384, PgvectorIndex.Whole, false)]
    [InlineData("0.6.2", 2_000, PgvectorIndex.Whole, false)]
    [InlineData("0.6.2", 2_001, PgvectorIndex.None, false)]
    [InlineData("0.7.0", 2_001, PgvectorIndex.Halves, false)]
    [InlineData("0.8.1", 4_000, PgvectorIndex.Halves, true)]
    [InlineData("0.8.1", 4_001, PgvectorIndex.None, true)]
    [InlineData("1.0", 2_000, PgvectorIndex.Whole, true)]
    [InlineData("strange", 384, PgvectorIndex.None, false)]
    [InlineData(null, 384, PgvectorIndex.None, false)]
    public void What_the_version_in_use_has_is_used_and_nothing_else(string? version, int dimensions, object index, bool canIterate)
    {
        var offer = new PgvectorOffer(version, "9.9");
        Assert.Equal(((PgvectorIndex)index, canIterate), (offer.IndexFor(dimensions), offer.CanIterate));
    }

    [Fact]
    public void Tables_are_told_apart_by_tenant_and_space_and_no_other_table_is_ever_dropped()
    {
        Assert.Equal(4, new[] { ("a", "b"), ("a", "c"), ("c", "b"), ("a\nb", "") }.Select(p => PgvectorSql.TableOf(p.Item1, p.Item2)).Distinct().Count());
        Assert.Equal("drop table if exists " + PgvectorSql.TableOf("a", "b"), PgvectorSql.Drop(PgvectorSql.TableOf("a", "b")));
        Assert.All(["events", "aimanager_vectors_0; drop table events", "aimanager_vectors_A"], name => Assert.Null(PgvectorSql.Drop(name)));
    }
}
