using AiManager.Contracts;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory.Tests;

/// <summary>What is the shared store's own: its schema, its errors, and what happens when a write is bad.</summary>
[NeedsPostgres]
public sealed class PostgresStoreTests : StoreContract
{
    private PostgresStoreUnderTest Postgres => (PostgresStoreUnderTest)Store;

    [Fact]
    public async Task Everything_is_still_there_after_a_restart()
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        await told.TellAsync(Tale.Of(told.Id, Time.Now), 3);
        var before = await ReadModels.OpenWorkflowsAsync(CancellationToken.None);
        await Postgres.ReopenAsync(Time);

        Assert.Equal(before.AsEnumerable(), await ReadModels.OpenWorkflowsAsync(CancellationToken.None));
        await AppendedAsync(told.Stream, Tale.Length);
        Assert.Equal(Enumerable.Range(1, Tale.Length + 1).Select(i => (long)i), (await ReadAsync(told.Stream)).Select(e => e.Position));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk_whatever_the_database_says()
    {
        await Store.TamperAsync($"alter database {new NpgsqlConnectionStringBuilder(Postgres.Database).Database} set synchronous_commit = off");
        await Postgres.ReopenAsync(Time);
        await Store.TamperAsync("create table seen (setting text)");
        var seen = new StatementWrite("insert into seen select current_setting('synchronous_commit')");
        Postgres.Store.Writer.Enqueue(seen);
        await seen.Task;
        await Store.TamperAsync("insert into seen select 1 / count(*) from seen where setting = 'on'");
    }

    [Fact]
    public async Task Hosts_that_start_at_once_on_an_empty_database_all_get_a_store()
    {
        var database = await PostgresServer.NewDatabaseAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PostgresStoreUnderTest.AnotherAsync(database, Time))));

        foreach (var store in stores)
        {
            Assert.True((await store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
            await store.DisposeAsync();
        }

        await PostgresServer.DropAsync(database);
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_plainly()
    {
        await Store.TamperAsync("insert into schema (version, oldest_program) values (99, '7.1.0')");
        var refused = await Assert.ThrowsAsync<StoreVersionException>(() => Postgres.AnotherAsync(Time));
        Assert.Equal((99, "7.1.0"), (refused.Found, refused.OldestProgram));
        Assert.Contains("7.1.0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_that_still_lets_this_program_in_is_used()
    {
        await Store.TamperAsync("insert into schema (version, oldest_program) values (99, '0.1.0')");
        await using var store = await Postgres.AnotherAsync(Time);
        Assert.Empty(await store.ReadModels.OpenWorkflowsAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d")]
    [InlineData("Host=127.0.0.1;Username=u;Database=d;Password=a;hunter2=b")]
    [InlineData("hunter2")]
    [InlineData("Password=hunter2")]
    [InlineData("Host=127.0.0.1;Port=hunter2")]
    public async Task A_store_that_cannot_be_opened_is_said_to_be_so_and_the_password_is_not(string connectionString)
    {
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.OpenAsync(connectionString, new PostgresStoreOptions { Time = Time }, CancellationToken.None));
        Assert.DoesNotContain("hunter2", away.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var elsewhere = new NpgsqlConnectionStringBuilder(Postgres.Database) { Database = "not_there" }.ConnectionString;
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStoreUnderTest.AnotherAsync(elsewhere, Time));
        Assert.Contains("not_there", away.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_append_in_a_batch_fails_alone()
    {
        var held = await HoldWriterAsync();
        var huge = new Reservation("b", "k", "all", new Amounts(Tokens: long.MaxValue), Amounts.None);
        var good = Enumerable.Range(0, 5).Select(_ => New<WorkflowId>().ToString()).ToList();
        var before = good.Select(stream => AppendAsync(stream, 0)).ToList();
        var bad = New<WorkflowId>().ToString();
        var overflows = AppendAsync(bad, 0, changes: [new ReadModelChange.Reserve("c1", huge, Time.Now), new ReadModelChange.Reserve("c2", huge, Time.Now)]);
        var zero = New<WorkflowId>();
        var unstorable = AppendAsync(zero.ToString(), 0, changes: [new ReadModelChange.PutWorkflow(Row(zero, "a zero \0 inside"))]);
        var conflicts = AppendAsync(good[0], 7);
        var after = AppendAsync(good[0], 1);
        await held.DisposeAsync();

        Assert.All(await Task.WhenAll(before), r => Assert.IsType<AppendResult.Appended>(r));
        await Assert.ThrowsAsync<InvalidOperationException>(() => overflows);
        await Assert.ThrowsAsync<InvalidOperationException>(() => unstorable);
        Assert.IsType<AppendResult.Conflict>(await conflicts);
        Assert.IsType<AppendResult.Appended>(await after);
        Assert.Empty(await ReadAsync(bad));
        Assert.Equal(Amounts.None, await ReadModels.LedgerAsync("b", "k", "all", null, CancellationToken.None));
    }

    [Fact]
    public async Task Appends_to_one_stream_that_meet_in_a_batch_follow_one_another()
    {
        var held = await HoldWriterAsync();
        var stream = New<WorkflowId>().ToString();
        var results = Enumerable.Range(0, 5).Select(seq => AppendAsync(stream, seq)).ToList();
        await held.DisposeAsync();

        Assert.All(await Task.WhenAll(results), r => Assert.IsType<AppendResult.Appended>(r));
        var read = await ReadAsync(stream);
        Assert.All(read, e => Assert.Equal(EventHash.Of(e), e.Hash.ToArray()));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Guards_see_what_earlier_writes_of_their_batch_did()
    {
        var approval = New<ApprovalId>();
        var streams = Enumerable.Range(0, 8).Select(_ => New<WorkflowId>()).ToList();
        ReadModelChange Put(string status) => new ReadModelChange.PutApproval(new ApprovalRow(approval, streams[0], status, "", Time.Now, Time.Now));
        await AppendedAsync(streams[0].ToString(), 0, changes: [Put("approved")]);

        var held = await HoldWriterAsync();
        var uses = Enumerable.Range(1, 3).Select(seq => AppendAsync(streams[0].ToString(), seq, guards: [new Guard.ApprovalUnused(approval)], changes: [Put("used")])).ToList();
        var spends = streams[1..4].Select((id, i) => SpendAsync(id, 40m, "2026-11-21", null)).ToList();
        var rolls = streams[1..4].Select((id, i) => SpendAsync(id, 40m, "rolling", Time.Now, 1)).ToList();
        var keys = streams[4..6].Select(id => AppendAsync(id.ToString(), 0, guards: [new Guard.SingletonFree("k", id)], changes: [new ReadModelChange.PutWorkflow(Row(id, singleton: "k"))])).ToList();
        var over = AppendAsync(streams[4].ToString(), 1, changes: [new ReadModelChange.PutWorkflow(Row(streams[4], status: "completed"))]);
        var next = AppendAsync(streams[6].ToString(), 0, guards: [new Guard.SingletonFree("k", streams[6])], changes: [new ReadModelChange.PutWorkflow(Row(streams[6], singleton: "k"))]);
        await held.DisposeAsync();

        Assert.IsType<AppendResult.Appended>(await uses[0]);
        Assert.Contains("used", Assert.IsType<AppendResult.Refused>(await AppendAsync(streams[0].ToString(), 2, guards: [new Guard.ApprovalUnused(approval)])).Detail, StringComparison.Ordinal);
        Assert.Equal(2, (await Task.WhenAll(spends)).OfType<AppendResult.Appended>().Count());
        Assert.Equal(2, (await Task.WhenAll(rolls)).OfType<AppendResult.Appended>().Count());
        Assert.Equal(streams[4].ToString(), Assert.IsType<AppendResult.Refused>((await Task.WhenAll(keys))[1]).Detail);
        Assert.IsType<AppendResult.Appended>(await over);
        Assert.IsType<AppendResult.Appended>(await next);
        Assert.Equal(new Amounts(Money: 80m), await ReadModels.LedgerAsync("per-day", "company", "2026-11-21", null, CancellationToken.None));
    }

    [Fact]
    public async Task An_appender_that_is_not_done_holds_back_readers_of_all_streams_and_then_nothing_was_skipped()
    {
        var (late, early) = (New<WorkflowId>().ToString(), New<WorkflowId>().ToString());
        var watch = new Held();
        await using var slow = await PostgresStoreUnderTest.AnotherAsync(Postgres.Database, Time, watch);
        var pending = Task.Run(() => slow.Journal.AppendAsync(new AppendRequest(late, 0, null, [Fact()], [], []), CancellationToken.None));
        await watch.Inside;

        var behind = await AppendedAsync(early, 0);
        Assert.Empty(await Journal.ReadAllAsync(0, 10, CancellationToken.None));
        Assert.Single(await ReadAsync(early));

        watch.Release();
        var first = Assert.IsType<AppendResult.Appended>(await pending).Positions;
        Assert.True(first[0] < behind[0]);
        Assert.Equal([late, early], (await Journal.ReadAllAsync(0, 10, CancellationToken.None)).Select(e => e.Stream));
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => PostgresStoreUnderTest.OpenAsync(time);

    private Task<AppendResult> SpendAsync(WorkflowId id, decimal amount, string window, DateTimeOffset? since, int other = 0)
    {
        var wanted = Money(amount, 100m, window: window);
        var stream = other == 0 ? id.ToString() : New<WorkflowId>().ToString();
        return AppendAsync(stream, 0, guards: [new Guard.Headroom(wanted, since)], changes: [new ReadModelChange.Reserve(stream, wanted, Time.Now)]);
    }

    /// <summary>Keeps the writer waiting for a stream that somebody else has locked, so that what is enqueued meanwhile meets in one batch.</summary>
    private async Task<IAsyncDisposable> HoldWriterAsync()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        var connection = await Postgres.ConnectAsync();
        await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("select 1 from streams where stream = $1 for update", connection))
        {
            command.Parameters.Add(PostgresCommands.Of(stream));
            await command.ExecuteNonQueryAsync();
        }

        var waiting = AppendAsync(stream, 1);
        await using var look = await Postgres.ConnectAsync();
        await using var waits = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", look);
        while ((long)(await waits.ExecuteScalarAsync())! == 0)
        {
        }

        return new HeldWriter(connection, waiting);
    }

    private sealed class HeldWriter(NpgsqlConnection connection, Task waiting) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await waiting;
        }
    }

    private sealed class Held : ICrashPoints
    {
        private readonly TaskCompletionSource _inside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Inside => _inside.Task;

        public void Release() => _released.SetResult();

        public void Pass(CrashPoint point, string stream)
        {
            if (point == CrashPoint.InsideGroupCommit)
            {
                _inside.TrySetResult();
                _released.Task.GetAwaiter().GetResult();
            }
        }
    }
}
