using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Recall whose vectors are searched elsewhere, on every store and in every such place: what happens when that is down, slow, empty, half filled, late or holds something else.</summary>
public abstract class FarRecallContract : StoreContract, IAsyncLifetime
{
    /// <summary>The store.</summary>
    protected abstract MemoryStore Opened { get; }

    /// <summary>What figures call the place.</summary>
    protected abstract string PlaceName { get; }

    /// <summary>How figures end when it is down.</summary>
    protected abstract string SaysDown { get; }

    /// <summary>Cuts it off, or brings it back.</summary>
    protected abstract bool IsDown { set; }

    /// <summary>Nothing reaches it before this is done.</summary>
    protected abstract Task Holds { set; }

    private IMemories Memories => Opened.Memories!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await StartAsync();
        Opened.Vectors = new VectorOptions { Home = Home() };
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await EndAsync();
    }

    [Fact]
    public async Task What_is_misspelt_is_found_by_vectors_that_are_searched_there()
    {
        await PutAsync("Reimbursement of travel expenses", "Pallets ordered", "The press leaks");
        Assert.Equal("Reimbursement of travel expenses", (await SearchAsync("reimbursment"))[0].Entry.Title);
        Assert.Equal(3, await CountAsync());
        var stats = await StatsAsync();
        Assert.Equal((0L, null, PlaceName), (stats.Behind, stats.WordsAlone, stats.Place));
    }

    [Fact]
    public async Task While_it_is_down_words_find_what_they_can_and_afterwards_all_is_there()
    {
        await PutAsync("Reimbursement of travel expenses");
        Assert.Single(await SearchAsync("reimbursment"));
        IsDown = true;
        await PutAsync("The press leaks");
        Assert.Equal("The press leaks", Assert.Single(await SearchAsync("press")).Entry.Title);
        Assert.Empty(await SearchAsync("reimbursment"));
        Assert.False(await Memories.PlaceVectorsAsync(CancellationToken.None));
        var stats = await StatsAsync();
        Assert.Equal(1, stats.Behind);
        Assert.EndsWith(SaysDown, stats.WordsAlone, StringComparison.Ordinal);

        IsDown = false;
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
        Holds = held.Task;
        Opened.Vectors = new VectorOptions { Home = Home(seconds: 0.1) };
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Assert.EndsWith("has not answered within 0.1 s.", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);
        held.SetResult();
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);

        Opened.Vectors = new VectorOptions { Home = Home() };
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
        IsDown = true;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        IsDown = false;
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Time.Advance(TimeSpan.FromSeconds(16));
        Assert.NotNull(Assert.Single(await SearchAsync("press")).Likeness);
    }

    [Fact]
    public async Task One_that_was_emptied_is_filled_again()
    {
        await PutAsync("Reimbursement of travel expenses", "The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        foreach (var lose in (Func<Task>[])[EmptyAsync, DropAsync])
        {
            await lose();
            Assert.Empty(await SearchAsync("reimbursment"));
            Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
            Assert.Equal("Reimbursement of travel expenses", Assert.Single(await SearchAsync("reimbursment")).Entry.Title);
            Assert.Equal(2, await CountAsync());
        }
    }

    [Fact]
    public async Task Vectors_of_another_length_that_are_there_are_left_alone_and_said_to_be()
    {
        await PutAsync("The press leaks");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        await DropAsync();
        await using var theirs = Other();
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
        await PutAsync("Pallets ordered", "The press is loud");
        await Memories.PutAsync([Entry("The press leaks oil") with { People = ["jana"] }], null, CancellationToken.None);
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal(3, await CountAsync());
        Assert.Equal(1, await Memories.ForgetPersonAsync("jana", CancellationToken.None));
        Assert.Equal(2, await CountAsync());

        IsDown = true;
        await Memories.ClearAsync(CancellationToken.None);
        await PutAsync("Stretch film ran out");
        Assert.Single(await SearchAsync("stretch"));
        IsDown = false;
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal("Stretch film ran out", Assert.Single(await SearchAsync("film streched")).Entry.Title);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_write_that_lands_behind_its_removal_brings_back_nothing_of_a_person_who_is_forgotten()
    {
        await Memories.PutAsync([Entry("The press leaks oil") with { People = ["jana"] }, Entry("Pallets ordered")], null, CancellationToken.None);
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal(1, await Memories.ForgetPersonAsync("jana", CancellationToken.None));
        await using var late = Other();
        await late.PutAsync([Late("The press leaks oil", 1)], CancellationToken.None);
        Assert.Equal([IdOf("Pallets ordered"), IdOf("The press leaks oil")], await IdsAsync());
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal([IdOf("Pallets ordered")], await IdsAsync());

        // Also where nothing in the tables names it any more.
        await Memories.ClearAsync(CancellationToken.None);
        await PutAsync("Stretch film ran out");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        await late.PutAsync([Late("The press leaks oil", 1)], CancellationToken.None);
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal([IdOf("Stretch film ran out")], await IdsAsync());
    }

    [Fact]
    public async Task Where_a_write_was_not_answered_or_a_day_is_over_what_is_there_is_compared_one_by_one()
    {
        await PutAsync("Pallets ordered", "The press is loud");
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        await using var late = Other();

        // As many as there should be, and not the right ones.
        await SpoilAsync();
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Contains(IdOf("Zdenka pays late"), await IdsAsync());
        Time.Advance(TimeSpan.FromDays(1));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.Equal([IdOf("Pallets ordered"), IdOf("The press is loud")], await IdsAsync());

        IsDown = true;
        await PutAsync("Pallets ordered");
        Assert.False(await Memories.PlaceVectorsAsync(CancellationToken.None));
        IsDown = false;
        for (var minutes = 0; minutes < 30; minutes += 10)
        {
            await SpoilAsync();
            Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
            Assert.Equal([IdOf("Pallets ordered"), IdOf("The press is loud")], await IdsAsync());
            Time.Advance(TimeSpan.FromMinutes(10));
        }

        // Of before everything was made anew: its seq is higher than any that there is now.
        Time.Advance(TimeSpan.FromDays(1));
        await late.PutAsync([Late("Pallets ordered", 900)], CancellationToken.None);
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.All(await SearchAsync("pallets"), f => Assert.NotNull(f.Likeness));

        async Task SpoilAsync()
        {
            await late.PutAsync([Late("Zdenka pays late", 1)], CancellationToken.None);
            await late.RemoveAsync([IdOf("The press is loud")], CancellationToken.None);
        }
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

    [Fact]
    public async Task Whoever_is_forgotten_while_it_is_down_and_half_is_embedded_anew_is_nowhere_when_it_is_back()
    {
        await using var model = await EmbeddingDouble.StartAsync();
        Opened.Vectors = new VectorOptions { Embeddings = model.Options().Embeddings, Home = Home() };
        var (reached, left) = (Entry("Zdenka pays late") with { People = ["zdenka"] }, Entry("Zdenka moved to Zlin") with { People = ["zdenka"] });
        await Memories.PutAsync([reached, .. Enumerable.Range(0, 80).Select(i => Entry($"Pallet number{i}x")), left], null, CancellationToken.None);
        Assert.Equal(82, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        (model.Fails, model.Dimensions) = ((model.Requests.Count + 1, 503), 32);
        Opened.Vectors = new VectorOptions { Embeddings = model.Options("other").Embeddings, Home = Home() };
        Assert.Equal(64, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        IsDown = true;
        Assert.Equal(2, await Memories.ForgetPersonAsync("zdenka", CancellationToken.None));
        Assert.Empty(await SearchAsync("Zdenka"));
        Assert.False(await Store.HoldsOnDiskAsync("Zdenka"u8.ToArray()));

        (IsDown, model.Fails) = (false, null);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(17, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.True(await Memories.PlaceVectorsAsync(CancellationToken.None));
        Assert.DoesNotContain(model.Texts.TakeLast(17), t => t.Contains("Zdenka", StringComparison.Ordinal));
        var ids = await IdsAsync("other");
        Assert.Equal((80, 0), (ids.Count, ids.Count(i => i == reached.Id || i == left.Id)));
        Assert.Empty(await IdsAsync("minilm"));
    }

    /// <summary>Makes it ready, empty.</summary>
    protected abstract Task StartAsync();

    /// <summary>Ends it.</summary>
    protected abstract Task EndAsync();

    /// <summary>Where it is.</summary>
    protected abstract VectorHome Home(double seconds = 60);

    /// <summary>What others do there behind this store's back, in the space that it uses first.</summary>
    private protected abstract IVectorPlace Other(string space = HashedEmbedding.Space);

    /// <summary>Takes all vectors out behind this store's back, and what they were in.</summary>
    protected abstract Task DropAsync();

    private static MemoryEntry Entry(string title)
    {
        var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, title);
        return new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, title, string.Empty, [], DateTimeOffset.UnixEpoch);
    }

    private static string IdOf(string title) => Entry(title).Id;

    private static PlacedVector Late(string title, long seq) => new(IdOf(title), seq, "workflow", IdOf(title), HashedEmbedding.OfText(title));

    private async Task EmptyAsync()
    {
        await using var other = Other();
        await other.RemoveAsync(await IdsAsync(), CancellationToken.None);
    }

    private async Task<long> CountAsync()
    {
        await using var other = Other();
        return await other.CountAsync(CancellationToken.None);
    }

    /// <summary>What is there, in the order of what it is called.</summary>
    private async Task<IReadOnlyList<string>> IdsAsync(string space = HashedEmbedding.Space)
    {
        await using var other = Other(space);
        var ids = new List<string>();
        await foreach (var page in other.ListAsync(CancellationToken.None))
        {
            ids.AddRange(page.Select(p => p.Id));
        }

        string[] titles = ["Pallets ordered", "Reimbursement of travel expenses", "Stretch film ran out", "The press is loud", "The press leaks", "The press leaks oil", "Zdenka pays late"];
        return [.. titles.Select(IdOf).Where(ids.Contains), .. ids.Except(titles.Select(IdOf))];
    }

    private Task PutAsync(params string[] titles) => Memories.PutAsync([.. titles.Select(Entry)], null, CancellationToken.None);

    private Task<ImmutableArray<FoundMemory>> SearchAsync(string query, int most = 10) => Memories.SearchAsync(new MemoryQuestion(query, most), CancellationToken.None);

    private Task<MemoryStats> StatsAsync() => Memories.StatsAsync(CancellationToken.None);
}
