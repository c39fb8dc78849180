using System.Collections.Immutable;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every store's index of the audit does.</summary>
public abstract class AuditIndexContract : StoreContract
{
    /// <summary>The store's index.</summary>
    protected abstract IAuditIndex Index { get; }

    /// <summary>Another host's index of the same store; the same one where a store has one host.</summary>
    protected abstract Task<IAuditIndex> AnotherAsync();

    [Fact]
    public async Task Places_and_how_far_the_journal_is_read_are_written_together_and_by_one_host()
    {
        await AppendedAsync("company", 0, facts: [Fact(), Fact()]);
        Assert.Equal(0, await Index.ThroughAsync(CancellationToken.None));
        Assert.True(await Index.PutAsync(0, 2, [Place(1, "decision")], CancellationToken.None));
        Assert.False(await (await AnotherAsync()).PutAsync(0, 1, [Place(2, "decision")], CancellationToken.None));
        Assert.Equal(2, await Index.ThroughAsync(CancellationToken.None));
        Assert.Equal([1], await FoundAsync(["decision"]));
    }

    [Fact]
    public async Task A_place_is_found_by_all_that_is_asked_of_it_from_either_end_and_within_bounds()
    {
        await AppendedAsync("company", 0, facts: [.. Enumerable.Range(0, 9).Select(_ => Fact())]);
        await Index.PutAsync(
            0,
            9,
            [
                .. Enumerable.Range(1, 9).Select(i => Place(i, "decision", i % 2 == 0 ? "agent:even" : "agent:odd", i % 3 == 0 ? "rule:third" : "rule:other", $"tool:t{i}")),
            ],
            CancellationToken.None);
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1], await FoundAsync(["decision"]));
        Assert.Equal([8, 6, 4, 2], await FoundAsync(["agent:even"]));
        Assert.Equal([6], await FoundAsync(["rule:third"], ["agent:even"]));
        Assert.Equal([9, 6, 3, 1], await FoundAsync(["rule:third", "tool:t1"], ["decision"]));
        Assert.Empty(await FoundAsync(["agent:even"], []));
        Assert.Empty(await FoundAsync(["agent:even"], ["agent:nobody"]));
        Assert.Equal([6, 5, 4], await FoundAsync(new AuditLook([["decision"]], 3, 7, 2)));
        Assert.Equal([4, 5, 6], await FoundAsync(new AuditLook([["decision"]], 3, 7, 2, IsOldestFirst: true)));
        Assert.Equal([3, 9], await FoundAsync(new AuditLook([["rule:third"], ["agent:odd"]], 0, long.MaxValue, 1, IsOldestFirst: true)));

        var place = (await Index.FindAsync(new AuditLook([["tool:t4"]], 0, long.MaxValue, 5), CancellationToken.None)).Items.Single();
        Assert.Equal((4, "company", 4, Time.Now), (place.Position, place.Stream, place.Seq, place.At));
        Assert.Equal(["agent:even", "decision", "rule:other", "tool:t4"], place.Words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_rare_is_found_among_very_many_in_a_few_goes()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendedAsync("company", i * 250, facts: [.. Enumerable.Range(0, 250).Select(_ => Fact())]);
        }

        await Index.PutAsync(
            0, 2_500, [.. Enumerable.Range(1, 2_500).Select(i => Place(i, "decision", "agent:usual", i == 7 ? "rule:rare" : "rule:usual", i % 2 == 0 ? "verdict:even" : "verdict:odd"))], CancellationToken.None);
        var one = await Index.FindAsync(new AuditLook([["agent:usual"], ["rule:rare"], ["decision"]], 0, long.MaxValue, 50), CancellationToken.None);
        Assert.Equal([7], one.Items.Select(p => p.Position));
        Assert.Null(one.Next); // by the rare one, and not by the usual

        // Of what is nowhere rare, each answer says how far it has come, and none is lost where one leaves off.
        Assert.Equal(1_250, (await FoundAsync(new AuditLook([["agent:usual"], ["verdict:even"]], 0, long.MaxValue, 300))).Count);
        Assert.Equal(1_250, (await FoundAsync(new AuditLook([["rule:usual", "rule:rare"], ["verdict:odd"]], 0, long.MaxValue, 300, IsOldestFirst: true))).Count);

        // The more words one may be about, the fewer places are looked at in one go.
        string[] many = [.. Enumerable.Range(0, 60).Select(i => $"tool:t{i}"), "verdict:odd"];
        Assert.Equal(1_250, (await FoundAsync(new AuditLook([["agent:usual"], [.. many]], 0, long.MaxValue, 50))).Count);
        var none = await Index.FindAsync(new AuditLook([["agent:usual"], [.. many.SkipLast(1)]], 0, long.MaxValue, 50), CancellationToken.None);
        Assert.Empty(none.Items);
    }

    [Fact]
    public async Task A_place_that_is_put_again_is_about_more_and_stays_one()
    {
        await AppendedAsync("company", 0, facts: [Fact(), Fact()]);
        await Index.PutAsync(0, 1, [Place(1, "decision", "agent:a")], CancellationToken.None);
        await Index.PutAsync(1, 2, [Place(1, "decision", "agent:a", "by:petra")], CancellationToken.None);
        Assert.Equal([1], await FoundAsync(["decision"]));
        Assert.Equal([1], await FoundAsync(["by:petra"], ["agent:a"]));
        Assert.Equal([1], await FoundAsync(["agent:a"], ["by:petra"]));
    }

    [Fact]
    public async Task Words_are_told_once_each_and_in_order()
    {
        Assert.Empty(await Index.WordsAsync("tool:", CancellationToken.None));
        await Index.PutAsync(
            0, 6, [Place(1, "tool:b"), Place(2, "tool:b"), Place(3, "tool:a"), Place(4, "tool"), Place(5, "tools:x"), Place(6, "tool:ü 'x'")], CancellationToken.None);
        Assert.Equal(["tool:a", "tool:b", "tool:ü 'x'"], (await Index.WordsAsync("tool:", CancellationToken.None)).AsEnumerable());
    }

    [Fact]
    public async Task What_is_archived_is_not_found_and_what_is_rebuilt_begins_anew()
    {
        await AppendedAsync("company", 0, facts: [Fact()]);
        await Index.PutAsync(0, 2, [Place(1, "decision"), Place(2, "decision")], CancellationToken.None);
        Assert.Equal([1], await FoundAsync(["decision"])); // there is no second event here
        await Store.Audit.RebuildAsync(CancellationToken.None);
        Assert.Equal(0, await Index.ThroughAsync(CancellationToken.None));
        Assert.Empty(await FoundAsync(["decision"]));
    }

    [Fact]
    public async Task An_index_that_left_a_decision_out_is_found_when_the_journal_is_verified()
    {
        var decided = new CallDecided(New<CallId>(), Effect.Deny, [], JsonText.EmptyObject, "No.", "policy", "v1", []);
        await AppendedAsync("mon_x", 0, facts: [Fact(), EventCodec.Encode(decided, Time.Now, Actor.System, string.Empty)]);
        await Index.PutAsync(0, 1, [], CancellationToken.None);
        Assert.DoesNotContain("index", (await Store.Audit.VerifyAsync(null, CancellationToken.None)).Fault ?? string.Empty, StringComparison.Ordinal); // it is not as far yet
        await Index.PutAsync(1, 2, [], CancellationToken.None);
        Assert.Equal("The audit's index lacks the decision at position 2. Rebuild it.", (await Store.Audit.VerifyAsync(null, CancellationToken.None)).Fault);
    }

    private AuditPlace Place(long position, params string[] words) => new(position, "company", (int)position, Time.Now, [.. words]);

    private Task<List<long>> FoundAsync(params ImmutableArray<string>[] each) => FoundAsync(new AuditLook([.. each], 0, long.MaxValue, 3));

    /// <summary>All of them, a page at a time.</summary>
    private async Task<List<long>> FoundAsync(AuditLook look)
    {
        var found = new List<long>();
        for (var isLast = false; !isLast;)
        {
            var places = await Index.FindAsync(look, CancellationToken.None);
            Assert.True(places.Items.Length <= look.Limit);
            found.AddRange(places.Items.Select(p => p.Position));
            isLast = places.Next is null;
            look = look.GoOn(places.Next ?? 0);
        }

        return found;
    }
}
