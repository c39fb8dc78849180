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
    private const string All = $"select {EventRows.Columns} from events where position > $1 order by position limit $2";

    private const string Drawn = "select last_value from events_position";

    private const string Drawing =
        """
        select min(((classid::bigint << 32) | objid::bigint) & 281474976710655) from pg_locks
        where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 16 = 16713
          and database = (select oid from pg_database where datname = current_database())
        """;

    private const string Last = "select coalesce(max(position), 0) from events";
    private const string LastSettled = "select coalesce(max(position), 0) from events where position <= @settled";

    // From each place along the index of its stream, however many the planner takes them for.
    private const string EachBegin =
        $"""
        select {EventRows.Columns}, place
        from unnest(@streams, @afters) with ordinality as asked (of_stream, after_seq, place)
          cross join lateral (select * from events where stream = asked.of_stream and seq > asked.after_seq
        """;

    private const string EachEnd = " order by seq limit @limit) found order by place, seq";
    private const string Each = EachBegin + EachEnd;
    private const string EachOfTypes = EachBegin + " and type = any(@types)" + EachEnd;

    private readonly NpgsqlDataSource _database = database;
    private readonly SqlQueries _queries = new(database);

    public override async Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken)
    {
        var (events, settled) = await SettledAsync(
            batch => batch.Then(All, PostgresCommands.Of(afterPosition), PostgresCommands.Of(limit)),
            async reader =>
            {
                var found = ImmutableArray.CreateBuilder<StoredEvent>();
                while (await reader.ReadAsync(cancellationToken))
                {
                    found.Add(EventRows.Read(reader));
                }

                return found.DrainToImmutable();
            },
            cancellationToken);

        // They come in order, so what can be read by now is the first of them.
        return await HydrateAsync([.. events.TakeWhile(e => e.Position <= settled)], cancellationToken);
    }

    public override async Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken)
    {
        if (places.IsEmpty)
        {
            return [];
        }

        var rows = await _queries.ListAsync(
            types is null ? Each : EachOfTypes,
            row => (Event: EventRows.Read(row), Place: (int)row.GetInt64(EventRows.Count) - 1),
            cancellationToken,
            [
                ("@streams", places.Select(p => p.Stream).ToArray()),
                ("@afters", places.Select(p => p.AfterSeq).ToArray()),
                ("@limit", limit),
                .. types is { } some ? [("@types", some.ToArray())] : Array.Empty<(string, object?)>(),
            ]);
        var events = await HydrateAsync([.. rows.Select(r => r.Event)], cancellationToken);
        var each = new ImmutableArray<StoredEvent>[places.Length];
        for (var (place, next) = (0, 0); place < each.Length; place++)
        {
            var first = next;
            while (next < rows.Length && rows[next].Place == place)
            {
                next++;
            }

            each[place] = events[first..next];
        }

        return [.. each];
    }

    public override async Task<long> HeadAsync(CancellationToken cancellationToken)
    {
        var (last, settled) = await SettledAsync(
            batch => batch.Then(Last),
            async reader => await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : 0,
            cancellationToken);
        return last <= settled ? last : (await _queries.ListAsync(LastSettled, row => row.GetInt64(0), cancellationToken, ("@settled", settled)))[0];
    }

    /// <summary>An answer, with the highest position up to which nothing can appear any more: by the time of the answer, all up to there is there.</summary>
    private async Task<(T Answer, long Settled)> SettledAsync<T>(Action<NpgsqlBatch> ask, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            // Statements one after the other, each of which sees what is committed by then: in one, the locks might be read first, or the answer.
            await using var batch = _database.CreateBatch();
            batch.Then(Drawn);
            batch.Then(Drawing);
            ask(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var drawn = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var settled = reader.IsDBNull(0) ? drawn : Math.Min(drawn, reader.GetInt64(0));
            await reader.NextResultAsync(cancellationToken);
            return (await read(reader), settled);
        }
        catch (NpgsqlException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }
}
