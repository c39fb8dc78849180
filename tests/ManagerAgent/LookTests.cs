using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What a page with many workflows on it asks the store for.</summary>
public sealed class LookTests
{
    [Fact]
    public async Task One_look_at_many_workflows_asks_for_each_persons_key_once()
    {
        var house = new House(1);
        var driving = house.Start();
        var ids = new List<WorkflowId>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add(await driving.SubmitAsync(change: r => r with { Goal = $"Find thing {i}.", Requester = i % 2 == 0 ? "olga" : "petra" }));
        }

        var journal = new MemoryJournal(house.Store);
        var keys = new CountedKeys();
        var stream = new EventStream(journal, keys);
        var outside = new WorkflowOutside(journal, stream, new RecentStates(stream, keys), house.Time);
        Assert.Equal(12, (await outside.ReadEachAsync(ids, CancellationToken.None)).Count);

        (keys.Opened, keys.Asked) = (0, 0);
        Assert.Equal(12, (await outside.ReadEachAsync([.. ids, .. ids], CancellationToken.None)).Count);
        Assert.Equal(2, keys.Opened);
        Assert.Equal((1, 2), (keys.Asked, journal.LooksAtSeveral)); // in one go each, both times

        // One that is gone in between is missed at the next look.
        keys.Gone = "olga";
        var states = await outside.ReadEachAsync(ids, CancellationToken.None);
        Assert.Equal(6, states.Values.Count(s => s.Submitted!.Goal.Words == PrivateText.Erased));
    }

    [Fact]
    public async Task What_was_looked_at_last_is_kept_however_many_were_looked_at_before()
    {
        var house = new House(1);
        var driving = house.Start();
        var ids = new List<WorkflowId>();
        for (var i = 0; i < RecentStates.Most + 40; i++)
        {
            ids.Add(await driving.SubmitAsync(change: r => r with { Goal = $"Find thing {i}.", Requester = "olga" }));
        }

        var keys = new CountedKeys();
        var stream = new EventStream(new MemoryJournal(house.Store), keys);
        var recent = new RecentStates(stream, keys);
        foreach (var id in ids)
        {
            await recent.ReadAsync(id, CancellationToken.None);
        }

        // What is kept is only asked for its key, which one look finds once; what is read anew is opened event by event.
        keys.Opened = 0;
        Assert.All(await recent.ReadEachAsync([.. ids.TakeLast(RecentStates.Most)], CancellationToken.None), state => Assert.Equal("olga", state.Submitted!.Requester));
        Assert.Equal(1, keys.Opened);
    }

    private sealed class CountedKeys : IEnvelopes
    {
        private readonly PlainEnvelopes _plain = new();

        public int Opened { get; set; }

        /// <summary>How often somebody asked for several together.</summary>
        public int Asked { get; set; }

        public string? Gone { get; set; }

        public Task<PrivateText> SealAsync(PrivateText text, CancellationToken cancellationToken) => _plain.SealAsync(text, cancellationToken);

        public Task<PrivateText> OpenAsync(PrivateText text, CancellationToken cancellationToken)
        {
            Opened++;
            return text.Person == Gone ? Task.FromResult(text) : _plain.OpenAsync(text, cancellationToken);
        }

        public async Task<ImmutableArray<PrivateText>> OpenEachAsync(ImmutableArray<PrivateText> texts, CancellationToken cancellationToken)
        {
            Asked++;
            return [.. await Task.WhenAll(texts.Select(t => OpenAsync(t, cancellationToken)))];
        }

        public Task EraseAsync(string person, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
