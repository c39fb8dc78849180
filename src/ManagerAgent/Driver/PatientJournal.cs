using System.Collections.Immutable;

namespace AiManager.ManagerAgent;

/// <summary>
/// The journal for work under way: when the store is away, what it was asked is asked again until it is back, or patience runs out. An append whose answer was
/// lost may have landed; it is recognised, and never made twice. Claiming and letting go are not repeated: there is always a next time.
/// </summary>
internal sealed class PatientJournal(IWorkflowJournal journal, TimeProvider time, DriverOptions options) : IWorkflowJournal
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var isDoubtful = false;
        return await PersistAsync(
            async () =>
            {
                try
                {
                    var result = await journal.AppendAsync(request, cancellationToken);
                    return isDoubtful && result is AppendResult.Conflict or AppendResult.Fenced && await LandedAsync(request, cancellationToken) is { } landed ? landed : result;
                }
                catch (StoreUnavailableException)
                {
                    isDoubtful = true;
                    throw;
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken) =>
        PersistAsync(() => journal.ReadAsync(stream, afterSeq, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken) =>
        PersistAsync(() => journal.ReadEachAsync(places, types, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<long> HeadAsync(CancellationToken cancellationToken) => PersistAsync(() => journal.HeadAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken) =>
        PersistAsync(() => journal.ReadAllAsync(afterPosition, limit, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken) =>
        journal.ClaimAsync(node, now, lease, only, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken) =>
        PersistAsync(() => journal.RenewAsync(claim, until, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken) => journal.ReleaseAsync(claim, foldedSeq, cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => journal.NextDueAsync(cancellationToken);

    /// <inheritdoc/>
    public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => journal.WaitForWorkAsync(patience, cancellationToken);

    private async Task<T> PersistAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        for (var begun = time.GetTimestamp(); ;)
        {
            try
            {
                return await act();
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(begun) < options.StorePatience)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>What the append came to if its events stand where they were to go: nobody else's are the same to the byte. Null when they do not.</summary>
    private async Task<AppendResult.Appended?> LandedAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var there = await journal.ReadAsync(request.Stream, request.ExpectedSeq, request.Events.Length, cancellationToken);
        return there.Length == request.Events.Length && there.Zip(request.Events).All(pair => IsSame(pair.First, pair.Second))
            ? new AppendResult.Appended([.. there.Select(e => e.Position)])
            : null;
    }

    private static bool IsSame(StoredEvent stored, NewEvent written) =>
        stored.Type == written.Type && stored.SchemaVersion == written.SchemaVersion && stored.At == written.At && stored.Actor == written.Actor
        && stored.Cause == written.Cause && stored.Body.Span.SequenceEqual(written.Body.Span);
}
