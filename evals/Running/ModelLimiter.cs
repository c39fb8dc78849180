namespace AiManager.Evals;

/// <summary>Lets questions through as limits allow, in the order in which they came. One for all workers.</summary>
/// <param name="limits">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class ModelLimiter(ModelLimits limits, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(limits.Concurrency ?? int.MaxValue);
    private readonly SemaphoreSlim _first = new(1);
    private readonly Lock _lock = new();
    private readonly MinuteBudget? _requests = limits.RequestsPerMinute is { } requests ? new MinuteBudget(requests, time) : null;
    private readonly MinuteBudget? _tokens = limits.TokensPerMinute is { } tokens ? new MinuteBudget(tokens, time) : null;

    /// <summary>Waits for a question's turn. What comes back is disposed when it was answered.</summary>
    /// <param name="estimate">About how many tokens it takes.</param>
    /// <param name="cancellationToken">Whoever asks gives up: then nothing was taken.</param>
    public async Task<Turn> EnterAsync(int estimate, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            // Only the first in the line looks at the budgets, so that a small question does not pass a large one by for ever.
            await _first.WaitAsync(cancellationToken);
            try
            {
                while (Pause(estimate) is var pause && pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, time, cancellationToken);
                }

                return new Turn(this, estimate);
            }
            finally
            {
                _first.Release();
            }
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places.Dispose();
        _first.Dispose();
    }

    /// <summary>How long the first in the line must wait; when not at all, what it needs is taken.</summary>
    private TimeSpan Pause(int estimate)
    {
        lock (_lock)
        {
            var (requests, tokens) = (_requests?.Until(1) ?? TimeSpan.Zero, _tokens?.Until(estimate) ?? TimeSpan.Zero);
            if (requests == TimeSpan.Zero && tokens == TimeSpan.Zero)
            {
                _requests?.Take(1);
                _tokens?.Take(estimate);
            }

            // A clock counts in ticks: what is missing by less than one is there at the next.
            return (requests > tokens ? requests : tokens) is var pause && pause > TimeSpan.Zero ? pause + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
        }
    }

    private void Leave(int estimate, int? used)
    {
        lock (_lock)
        {
            _tokens?.Take((used ?? estimate) - estimate);
        }

        _places.Release();
    }

    /// <summary>A question under way.</summary>
    internal sealed class Turn(ModelLimiter limiter, int estimate) : IDisposable
    {
        /// <summary>What it took, once known; null for as much as was estimated.</summary>
        public int? Used { get; set; }

        /// <inheritdoc/>
        public void Dispose() => limiter.Leave(estimate, Used);
    }
}
