using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>Several hosts on one database, all writing at once.</summary>
[NeedsPostgres]
public sealed class PostgresManyHostsTests : StoreContract
{
    private PostgresStore _other = null!;

    private IReadOnlyList<IWorkflowJournal> Hosts => [Journal, _other.Journal];

    [Theory]
    [InlineData(64, 7, 100)]
    [InlineData(64, 1, 64)]
    public async Task Hosts_that_spend_at_once_never_pass_a_cap(int spenders, int each, int cap)
    {
        var results = await EachAsync(spenders, (host, i) =>
        {
            var stream = Id(i).ToString();
            var wanted = Money(each, cap);
            return host.AppendAsync(
                new AppendRequest(stream, 0, null, [Fact()], [new Guard.Headroom(wanted, null)], [new ReadModelChange.Reserve(stream, wanted, Time.Now)]), CancellationToken.None);
        });

        Assert.Equal(Math.Min(spenders, cap / each), results.OfType<AppendResult.Appended>().Count());
        Assert.Equal(new Amounts(Money: Math.Min(spenders, cap / each) * each), await ReadModels.LedgerAsync("per-day", "company", "2026-11-21", null, CancellationToken.None));
    }

    [Fact]
    public async Task Hosts_that_spend_and_settle_at_once_never_pass_any_field_of_a_cap_in_a_calendar_window_or_a_rolling_one()
    {
        var (each, cap) = (new Amounts(2m, 0.5m, 100, 1, 1, TimeSpan.FromSeconds(30), 3), new Amounts(40m, 8m, 1200, 14, 13, TimeSpan.FromMinutes(10), 60));
        var (month, rolling) = (new Reservation("per-agent", "agent|buyer", "2026-11", each, cap), new Reservation("per-tool", "tool|mail.send", "rolling", each, cap));
        var since = Time.Now.AddHours(-1);
        var overdrawn = 0;
        var settled = 0;
        await EachAsync(64, async (host, i) =>
        {
            var stream = Id(i).ToString();
            var spent = await host.AppendAsync(
                new AppendRequest(
                    stream, 0, null, [Fact()], [new Guard.Headroom(month, null), new Guard.Headroom(rolling, since)],
                    [new ReadModelChange.Reserve(stream, month, Time.Now), new ReadModelChange.Reserve(stream, rolling, Time.Now)]),
                CancellationToken.None);
            if (spent is not AppendResult.Appended)
            {
                return spent;
            }

            if (await HeldAsync() is var (left, right) && !(left.IsWithin(cap) && right.IsWithin(cap)))
            {
                Interlocked.Increment(ref overdrawn);
            }

            Interlocked.Increment(ref settled);
            var actual = each with { Time = TimeSpan.FromSeconds(10) };
            return await host.AppendAsync(
                new AppendRequest(
                    stream, 1, null, [Fact()], [],
                    [new ReadModelChange.Settle(stream, month with { Amounts = actual }), new ReadModelChange.Settle(stream, rolling with { Amounts = actual })]),
                CancellationToken.None);
        });

        // 1,200 tokens are the tightest field: twelve fit.
        Assert.Equal((0, 12), (overdrawn, settled));
        var expected = new Amounts(24m, 6m, 1200, 12, 12, TimeSpan.FromSeconds(120), 36);
        Assert.Equal((expected, expected), await HeldAsync());

        async Task<(Amounts Month, Amounts Rolling)> HeldAsync() => (
            await ReadModels.LedgerAsync("per-agent", "agent|buyer", "2026-11", null, CancellationToken.None),
            await ReadModels.LedgerAsync("per-tool", "tool|mail.send", "rolling", since, CancellationToken.None));
    }

    [Fact]
    public async Task Hosts_that_use_an_approval_at_once_use_it_once()
    {
        var (workflow, approval) = (New<WorkflowId>(), New<ApprovalId>());
        ReadModelChange Put(string status) => new ReadModelChange.PutApproval(new ApprovalRow(approval, workflow, status, "", Time.Now, Time.Now));
        await AppendedAsync(workflow.ToString(), 0, changes: [Put("approved")]);

        var results = await EachAsync(32, (host, i) => host.AppendAsync(
            new AppendRequest(Id(i).ToString(), 0, null, [Fact()], [new Guard.ApprovalUnused(approval)], [Put("used")]), CancellationToken.None));
        Assert.Single(results.OfType<AppendResult.Appended>());
    }

    [Fact]
    public async Task Hosts_that_take_a_singleton_key_at_once_let_one_have_it()
    {
        var results = await EachAsync(32, (host, i) => host.AppendAsync(
            new AppendRequest(Id(i).ToString(), 0, null, [Fact()], [new Guard.SingletonFree("restock", Id(i))], [new ReadModelChange.PutWorkflow(Row(Id(i), singleton: "restock"))]),
            CancellationToken.None));
        Assert.Single(results.OfType<AppendResult.Appended>());
    }

    [Fact]
    public async Task Nothing_starts_on_one_host_behind_a_suspension_made_on_another()
    {
        await AppendedAsync(CompanyState.Stream, 0);
        var positions = new System.Collections.Concurrent.ConcurrentBag<long>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var drivers = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            var stream = Id(i).ToString();
            await _other.Journal.AppendAsync(new AppendRequest(stream, 0, null, [Fact()], [], []), CancellationToken.None);
            var claim = await _other.Journal.ClaimAsync("n", Time.Now, TimeSpan.FromMinutes(1), stream, CancellationToken.None);
            for (var seq = 1; ; seq++)
            {
                var result = await _other.Journal.AppendAsync(new AppendRequest(stream, seq, claim!.Epoch, [Fact()], [new Guard.CompanyAt(1)], []), CancellationToken.None);
                if (result is not AppendResult.Appended appended)
                {
                    return Assert.IsType<AppendResult.Refused>(result);
                }

                positions.Add(appended.Positions[0]);
                if (seq == 50)
                {
                    begun.TrySetResult();
                }
            }
        })).ToList();
        await begun.Task;

        var suspended = (await AppendedAsync(CompanyState.Stream, 1))[0];
        await Task.WhenAll(drivers);

        Assert.True(positions.Max() < suspended, $"{positions.Max()} stands behind {suspended}.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Hosts_that_append_behind_the_same_seq_at_once_let_one_through(int seq)
    {
        var stream = New<WorkflowId>().ToString();
        if (seq == 1)
        {
            await AppendedAsync(stream, 0);
        }

        var results = await EachAsync(64, (host, _) => host.AppendAsync(new AppendRequest(stream, seq, null, [Fact()], [], []), CancellationToken.None));
        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(63, results.OfType<AppendResult.Conflict>().Count(c => c.ActualSeq == seq + 1));
    }

    [Fact]
    public async Task Hosts_never_claim_the_same_workflow_and_a_late_one_is_fenced()
    {
        for (var i = 0; i < 60; i++)
        {
            await AppendedAsync(Id(i).ToString(), 0);
        }

        var claims = (await EachAsync(100, (host, i) => host.ClaimAsync($"n{i % 2}", Time.Now, TimeSpan.FromMinutes(1), null, CancellationToken.None))).OfType<Claim>().ToList();
        while (await _other.Journal.ClaimAsync("n3", Time.Now, TimeSpan.FromMinutes(1), null, CancellationToken.None) is { } left)
        {
            claims.Add(left);
        }

        Assert.Equal(60, claims.Select(c => c.Stream).Distinct().Count());
        Assert.Equal(60, claims.Count);

        Time.Advance(TimeSpan.FromMinutes(2));
        var young = await _other.Journal.ClaimAsync("n9", Time.Now, TimeSpan.FromMinutes(1), claims[0].Stream, CancellationToken.None);
        Assert.Equal(new AppendResult.Fenced(young!.Epoch), await AppendAsync(claims[0].Stream, 1, claims[0].Epoch));
    }

    [Fact]
    public async Task A_driver_that_writes_on_from_memory_is_told_when_another_host_was_first_and_when_it_is_fenced()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var claim = (await ClaimAsync())!;
        var first = await AppendedAsync(stream, 1, claim.Epoch, facts: [Fact("a"), Fact("b")]);
        var second = await AppendedAsync(stream, 3, claim.Epoch, facts: [Fact("c"), Fact("d")]);
        Assert.Equal([.. first, .. second], (await ReadAsync(stream))[1..].Select(e => e.Position));

        Assert.IsType<AppendResult.Appended>(await _other.Journal.AppendAsync(new AppendRequest(stream, 5, null, [Fact()], [], []), CancellationToken.None));
        Assert.Equal(new AppendResult.Conflict(6), await AppendAsync(stream, 5, claim.Epoch));
        await AppendedAsync(stream, 6, claim.Epoch);
        await AppendedAsync(stream, 7, claim.Epoch);

        Time.Advance(TimeSpan.FromHours(1));
        var young = (await _other.Journal.ClaimAsync("n2", Time.Now, TimeSpan.FromMinutes(1), stream, CancellationToken.None))!;
        Assert.Equal(new AppendResult.Fenced(young.Epoch), await AppendAsync(stream, 8, claim.Epoch));
        var read = await ReadAsync(stream);
        Assert.Equal(Enumerable.Range(1, 8), read.Select(e => e.Seq));
        Assert.All(read, e => Assert.Equal(EventHash.Of(e), e.Hash.ToArray()));
    }

    [Fact]
    public async Task Readers_of_all_streams_skip_nothing_while_hosts_append()
    {
        const int Streams = 8;
        const int Events = 60;
        var writing = EachAsync(Streams, async (host, i) =>
        {
            for (var seq = 0; seq < Events; seq++)
            {
                Assert.IsType<AppendResult.Appended>(await host.AppendAsync(new AppendRequest(Id(i).ToString(), seq, null, [Fact()], [], []), CancellationToken.None));
            }

            return true;
        });

        var seen = new List<StoredEvent>();
        while (seen.Count < Streams * Events)
        {
            var done = writing.IsCompleted;
            var next = await Journal.ReadAllAsync(seen.Count == 0 ? 0 : seen[^1].Position, 100, CancellationToken.None);
            seen.AddRange(next);
            Assert.False(done && next.IsEmpty && seen.Count < Streams * Events, $"{(Streams * Events) - seen.Count} events were skipped");
        }

        await writing;
        Assert.All(seen.GroupBy(e => e.Stream), stream => Assert.Equal(Enumerable.Range(1, Events), stream.Select(e => e.Seq)));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task A_waiting_driver_wakes_when_another_host_appends_from_outside()
    {
        var waiting = _other.Journal.WaitForWorkAsync(TimeSpan.FromHours(1), CancellationToken.None);
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_workflow_that_falls_due_is_claimed_by_one_host()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0, changes: [new ReadModelChange.PutDue(stream, "expires", "1", Time.Now.AddHours(1))]);
        await Journal.ReleaseAsync((await ClaimAsync())!, 1, CancellationToken.None);
        Time.Advance(TimeSpan.FromHours(2));

        var claims = await EachAsync(20, (host, i) => host.ClaimAsync($"n{i}", Time.Now, TimeSpan.FromMinutes(1), null, CancellationToken.None));
        Assert.Single(claims.OfType<Claim>());
    }

    [Fact]
    public async Task A_rebuild_waits_for_writers_of_all_hosts_and_they_for_it()
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        await told.TellAsync(Tale.Of(told.Id, Time.Now), 4);
        var writing = EachAsync(8, async (host, i) =>
        {
            var id = Id(i);
            for (var seq = 0; seq < 30; seq++)
            {
                Assert.IsType<AppendResult.Appended>(await host.AppendAsync(new AppendRequest(id.ToString(), seq, null, [Fact()], [], []), CancellationToken.None));
            }

            return true;
        });
        for (var i = 0; i < 3; i++)
        {
            await _other.Audit.RebuildAsync(CancellationToken.None);
        }

        await writing;
        var result = await Store.Audit.VerifyAsync(null, CancellationToken.None);
        Assert.True(result.IsSound, result.Fault);
    }

    protected override async Task<IStoreUnderTest> OpenAsync(TimeProvider time)
    {
        var store = await PostgresStoreUnderTest.OpenAsync(time, null);
        _other = await store.AnotherAsync(time);
        return new Both(store, _other);
    }

    private static WorkflowId Id(int number) => PrefixedId.New<WorkflowId>(DateTimeOffset.UnixEpoch, new Random(number));

    private Task<T[]> EachAsync<T>(int count, Func<IWorkflowJournal, int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => act(Hosts[i % Hosts.Count], i))));

    /// <summary>Closes the other host before the database goes.</summary>
    private sealed class Both(PostgresStoreUnderTest store, PostgresStore other) : IStoreUnderTest
    {
        public IWorkflowJournal Journal => store.Journal;

        public IReadModels ReadModels => store.ReadModels;

        public IBlobs Blobs => store.Blobs;

        public IEnvelopes Envelopes => store.Envelopes;

        public IJournalAudit Audit => store.Audit;

        public INodes Nodes => store.Nodes;

        public bool TiesStreamsTogether => store.TiesStreamsTogether;

        public Task TamperAsync(string sql) => store.TamperAsync(sql);

        public Task EditAsync(long position, string column, Func<object, object> change) => store.EditAsync(position, column, change);

        public Task<bool> HoldsOnDiskAsync(ReadOnlyMemory<byte> bytes) => store.HoldsOnDiskAsync(bytes);

        public async ValueTask DisposeAsync()
        {
            await other.DisposeAsync();
            await store.DisposeAsync();
        }
    }
}
