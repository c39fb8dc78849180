using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Recall whose vectors are in Qdrant, on every store: what happens when that is down, slow, empty or holds something else.</summary>
public abstract class QdrantRecallContract : StoreContract, IAsyncLifetime
{
    private QdrantDouble _qdrant = null!;

    /// <summary>The store.</summary>
    protected abstract MemoryStore Opened { get; }

    private IMemories Memories => Opened.Memories!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _qdrant = await QdrantDouble.StartAsync();
        Opened.Vectors = new VectorOptions { Home = _qdrant.Home() };
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        Assert.Empty(_qdrant.Faults);
        await DisposeAsync();
        await _qdrant.DisposeAsync();
    }

    [Fact]
    public async Task What_is_misspelt_is_found_by_vectors_that_are_searched_there()
    {
        await PutAsync("Reimbursement of travel expenses", "Pallets ordered", "The press leaks");
        Assert.Equal("Reimbursement of travel expenses", (await SearchAsync("reimbursment"))[0].Entry.Title);
        Assert.Contains(_qdrant.Requests, r => r.EndsWith("/points/query", StringComparison.Ordinal));
        var stats = await StatsAsync();
        Assert.Equal((0L, null, $"Qdrant at {_qdrant.Url.GetLeftPart(UriPartial.Authority)}, tenant acme"), (stats.Behind, stats.WordsAlone, stats.Place));
    }

    [Fact]
    public async Task While_it_is_down_words_find_what_they_can_and_afterwards_all_is_there()
    {
        await PutAsync("Reimbursement of travel expenses");
        Assert.Single(await SearchAsync("reimbursment"));
        _qdrant.Answers = 503;
        await PutAsync("The press leaks");
        Assert.Equal("The press leaks", Assert.Single(await SearchAsync("press")).Entry.Title);
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.False(await Memories.PlaceVectorsAsync(CancellationToken.None));
        var stats = await StatsAsync();
        Assert.Equal(1, stats.Behind);
        Assert.EndsWith("answered 503.", stats.WordsAlone, StringComparison.Ordinal);

        _qdrant.Answers = null;
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
        Assert.All(await SearchAsync("press"), f => Assert.NotNull(f.Likeness));
        Assert.Equal((0L, null), ((await StatsAsync()).Behind, (await StatsAsync()).WordsAlone));
    }

    [Fact]
    public async Task One_that_hangs_costs_one_wait_and_is_asked_again_after_a_pause()
    {
        await PutAsync("The press leaks");
        var held = new TaskCompletionSource();
        _qdrant.Holds = held.Task;
        Opened.Vectors = new VectorOptions { Home = _qdrant.Home(seconds: 0.1) };
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        var asked = _qdrant.Requests.Count;
        Assert.Single(await SearchAsync("press"));
        Assert.Equal(asked, _qdrant.Requests.Count);
        Assert.EndsWith("has not answered within 0.1 s.", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);

        held.SetResult();
        Opened.Vectors = new VectorOptions { Home = _qdrant.Home(seconds: 30) };
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
        _qdrant.Answers = 500;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        _qdrant.Answers = null;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Time.Advance(TimeSpan.FromSeconds(16));
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
    }

    [Fact]
    public async Task One_that_was_emptied_is_filled_again()
    {
        await PutAsync("Reimbursement of travel expenses", "The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        _qdrant.Collections.Clear();
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
        Assert.Equal(2, Assert.Single(_qdrant.Collections.Values).Points.Count);
    }

    [Fact]
    public async Task A_collection_of_vectors_of_another_length_is_left_alone_and_said_to_be_there()
    {
        await PutAsync("The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        var name = Assert.Single(_qdrant.Collections.Keys);
        _qdrant.Collections[name] = new QdrantDouble.Collection(7);
        Opened.Vectors = new VectorOptions { Home = _qdrant.Home("globex") };
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Assert.False(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Contains("vectors of 512 numbers do not fit", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);
        Assert.Empty(_qdrant.Collections[name].Points);
        Opened.Vectors = VectorOptions.Offline;
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
    }

    [Fact]
    public async Task What_is_replaced_forgotten_or_cleared_here_is_so_there()
    {
        await Memories.PutAsync([Entry("The press leaks oil") with { People = ["jana"] }, Entry("Pallets ordered")], null, CancellationToken.None);
        await PutAsync("The press is loud");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        var points = Assert.Single(_qdrant.Collections.Values).Points;
        Assert.Equal(3, points.Count);
        Assert.Equal(1, await Memories.ForgetPersonAsync("jana", CancellationToken.None));
        Assert.Equal(2, points.Count);

        _qdrant.Answers = 503;
        await Memories.ClearAsync(CancellationToken.None);
        await PutAsync("Stretch film ran out");
        Assert.Single(await SearchAsync("stretch"));
        _qdrant.Answers = null;
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Stretch film ran out", Assert.Single(await SearchAsync("film streched")).Entry.Title);
        Assert.Single(points);
    }

    private static MemoryEntry Entry(string title)
    {
        var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, title);
        return new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, title, string.Empty, [], DateTimeOffset.UnixEpoch);
    }

    private Task PutAsync(params string[] titles) => Memories.PutAsync([.. titles.Select(Entry)], null, CancellationToken.None);

    private Task<ImmutableArray<FoundMemory>> SearchAsync(string query) => Memories.SearchAsync(new MemoryQuestion(query), CancellationToken.None);

    private Task<MemoryStats> StatsAsync() => Memories.StatsAsync(CancellationToken.None);
}
