using System.Collections.Immutable;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Recall by the vectors of a model, on every store: embedded in the background, anew when the model changes, and never at the cost of an entry.</summary>
public abstract class EmbeddedRecallContract : StoreContract, IAsyncLifetime
{
    private EmbeddingDouble _model = null!;

    /// <summary>The store.</summary>
    protected abstract MemoryStore Opened { get; }

    private IMemories Memories => Opened.Memories!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _model = await EmbeddingDouble.StartAsync();
        Opened.Vectors = _model.Options();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _model.DisposeAsync();
    }

    [Fact]
    public async Task Entries_are_found_by_words_until_they_are_embedded_and_by_likeness_from_then_on()
    {
        await PutAsync("Reimbursement of travel expenses", "The press leaks");
        Assert.Empty(_model.Texts);
        Assert.Null(Assert.Single(await SearchAsync("press")).Likeness);
        Assert.Equal(2, (await StatsAsync()).Outside);
        Assert.Equal(2, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal(0, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal("Reimbursement of travel expenses", (await SearchAsync("reimbursment"))[0].Entry.Title);
        var stats = await StatsAsync();
        Assert.Equal(("minilm", 0L, null), (stats.Space, stats.Outside, stats.WordsAlone));
        Assert.Equal("The press leaks", (await SearchAsync("press"))[0].Entry.Title);
    }

    [Fact]
    public async Task Another_model_embeds_anew_goes_on_where_it_stopped_and_compares_no_two_spaces()
    {
        await PutAsync([.. Enumerable.Range(0, 100).Select(i => $"Pallet number{i}x")]);
        Assert.Equal(100, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.All(await SearchAsync("pallet", 200), f => Assert.NotNull(f.Likeness));

        _model.Fails = (_model.Requests.Count + 1, 503);
        _model.Dimensions = 32;
        Opened.Vectors = _model.Options("other");
        Assert.Equal(64, await Memories.ReembedAsync(500, CancellationToken.None));
        var half = await StatsAsync();
        Assert.Equal(("other", 36L), (half.Space, half.Outside));
        Assert.EndsWith("answered 503.", half.WordsAlone, StringComparison.Ordinal);
        Assert.Equal(100, (await SearchAsync("pallet", 200)).Length);

        _model.Fails = null;
        Time.Advance(TimeSpan.FromMinutes(1));
        var found = await SearchAsync("pallet", 200);
        Assert.Equal((100, 64), (found.Length, found.Count(f => f.Likeness is not null)));
        Assert.Equal(36, await Memories.ReembedAsync(500, CancellationToken.None));
        Assert.All(await SearchAsync("pallet", 200), f => Assert.NotNull(f.Likeness));
        Assert.Equal((0L, null), ((await StatsAsync()).Outside, (await StatsAsync()).WordsAlone));
    }

    [Fact]
    public async Task A_vector_of_another_length_than_those_before_is_not_taken_and_why_is_said()
    {
        await PutAsync("The press leaks");
        Assert.Equal(1, await Memories.ReembedAsync(100, CancellationToken.None));
        Opened.Vectors = VectorOptions.Offline;
        await StatsAsync();
        _model.Dimensions = 48;
        Opened.Vectors = _model.Options();
        await PutAsync("The press is loud");
        Assert.Equal(0, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal(1, (await StatsAsync()).Outside);
        Assert.Contains("gave 48 numbers where the vectors of minilm have 64", (await StatsAsync()).WordsAlone, StringComparison.Ordinal);
        Assert.All(await SearchAsync("press"), f => Assert.Null(f.Likeness));
        Assert.Equal(2, (await SearchAsync("press")).Length);

        Opened.Vectors = _model.Options(dimensions: 48);
        Assert.Equal(2, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.All(await SearchAsync("press"), f => Assert.NotNull(f.Likeness));
    }

    [Fact]
    public async Task What_its_labels_keep_inside_is_not_told_to_the_model_and_is_found_by_words()
    {
        await Memories.PutAsync([Entry("Zdenka pays late") with { Labels = ["customer-data"] }, Entry("The press leaks")], null, CancellationToken.None);
        Assert.Equal(2, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal(0, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.DoesNotContain(_model.Texts, t => t.Contains("Zdenka", StringComparison.Ordinal));
        Assert.Equal((0L, 1L), ((await StatsAsync()).Outside, (await StatsAsync()).Without));
        Assert.Equal("Zdenka pays late", (await SearchAsync("zdenka"))[0].Entry.Title);

        var asked = _model.Texts.Count;
        Assert.Single(await Memories.SearchAsync(new MemoryQuestion("press, as Zdenka says") { Labels = ["customer-data"], Kinds = [MemoryKind.Workflow], Most = 1 }, CancellationToken.None));
        Assert.Equal(asked, _model.Texts.Count);
    }

    [Fact]
    public async Task A_text_that_the_model_refuses_keeps_no_other_from_its_vector()
    {
        _model.Refuses = "number7x";
        await PutAsync([.. Enumerable.Range(0, 20).Select(i => $"Pallet number{i}x")]);
        Assert.Equal(20, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal((0L, 1L), ((await StatsAsync()).Outside, (await StatsAsync()).Without));
        var found = await SearchAsync("pallet", 200);
        Assert.Equal(["Pallet number7x"], found.Where(f => f.Likeness is null).Select(f => f.Entry.Title));
        Assert.Equal(20, found.Length);
    }

    [Fact]
    public async Task An_entry_that_is_replaced_or_forgotten_while_the_model_is_asked_stays_so()
    {
        var entry = Entry("The press leaks");
        await Memories.PutAsync([entry, Entry("Zdenka pays late") with { People = ["zdenka"] }], null, CancellationToken.None);
        var held = new TaskCompletionSource();
        _model.Holds = held.Task;
        var embedding = Memories.ReembedAsync(2, CancellationToken.None);
        await _model.Came.Task;
        await Memories.PutAsync([entry with { Title = "Pallets ordered" }], null, CancellationToken.None);
        Assert.Equal(1, await Memories.ForgetPersonAsync("zdenka", CancellationToken.None));
        held.SetResult();
        await embedding;
        Assert.Equal(1, (await StatsAsync()).Outside);
        Assert.Equal("Pallets ordered", Assert.Single(await SearchAsync("pallets press leaks zdenka")).Entry.Title);
        Assert.Equal(1, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.NotNull(Assert.Single(await SearchAsync("pallets")).Likeness);
    }

    private static MemoryEntry Entry(string title)
    {
        var id = PrefixedId.Derive<WorkflowId>(Guid.Empty, title);
        return new MemoryEntry(id.ToString(), MemoryKind.Workflow, id, [], false, title, string.Empty, [], DateTimeOffset.UnixEpoch);
    }

    private Task PutAsync(params string[] titles) => Memories.PutAsync([.. titles.Select(Entry)], null, CancellationToken.None);

    private Task<ImmutableArray<FoundMemory>> SearchAsync(string query, int most = 10) => Memories.SearchAsync(new MemoryQuestion(query, most), CancellationToken.None);

    private Task<MemoryStats> StatsAsync() => Memories.StatsAsync(CancellationToken.None);
}
