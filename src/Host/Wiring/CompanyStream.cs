using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// The company's stream as this process knows it. With an embedded store nobody else writes, so what was appended here is all there is; on a shared store
/// it is looked at again several times a second (<see cref="CompanyWatch"/>).
/// </summary>
internal sealed class CompanyStream(IWorkflowJournal journal, IEnvelopes envelopes, TimeProvider time) : ICompany, IDisposable
{
    /// <summary>How long what was read is taken for all there is, where somebody shows what is not known here: whoever guesses must not have the store asked each time.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(400);

    private const int PageSize = 500;
    private const int MostAttempts = 20;

    private readonly SemaphoreSlim _lock = new(1, 1);
    private CompanyState _state = CompanyState.Empty;
    private string? _unreadable;
    private long _readAt;

    /// <summary>By whose clock its events are written.</summary>
    public TimeProvider Time => time;

    /// <inheritdoc/>
    public CompanyState State => Volatile.Read(ref _state);

    /// <inheritdoc/>
    public string? Unreadable => Volatile.Read(ref _unreadable);

    /// <inheritdoc/>
    public Task AppendAsync(ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken) => AppendIfAsync(_ => true, events, actor, cancellationToken);

    /// <summary>Appends if <paramref name="isWanted"/> holds for the very state that the events go behind. False when it does not.</summary>
    public async Task<bool> AppendIfAsync(Func<CompanyState, bool> isWanted, ImmutableArray<WorkflowEvent> events, Actor actor, CancellationToken cancellationToken)
    {
        var sealedEvents = new List<NewEvent>(events.Length);
        foreach (var fact in events)
        {
            var closed = fact is ICarryPrivateText { Private: { } text } carrier ? carrier.WithPrivate(await envelopes.SealAsync(text, cancellationToken)) : fact;
            sealedEvents.Add(EventCodec.Encode(closed, time.GetUtcNow(), actor, string.Empty));
        }

        await _lock.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                await CatchUpLocked(cancellationToken);
                if (!isWanted(State))
                {
                    return false;
                }

                var request = new AppendRequest(CompanyState.Stream, State.Seq, null, [.. sealedEvents], [], []);
                if (await journal.AppendAsync(request, cancellationToken) is AppendResult.Appended)
                {
                    await CatchUpLocked(cancellationToken);
                    return true;
                }
            }
        }
        finally
        {
            _lock.Release();
        }

        throw new StoreUnavailableException($"The company's stream was changed by others {MostAttempts} times in a row. Try again.");
    }

    /// <summary>As the other, unless that was done within <paramref name="age"/>.</summary>
    public async Task RefreshAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _readAt) is var at && (at == 0 || time.GetElapsedTime(at) > age))
        {
            await RefreshAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task CatchUpAsync(CancellationToken cancellationToken) => RefreshAsync(cancellationToken);

    /// <summary>Folds in what the store has.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            await CatchUpLocked(cancellationToken);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private async Task CatchUpLocked(CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await journal.ReadAsync(CompanyState.Stream, State.Seq, PageSize, cancellationToken);
            foreach (var stored in page)
            {
                var recorded = Decode(stored);
                if (recorded.Event is ICarryPrivateText { Private: { IsSealed: true } text } carrier)
                {
                    recorded = recorded with { Event = carrier.WithPrivate(await envelopes.OpenAsync(text, cancellationToken)) };
                }

                Volatile.Write(ref _state, CompanyState.Apply(State, recorded));
            }

            if (page.Length < PageSize)
            {
                Volatile.Write(ref _unreadable, null);
                Volatile.Write(ref _readAt, time.GetTimestamp());
                return;
            }
        }
    }

    private Recorded Decode(StoredEvent stored)
    {
        try
        {
            return EventCodec.Decode(stored);
        }
        catch (Exception cause) when (cause is UnknownEventException or JsonException)
        {
            Volatile.Write(ref _unreadable, cause.Message);
            throw;
        }
    }
}
