using AiManager.Contracts;
using AiManager.Domain;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiManager.Memory.Tests;

/// <summary>The writer's queue over a committer that does as it is told.</summary>
public sealed class CommitQueueTests : IDisposable
{
    private readonly ScriptedCommitter _committer = new();
    private readonly CommitQueue _queue;

    public CommitQueueTests() => _queue = new CommitQueue(_committer, new WorkSignal(new ManualTime()), NullLogger.Instance);

    public void Dispose()
    {
        _committer.Go();
        _queue.DisposeAsync().AsTask().Wait();
        _committer.Dispose();
    }

    [Fact]
    public async Task What_queues_during_a_commit_goes_into_the_next_one_together()
    {
        var writes = Enqueue(101);
        await _committer.EnteredAsync();
        _committer.Go();
        await Task.WhenAll(writes.Select(w => w.Task));
        Assert.True(_committer.Batches.Count <= 2, $"{_committer.Batches.Count} commits for 101 writes");
    }

    [Fact]
    public async Task A_commit_is_bounded_in_writes_and_in_bytes()
    {
        var writes = Enqueue(1);
        await _committer.EnteredAsync();
        writes = [.. writes, .. Enqueue(1200), .. Enqueue(9, bytes: 1024 * 1024), .. Enqueue(1, bytes: 100_000_000), .. Enqueue(1)];
        _committer.Go();
        await Task.WhenAll(writes.Select(w => w.Task));

        Assert.Equal([1, 512, 512], _committer.Batches.Take(3).Select(b => b.Count));
        Assert.All(_committer.Batches, b => Assert.True(b.Count == 1 || b.Sum(w => w.Bytes) <= CommitQueue.MostBytes));
        Assert.Equal(writes, _committer.Batches.SelectMany(b => b));
    }

    [Fact]
    public async Task What_stands_alone_is_committed_alone_and_in_its_turn()
    {
        var writes = Enqueue(1);
        await _committer.EnteredAsync();
        writes = [.. writes, .. Enqueue(3), .. Enqueue(1, alone: true), .. Enqueue(3)];
        _committer.Go();
        await Task.WhenAll(writes.Select(w => w.Task));
        Assert.Equal([1, 3, 1, 3], _committer.Batches.Select(b => b.Count));
        Assert.Equal(writes, _committer.Batches.SelectMany(b => b));
    }

    [Fact]
    public async Task One_bad_write_fails_alone()
    {
        var first = Enqueue(1);
        await _committer.EnteredAsync();
        var (before, bad, after) = (Enqueue(5), Enqueue(1)[0], Enqueue(5));
        _committer.Refuse = batch => batch.Contains(bad) ? new ArgumentException("bad") : null;
        _committer.Go();

        await Task.WhenAll(before.Concat(after).Concat(first).Select(w => w.Task));
        Assert.IsType<ArgumentException>((await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Task)).InnerException);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_fails_its_batch_and_serves_the_next()
    {
        var first = Enqueue(1);
        await _committer.EnteredAsync();
        var batch = Enqueue(5);
        var times = 0;
        _committer.Refuse = b => b.Count == 5 && times++ == 0 ? new StoreUnavailableException("full") : null;
        _committer.Go();

        await first[0].Task;
        foreach (var write in batch)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => write.Task);
        }

        Assert.True(await Enqueue(1)[0].Task);
    }

    [Fact]
    public async Task Closing_carries_out_what_has_queued_and_takes_no_more()
    {
        var writes = Enqueue(1);
        await _committer.EnteredAsync();
        writes = [.. writes, .. Enqueue(50)];
        var closing = _queue.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => _queue.Enqueue(new Plain(1, false)));
        _committer.Go();
        await closing;

        Assert.All(writes, w => Assert.True(w.Task.IsCompletedSuccessfully));
        Assert.True(_committer.IsDisposed);
    }

    private Plain[] Enqueue(int count, int bytes = 100, bool alone = false)
    {
        var writes = Enumerable.Range(0, count).Select(_ => new Plain(bytes, alone)).ToArray();
        foreach (var write in writes)
        {
            _queue.Enqueue(write);
        }

        return writes;
    }

    private sealed class Plain(int bytes, bool alone) : Write<bool>
    {
        public override int Bytes => bytes;

        public override bool StandsAlone => alone;
    }

    private sealed class ScriptedCommitter : ICommitter
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public List<List<IWrite>> Batches { get; } = [];

        public Func<IReadOnlyList<IWrite>, Exception?> Refuse { get; set; } = _ => null;

        public bool IsDisposed { get; private set; }

        /// <summary>When the first commit has begun; it waits for <see cref="Go"/>.</summary>
        public Task EnteredAsync() => _entered.Task;

        public void Go()
        {
            if (!IsDisposed)
            {
                _go.Set();
            }
        }

        public void Commit(IReadOnlyList<IWrite> batch)
        {
            _entered.TrySetResult();
            _go.Wait();
            if (Refuse(batch) is { } cause)
            {
                throw cause;
            }

            Batches.Add([.. batch]);
            foreach (var write in batch.Cast<Write<bool>>())
            {
                write.Outcome = true;
            }
        }

        public void Dispose()
        {
            if (!IsDisposed)
            {
                IsDisposed = true;
                _go.Dispose();
            }
        }
    }
}
