using System.Text;
using AiManager.Domain;

namespace AiManager.Contracts;

/// <summary>What every journal can prove, and what no edit behind its back gets past.</summary>
public abstract class JournalAuditContract : StoreContract
{
    /// <summary>Each hashed field, the hashes, and what a column may be changed to.</summary>
    public static TheoryData<string> Columns => ["stream", "seq", "type", "schema_version", "at", "actor", "cause", "payload", "prev_hash", "hash"];

    [Fact]
    public async Task An_empty_journal_is_sound() => Assert.Equal(new AuditResult(0, 0, null, null, null, null), await VerifyAsync());

    [Fact]
    public async Task A_journal_that_nobody_touched_is_sound()
    {
        await TellAsync();
        await TellAsync(3, 1, 8, 2);
        await AppendedAsync(CompanyState.Stream, 0);

        var result = await VerifyAsync();
        Assert.True(result.IsSound, result.Fault);
        Assert.Equal(((2 * Tale.Length) + 1, 3), (result.Events, result.Streams));
    }

    [Fact]
    public async Task However_the_same_events_are_cut_into_appends_the_rows_are_the_same()
    {
        var chance = new Random(11);
        for (var i = 0; i < 20; i++)
        {
            await TellAsync([.. Enumerable.Range(0, Tale.Length).Select(_ => chance.Next(1, 12))]);
        }

        var result = await VerifyAsync();
        Assert.True(result.IsSound, result.Fault);
    }

    [Fact]
    public async Task Verifying_goes_on_while_others_append()
    {
        await TellAsync();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await TellAsync(5);
            }
        });
        do
        {
            var result = await VerifyAsync();
            Assert.True(result.IsSound, result.Fault);
        }
        while (!writing.IsCompleted);
        await writing;
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task Any_one_byte_of_an_old_event_that_changes_is_named(string column)
    {
        var told = await TellAsync();
        var events = await ReadAsync(told.Stream);
        foreach (var (at, place) in new[] { (0, 0), (7, 3), (14, 11), (Tale.Length - 1, 5) })
        {
            object before = null!;
            await Store.EditAsync(events[at].Position, column, value => Flip(before = value, place));

            var result = await VerifyAsync();
            Assert.Equal(events[at].Position, result.Position);
            Assert.NotNull(result.Fault);

            await Store.EditAsync(events[at].Position, column, _ => before);
            Assert.True((await VerifyAsync()).IsSound);
        }
    }

    [Fact]
    public async Task Swapped_positions_in_a_stream_are_named()
    {
        var told = await TellAsync();
        var events = await ReadAsync(told.Stream);
        await SwapAsync(events[4].Position, events[5].Position);

        var result = await VerifyAsync();
        Assert.Equal((told.Stream, 6, events[4].Position), (result.Stream, result.Seq, result.Position));
    }

    [Fact]
    public async Task Swapped_positions_between_streams_are_named()
    {
        var told = await TellAsync();
        await AppendedAsync(CompanyState.Stream, 0);
        await AppendedAsync(CompanyState.Stream, 1);
        var (last, first) = ((await ReadAsync(told.Stream))[^1].Position, (await ReadAsync(CompanyState.Stream))[0].Position);
        await SwapAsync(last, first);

        var result = await VerifyAsync();
        if (!Store.TiesStreamsTogether)
        {
            Assert.True(result.IsSound, "the streams themselves are sound, and nothing here knows which was first");
            return;
        }

        Assert.Equal((CompanyState.Stream, 1, last), (result.Stream, result.Seq, result.Position));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(Tale.Length - 2)]
    public async Task An_event_that_was_taken_out_is_missed_by_the_one_behind_it(int at)
    {
        await AppendedAsync(CompanyState.Stream, 0);
        var told = await TellAsync();
        await AppendedAsync(CompanyState.Stream, 1);
        var gone = (await ReadAsync(told.Stream))[at];
        await Store.TamperAsync($"delete from events where position = {gone.Position}");

        var result = await VerifyAsync();
        Assert.Equal((told.Stream, at + 2, gone.Position + 1), (result.Stream, result.Seq, result.Position));
    }

    [Fact]
    public async Task The_last_event_of_a_stream_that_was_taken_out_is_missed_by_its_head()
    {
        var told = await TellAsync();
        await TellAsync();
        await Store.TamperAsync($"delete from events where stream = '{told.Stream}' and seq = {Tale.Length}");

        var result = await VerifyAsync();
        Assert.Equal((told.Stream, Tale.Length, (long?)null), (result.Stream, result.Seq, result.Position));
    }

    [Fact]
    public async Task A_stream_that_was_taken_out_with_all_that_belongs_to_it_is_missed_by_what_was_written_behind_it()
    {
        var told = await TellAsync();
        var behind = (await AppendedAsync(CompanyState.Stream, 0))[0];
        await Store.TamperAsync($"delete from events where stream = '{told.Stream}'");
        await Store.TamperAsync($"delete from streams where stream = '{told.Stream}'");

        var result = await VerifyAsync();
        Assert.False(result.IsSound);
        Assert.Equal(Store.TiesStreamsTogether ? behind : null, result.Position);
    }

    [Fact]
    public async Task An_event_that_was_put_in_with_a_right_hash_is_named()
    {
        var told = await TellAsync();
        var last = (await ReadAsync(told.Stream))[^1];
        var tie = Store.TiesStreamsTogether ? ", order_hash" : "";
        await Store.TamperAsync(
            $"insert into events select position + 1, stream, seq + 1, type, schema_version, at, actor, cause, payload, prev_hash, hash{tie} from events where position = {last.Position}");
        var forged = new StoredEvent(
            last.Position + 1, last.Stream, last.Seq + 1, last.Type, last.SchemaVersion, last.At, last.Actor, last.Cause, last.Payload, last.Hash, default);
        await Store.EditAsync(forged.Position, "prev_hash", _ => last.Hash.ToArray());
        await Store.EditAsync(forged.Position, "hash", _ => EventHash.Of(forged));

        var result = await VerifyAsync();
        Assert.Equal((told.Stream, forged.Seq, forged.Position), (result.Stream, result.Seq, result.Position));
    }

    [Fact]
    public async Task Exchanged_contents_of_two_events_are_named()
    {
        var told = await TellAsync();
        var events = await ReadAsync(told.Stream);
        await Store.EditAsync(events[20].Position, "payload", _ => events[26].Payload.ToArray());
        Assert.Equal(21, (await VerifyAsync()).Seq);
    }

    [Fact]
    public async Task A_cut_payload_is_named()
    {
        var told = await TellAsync();
        await Store.EditAsync((await ReadAsync(told.Stream))[3].Position, "payload", payload => ((byte[])payload)[..^1]);
        Assert.Equal(4, (await VerifyAsync()).Seq);
    }

    [Fact]
    public async Task A_blob_that_changed_or_went_is_named_by_the_event_that_needs_it()
    {
        var told = await TellAsync();
        var needs = (await ReadAsync(told.Stream)).First(e => e.Body.Length != e.Payload.Length);
        var digest = Encoding.UTF8.GetString(needs.Payload.Span).Split('"')[3];
        await Store.TamperAsync($"update blobs set digest = 'sha256-other' where digest = '{digest}'");
        Assert.Equal((told.Stream, needs.Seq, needs.Position), Place(await VerifyAsync()));

        var other = await Store.Blobs.PutAsync(new byte[] { 1, 2, 3 }, CancellationToken.None);
        await Store.TamperAsync($"update blobs set digest = '{digest}' where digest = '{other}'");
        Assert.Equal((told.Stream, needs.Seq, needs.Position), Place(await VerifyAsync()));
    }

    [Fact]
    public async Task A_blob_that_no_event_needs_is_checked_as_well()
    {
        var digest = await Store.Blobs.PutAsync(new byte[] { 1, 2, 3 }, CancellationToken.None);
        await Store.TamperAsync($"update blobs set digest = 'sha256-other' where digest = '{digest}'");
        Assert.Contains("sha256-other", (await VerifyAsync()).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seq = seq - 1")]
    [InlineData("seq = seq + 1")]
    [InlineData("updated_at = updated_at + 1")]
    [InlineData("max_schema = 7")]
    public async Task A_head_that_changed_is_named(string edit)
    {
        var told = await TellAsync();
        await Store.TamperAsync($"update streams set {edit} where stream = '{told.Stream}'");
        Assert.Equal(told.Stream, (await VerifyAsync()).Stream);
    }

    [Theory]
    [InlineData("update workflows set status = 'completed'")]
    [InlineData("update workflows set goal = 'Something else'")]
    [InlineData("update workflows set tasks_done = 0")]
    [InlineData("update workflows set is_open = 0")]
    [InlineData("delete from workflows")]
    [InlineData("update tasks set status = 'done'")]
    [InlineData("update tasks set executor = 'person:eve' where key = 'order'")]
    [InlineData("delete from tasks where key = 'order'")]
    [InlineData("update approvals set status = 'approved' where status = 'used'")]
    [InlineData("update approvals set roles = 'eve' where status = 'pending'")]
    [InlineData("delete from approvals where status = 'pending'")]
    [InlineData("update escalations set status = 'open'")]
    [InlineData("update escalations set choices = 'eve'")]
    [InlineData("delete from due")]
    [InlineData("update due set at = at + 1")]
    [InlineData("update ledgers set money = money - 1 where budget = 'per-day'")]
    [InlineData("delete from ledgers where budget = 'per-goal'")]
    [InlineData("update ledger_entries set tokens = 0")]
    [InlineData("update ledger_entries set settled = 0")]
    [InlineData("delete from ledger_entries where period = 'rolling'")]
    [InlineData("insert into due (stream, kind, key, at) values ('wf_x', 'k', '1', 0)")]
    [InlineData("insert into ledgers (budget, key, period, money, model_cost, tokens, calls) values ('b', 'k', 'p', 0, 0, 0, 0)")]
    [InlineData("update tasks set task = 'rubbish' where key = 'order'")]
    public async Task Rows_that_are_not_what_the_events_say_are_found_and_rebuilt(string edit)
    {
        await TellAsync(4);
        await TellAsync(4);
        await Store.TamperAsync(edit);
        Assert.Contains("Rebuild", (await VerifyAsync()).Fault, StringComparison.Ordinal);

        await Store.Audit.RebuildAsync(CancellationToken.None);
        var result = await VerifyAsync();
        Assert.True(result.IsSound, result.Fault);
    }

    [Fact]
    public async Task A_row_of_an_escalation_that_a_program_of_before_wrote_is_right_as_well()
    {
        await TellAsync();
        await Store.TamperAsync("update escalations set task = null, choices = null, deadline = null, answer = null, answered_by = null, told_status = null");
        var result = await VerifyAsync();
        Assert.True(result.IsSound, result.Fault);
    }

    [Fact]
    public async Task An_event_that_this_program_cannot_read_is_named()
    {
        var told = await TellAsync();
        await AppendedAsync(told.Stream, Tale.Length, facts: [Fact() with { Type = "FromTheFuture" }]);
        var result = await VerifyAsync();
        Assert.Equal((told.Stream, Tale.Length + 1), (result.Stream, result.Seq));
        Assert.Contains("FromTheFuture", result.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_somebody_leaves_the_journal_sound_and_their_words_unreadable()
    {
        var told = await TellAsync();
        await Store.Envelopes.EraseAsync("olga", CancellationToken.None);

        var result = await VerifyAsync();
        Assert.True(result.IsSound, result.Fault);
        var goal = (GoalSubmitted)EventCodec.Decode((await ReadAsync(told.Stream))[0]).Event;
        Assert.Equal(PrivateText.Erased, (await Store.Envelopes.OpenAsync(goal.Goal, CancellationToken.None)).Words);
        Assert.False(await Store.HoldsOnDiskAsync(Encoding.UTF8.GetBytes("Elm Street")));

        await Store.Audit.RebuildAsync(CancellationToken.None);
        Assert.Equal(PrivateText.Erased, Assert.Single(await ReadModels.OpenWorkflowsAsync(CancellationToken.None)).Goal);
        Assert.True((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task Progress_is_told()
    {
        await TellAsync();
        var told = new List<long>();
        await Store.Audit.VerifyAsync(new Listener(told), CancellationToken.None);
        Assert.Equal(Tale.Length, told[^1]);
    }

    private async Task<ToldWorkflow> TellAsync(params int[] batches)
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        await told.TellAsync(Tale.Of(told.Id, Time.Now), batches);
        return told;
    }

    private Task<AuditResult> VerifyAsync() => Store.Audit.VerifyAsync(null, CancellationToken.None);

    private async Task SwapAsync(long a, long b)
    {
        await Store.TamperAsync($"update events set position = -1 where position = {a}");
        await Store.TamperAsync($"update events set position = {a} where position = {b}");
        await Store.TamperAsync($"update events set position = {b} where position = -1");
    }

    private static (string? Stream, int? Seq, long? Position) Place(AuditResult result) => (result.Stream, result.Seq, result.Position);

    /// <summary>One bit of one byte; of a number one that leaves it a possible one.</summary>
    private static object Flip(object value, int place) => value switch
    {
        long number => number ^ (1L << (16 + place)),
        byte[] bytes => FlipByte(bytes, place),
        string text => text.Length == 0 ? "x" : new StringBuilder(text) { [place % text.Length] = (char)(text[place % text.Length] ^ 1) }.ToString(),
        _ => throw new ArgumentException($"What is a {value.GetType()}?"),
    };

    private static byte[] FlipByte(byte[] bytes, int place)
    {
        var copy = bytes.ToArray();
        copy[place % copy.Length] ^= 0x10;
        return copy;
    }

    private sealed class Listener(List<long> told) : IProgress<long>
    {
        public void Report(long value) => told.Add(value);
    }
}
