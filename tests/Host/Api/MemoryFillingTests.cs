using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AiManager.Host.Tests;

/// <summary>What is told while vectors are being read into the process.</summary>
public sealed class MemoryFillingTests
{
    private readonly ImpatientTime _time = new();

    [Fact]
    public async Task While_vectors_are_read_into_the_process_answers_are_by_words_alone_and_say_that_memory_is_behind()
    {
        await using var api = await ApiUnderTest.StartAsync(_time);
        var first = await api.SubmittedAsync("Reimbursement of travel to Brno for PO-4464.");
        var second = await api.SubmittedAsync("Where is PO-4464?");
        await api.Get<MemoryDesk>().CatchUpAsync(CancellationToken.None);
        using var jana = await api.AsAsync("jana");

        _time.Waits = 0;
        Assert.Empty(await AskAsync("/api/memory?q=reimbursment", isBehind: true));
        Assert.Single(await AskAsync("/api/memory?q=reimbursement", isBehind: true));
        Assert.Equal(first.ToString(), Assert.Single(await AskAsync($"/api/workflows/{second}/related", isBehind: true)).GetProperty("workflow").GetString());

        _time.Waits = int.MaxValue;
        Assert.Equal(first.ToString(), (await AskAsync("/api/memory?q=reimbursment", isBehind: false))[0].GetProperty("workflow").GetString());
        Assert.Equal(first.ToString(), Assert.Single(await AskAsync($"/api/workflows/{second}/related", isBehind: false)).GetProperty("workflow").GetString());

        async Task<ImmutableArray<JsonElement>> AskAsync(string path, bool isBehind)
        {
            using var reply = await jana.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(isBehind ? ["true"] : [], reply.Headers.TryGetValues(MemoryEndpoints.Behind, out var said) ? said : []);
            return [.. (await reply.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray()];
        }
    }

    [Fact]
    public async Task What_one_has_waited_for_in_vain_the_others_do_not_wait_for_until_it_is_over()
    {
        await using var api = await ApiUnderTest.StartAsync(_time);
        await api.SubmittedAsync("Reimbursement of travel to Brno.");
        var desk = api.Get<MemoryDesk>();
        await desk.CatchUpAsync(CancellationToken.None);
        await api.SubmittedAsync("Where is PO-4464?");
        using (var other = new SqliteConnection($"Data Source={api.DataFile("memory.db")};Pooling=false"))
        {
            await other.OpenAsync();
            using var held = other.CreateCommand();
            held.CommandText = "begin immediate";
            await held.ExecuteNonQueryAsync();

            _time.Waits = 0;
            Assert.False(await desk.FreshenAsync(CancellationToken.None));
            var waited = _time.Waits;
            Assert.False(await desk.FreshenAsync(CancellationToken.None));
            Assert.Equal(waited, _time.Waits);
        }

        _time.Waits = int.MaxValue;
        await desk.CatchUpAsync(CancellationToken.None);
        Assert.True(await desk.FreshenAsync(CancellationToken.None));
        Assert.Equal("Where is PO-4464?", (await desk.Memories.SearchAsync(new MemoryQuestion("PO-4464"), CancellationToken.None))[0].Entry.Title);
    }

    [Fact]
    public async Task Whoever_would_rather_wait_than_be_told_less_is_told_all()
    {
        await using var api = await ApiUnderTest.StartAsync(_time);
        await api.SubmittedAsync("Reimbursement of travel to Brno.");
        var desk = api.Get<MemoryDesk>();
        await desk.CatchUpAsync(CancellationToken.None);
        var question = new MemoryQuestion("reimbursment");

        _time.Waits = 0;
        Assert.Empty(await desk.Memories.SearchAsync(question, CancellationToken.None));
        Assert.True(desk.Memories.IsFilling);
        var asked = 0;
        Assert.Single(await desk.WholeAsync(() =>
        {
            _time.Waits = ++asked < 3 ? 0 : int.MaxValue;
            return desk.Memories.SearchAsync(question, CancellationToken.None);
        }));
        Assert.Equal(3, asked);
    }

    /// <summary>The machine's clock, by which a question's patience is over as soon as it has waited as often as it is let.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

        public int Waits { get; set; } = int.MaxValue;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Patience && Waits-- <= 0)
            {
                callback(state);
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
