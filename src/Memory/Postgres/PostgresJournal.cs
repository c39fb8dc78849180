using System.Collections.Immutable;
using AiManager.Domain;
using Npgsql;

namespace AiManager.Memory;

/// <summary>
/// The journal where several hosts commit at the same time, so that a position may appear behind a higher one. Who draws positions holds a lock, until
/// its commit, that names the last position drawn before; all of its own are higher. A reader of all streams reads the last position drawn, then the lowest
/// of those locks, and only then events, up to the lower of both: whoever drew at or below it had its lock by then, and has none now if it is done.
/// </summary>
internal sealed class PostgresJournal(IWriteQueue writer, NpgsqlDataSource database, WorkSignal signal) : SqlJournal(writer, database, signal)
{
    private const string AllSettled =
        $"select {EventRows.Columns} from events where position > @after and position <= @settled order by position limit @limit";

    private const string Drawn = "select last_value from events_position";

    private const string Drawing =
        """
        select min(((classid::bigint << 32) | objid::bigint) & 281474976710655) from pg_locks
        where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 16 = 16713
          and database = (select oid from pg_database where datname = current_database())
        """;

    private readonly NpgsqlDataSource _database = database;

    public override async Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken)
    {
        var settled = await SettledAsync(cancellationToken);
        return settled <= afterPosition
            ? []
            : await ReadAsync(AllSettled, cancellationToken, ("@after", afterPosition), ("@settled", settled), ("@limit", limit));
    }

    /// <summary>The highest position up to which nothing can appear any more.</summary>
    private async Task<long> SettledAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Two statements, one after the other: in one, the locks might be read first.
            await using var batch = _database.CreateBatch();
            batch.Then(Drawn);
            batch.Then(Drawing);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var drawn = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return reader.IsDBNull(0) ? drawn : Math.Min(drawn, reader.GetInt64(0));
        }
        catch (NpgsqlException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }
}
