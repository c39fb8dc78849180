namespace AiManager.Host;

/// <summary>Whether the store can be read, for whoever asks without signing in: it is asked once a second at most, however many want to know, and they share the answer. Thread-safe.</summary>
internal sealed class Readiness(IReadModels lists, TimeProvider time, ILogger<Readiness> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer holds; balancers ask less often than that.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<bool> _answer = Task.FromResult(false);
    private DateTimeOffset? _askedAt;

    /// <summary>True where it could be read just now.</summary>
    /// <param name="cancellationToken">Stops waiting; the store is asked for the others all the same.</param>
    public Task<bool> IsReadableAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_answer.IsCompleted && !(now - _askedAt < Kept && now >= _askedAt))
            {
                (_answer, _askedAt) = (AskAsync(), now);
            }

            return _answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            await Task.Run(() => lists.WorkflowsAsync(new WorkflowQuery(Limit: 1), CancellationToken.None)).WaitAsync(Patience, time);
            return true;
        }
#pragma warning disable CA1031 // whatever keeps the store from being read, the answer is the same: do not send work here
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.StoreAway(fault, "/health/ready");
            return false;
        }
    }
}
