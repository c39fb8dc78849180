using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using AiManager.Domain;
using Microsoft.Extensions.Logging;

namespace AiManager.Memory;

/// <summary>
/// Group commit: one thread carries out whatever has queued in one transaction and answers each caller when it is on disk.
/// A write that cannot be carried out fails alone; a store that cannot be written fails those of its batch, and the next batch tries anew.
/// </summary>
internal sealed class CommitQueue : IWriteQueue
{
    /// <summary>Writes of one transaction, at most.</summary>
    internal const int MostWrites = 512;

    /// <summary>Bytes of one transaction, at most, but for a single write that is larger.</summary>
    internal const int MostBytes = 4 * 1024 * 1024;

    private readonly ICommitter _committer;
    private readonly WorkSignal _signal;
    private readonly ILogger _log;
    private readonly object _gate = new();
    private readonly Queue<IWrite> _queued = new();
    private readonly List<IWrite> _batch = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    public CommitQueue(ICommitter committer, WorkSignal signal, ILogger log)
    {
        _committer = committer;
        _signal = signal;
        _log = log;
        new Thread(Run) { IsBackground = true, Name = "journal writer" }.Start();
    }

    public void Enqueue(IWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _queued.Enqueue(write);
            if (_queued.Count == 1)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Carries out what has queued, then ends.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        return new ValueTask(_ended.Task);
    }

    private void Run()
    {
        while (Take())
        {
            Carry(_batch);
        }

        _committer.Dispose();
        _ended.SetResult();
    }

    private bool Take()
    {
        _batch.Clear();
        lock (_gate)
        {
            while (_queued.Count == 0)
            {
                if (_isClosed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            var bytes = 0L;
            while (_batch.Count < MostWrites && _queued.TryPeek(out var next) && Fits(next, bytes))
            {
                bytes += next.Bytes;
                _batch.Add(_queued.Dequeue());
                if (next.StandsAlone)
                {
                    break;
                }
            }
        }

        return true;
    }

    private bool Fits(IWrite next, long bytes) => _batch.Count == 0 || (!next.StandsAlone && bytes + next.Bytes <= MostBytes);

    [SuppressMessage("Design", "CA1031", Justification = "The writer's outer edge: whatever happened, the callers are told and the next batch is served.")]
    private void Carry(IReadOnlyList<IWrite> batch)
    {
        try
        {
            using var span = MemoryMetrics.StartCommit(batch);
            var begun = Stopwatch.GetTimestamp();
            _committer.Commit(batch);
            MemoryMetrics.CommitDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            MemoryMetrics.WritesPerCommit.Record(batch.Count);
            MemoryMetrics.FailedWrites.Add(0); // so that the figure is there before the first: an alarm on one that is absent never rings
        }
        catch (StoreUnavailableException cause)
        {
            _log.CommitFailed(batch.Count, cause);
            Fail(batch, cause);
            return;
        }
        catch (Exception cause) when (batch.Count == 1)
        {
            _log.WriteRefused(batch[0].GetType().Name, cause);
            MemoryMetrics.FailedWrites.Add(1);
            batch[0].Fail(new InvalidOperationException("The store refused this write: " + cause.Message, cause));
            return;
        }
        catch (Exception)
        {
            // Somebody's write is bad in itself. Each alone, so that only that one fails.
            foreach (var write in batch)
            {
                Carry([write]);
            }

            return;
        }

        var wakes = false;
        foreach (var write in batch)
        {
            write.Answer();
            wakes |= write.WakesDrivers;
        }

        if (wakes)
        {
            _signal.Pulse();
        }
    }

    private static void Fail(IReadOnlyList<IWrite> batch, Exception cause)
    {
        MemoryMetrics.FailedWrites.Add(batch.Count);
        foreach (var write in batch)
        {
            write.Fail(cause);
        }
    }
}
