namespace AiManager.Memory.Tests;

/// <summary>What every place for vectors does.</summary>
public abstract class VectorPlaceContract : IAsyncLifetime
{
    private IVectorPlace _place = null!;

    public async Task InitializeAsync() => _place = await OpenAsync("contract/4");

    public async Task DisposeAsync() => await _place.DisposeAsync();

    [Fact]
    public async Task The_likest_come_first_with_how_like_they_are()
    {
        await PutAsync(At("a", 1, [0, 1, 0, 0]), At("b", 2, [1, 0, 0, 0]), At("c", 3, [0.6f, 0.8f, 0, 0]));
        var found = await NearestAsync([1, 0, 0, 0]);
        Assert.Equal(["b", "c"], found.Take(2).Select(f => f.Id));
        Assert.Equal([2L, 3L], found.Take(2).Select(f => f.Seq));
        Assert.Equal(1, found[0].Likeness, 1e-5f);
        Assert.Equal(0.6f, found[1].Likeness, 1e-5f);
        Assert.Equal(["b"], (await _place.NearestAsync([1, 0, 0, 0], 1, VectorFilter.None, CancellationToken.None)).Select(f => f.Id));
    }

    [Fact]
    public async Task Where_there_is_nothing_nothing_is_found_counted_or_taken_out()
    {
        Assert.Empty(await NearestAsync([1, 0, 0, 0]));
        Assert.Empty(await ListAsync());
        Assert.Equal(0, await CountAsync());
        await _place.RemoveAsync(["a"], CancellationToken.None);
        await _place.ClearAsync(CancellationToken.None);
        await _place.PutAsync([], CancellationToken.None);
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_vector_is_put_in_place_of_the_one_of_its_id()
    {
        await PutAsync(At("a", 1, [1, 0, 0, 0]), At("b", 2, [0, 1, 0, 0]));
        await PutAsync(At("a", 7, [0, 0, 1, 0]));
        Assert.Equal(2, await CountAsync());
        var found = (await NearestAsync([0, 0, 1, 0]))[0];
        Assert.Equal(("a", 7), (found.Id, found.Seq));
        Assert.DoesNotContain(await NearestAsync([1, 0, 0, 0]), f => f.Likeness > 0.5f);
    }

    [Fact]
    public async Task An_older_put_does_not_overwrite_a_newer_one()
    {
        await PutAsync(At("a", 7, [1, 0, 0, 0]));
        await PutAsync(At("a", 3, [0, 1, 0, 0]));
        Assert.Equal([new NearVector("a", 7, 1)], await NearestAsync([1, 0, 0, 0]));
        await PutAsync(At("a", 7, [0, 0, 1, 0]));
        Assert.Equal([new NearVector("a", 7, 1)], await NearestAsync([0, 0, 1, 0]));
        Assert.Equal([new PlacedId("a", 7)], await ListAsync());
    }

    [Fact]
    public async Task What_was_taken_out_is_not_found_again()
    {
        await PutAsync(At("a", 1, [1, 0, 0, 0]), At("b", 2, [0, 1, 0, 0]));
        await _place.RemoveAsync(["a", "nobody"], CancellationToken.None);
        Assert.Equal(["b"], (await NearestAsync([1, 0, 0, 0])).Select(f => f.Id));
        await _place.ClearAsync(CancellationToken.None);
        Assert.Empty(await NearestAsync([1, 0, 0, 0]));
        await PutAsync(At("c", 1, [1, 0, 0, 0]));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Only_wanted_kinds_are_found_and_nothing_of_the_workflow_that_asks()
    {
        await PutAsync(
            new PlacedVector("a", 1, "workflow", "wf_1", new float[] { 1, 0, 0, 0 }), new PlacedVector("b", 2, "task", "wf_1", new float[] { 1, 0, 0, 0 }),
            new PlacedVector("c", 3, "task", "wf_2", new float[] { 1, 0, 0, 0 }), new PlacedVector("d", 4, "decision", "wf_2", new float[] { 1, 0, 0, 0 }));
        Assert.Equal(["b", "c"], await IdsAsync(new VectorFilter(["task"], null)));
        Assert.Equal(["b", "c", "d"], await IdsAsync(new VectorFilter(["task", "decision"], null)));
        Assert.Equal(["c", "d"], await IdsAsync(new VectorFilter([], "wf_1")));
        Assert.Equal(["c"], await IdsAsync(new VectorFilter(["task"], "wf_1")));

        async Task<IEnumerable<string>> IdsAsync(VectorFilter filter) => (await _place.NearestAsync([1, 0, 0, 0], 10, filter, CancellationToken.None)).Select(f => f.Id).Order();
    }

    [Fact]
    public async Task A_vector_of_another_length_is_refused_and_harms_none_that_is_there()
    {
        await PutAsync(At("a", 1, [1, 0, 0, 0]));
        await Assert.ThrowsAsync<VectorPlaceException>(() => PutAsync(At("b", 2, [1, 0, 0])));
        await Assert.ThrowsAsync<VectorPlaceException>(() => NearestAsync([1, 0, 0]));
        Assert.Equal(["a"], (await NearestAsync([1, 0, 0, 0])).Select(f => f.Id));
    }

    [Fact]
    public async Task A_text_without_words_is_like_nothing_and_is_counted()
    {
        await PutAsync(At("a", 1, [0, 0, 0, 0]), At("b", 2, [1, 0, 0, 0]));
        Assert.Equal(2, await CountAsync());
        Assert.Equal(["b"], (await NearestAsync([1, 0, 0, 0])).Where(f => f.Likeness > 0).Select(f => f.Id));
    }

    [Fact]
    public async Task Many_are_put_taken_out_and_found()
    {
        var chance = new Random(3);
        var many = Enumerable.Range(0, 1_300).Select(i => At($"v{i}", i + 1, [(chance.NextSingle() - 0.5f) / 2, (chance.NextSingle() - 0.5f) / 2, 0.1f, 0.1f])).ToArray();
        await PutAsync(many);
        Assert.Equal(many.Select(m => new PlacedId(m.Id, m.Seq)).OrderBy(m => m.Seq), (await ListAsync()).OrderBy(m => m.Seq));
        await PutAsync(At("v700", 2_000, [0, 0, 0, 1]));
        await _place.RemoveAsync([.. many.Take(1_290).Where(m => m.Id != "v700").Select(m => m.Id)], CancellationToken.None);
        Assert.Equal(11, await CountAsync());
        await PutAsync(At("w", 2_001, [0, 0, 1, 0]));
        Assert.Equal("v700", (await NearestAsync([0, 0, 0, 1]))[0].Id);
        Assert.Equal("w", (await NearestAsync([0, 0, 1, 0]))[0].Id);
        Assert.Equal(12, (await _place.NearestAsync([0, 0, 0, 1], 100, VectorFilter.None, CancellationToken.None)).Count);
    }

    /// <summary>A place for vectors of a space, empty.</summary>
    private protected abstract Task<IVectorPlace> OpenAsync(string space);

    private protected static PlacedVector At(string id, long seq, float[] vector) => new(id, seq, "workflow", "wf_1", vector);

    private Task PutAsync(params PlacedVector[] vectors) => _place.PutAsync(vectors, CancellationToken.None);

    private Task<IReadOnlyList<NearVector>> NearestAsync(float[] asked) => _place.NearestAsync(asked, 10, VectorFilter.None, CancellationToken.None);

    private async Task<List<PlacedId>> ListAsync()
    {
        var all = new List<PlacedId>();
        await foreach (var page in _place.ListAsync(CancellationToken.None))
        {
            all.AddRange(page);
        }

        return all;
    }

    private Task<long> CountAsync() => _place.CountAsync(CancellationToken.None);
}
