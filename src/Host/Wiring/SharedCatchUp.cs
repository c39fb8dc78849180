namespace AiManager.Host;

/// <summary>
/// Work that brings something up to date, done once at a time for all who want it. Whoever comes while it is under way gets the next one, which begins when that is over: it sees everything
/// that was there when they came. It goes on when nobody waits any more, until this is disposed.
/// </summary>
internal sealed class SharedCatchUp(Func<CancellationToken, Task<int>> work) : IDisposable, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<int> _current = Task.FromResult(0);
    private Task<int>? _next;

    /// <summary>Ends when everything that is there now is caught up with; answers what the work did.</summary>
    public Task<int> RunAsync()
    {
        lock (_gate)
        {
            if (_next is not null)
            {
                return _next;
            }

            var before = _current;
            return before.IsCompleted ? _current = Watched(Task.Run(() => work(_stop.Token))) : _next = Watched(Task.Run(() => AfterAsync(before)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task last;
        lock (_gate)
        {
            last = _next ?? _current;
        }

        await last.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task<int> AfterAsync(Task before)
    {
        await before.ContinueWith(_ => { }, TaskScheduler.Default);
        lock (_gate)
        {
            (_current, _next) = (_next!, null);
        }

        return await work(_stop.Token);
    }

    /// <summary>Whoever waits sees its fault; where nobody does any more, the next one meets the same.</summary>
    private static Task<int> Watched(Task<int> task)
    {
        _ = task.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
