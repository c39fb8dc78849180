using System.Text;
using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Data.Sqlite;

namespace AiManager.Memory.Tests;

/// <summary>What is the embedded store's own: its file, its schema, and what happens when the disk or a write is bad.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private SqliteStoreUnderTest Sqlite => (SqliteStoreUnderTest)Store;

    [Fact]
    public async Task Everything_is_still_there_after_a_restart()
    {
        var told = new ToldWorkflow(Store, New<WorkflowId>(), Time);
        await told.TellAsync(Tale.Of(told.Id, Time.Now), 3);
        var before = await ReadModels.OpenWorkflowsAsync(CancellationToken.None);
        await Sqlite.ReopenAsync(Time);

        Assert.Equal(before.AsEnumerable(), await ReadModels.OpenWorkflowsAsync(CancellationToken.None));
        await AppendedAsync(told.Stream, Tale.Length);
        Assert.Equal(Enumerable.Range(1, Tale.Length + 1).Select(i => (long)i), (await ReadAsync(told.Stream)).Select(e => e.Position));
    }

    [Fact]
    public async Task Commits_wait_for_the_disk()
    {
        var seen = new List<string>();
        await Sqlite.Store.UpkeepAsync(database =>
        {
            foreach (var pragma in new[] { "pragma journal_mode", "pragma synchronous", "pragma foreign_keys", "pragma secure_delete" })
            {
                using var statement = new SqliteStatement(database, pragma);
                statement.Step();
                seen.Add(statement.Text(0));
            }
        });
        Assert.Equal(["wal", "2", "1", "1"], seen);
    }

    [Fact]
    public async Task Closing_leaves_one_file()
    {
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
        await ReadModels.OpenWorkflowsAsync(CancellationToken.None);
        await Sqlite.Store.DisposeAsync();
        Assert.Equal([SqliteStore.FileName], Directory.EnumerateFiles(Sqlite.Folder).Select(Path.GetFileName));
        await Sqlite.ReopenAsync(Time);
    }

    [Fact]
    public async Task A_reader_beside_the_writer_sees_what_is_committed_and_writes_nothing()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        await using var reader = SqliteStore.OpenReadOnly(Sqlite.Folder, Time);
        await AppendedAsync(stream, 1);

        Assert.Equal(2, (await reader.Journal.ReadAsync(stream, 0, 10, CancellationToken.None)).Length);
        Assert.True((await reader.Audit.VerifyAsync(null, CancellationToken.None)).Events == 2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.Journal.AppendAsync(new AppendRequest(stream, 2, null, [Fact()], [], []), CancellationToken.None));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.Audit.RebuildAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_store_that_nobody_writes_can_be_read()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        await Sqlite.Store.DisposeAsync();
        await using (var reader = SqliteStore.OpenReadOnly(Sqlite.Folder, Time))
        {
            Assert.Single(await reader.Journal.ReadAsync(stream, 0, 10, CancellationToken.None));
        }

        await Sqlite.ReopenAsync(Time);
    }

    [Fact]
    public void A_folder_without_a_store_has_nothing_to_read()
    {
        var folder = Directory.CreateTempSubdirectory("aimanager-memory-").FullName;
        Assert.Throws<FileNotFoundException>(() => SqliteStore.OpenReadOnly(folder, Time));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_plainly()
    {
        await Store.TamperAsync("insert into schema (version, oldest_program) values (99, '7.1.0')");
        var refused = await Assert.ThrowsAsync<StoreVersionException>(() => Sqlite.ReopenAsync(Time));
        Assert.Equal((99, "7.1.0"), (refused.Found, refused.OldestProgram));
        Assert.Contains("7.1.0", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StoreVersionException>(() => SqliteStore.OpenReadOnly(Sqlite.Folder, Time));
    }

    [Fact]
    public async Task A_newer_schema_that_still_lets_this_program_in_is_used()
    {
        await Store.TamperAsync("insert into schema (version, oldest_program) values (99, '0.1.0')");
        await Sqlite.ReopenAsync(Time);
        await AppendedAsync(New<WorkflowId>().ToString(), 0);
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_said_to_be_none()
    {
        await Sqlite.Store.DisposeAsync();
        await File.WriteAllTextAsync(Sqlite.File, new string('x', 5000));
        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Sqlite.Folder, new SqliteStoreOptions { Time = Time }));
        Assert.Contains(SqliteStore.FileName, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_fails_appends_cleanly_and_when_there_is_room_again_they_go_on()
    {
        var stream = New<WorkflowId>().ToString();
        await AppendedAsync(stream, 0);
        await FewPagesAsync();

        var seq = 1;
        StoreUnavailableException? full = null;
        while (full is null && seq < 1000)
        {
            full = await Record.ExceptionAsync(() => AppendedAsync(stream, seq, facts: [Fact(bytes: 3000), Fact(bytes: 3000)])) as StoreUnavailableException;
            seq += full is null ? 2 : 0;
        }

        Assert.NotNull(full);
        Assert.Equal(seq, (await ReadAsync(stream)).Length);
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);

        await ManyPagesAsync();
        await AppendedAsync(stream, seq, facts: [Fact(bytes: 3000), Fact(bytes: 3000)]);
        Assert.Equal(seq + 2, (await ReadAsync(stream)).Length);
    }

    [Fact]
    public async Task A_locked_store_fails_appends_and_recovers()
    {
        await Sqlite.Store.UpkeepAsync(database => SQLitePCL.raw.sqlite3_exec(database, "pragma busy_timeout = 0"));
        var stream = New<WorkflowId>().ToString();
        await using (var other = new SqliteConnection($"Data Source={Sqlite.File};Pooling=False"))
        {
            other.Open();
            await using var taken = other.BeginTransaction();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendAsync(stream, 0));
        }

        await AppendedAsync(stream, 0);
    }

    [Fact]
    public async Task One_bad_append_in_a_batch_fails_alone()
    {
        using var held = await HoldWriterAsync();
        var huge = new Reservation("b", "k", "all", new Amounts(Tokens: long.MaxValue), Amounts.None);
        var good = Enumerable.Range(0, 5).Select(_ => New<WorkflowId>().ToString()).ToList();
        var before = good.Select(stream => AppendAsync(stream, 0)).ToList();
        var bad = New<WorkflowId>().ToString();
        var overflows = AppendAsync(bad, 0, changes: [new ReadModelChange.Reserve("c1", huge, Time.Now), new ReadModelChange.Reserve("c2", huge, Time.Now)]);
        var conflicts = AppendAsync(good[0], 7);
        var after = AppendAsync(good[0], 1);
        held.Release();

        Assert.All(await Task.WhenAll(before), r => Assert.IsType<AppendResult.Appended>(r));
        await Assert.ThrowsAsync<InvalidOperationException>(() => overflows);
        Assert.IsType<AppendResult.Conflict>(await conflicts);
        Assert.IsType<AppendResult.Appended>(await after);
        Assert.Empty(await ReadAsync(bad));
        Assert.Equal(Amounts.None, await ReadModels.LedgerAsync("b", "k", "all", null, CancellationToken.None));
        Assert.True((await Store.Audit.VerifyAsync(null, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Appends_to_one_stream_that_meet_in_a_batch_follow_one_another()
    {
        using var held = await HoldWriterAsync();
        var stream = New<WorkflowId>().ToString();
        var results = Enumerable.Range(0, 5).Select(seq => AppendAsync(stream, seq)).ToList();
        held.Release();

        Assert.All(await Task.WhenAll(results), r => Assert.IsType<AppendResult.Appended>(r));
        var read = await ReadAsync(stream);
        Assert.All(read, e => Assert.Equal(EventHash.Of(e), e.Hash.ToArray()));
    }

    /// <summary>The chain and the order of a fixed journal, computed from their descriptions. If this fails, no stored journal verifies any more.</summary>
    [Fact]
    public async Task A_fixed_journal_has_fixed_hashes()
    {
        var at = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        NewEvent Fixed(string text) => new("MessagePosted", 1, at, Actor.Person("petra"), "", Encoding.UTF8.GetBytes(text));
        await AppendedAsync("wf_01jh2m0v1xfqt8ym7ebbqqv8nq", 0, facts: [Fixed("{\"a\":1}"), Fixed("{\"a\":2}")]);
        await AppendedAsync(CompanyState.Stream, 0, facts: [Fixed("{}")]);

        Assert.Equal(
            [
                "05386253f0d021d3ffff21b3347c6b016aad7d533942c337ce02ad43e1706979",
                "c63d718a4ebdb46a539eef05afd41d6dfa94a1ce1de113ca63b5cb5cc65c2492",
                "f995160eb5e5013f68a0fadf958e3d0b448cef949003df72a93676e593801275",
            ],
            (await Journal.ReadAllAsync(0, 10, CancellationToken.None)).Select(e => Convert.ToHexStringLower(e.Hash.Span)));
        await Store.EditAsync(3, "order_hash", order =>
        {
            Assert.Equal("18ac4fe409db5270acb79e7a110e2e30f54363603953287f8acf9564d7896db5", Convert.ToHexStringLower((byte[])order));
            return order;
        });
    }

    protected override Task<IStoreUnderTest> OpenAsync(TimeProvider time) => Task.FromResult<IStoreUnderTest>(SqliteStoreUnderTest.Open(time));

    private Task FewPagesAsync() => Sqlite.Store.UpkeepAsync(database => SQLitePCL.raw.sqlite3_exec(database, "pragma max_page_count = 60"));

    private Task ManyPagesAsync() => Sqlite.Store.UpkeepAsync(database => SQLitePCL.raw.sqlite3_exec(database, "pragma max_page_count = 10000"));

    /// <summary>Keeps the writer busy until released, so that what is enqueued meanwhile meets in one batch.</summary>
    private async Task<HeldWriter> HoldWriterAsync()
    {
        var held = new HeldWriter();
        held.Upkeep = Sqlite.Store.UpkeepAsync(_ => held.Wait());
        await held.Entered;
        return held;
    }

    private sealed class HeldWriter : IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Entered => _entered.Task;

        public Task Upkeep { get; set; } = Task.CompletedTask;

        public void Wait()
        {
            _entered.SetResult();
            _released.Wait();
        }

        public void Release() => _released.Set();

        public void Dispose() => _released.Set();
    }
}
