using System.Data.Common;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Brings vectors from the tables to the place where they are searched, in the order in which rows changed. How far a place that is kept has been brought stands in the tables, so that
/// it goes on after a crash, and on another host; of several hosts one brings at a time.
/// </summary>
internal sealed class VectorFollower(MemoryTables tables, IVectorPlace place, string space, TimeProvider time) : IAsyncDisposable
{
    private const int Chunk = 500;

    // What was sent and not answered may be done as long as a network goes on trying to deliver it.
    private static readonly TimeSpan LongestFlight = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private (long Generation, long Seq) _brought = (-1, 0);
    private DateTimeOffset? _unanswered;
    private DateTimeOffset _swept = DateTimeOffset.MinValue;
    private Task _bringing = Task.CompletedTask;
    private Task _long = Task.CompletedTask;
    private MemoryHead _head = new(-1, 0);

    /// <summary>Where the tables stood when they were last looked at.</summary>
    public MemoryHead Head => Volatile.Read(ref _head);

    /// <summary>True while vectors are being read into this process.</summary>
    public bool IsFilling => !Volatile.Read(ref _bringing).IsCompleted;

    private bool IsSweepDue => _unanswered is not null || time.GetUtcNow() - _swept >= BetweenSweeps;

    /// <summary>
    /// Brings what changed, for who waits for an answer: to a place that is kept a little, and nothing while somebody else does. False when filling one in this process takes longer than they
    /// will wait; it goes on meanwhile, and nobody else waits for it until it is over.
    /// </summary>
    /// <param name="patience">How long they will.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> FollowAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (place.IsKept)
        {
            await FollowThereAsync(isWhole: false, cancellationToken);
            return true;
        }

        if (!Volatile.Read(ref _long).IsCompleted)
        {
            return false;
        }

        using var moment = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(either.Token);
            var bringing = BringAndReleaseAsync();
            Volatile.Write(ref _bringing, bringing);

            // Nobody may be there any more when it fails; whoever asks next meets the same.
            _ = bringing.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            await bringing.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (moment.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _long, Volatile.Read(ref _bringing));
            return false;
        }
    }

    /// <summary>
    /// Brings everything, all of it again where the place has lost some, and takes out what should not be there: a write that was sent before a removal may have landed behind it, and what was
    /// forgotten must not lie there for that.
    /// </summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        if (!place.IsKept || tables.IsReadOnly)
        {
            // This process reads them when somebody asks, and not before: one that is never asked needs no room for them.
            return;
        }

        await FollowThereAsync(isWhole: true, cancellationToken);

        var (generation, seq) = _brought;
        var (there, here) = await CountAsync(seq, cancellationToken);

        // Each change that was not brought yet may have left one there as it was before, and no other may.
        if (IsSweepDue || there > here + await tables.NumberAsync(MemorySql.Behind, cancellationToken, ("@seq", seq)))
        {
            await SweepAsync(cancellationToken);
            (there, here) = await CountAsync(seq, cancellationToken);
        }

        if (there < here)
        {
            await SetAsync(NameOf(generation), 0, cancellationToken);
            _brought = (-1, 0);
            await FollowThereAsync(isWhole: true, cancellationToken);
        }
    }

    /// <summary>How many changes a place that is kept has not been brought yet.</summary>
    public async Task<long> BehindAsync(CancellationToken cancellationToken)
    {
        if (!place.IsKept)
        {
            return 0;
        }

        var generation = (await tables.ListAsync(MemorySql.Head, row => row.GetInt64(0), cancellationToken))[0];
        var seq = await PositionAsync(NameOf(generation), cancellationToken) ?? 0;
        return await tables.NumberAsync(MemorySql.Behind, cancellationToken, ("@seq", seq)) ?? 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Volatile.Read(ref _bringing).ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _turn.Dispose();
    }

    /// <summary>To a place that is kept, all that is there or a little.</summary>
    private async Task FollowThereAsync(bool isWhole, CancellationToken cancellationToken)
    {
        if (tables.IsReadOnly || !await _turn.WaitAsync(isWhole ? Timeout.Infinite : 0, cancellationToken))
        {
            return;
        }

        try
        {
            if (await NewsAsync(cancellationToken) is { } generation)
            {
                await BringThereAsync(generation, isWhole, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The generation where there is something that has not been brought; null where there is not.</summary>
    private async Task<long?> NewsAsync(CancellationToken cancellationToken)
    {
        var head = (await tables.ListAsync(MemorySql.Head, row => new MemoryHead(row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
        Volatile.Write(ref _head, head);
        return head.Generation != _brought.Generation || head.Seq > _brought.Seq ? head.Generation : null;
    }

    /// <summary>For whoever has the turn, which ends with it.</summary>
    private async Task BringAndReleaseAsync()
    {
        try
        {
            if (await NewsAsync(_stop.Token) is { } generation)
            {
                // Reading a file waits for it: all of a large memory is read elsewhere.
                await Task.Run(() => BringHereAsync(generation, _stop.Token), _stop.Token);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<(long There, long Here)> CountAsync(long seq, CancellationToken cancellationToken)
    {
        var there = await place.CountAsync(cancellationToken);

        // Counted after it: a row that is replaced meanwhile is counted there and not here, never the other way round.
        return (there, await tables.NumberAsync(MemorySql.Placed, cancellationToken, ("@space", space), ("@seq", seq)) ?? 0);
    }

    /// <summary>Compares what is there with the tables, one by one, while nobody brings anything; takes out what is not theirs. What is missing after that is counted.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var alone = await AloneAsync(cancellationToken);
            var generation = (await tables.ListAsync(MemorySql.Head, row => row.GetInt64(0), cancellationToken))[0];
            if (alone is { IsTaken: true } || await PositionAsync(NameOf(generation), cancellationToken) is not { } brought)
            {
                return;
            }

            var began = time.GetUtcNow();
            await foreach (var page in place.ListAsync(cancellationToken))
            {
                var rows = await tables.ListAsync(
                    tables.Sql.PlacedByIds, row => (Id: row.GetString(0), Seq: row.GetInt64(1)), cancellationToken, ("@space", space), ("@ids", JsonSerializer.Serialize(page.Select(p => p.Id))));
                var seqs = rows.ToDictionary(r => r.Id, r => r.Seq, StringComparer.Ordinal);
                var strange = page.Where(p => !seqs.TryGetValue(p.Id, out var seq) || (seq != p.Seq && seq <= brought)).Select(p => p.Id).ToList();
                await AnsweredAsync(place.RemoveAsync(strange, cancellationToken));
            }

            _swept = began;
            _unanswered = began - _unanswered >= LongestFlight ? null : _unanswered;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Remembers when a change of the place came to no end that is known here.</summary>
    private async Task AnsweredAsync(Task change)
    {
        try
        {
            await change;
        }
        catch
        {
            _unanswered = time.GetUtcNow();
            throw;
        }
    }

    private async Task BringHereAsync(long generation, CancellationToken cancellationToken)
    {
        if (generation != _brought.Generation)
        {
            await place.ClearAsync(cancellationToken);
            _brought = (generation, 0);
        }

        while (await BringAsync(_brought.Seq, cancellationToken) is { } seq)
        {
            _brought = (generation, seq);
        }
    }

    private async Task BringThereAsync(long generation, bool isWhole, CancellationToken cancellationToken)
    {
        await using var alone = await AloneAsync(cancellationToken);
        if (alone is { IsTaken: true })
        {
            return;
        }

        var name = NameOf(generation);
        if (await PositionAsync(name, cancellationToken) is not { } seq)
        {
            // Another space, or everything was made anew: whatever lies there is of before.
            await AnsweredAsync(place.ClearAsync(cancellationToken));
            await SetAsync(name, seq = 0, cancellationToken, isOnly: true);
        }

        while (await BringAsync(seq, cancellationToken) is { } next)
        {
            await SetAsync(name, seq = next, cancellationToken);
            if (!isWhole)
            {
                break;
            }
        }

        _brought = (generation, seq);
    }

    /// <summary>Some changes behind a seq; how far that was, null when there is none.</summary>
    private async Task<long?> BringAsync(long seq, CancellationToken cancellationToken)
    {
        var changes = await tables.ListAsync(MemorySql.Changes, MemoryRows.ReadChange, cancellationToken, ("@after", seq), ("@limit", Chunk));
        if (changes.IsEmpty)
        {
            return null;
        }

        var here = changes.Where(c => !c.IsGone && c.Space == space).ToList();
        await AnsweredAsync(place.RemoveAsync([.. changes.Except(here).Select(c => c.Id)], cancellationToken));
        await AnsweredAsync(place.PutAsync([.. here.Select(c => new PlacedVector(c.Id, c.Seq, c.Kind, c.Stream, MemoryRows.ReadVector(c.Vector)))], cancellationToken));
        return changes[^1].Seq;
    }

    private string NameOf(long generation) => $"{MemorySql.PlacePrefix}{generation}:{space}:{place.Name}";

    private Task<long?> PositionAsync(string name, CancellationToken cancellationToken) => tables.NumberAsync(MemorySql.Named, cancellationToken, ("@name", name));

    private Task SetAsync(string name, long seq, CancellationToken cancellationToken, bool isOnly = false) => tables.WriteAsync(
        async connection =>
        {
            if (isOnly)
            {
                await MemoryTables.RunAsync(connection, MemorySql.ForgetOtherPlaces, cancellationToken, ("@name", name));
            }

            return await MemoryTables.RunAsync(connection, MemorySql.SetNamed, cancellationToken, ("@name", name), ("@value", seq));
        },
        cancellationToken);

    /// <summary>Sees to it that no other host brings meanwhile; null where there is no other. The lock goes with the connection.</summary>
    private async Task<Turn?> AloneAsync(CancellationToken cancellationToken)
    {
        if (tables.Sql.TryBring is not { } statement)
        {
            return null;
        }

        try
        {
            var connection = await tables.Database.OpenConnectionAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var taken = await SqlQueries.ListAsync(connection, statement, row => !row.GetBoolean(0), cancellationToken, ("@key", AdvisoryKeys.Vectors));
            return new Turn(connection, transaction, taken[0]);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The memory cannot be read now: {cause.Message}", cause);
        }
    }

    private sealed record Turn(DbConnection Connection, DbTransaction Transaction, bool IsTaken) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}

/// <summary>Where the tables of the memory stand.</summary>
/// <param name="Generation">One more each time that all was made anew.</param>
/// <param name="Seq">The last change.</param>
internal sealed record MemoryHead(long Generation, long Seq);
