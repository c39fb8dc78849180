using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>What is remembered follows from the journal, on every store.</summary>
public abstract class RememberingContract : StoreContract
{
    /// <summary>The store's memory.</summary>
    protected abstract IMemories Memories { get; }

    private MemoryReader Reader => new(Journal, Store.Envelopes, Memories);

    [Fact]
    public async Task Goals_results_and_decisions_are_remembered_with_what_became_of_them()
    {
        var workflow = await TellAsync(Tale.Of);
        Assert.Equal(1, await Reader.CatchUpAsync(CancellationToken.None));
        var goal = Assert.Single(await FindAsync(MemoryKind.Workflow, "restock Elm Street")).Entry;
        Assert.Equal((workflow, true), (goal.Workflow, goal.IsOpen));
        Assert.Contains("olga", goal.People);
        Assert.Equal("Do quotes", Assert.Single(await FindAsync(MemoryKind.Task, "quotes")).Entry.Title);
        var decision = (await FindAsync(MemoryKind.Decision, "odd quote"))[0].Entry;
        Assert.Contains("I saw it.", decision.Text, StringComparison.Ordinal);
        Assert.Equal(["carl", "olga", "petra"], decision.People.AsEnumerable());
        var approval = (await FindAsync(MemoryKind.Decision, "was erp.order approved"))[0].Entry;
        Assert.Equal(("erp.order: It is much.", "approved\nFine by me."), (approval.Title, approval.Text[..20]));
    }

    [Fact]
    public async Task Nothing_is_read_twice_and_what_goes_on_is_remembered_anew()
    {
        var workflow = await TellAsync((id, now) => [.. Tale.Of(id, now).Take(3)]);
        Assert.Equal(1, await Reader.CatchUpAsync(CancellationToken.None));
        Assert.Equal(0, await Reader.CatchUpAsync(CancellationToken.None));
        var end = await AppendAsync(workflow.ToString(), 3, null, default, default, EventCodec.Encode(new GoalFailed(GoalFailure.GivenUp, "Nobody sells bolts."), Time.Now, Actor.System, ""));
        Assert.IsType<AppendResult.Appended>(end);
        Assert.Equal(1, await Reader.CatchUpAsync(CancellationToken.None));
        var goal = Assert.Single(await FindAsync(MemoryKind.Workflow, "bolts")).Entry;
        Assert.False(goal.IsOpen);
        Assert.Contains("Nobody sells bolts.", goal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thrown_away_it_is_made_again_as_it_was()
    {
        await TellAsync(Tale.Of);
        await Reader.CatchUpAsync(CancellationToken.None);
        var before = await Memories.StatsAsync(CancellationToken.None);
        var found = (await FindAsync(MemoryKind.Decision, "odd quote"))[0].Entry;
        await Memories.ClearAsync(CancellationToken.None);
        await Reader.CatchUpAsync(CancellationToken.None);
        Assert.Equal(before.Entries.AsEnumerable(), (await Memories.StatsAsync(CancellationToken.None)).Entries);
        var again = (await FindAsync(MemoryKind.Decision, "odd quote"))[0].Entry;
        Assert.Equal((found.Id, found.Title, found.Text, found.At), (again.Id, again.Title, again.Text, again.At));
    }

    [Fact]
    public async Task Of_a_person_whose_key_is_destroyed_nothing_is_remembered_and_the_journal_still_verifies()
    {
        await TellAsync(Tale.Of);
        await Reader.CatchUpAsync(CancellationToken.None);
        await Store.Envelopes.EraseAsync("olga", CancellationToken.None);
        Assert.NotEqual(0, await Memories.ForgetPersonAsync("olga", CancellationToken.None));
        Assert.Empty(await Memories.SearchAsync(new MemoryQuestion("restock Elm Street"), CancellationToken.None));
        Assert.False(await Store.HoldsOnDiskAsync("Elm Street"u8.ToArray()));

        await Memories.ClearAsync(CancellationToken.None);
        await Reader.CatchUpAsync(CancellationToken.None);
        Assert.DoesNotContain(await Memories.SearchAsync(new MemoryQuestion("restock Elm Street", 100), CancellationToken.None), f => f.Entry.Text.Contains("Elm", StringComparison.Ordinal));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task A_memory_that_is_made_anew_learns_from_the_journal_who_is_forgotten()
    {
        await TellAsync(Tale.Of);
        await AppendAsync(CompanyState.Stream, 0, null, default, default, EventCodec.Encode(new PersonErased("petra"), Time.Now, Actor.Person("olga"), ""));
        await Reader.CatchUpAsync(CancellationToken.None);
        Assert.Empty(await Memories.SearchAsync(new MemoryQuestion("restock Elm Street quotes"), CancellationToken.None));
        await TellAsync(Tale.Of);
        await Reader.CatchUpAsync(CancellationToken.None);
        Assert.Empty(await Memories.SearchAsync(new MemoryQuestion("restock Elm Street quotes"), CancellationToken.None));
    }

    [Fact]
    public async Task While_a_memory_is_made_anew_nothing_is_told_of_whoever_the_journal_says_later_is_forgotten()
    {
        await TellAsync(Tale.Of);
        var filler = New<WorkflowId>().ToString();
        for (var seq = 0; seq < 1_024; seq += 256)
        {
            await AppendedAsync(filler, seq, facts: [.. Enumerable.Range(0, 256).Select(_ => Fact())]);
        }

        await AppendAsync(CompanyState.Stream, 0, null, default, default, EventCodec.Encode(new PersonErased("petra"), Time.Now, Actor.Person("olga"), ""));
        var halfway = new WatchedMemories(Memories, writes => writes == 1 ? throw new OperationCanceledException() : Task.CompletedTask);
        await Assert.ThrowsAsync<OperationCanceledException>(() => new MemoryReader(Journal, Store.Envelopes, halfway).CatchUpAsync(CancellationToken.None));
        Assert.NotEqual(0, await Memories.PositionAsync(CancellationToken.None));
        Assert.DoesNotContain(await Memories.SearchAsync(new MemoryQuestion("restock Elm Street quotes odd", 100), CancellationToken.None), f => f.Entry.People.Contains("petra"));
        Assert.False(await Store.HoldsOnDiskAsync("I saw it."u8.ToArray()));
    }

    [Fact]
    public async Task A_host_that_was_slow_to_write_what_it_read_takes_back_nothing_that_another_read_later()
    {
        var workflow = await TellAsync((id, now) => [.. Tale.Of(id, now).Take(3)]);
        var isOvertaken = false;
        var slow = new WatchedMemories(Memories, async _ =>
        {
            if (!isOvertaken)
            {
                isOvertaken = true;
                await AppendedAsync(workflow.ToString(), 3, facts: EventCodec.Encode(new GoalFailed(GoalFailure.GivenUp, "Nobody sells bolts."), Time.Now, Actor.System, ""));
                Assert.Equal(1, await Reader.CatchUpAsync(CancellationToken.None));
            }
        });
        Assert.Equal(0, await new MemoryReader(Journal, Store.Envelopes, slow).CatchUpAsync(CancellationToken.None));
        Assert.False(Assert.Single(await FindAsync(MemoryKind.Workflow, "bolts")).Entry.IsOpen);
    }

    [Fact]
    public async Task An_event_that_this_program_cannot_read_holds_up_nothing_else()
    {
        var strange = New<WorkflowId>();
        await AppendAsync(strange.ToString(), 0, null, default, default, Fact() with { Type = nameof(GoalSubmitted), Body = "[1"u8.ToArray() });
        await TellAsync(Tale.Of);
        Assert.Equal(1, await Reader.CatchUpAsync(CancellationToken.None));
    }

    private async Task<WorkflowId> TellAsync(Func<WorkflowId, DateTimeOffset, IReadOnlyList<WorkflowEvent>> tale)
    {
        var id = New<WorkflowId>();
        await new ToldWorkflow(Store, id, Time).TellAsync(tale(id, Time.Now), 256);
        return id;
    }

    private Task<System.Collections.Immutable.ImmutableArray<FoundMemory>> FindAsync(MemoryKind kind, string query) =>
        Memories.SearchAsync(new MemoryQuestion(query) { Kinds = [kind] }, CancellationToken.None);
}
