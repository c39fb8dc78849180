using System.Collections.Immutable;

namespace AiManager.Host.Tests;

/// <summary>A real journal that counts what is read of it.</summary>
internal sealed class CountingJournal(IWorkflowJournal inner) : IWorkflowJournal
{
    /// <summary>How many events were read.</summary>
    public int Events { get; private set; }

    public async Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken) =>
        Counted(await inner.ReadAllAsync(afterPosition, limit, cancellationToken));

    public Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken) => inner.AppendAsync(request, cancellationToken);

    public async Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken) =>
        Counted(await inner.ReadAsync(stream, afterSeq, limit, cancellationToken));

    public async Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken) =>
        [.. (await inner.ReadEachAsync(places, types, limit, cancellationToken)).Select(Counted)];

    public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken) => inner.ClaimAsync(node, now, lease, only, cancellationToken);

    public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken) => inner.RenewAsync(claim, until, cancellationToken);

    public Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken) => inner.ReleaseAsync(claim, foldedSeq, cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => inner.NextDueAsync(cancellationToken);

    public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => inner.WaitForWorkAsync(patience, cancellationToken);

    private ImmutableArray<StoredEvent> Counted(ImmutableArray<StoredEvent> events)
    {
        Events += events.Length;
        return events;
    }
}
