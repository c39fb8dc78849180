using System.Text;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every journal does: appending, reading, and what refuses an append.</summary>
public abstract class WorkflowJournalContract : StoreContract
{
    [Fact]
    public async Task What_was_appended_is_read_back_byte_for_byte()
    {
        var stream = New<WorkflowId>().ToString();
        var fact = new NewEvent("CallProposed", 3, Time.Now, Actor.Agent("purchaser"), "wf_x/4", Encoding.UTF8.GetBytes("{ \"a\" : 1.50,\t\"ü\":\"€\" }"));

        var positions = await AppendedAsync(stream, 0, facts: [fact, Fact()]);

        var read = await ReadAsync(stream);
        Assert.Equal(positions, read.Select(e => e.Position));
        Assert.Equal([1, 2], read.Select(e => e.Seq));
        var first = read[0];
        Assert.Equal((stream, "CallProposed", 3, Time.Now, Actor.Agent("purchaser"), "wf_x/4"), (first.Stream, first.Type, first.SchemaVersion, first.At, first.Actor, first.Cause));
        Assert.Equal(fact.Body.ToArray(), first.Payload.ToArray());
        Assert.Equal(fact.Body.ToArray(), first.Body.ToArray());
    }

    [Fact]
    public async Task Each_event_is_chained_to_the_one_before()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, facts: [Fact("a"), Fact("b")]);
        await AppendedAsync(stream, 2, facts: [Fact("c")]);

        var read = await ReadAsync(stream);
        Assert.Equal(EventHash.Genesis.ToArray(), read[0].PrevHash.ToArray());
        Assert.All(read, e => Assert.Equal(EventHash.Of(e), e.Hash.ToArray()));
        Assert.Equal(read[0].Hash.ToArray(), read[1].PrevHash.ToArray());
        Assert.Equal(read[1].Hash.ToArray(), read[2].PrevHash.ToArray());
    }

    [Fact]
    public async Task A_time_is_kept_to_the_microsecond_and_the_hash_is_over_what_is_kept()
    {
        var stream = New<WorkflowId>().ToString();
        var odd = new DateTimeOffset(2026, 11, 21, 3, 4, 5, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        await AppendedAsync(stream, 0, facts: [Fact() with { At = odd }]);

        var read = Assert.Single(await ReadAsync(stream));
        Assert.Equal(EventHash.Cut(odd), read.At);
        Assert.Equal(EventHash.Of(read), read.Hash.ToArray());
    }

    [Fact]
    public async Task Positions_rise_over_all_streams_and_all_can_be_read_in_that_order()
    {
        var (a, b) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        await AppendedAsync(a, 0);
        await AppendedAsync(b, 0);
        await AppendedAsync(a, 1, facts: [Fact(), Fact()]);

        var all = await Journal.ReadAllAsync(0, 100, CancellationToken.None);
        Assert.Equal([(a, 1), (b, 1), (a, 2), (a, 3)], all.Select(e => (e.Stream, e.Seq)));
        Assert.Equal(all.Select(e => e.Position).Order(), all.Select(e => e.Position));
        Assert.Equal(all[2..], await Journal.ReadAllAsync(all[1].Position, 100, CancellationToken.None), SameEvent);
        Assert.Equal(2, (await Journal.ReadAllAsync(0, 2, CancellationToken.None)).Length);
    }

    [Fact]
    public async Task Reading_goes_on_behind_a_seq_and_stops_at_a_limit()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, facts: [.. Enumerable.Range(0, 10).Select(i => Fact($"{i}"))]);

        Assert.Equal([4, 5, 6], (await Journal.ReadAsync(stream, 3, 3, CancellationToken.None)).Select(e => e.Seq));
        Assert.Empty(await Journal.ReadAsync(stream, 10, 3, CancellationToken.None));
        Assert.Empty(await ReadAsync(New<WorkflowId>().ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_stale_writer_is_told_and_writes_nothing(int expected)
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, facts: [Fact(), Fact()]);

        var id = New<WorkflowId>();
        Assert.Equal(new AppendResult.Conflict(2), await AppendAsync(stream, expected, changes: [new ReadModelChange.PutWorkflow(Row(id))]));
        Assert.Equal(2, (await ReadAsync(stream)).Length);
        Assert.Empty(await ReadModels.OpenWorkflowsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_who_append_behind_the_same_seq_exactly_one_gets_through()
    {
        var stream = New<WorkflowId>().ToString();
        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => AppendAsync(stream, 0, facts: [Fact($"{i}")]))));

        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(63, results.OfType<AppendResult.Conflict>().Count(c => c.ActualSeq == 1));
        Assert.Single(await ReadAsync(stream));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public async Task An_append_has_1_to_256_events(int count) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(
            new AppendRequest(New<WorkflowId>().ToString(), 0, null, [.. Enumerable.Repeat(Fact(), count)], [], []), CancellationToken.None));

    [Fact]
    public async Task A_cancelled_caller_is_not_kept_waiting() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.AppendAsync(
            new AppendRequest(New<WorkflowId>().ToString(), 0, null, [Fact()], [], []), new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(BlobReference.Threshold - 100, false)]
    [InlineData(BlobReference.Threshold + 1, true)]
    [InlineData(3_000_000, true)]
    public async Task A_large_body_is_kept_apart_and_put_back_when_read(int bytes, bool apart)
    {
        var stream = New<WorkflowId>().ToString();
        var fact = Fact(bytes: bytes);
        await AppendedAsync(stream, 0, facts: [Fact(), fact]);

        var read = (await ReadAsync(stream))[1];
        Assert.Equal(fact.Body.ToArray(), read.Body.ToArray());
        Assert.Equal(apart, read.Payload.Length < 200);
        Assert.Equal(EventHash.Of(read), read.Hash.ToArray());
    }

    [Fact]
    public async Task Several_streams_are_read_in_one_go_each_behind_its_own_place()
    {
        var (a, b, none) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        var large = Fact(bytes: BlobReference.Threshold + 1);
        await AppendedAsync(a, 0, facts: [Fact("a1"), Fact("a2"), Fact("a3")]);
        await AppendedAsync(b, 0, facts: [Fact("b1"), large]);
        await AppendedAsync(a, 3, facts: [Fact("a4")]);

        var each = await Journal.ReadEachAsync([new StreamPlace(b, 0), new StreamPlace(none, 0), new StreamPlace(a, 1), new StreamPlace(b, 2), new StreamPlace(a, 3)], null, 2, CancellationToken.None);

        Assert.Equal([(b, 1), (b, 2)], each[0].Select(e => (e.Stream, e.Seq)));
        Assert.Equal(large.Body.ToArray(), each[0][1].Body.ToArray());
        Assert.Empty(each[1]);
        Assert.Equal([(a, 2), (a, 3)], each[2].Select(e => (e.Stream, e.Seq)));
        Assert.Empty(each[3]);
        Assert.Equal(await Journal.ReadAsync(a, 3, 2, CancellationToken.None), each[4], SameEvent);
        Assert.Empty(await Journal.ReadEachAsync([], null, 2, CancellationToken.None));
    }

    [Fact]
    public async Task Of_several_streams_only_events_of_some_types_can_be_read()
    {
        var (a, b) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        await AppendedAsync(a, 0, facts: [Fact(), Fact() with { Type = "CallDecided" }, Fact() with { Type = "CallDecidedNot" }, Fact() with { Type = "CallSettled" }, Fact() with { Type = "CallDecided" }]);
        await AppendedAsync(b, 0, facts: [Fact()]);

        var each = await Journal.ReadEachAsync([new StreamPlace(a, 0), new StreamPlace(b, 0)], ["CallSettled", "CallDecided"], 2, CancellationToken.None);

        Assert.Equal([2, 4], each[0].Select(e => e.Seq));
        Assert.Empty(each[1]);
        Assert.Empty((await Journal.ReadEachAsync([new StreamPlace(a, 0)], [], 2, CancellationToken.None))[0]);
    }

    [Fact]
    public async Task The_head_is_the_last_position_that_can_be_read()
    {
        Assert.Equal(0, await Journal.HeadAsync(CancellationToken.None));
        await AppendedAsync(New<WorkflowId>().ToString(), 0, facts: [Fact(), Fact()]);
        var positions = await AppendedAsync(New<WorkflowId>().ToString(), 0);

        Assert.Equal(positions[0], await Journal.HeadAsync(CancellationToken.None));
        Assert.Empty(await Journal.ReadAllAsync(positions[0], 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_event_that_only_looks_like_a_reference_is_left_as_it_is()
    {
        var stream = New<WorkflowId>().ToString();
        var odd = Encoding.UTF8.GetBytes("""{"blob":"sha256-00","bytes":1,"more":true}""");
        await AppendedAsync(stream, 0, facts: [Fact() with { Body = odd }]);

        Assert.Equal(odd, Assert.Single(await ReadAsync(stream)).Body.ToArray());
    }

    [Fact]
    public async Task Streams_side_by_side_do_not_disturb_one_another()
    {
        var streams = Enumerable.Range(0, 20).Select(_ => New<WorkflowId>().ToString()).ToList();
        await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            for (var seq = 0; seq < 25; seq++)
            {
                await AppendedAsync(stream, seq, facts: [Fact($"{stream} {seq}")]);
            }
        })));

        foreach (var stream in streams)
        {
            var read = await ReadAsync(stream);
            Assert.Equal(Enumerable.Range(1, 25), read.Select(e => e.Seq));
            Assert.All(read, e => Assert.Equal(EventHash.Of(e), e.Hash.ToArray()));
        }

        Assert.Equal(500, (await Journal.ReadAllAsync(0, 1000, CancellationToken.None)).Select(e => e.Position).Distinct().Count());
    }

    [Fact]
    public async Task A_waiting_driver_wakes_when_something_is_appended_from_outside()
    {
        var waiting = Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Work_that_came_just_before_waiting_is_not_slept_over()
    {
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        await Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted, "one append wakes once");
    }

    [Fact]
    public async Task A_driver_wakes_when_its_patience_ends_or_it_is_told_to_stop()
    {
        var waiting = Journal.WaitForWorkAsync(TimeSpan.FromSeconds(5), CancellationToken.None);
        Time.Advance(TimeSpan.FromSeconds(5));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));

        using var stop = new CancellationTokenSource();
        var stopped = Journal.WaitForWorkAsync(TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task A_driver_that_appends_does_not_wake_others()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var claim = await ClaimAsync();
        await Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await AppendedAsync(stream, 1, claim!.Epoch);
        Assert.False(Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
    }

    private static bool SameEvent(StoredEvent left, StoredEvent right) => left.Position == right.Position && left.Hash.Span.SequenceEqual(right.Hash.Span);
}
