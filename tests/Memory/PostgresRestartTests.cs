using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Memory.Tests;

/// <summary>What happens to a store whose server goes away in the middle of a load. The server is the tests' own.</summary>
[NeedsPostgres]
public sealed class PostgresRestartTests : IAsyncLifetime
{
    private const int Writers = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly PostgresServer _server = PostgresServer.StartOwn();
    private string _database = "";
    private PostgresStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresServer.NewDatabaseAsync(_server.ConnectionString);
        _store = await PostgresStoreUnderTest.AnotherAsync(_database, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _server.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_was_acknowledged_is_lost_when_the_server_restarts_under_load_and_work_goes_on_by_itself(bool crashes)
    {
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Writers).Select(i => new Writer(_store.Journal, i)).ToList();
        var writing = writers.Select(writer => Task.Run(() => writer.RunAsync(stop.Token))).ToList();
        await EventuallyAsync(() => writers.TrueForAll(writer => writer.Acknowledged.Count >= 20));

        if (crashes)
        {
            _server.Crash();
        }
        else
        {
            _server.Stop();
        }

        await EventuallyAsync(() => writers.TrueForAll(writer => writer.Failures > 0));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.ReadModels.OpenWorkflowsAsync(CancellationToken.None));
        _server.Start();
        var before = writers.ConvertAll(writer => writer.Acknowledged.Count);
        await EventuallyAsync(() => writers.Zip(before).All(w => w.First.Acknowledged.Count >= w.Second + 20));

        await stop.CancelAsync();
        await Task.WhenAll(writing);
        foreach (var writer in writers)
        {
            var kept = (await _store.Journal.ReadAsync(writer.Stream, 0, 100_000, CancellationToken.None)).Select(e => e.Seq).ToHashSet();
            Assert.Empty(writer.Acknowledged.Except(kept));
        }

        var audit = await _store.Audit.VerifyAsync(null, CancellationToken.None);
        Assert.True(audit.IsSound, audit.Fault);
    }

    [Fact]
    public async Task A_host_hears_others_again_after_the_server_restarted()
    {
        await using var other = await PostgresStoreUnderTest.AnotherAsync(_database, TimeProvider.System);
        _server.Stop();
        _server.Start();

        var number = Writers;
        var woken = false;
        while (!woken)
        {
            var waiting = other.Journal.WaitForWorkAsync(Patience, CancellationToken.None);
            await new Writer(_store.Journal, number++).AppendOnceAsync();
            woken = await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System)) == waiting;
        }
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(until) < Patience, "it takes too long");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Appends one event after the other; told that the store is away, it looks where it is and goes on from there.</summary>
    private sealed class Writer(IWorkflowJournal journal, int number)
    {
        private volatile int _failures;

        public string Stream { get; } = PrefixedId.New<WorkflowId>(DateTimeOffset.UnixEpoch, new Random(number)).ToString();

        public List<int> Acknowledged { get; } = [];

        public int Failures => _failures;

        public async Task RunAsync(CancellationToken stop)
        {
            for (var seq = 0; !stop.IsCancellationRequested;)
            {
                try
                {
                    switch (await AppendAsync(seq))
                    {
                        case AppendResult.Appended:
                            Acknowledged.Add(++seq);
                            break;
                        case AppendResult.Conflict landed:
                            seq = landed.ActualSeq;
                            break;
                    }
                }
                catch (StoreUnavailableException)
                {
                    _failures++;
                    await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
                }
            }
        }

        public async Task AppendOnceAsync()
        {
            try
            {
                await AppendAsync(0);
            }
            catch (StoreUnavailableException)
            {
                _failures++;
            }
        }

        private Task<AppendResult> AppendAsync(int seq)
        {
            var fact = EventCodec.Encode(new MessagePosted(new PrivateText("system", "hello")), DateTimeOffset.UnixEpoch, Actor.System, "");
            return journal.AppendAsync(new AppendRequest(Stream, seq, null, [fact], [], []), CancellationToken.None);
        }
    }
}
