using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Recall whose vectors are in PostgreSQL by pgvector, on every store: what happens when that is down, slow, empty, half filled or holds something else.</summary>
public abstract class PgvectorRecallContract : StoreContract, IAsyncLifetime
{
    private readonly string _tenant = PgvectorServer.NewTenant();
    private LooseWire _wire = null!;

    /// <summary>The store.</summary>
    protected abstract MemoryStore Opened { get; }

    private IMemories Memories => Opened.Memories!;

    private string Table => PgvectorSql.TableOf(_tenant, HashedEmbedding.Space);

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _wire = LooseWire.To(PgvectorServer.Port);
        Opened.Vectors = new VectorOptions { Home = Home() };
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _wire.DisposeAsync();
    }

    [Fact]
    public async Task What_is_misspelt_is_found_by_vectors_that_are_searched_there()
    {
        await PutAsync("Reimbursement of travel expenses", "Pallets ordered", "The press leaks");
        Assert.Equal("Reimbursement of travel expenses", (await SearchAsync("reimbursment"))[0].Entry.Title);
        var stats = await StatsAsync();
        Assert.Equal((0L, null, $"PostgreSQL at 127.0.0.1:{_wire.Port}/postgres by pgvector, tenant {_tenant}"), (stats.Behind, stats.WordsAlone, stats.Place));
    }

    [Fact]
    public async Task While_it_is_down_words_find_what_they_can_and_afterwards_all_is_there()
    {
        await PutAsync("Reimbursement of travel expenses");
        Assert.Single(await SearchAsync("reimbursment"));
        _wire.IsCut = true;
        await PutAsync("The press leaks");
        Assert.Equal("The press leaks", Assert.Single(await SearchAsync("press")).Entry.Title);
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.False(await Memories.PlaceVectorsAsync(CancellationToken.None));
        var stats = await StatsAsync();
        Assert.Equal(1, stats.Behind);
        Assert.EndsWith("cannot be reached.", stats.WordsAlone, StringComparison.Ordinal);

        _wire.IsCut = false;
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
        Assert.All(await SearchAsync("press"), f => Assert.NotNull(f.Likeness));
        Assert.Equal((0L, null), ((await StatsAsync()).Behind, (await StatsAsync()).WordsAlone));
    }

    [Fact]
    public async Task One_that_hangs_costs_one_wait_and_is_asked_again_after_a_pause()
    {
        await PutAsync("The press leaks");
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
        var held = new TaskCompletionSource();
        _wire.Holds = held.Task;
        Opened.Vectors = new VectorOptions { Home = Home(seconds: 0.1) };
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Assert.EndsWith("has not answered within 0.1 s.", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);
        held.SetResult();
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);

        Opened.Vectors = new VectorOptions { Home = Home() };
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
        _wire.IsCut = true;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        _wire.IsCut = false;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Time.Advance(TimeSpan.FromSeconds(16));
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
    }

    [Fact]
    public async Task One_that_was_emptied_is_filled_again()
    {
        await PutAsync("Reimbursement of travel expenses", "The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        await PgvectorServer.RunAsync($"delete from {Table}");
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
        await PgvectorServer.RunAsync($"drop table {Table}; drop table aimanager_vector_spaces");
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
    }

    [Fact]
    public async Task A_table_of_vectors_of_another_length_is_left_alone_and_said_to_be_there()
    {
        await using var theirs = new PgvectorPlace(PgvectorServer.Home(_tenant), PgvectorServer.ConnectionAt(PgvectorServer.Port), HashedEmbedding.Space);
        await theirs.ClearAsync(CancellationToken.None);
        await PutAsync("The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        await PgvectorServer.RunAsync($"drop table {Table}; delete from aimanager_vector_spaces where name = '{Table}'");
        await theirs.PutAsync([new PlacedVector("a", 1, "task", "wf_1", new float[] { 1, 0, 0 })], CancellationToken.None);
        Opened.Vectors = new VectorOptions { Home = Home(seconds: 59) };
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Assert.Contains("numbers do not fit", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);
        Assert.Equal(1, await theirs.CountAsync(CancellationToken.None));
        Opened.Vectors = VectorOptions.Offline;
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
    }

    [Fact]
    public async Task What_is_replaced_forgotten_or_cleared_here_is_so_there()
    {
        await Memories.PutAsync([Entry("The press leaks oil") with { People = ["jana"] }, Entry("Pallets ordered")], null, CancellationToken.None);
        await PutAsync("The press is loud");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal(3, await CountAsync());
        Assert.Equal(1, await Memories.ForgetPersonAsync("jana", CancellationToken.None));
        Assert.Equal(2, await CountAsync());

        _wire.IsCut = true;
        await Memories.ClearAsync(CancellationToken.None);
        await PutAsync("Stretch film ran out");
        Assert.Single(await SearchAsync("stretch"));
        _wire.IsCut = false;
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Stretch film ran out", Assert.Single(await SearchAsync("film streched")).Entry.Title);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Of_a_model_that_changed_only_those_vectors_are_compared_that_have_arrived()
    {
        await using var model = await EmbeddingDouble.StartAsync();
        Opened.Vectors = new VectorOptions { Embeddings = model.Options().Embeddings, Home = Home() };
        await PutAsync([.. Enumerable.Range(0, 100).Select(i => $"Pallet number{i}x")]);
        Assert.Equal(100, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.All(await SearchAsync("pallet", 200), f => Assert.NotNull(f.Likeness));

        (model.Fails, model.Dimensions) = ((model.Requests.Count + 1, 503), 32);
        Opened.Vectors = new VectorOptions { Embeddings = model.Options("other").Embeddings, Home = Home() };
        Assert.Equal(64, await Memories.ReembedAsync(500, CancellationToken.None));
        model.Fails = null;
        Time.Advance(TimeSpan.FromMinutes(1));
        var found = await SearchAsync("pallet", 200);
        Assert.Equal((100, 64), (found.Length, found.Count(f => f.Likeness is not null)));
        Assert.Equal(36, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.All(await SearchAsync("pallet", 200), f => Assert.NotNull(f.Likeness));
    }

    private static MemoryEntry Entry(string title)
    {
        var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, title);
        return new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, title, string.Empty, [], DateTimeOffset.UnixEpoch);
    }

    private VectorHome.Pgvector Home(double seconds = 60) => PgvectorServer.Home(_tenant, _wire.Port, seconds);

    private async Task<long> CountAsync() => long.Parse((await PgvectorServer.RunAsync($"select count(*) from {Table}"))[0], System.Globalization.CultureInfo.InvariantCulture);

    private Task PutAsync(params string[] titles) => Memories.PutAsync([.. titles.Select(Entry)], null, CancellationToken.None);

    private Task<ImmutableArray<FoundMemory>> SearchAsync(string query, int most = 10) => Memories.SearchAsync(new MemoryQuestion(query, most), CancellationToken.None);

    private Task<MemoryStats> StatsAsync() => Memories.StatsAsync(CancellationToken.None);
}
