namespace AiManager.Memory.Tests;

/// <summary>How long it is believed in how many entries a word stands.</summary>
public sealed class WordCountsTests
{
    private readonly WordCounts _counts = new();
    private int _counted;

    [Theory]
    [InlineData(1_000, 20, 1)]
    [InlineData(1_000, 21, 2)]
    [InlineData(49, 0, 1)]
    [InlineData(49, 1, 2)]
    public async Task A_count_holds_until_one_entry_in_fifty_has_changed(long entries, long changes, int counted)
    {
        Assert.Equal(1, await AskAsync("order", 0, 500, entries));
        Assert.Equal(counted, await AskAsync("order", 0, 500 + changes, entries));
        Assert.Equal(counted + 1, await AskAsync("other", 0, 500 + changes, entries));
    }

    [Fact]
    public async Task Where_all_was_made_anew_nothing_that_was_counted_holds()
    {
        Assert.Equal(1, await AskAsync("order", 0, 500, 1_000));
        Assert.Equal(2, await AskAsync("order", 1, 500, 1_000));
    }

    [Fact]
    public async Task Where_nobody_has_looked_how_it_stands_it_is_counted_each_time()
    {
        Assert.Equal(1, await AskAsync("order", -1, 0, 0));
        Assert.Equal(2, await AskAsync("order", -1, 0, 0));
    }

    private Task<long> AskAsync(string word, long generation, long seq, long entries) =>
        _counts.OfAsync(word, new MemoryHead(generation, seq), entries, () => Task.FromResult((long)++_counted));
}
