using System.Collections.Immutable;

namespace AiManager.Host.Tests;

/// <summary>A real journal whose reads of all streams fail when a test says so.</summary>
internal sealed class FaultyJournal(IWorkflowJournal inner) : IWorkflowJournal
{
    private TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a read of all streams throws; null for nothing.</summary>
    public Exception? Fault
    {
        get;
        set
        {
            _failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            field = value;
        }
    }

    /// <summary>Completes when one has failed since it was said.</summary>
    public Task Failed => _failed.Task;

    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken)
    {
        if (Fault is not { } fault)
        {
            return inner.ReadAllAsync(afterPosition, limit, cancellationToken);
        }

        _failed.TrySetResult();
        return Task.FromException<ImmutableArray<StoredEvent>>(fault);
    }

    public Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) => inner.AppendAsync(request, cancellationToken);

    public Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken) => inner.ReadAsync(stream, afterSeq, limit, cancellationToken);

    public Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken) =>
        inner.ReadEachAsync(places, types, limit, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken) => inner.ClaimAsync(node, now, lease, only, cancellationToken);

    public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken) => inner.RenewAsync(claim, until, cancellationToken);

    public Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken) => inner.ReleaseAsync(claim, foldedSeq, cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);

    public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => inner.WaitForWorkAsync(patience, cancellationToken);
}
