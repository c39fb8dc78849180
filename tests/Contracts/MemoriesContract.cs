using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every memory does.</summary>
public abstract class MemoriesContract : StoreContract
{
    /// <summary>The store's memory.</summary>
    protected abstract IMemories Memories { get; }

    /// <summary>Runs SQL behind the memory's back.</summary>
    protected abstract Task TamperWithMemoryAsync(string sql);

    [Fact]
    public async Task What_was_put_is_found_by_its_words_and_comes_back_as_it_was()
    {
        var entry = Entry("a", "The press in hall 3 leaks oil") with { Labels = ["customer-data"], People = ["jana", "petra"], IsOpen = true };
        await PutAsync(entry, Entry("b", "Stretch film has run out"));
        var found = Assert.Single(await SearchAsync("leaking oil at the press", most: 1)).Entry;
        Assert.Equal((entry.Id, entry.Kind, entry.Workflow, entry.IsOpen, entry.Title, entry.Text, entry.At), (found.Id, found.Kind, found.Workflow, found.IsOpen, found.Title, found.Text, found.At));
        Assert.Equal(["customer-data"], found.Labels.AsEnumerable());
        Assert.Equal(["jana", "petra"], found.People.AsEnumerable());
    }

    [Fact]
    public async Task An_entry_is_replaced_by_its_id_and_its_old_words_find_nothing()
    {
        await PutAsync(Entry("a", "The press leaks"));
        await SearchAsync("press");
        await PutAsync(Entry("a", "Pallets ordered"));
        Assert.Empty(await SearchAsync("press"));
        Assert.Equal("Pallets ordered", Assert.Single(await SearchAsync("pallets")).Entry.Title);
        Assert.Equal(1, (await Memories.StatsAsync(CancellationToken.None)).Entries["workflow"]);
    }

    [Fact]
    public async Task Words_that_are_misspelt_are_found_by_likeness()
    {
        await PutAsync(Entry("a", "Reimbursement of travel expenses"), Entry("b", "Pallets ordered"), Entry("c", "The press leaks"));
        var found = await SearchAsync("reimbursment");
        Assert.Equal("Reimbursement of travel expenses", found[0].Entry.Title);
        Assert.InRange(found[0].Likeness!.Value, 0.1, 1.001);
    }

    [Fact]
    public async Task Only_wanted_kinds_are_found_and_nothing_of_the_workflow_that_asks()
    {
        var own = New<WorkflowId>();
        await PutAsync(Entry("a", "Pallets ordered") with { Workflow = own }, Entry("b", "Pallets counted") with { Kind = MemoryKind.Task }, Entry("c", "Pallets refused") with { Kind = MemoryKind.Decision });
        Assert.Equal(["Pallets counted"], (await Memories.SearchAsync(new MemoryQuestion("pallets") { Kinds = [MemoryKind.Task] }, CancellationToken.None)).Select(f => f.Entry.Title));
        Assert.Equal(["Pallets counted", "Pallets refused"], (await Memories.SearchAsync(new MemoryQuestion("pallets") { Except = own }, CancellationToken.None)).Select(f => f.Entry.Title).Order());
    }

    [Fact]
    public async Task The_position_goes_on_and_never_back()
    {
        Assert.Equal(0, await Memories.PositionAsync(CancellationToken.None));
        Assert.True(await Memories.PutAsync([], new JournalRead(0, 70), CancellationToken.None));
        Assert.False(await Memories.PutAsync([], new JournalRead(0, 50), CancellationToken.None));
        Assert.True(await Memories.PutAsync([], new JournalRead(70, 70), CancellationToken.None));
        await Memories.PutAsync([Entry("a", "Pallets")], null, CancellationToken.None);
        Assert.Equal(70, await Memories.PositionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_was_read_before_somebody_read_on_does_not_overwrite_what_they_put()
    {
        Assert.True(await Memories.PutAsync([Entry("a", "The press is mended")], new JournalRead(0, 70), CancellationToken.None));
        Assert.False(await Memories.PutAsync([Entry("a", "The press leaks"), Entry("b", "Pallets ordered")], new JournalRead(0, 60), CancellationToken.None));
        Assert.False(await Memories.PutAsync([Entry("a", "The press leaks")], new JournalRead(0, 0), CancellationToken.None));
        Assert.Equal(["The press is mended"], (await SearchAsync("press pallets")).Select(f => f.Entry.Title));

        await Memories.ClearAsync(CancellationToken.None);
        Assert.False(await Memories.PutAsync([Entry("a", "The press leaks")], new JournalRead(70, 80), CancellationToken.None));
        Assert.Equal(0, await Memories.PositionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_person_who_is_forgotten_nothing_is_found_nor_left_on_disk()
    {
        await PutAsync(Entry("a", "Zdenka wants her refund of pallets") with { People = ["jana", "zdenka"] }, Entry("b", "Pallets ordered") with { People = ["jan"] });
        await SearchAsync("refund");
        Assert.Equal(1, await Memories.ForgetPersonAsync("zdenka", CancellationToken.None));
        Assert.Equal(0, await Memories.ForgetPersonAsync("zdenka", CancellationToken.None));
        Assert.Equal(["Pallets ordered"], (await SearchAsync("refund of pallets for zdenka")).Select(f => f.Entry.Title));
        Assert.False(await Store.HoldsOnDiskAsync("Zdenka"u8.ToArray()));
        Assert.False(await Store.HoldsOnDiskAsync("zdenka"u8.ToArray()));
    }

    [Fact]
    public async Task What_a_host_took_out_and_died_before_it_was_gone_from_the_files_is_gone_after_the_next_upkeep()
    {
        await PutAsync(Entry("a", "Pallets ordered"));
        foreach (var statement in new[] { "create table taken as select 'Zdenka wants her refund' as words", "drop table taken", "insert into memory_state (name, value) values ('scrub', 1)" })
        {
            await TamperWithMemoryAsync(statement);
        }

        await Memories.PlaceVectorsAsync(CancellationToken.None);
        Assert.False(await Store.HoldsOnDiskAsync("Zdenka"u8.ToArray()));
    }

    [Fact]
    public async Task What_was_read_before_a_person_was_forgotten_does_not_bring_them_back_when_it_is_put_afterwards()
    {
        var (read, other) = (Entry("a", "Zdenka wants her refund of pallets") with { People = ["jana", "zdenka"] }, Entry("b", "Pallets ordered") with { People = ["jana"] });
        Assert.Equal(0, await Memories.ForgetPersonAsync("zdenka", CancellationToken.None));
        await PutAsync(read, other);
        Assert.Equal(["Pallets ordered"], (await SearchAsync("refund of pallets")).Select(f => f.Entry.Title));
        await Memories.ClearAsync(CancellationToken.None);
        await PutAsync(read, other);
        Assert.Equal(["Pallets ordered"], (await SearchAsync("refund of pallets")).Select(f => f.Entry.Title));
        Assert.False(await Store.HoldsOnDiskAsync("zdenka"u8.ToArray()));
    }

    [Fact]
    public async Task Whoever_is_forgotten_while_many_remember_them_is_forgotten()
    {
        var entries = Enumerable.Range(0, 40).Select(i => Entry($"e{i}", $"Zdenka wants pallet {i}") with { People = ["zdenka"] }).ToList();
        await Task.WhenAll(entries.Select((e, i) => i == 20 ? Memories.ForgetPersonAsync("zdenka", CancellationToken.None) : PutAsync(e)));
        Assert.Empty(await SearchAsync("Zdenka pallet", most: 100));
    }

    [Fact]
    public async Task What_is_older_than_is_kept_of_its_kind_goes()
    {
        await PutAsync(Entry("a", "Pallets then") with { At = Time.Now.AddDays(-10) }, Entry("b", "Pallets now"), Entry("c", "Pallets task") with { Kind = MemoryKind.Task, At = Time.Now.AddDays(-10) });
        Assert.Equal(1, await Memories.ForgetOlderAsync(MemoryKind.Workflow, Time.Now.AddDays(-1), CancellationToken.None));
        Assert.Equal(["Pallets now", "Pallets task"], (await SearchAsync("pallets")).Select(f => f.Entry.Title).Order());
    }

    [Fact]
    public async Task Two_spaces_are_never_compared_and_embedding_anew_brings_all_into_one()
    {
        await PutAsync(Entry("a", "The press leaks"), Entry("b", "The press leaks oil"), Entry("c", "The press is loud"));
        await TamperWithMemoryAsync($"update memories set space = 'another-model/3' where id in ('{Id("a")}', '{Id("b")}')");
        await Memories.PutAsync([Entry("d", "Pallets")], null, CancellationToken.None);
        var half = await SearchAsync("press leaks");
        Assert.Equal(3, half.Length);
        Assert.Equal([Id("c")], half.Where(f => f.Likeness is not null).Select(f => f.Entry.Id));
        Assert.Equal(2, (await Memories.StatsAsync(CancellationToken.None)).Outside);

        Assert.Equal(1, await Memories.ReembedAsync(1, CancellationToken.None));
        Assert.Equal(1, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.Equal(0, await Memories.ReembedAsync(100, CancellationToken.None));
        Assert.All(await SearchAsync("press leaks"), f => Assert.NotNull(f.Likeness));
    }

    [Fact]
    public async Task Cleared_it_is_as_new_also_for_who_had_read_it()
    {
        await PutAsync(Entry("a", "The press leaks"), Entry("b", "Pallets"));
        await SearchAsync("press");
        await Memories.PutAsync([], new JournalRead(0, 9), CancellationToken.None);
        await Memories.ClearAsync(CancellationToken.None);
        Assert.Empty(await SearchAsync("press leaks"));
        Assert.Equal(0, await Memories.PositionAsync(CancellationToken.None));
        await PutAsync(Entry("c", "The press is loud"));
        Assert.Equal([Id("c")], (await SearchAsync("loud press")).Select(f => f.Entry.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("' or 1=1 --")]
    [InlineData("\" NEAR( AND *")]
    [InlineData("a:b & !c | (d)")]
    [InlineData("\ud83d\udce6")]
    public async Task Whatever_is_asked_is_a_question_and_no_statement(string query)
    {
        await PutAsync(Entry("a", "The press leaks"));
        await SearchAsync(query);
        Assert.Single(await SearchAsync("press"));
    }

    [Theory]
    [InlineData("half \ud83d")]
    [InlineData("\udce6 half")]
    [InlineData("nul \0 within")]
    public async Task What_no_store_can_hold_is_written_as_unreadable_and_holds_nothing_up(string strange)
    {
        await PutAsync(Entry("a", $"The press leaks {strange}"), Entry("b", "Pallets ordered"));
        Assert.Contains("\ufffd", Assert.Single(await SearchAsync("press")).Entry.Title, StringComparison.Ordinal);
        Assert.Single(await SearchAsync("pallets"));
        await SearchAsync($"press {strange}");
    }

    [Fact]
    public async Task Many_that_write_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PutAsync([.. Enumerable.Range(0, 10).Select(j => Entry($"{i}-{j}", $"Pallet number{i}x{j}"))])));
        Assert.Equal(80, (await Memories.StatsAsync(CancellationToken.None)).Entries["workflow"]);
        Assert.Equal(Id("3-7"), (await SearchAsync("number3x7"))[0].Entry.Id);
    }

    private MemoryEntry Entry(string name, string title) =>
        new(Id(name), MemoryKind.Workflow, PrefixedId.Derive<WorkflowId>(Guid.Empty, name), [], false, title, title + ".", [], new DateTimeOffset(Time.Now.UtcTicks / 10 * 10, TimeSpan.Zero));

    private static string Id(string name) => PrefixedId.Derive<WorkflowId>(Guid.Empty, name).ToString();

    private Task PutAsync(params MemoryEntry[] entries) => Memories.PutAsync([.. entries], null, CancellationToken.None);

    private Task<ImmutableArray<FoundMemory>> SearchAsync(string query, int most = 10) => Memories.SearchAsync(new MemoryQuestion(query, most), CancellationToken.None);
}
