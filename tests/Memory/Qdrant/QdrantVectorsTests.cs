namespace AiManager.Memory.Tests;

/// <summary>The place over REST, each request held against Qdrant's own OpenAPI description.</summary>
public sealed class QdrantVectorsTests : VectorPlaceContract, IAsyncLifetime
{
    private QdrantDouble? _qdrant;

    async Task IAsyncLifetime.DisposeAsync()
    {
        Assert.Empty(_qdrant!.Faults);
        await DisposeAsync();
        await _qdrant.DisposeAsync();
    }

    [Fact]
    public async Task Two_tenants_of_one_space_share_a_collection_and_see_nothing_of_each_other()
    {
        var (acme, globex) = (await OtherAsync("acme"), await OtherAsync("globex"));
        await acme.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None);
        await globex.PutAsync([At("a", 5, [1, 0, 0, 0]), At("b", 6, [1, 0, 0, 0])], CancellationToken.None);
        Assert.Equal((1L, 2L), (await acme.CountAsync(CancellationToken.None), await globex.CountAsync(CancellationToken.None)));
        Assert.Equal([1L], (await acme.NearestAsync([1, 0, 0, 0], 10, VectorFilter.None, CancellationToken.None)).Select(f => f.Seq));
        await acme.ClearAsync(CancellationToken.None);
        Assert.Equal((0L, 2L), (await acme.CountAsync(CancellationToken.None), await globex.CountAsync(CancellationToken.None)));
        var collection = Assert.Single(_qdrant!.Collections.Values);
        Assert.Equal(["kind", "stream", "tenant"], collection.Indexes.Order());
        Assert.All(collection.Points.Values, p => Assert.Equal(["id", "kind", "seq", "stream", "tenant"], p.Payload.Select(f => f.Key).Order()));
    }

    [Fact]
    public async Task Two_spaces_have_two_collections_and_clearing_takes_out_both()
    {
        await using var one = await OtherAsync("acme", "Model: A/384");
        await using var other = await OtherAsync("acme", "model- a-384");
        await one.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None);
        await other.PutAsync([At("a", 1, [1, 0, 0])], CancellationToken.None);
        Assert.Equal(2, _qdrant!.Collections.Count);
        Assert.All(_qdrant.Collections.Keys, n => Assert.StartsWith("aimanager-model--a-384-", n));
        await one.ClearAsync(CancellationToken.None);
        Assert.All(_qdrant.Collections.Values, c => Assert.Empty(c.Points));
    }

    [Fact]
    public async Task The_key_goes_with_each_request_and_a_wrong_one_is_refused_without_being_told()
    {
        _qdrant!.Key = "open sesame";
        await using var right = await OtherAsync("acme");
        await right.PutAsync([At("a", 1, [1, 0, 0, 0])], CancellationToken.None);
        await using var wrong = new QdrantVectors(_qdrant.Home() with { Key = "close sesame" }, "contract/4");
        var refused = await Assert.ThrowsAsync<VectorPlaceException>(() => wrong.CountAsync(CancellationToken.None));
        Assert.Contains("refuses the key", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refused.ToString() + right.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_filter_or_path_would_be_noticed()
    {
        var document = new OpenApiCheck(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "qdrant", "openapi.json")));
        Assert.Null(Query("""{"query":[0.1],"filter":{"must":[{"key":"tenant","match":{"value":"a"}}]},"limit":1}"""));
        Assert.NotNull(Query("""{"query":[0.1],"filter":{"musst":[{"key":"tenant","match":{"value":"a"}}]}}"""));
        Assert.NotNull(Query("""{"query":[0.1],"filter":{"must":[{"match":{"value":"a"}}]}}"""));
        Assert.NotNull(Query("""{"querry":[0.1]}"""));
        Assert.NotNull(Query("""{"query":[0.1],"limit":-1}"""));
        Assert.NotNull(document.WhyNot("post", "/collections/a/points/serch", [], "{}"));
        Assert.NotNull(document.WhyNot("put", "/collections/a", ["wait"], """{"vectors":{"size":1,"distance":"Dot"}}"""));
        Assert.NotNull(document.WhyNot("put", "/collections/a", [], """{"vectors":{"size":1,"distance":"Dott"}}"""));

        string? Query(string body) => document.WhyNot("post", "/collections/a/points/query", [], body);
    }

    private protected override async Task<IVectorPlace> OpenAsync(string space)
    {
        _qdrant = await QdrantDouble.StartAsync();
        return new QdrantVectors(_qdrant.Home(), space);
    }

    private Task<QdrantVectors> OtherAsync(string tenant, string space = "contract/4") => Task.FromResult(new QdrantVectors(_qdrant!.Home(tenant), space));
}
