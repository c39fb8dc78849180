using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Brings vectors from the tables to the place where they are searched, in the order in which rows changed. How far a place that is kept has been brought stands in the tables, so that
/// it goes on after a crash, and on another host; of several hosts one brings at a time.
/// </summary>
internal sealed class VectorFollower(MemoryTables tables, IVectorPlace place, string space) : IDisposable
{
    private const int Chunk = 500;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private (long Generation, long Seq) _brought = (-1, 0);

    /// <summary>Brings what changed.</summary>
    /// <param name="isWhole">True to go on until all is there; false to bring a little, and nothing while somebody else does, as whoever waits for an answer wants it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task FollowAsync(bool isWhole, CancellationToken cancellationToken)
    {
        if (place.IsKept && tables.IsReadOnly)
        {
            return;
        }

        if (!await _turn.WaitAsync(isWhole || !place.IsKept ? Timeout.Infinite : 0, cancellationToken))
        {
            return;
        }

        try
        {
            var head = (await tables.ListAsync(MemorySql.Head, row => (Generation: row.GetInt64(0), Seq: row.GetInt64(1)), cancellationToken))[0];
            if (head.Generation != _brought.Generation || head.Seq > _brought.Seq)
            {
                await (place.IsKept ? BringThereAsync(head.Generation, isWhole, cancellationToken) : BringHereAsync(head.Generation, cancellationToken));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Brings everything, and all of it again where the place has lost some: it was emptied, or brought back from an old copy.</summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        if (!place.IsKept || tables.IsReadOnly)
        {
            // This process reads them when somebody asks, and not before: one that is never asked needs no room for them.
            return;
        }

        await FollowAsync(isWhole: true, cancellationToken);

        var (generation, seq) = _brought;
        var there = await place.CountAsync(cancellationToken);

        // Counted after it: a row that is replaced meanwhile is counted there and not here, never the other way round.
        if (there < await tables.NumberAsync(MemorySql.Placed, cancellationToken, ("@space", space), ("@seq", seq)))
        {
            await SetAsync(NameOf(generation), 0, cancellationToken);
            _brought = (-1, 0);
            await FollowAsync(isWhole: true, cancellationToken);
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
    public void Dispose() => _turn.Dispose();

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
            await place.ClearAsync(cancellationToken);
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
        await place.RemoveAsync([.. changes.Except(here).Select(c => c.Id)], cancellationToken);
        await place.PutAsync([.. here.Select(c => new PlacedVector(c.Id, c.Seq, c.Kind, c.Stream, MemoryRows.ReadVector(c.Vector)))], cancellationToken);
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
