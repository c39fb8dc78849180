using System.Globalization;

namespace AiManager.Tools;

/// <summary>Turns of one tool: so many at the same time, so many within a time. Whoever would have to wait too long is told so, and nothing was sent.</summary>
internal sealed class CallTurns(ToolLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _begun = new();
    private readonly LinkedList<TaskCompletionSource<bool>> _waiting = new();
    private int _running;

    /// <summary>A turn, to be given back by disposing of it.</summary>
    public async Task<Turn> TakeAsync(CancellationToken cancellationToken)
    {
        if (limits.LongestWait == TimeSpan.Zero)
        {
            return new Turn(null, null);
        }

        var until = time.GetUtcNow() + limits.LongestWait;
        if (!await IsFreeAsync(until, cancellationToken))
        {
            return new Turn(null, Ours($"It is busy with {limits.Concurrency} other calls, which is as many as it may have at a time.", null));
        }

        while (Pause() is { } pause)
        {
            if (time.GetUtcNow() + pause > until)
            {
                GiveBack();
                return new Turn(null, Ours(
                    string.Create(CultureInfo.InvariantCulture, $"It may be called {limits.Rate!.Calls} times in {limits.Rate.Per.TotalSeconds} s, and has been."), pause));
            }

            try
            {
                await Task.Delay(pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                GiveBack();
                throw;
            }
        }

        return new Turn(this, null);
    }

    private static ToolOutput.Failed Ours(string error, TimeSpan? wait) => new(error + " It was not called.", IsRetryable: true) { RetryAfter = wait, IsOurs = true };

    private async Task<bool> IsFreeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (limits.Concurrency is not { } most)
        {
            return true;
        }

        LinkedListNode<TaskCompletionSource<bool>> place;
        lock (_gate)
        {
            if (_running < most)
            {
                _running++;
                return true;
            }

            place = _waiting.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            return await place.Value.Task.WaitAsync(until - time.GetUtcNow(), time, cancellationToken);
        }
        catch (Exception left) when (left is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                if (place.List is not null)
                {
                    _waiting.Remove(place);
                }
                else
                {
                    Free();   // the turn was given in the very moment
                }
            }

            return left is TimeoutException ? false : throw left;
        }
    }

    /// <summary>How long until the rate allows one more; null when it does now, and then that one is counted.</summary>
    private TimeSpan? Pause()
    {
        if (limits.Rate is not { } rate)
        {
            return null;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            while (_begun.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= rate.Per)
            {
                _begun.Dequeue();
            }

            if (_begun.Count < rate.Calls)
            {
                _begun.Enqueue(now);
                return null;
            }

            return rate.Per - time.GetElapsedTime(_begun.Peek(), now);
        }
    }

    private void GiveBack()
    {
        if (limits.Concurrency is not null)
        {
            lock (_gate)
            {
                Free();
            }
        }
    }

    /// <summary>To whoever waits longest; the caller holds the gate.</summary>
    private void Free()
    {
        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.SetResult(true);
        }
        else
        {
            _running--;
        }
    }

    /// <summary>A turn, or why there is none.</summary>
    /// <param name="owner">To whom it goes back; null where nothing is counted.</param>
    /// <param name="refused">Why there is none; null when there is.</param>
    internal readonly struct Turn(CallTurns? owner, ToolOutput.Failed? refused) : IDisposable
    {
        public ToolOutput.Failed? Refused => refused;

        public void Dispose() => owner?.GiveBack();
    }
}
