using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>The journal: everything that writes goes through the store's one writer, everything that reads over connections of its own.</summary>
internal class SqlJournal(IWriteQueue writer, DbDataSource database, WorkSignal signal) : IWorkflowJournal
{
    private const string Stream = $"select {EventRows.Columns} from events where stream = @stream and seq > @after order by seq limit @limit";
    private const string StreamOfTypes =
        $"select {EventRows.Columns} from events where stream = @stream and seq > @after and @types like '%,' || type || ',%' order by seq limit @limit";

    private const string All = $"select {EventRows.Columns} from events where position > @after order by position limit @limit";

    private const string Head = "select coalesce(max(position), 0) from events";

    // A row of a stream under a lease cannot claim before the lease has run out; saying its own time would make a waiting driver spin.
    // The cross join is what keeps SQLite from going through every due row to find those few: leased streams come first.
    private const string NextDue =
        """
        select min(at) from (
          select at from (
            select due.at from due join streams on streams.stream = due.stream
            where due.woken = 0 and streams.lease_until is null order by due.at limit 1) as free
          union all
          select case when streams.lease_until >= due.at then streams.lease_until + 1 else due.at end as at
          from streams cross join due
          where due.stream = streams.stream and streams.lease_until is not null and due.woken = 0) as times
        """;

    private readonly SqlQueries _queries = new(database);

    public Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Carry(new AppendWrite(request), cancellationToken);
    }

    public Task<ImmutableArray<StoredEvent>> ReadAsync(string stream, int afterSeq, int limit, CancellationToken cancellationToken) =>
        ReadAsync(Stream, cancellationToken, ("@stream", stream), ("@after", afterSeq), ("@limit", limit));

    public virtual Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken cancellationToken) =>
        ReadAsync(All, cancellationToken, ("@after", afterPosition), ("@limit", limit));

    /// <summary>One after the other over connections that stay open: where the store is in this process, that is the quickest.</summary>
    public virtual async Task<ImmutableArray<ImmutableArray<StoredEvent>>> ReadEachAsync(ImmutableArray<StreamPlace> places, ImmutableArray<string>? types, int limit, CancellationToken cancellationToken)
    {
        var each = ImmutableArray.CreateBuilder<ImmutableArray<StoredEvent>>(places.Length);
        foreach (var place in places)
        {
            (string, object?)[] values = [("@stream", place.Stream), ("@after", place.AfterSeq), ("@limit", limit)];
            var events = types is { } some
                ? await _queries.ListAsync(StreamOfTypes, EventRows.Read, cancellationToken, [.. values, ("@types", $",{string.Join(',', some)},")])
                : await _queries.ListAsync(Stream, EventRows.Read, cancellationToken, values);
            each.Add(await HydrateAsync(events, cancellationToken));
        }

        return each.MoveToImmutable();
    }

    public virtual async Task<long> HeadAsync(CancellationToken cancellationToken) => (await _queries.ListAsync(Head, row => row.GetInt64(0), cancellationToken))[0];

    public Task<Claim?> ClaimAsync(string node, DateTimeOffset now, TimeSpan lease, string? only, CancellationToken cancellationToken) =>
        Carry(new ClaimWrite(node, now, lease, only), cancellationToken);

    public Task<bool> RenewAsync(Claim claim, DateTimeOffset until, CancellationToken cancellationToken) =>
        Carry(new RenewWrite(claim, until), cancellationToken);

    public Task ReleaseAsync(Claim claim, int foldedSeq, CancellationToken cancellationToken) =>
        Carry(new ReleaseWrite(claim, foldedSeq), cancellationToken);

    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        var found = await _queries.ListAsync(NextDue, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken);
        return found[0] is { } at ? UnixMicros.Read(at) : null;
    }

    public Task WaitForWorkAsync(TimeSpan patience, CancellationToken cancellationToken) => signal.WaitAsync(patience, cancellationToken);

    /// <summary>Events by a statement of constant text that gives <see cref="EventRows.Columns"/>.</summary>
    protected async Task<ImmutableArray<StoredEvent>> ReadAsync(string sql, CancellationToken cancellationToken, params (string, object?)[] values)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var events = await SqlQueries.ListAsync(connection, sql, EventRows.Read, cancellationToken, values);
            return await EventRows.HydrateAsync(connection, events, cancellationToken);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    /// <summary>The same events with the bodies that were moved to blobs put back in; most often there are none.</summary>
    private protected async Task<ImmutableArray<StoredEvent>> HydrateAsync(ImmutableArray<StoredEvent> events, CancellationToken cancellationToken)
    {
        if (!events.Any(e => BlobPayload.TryRead(e.Payload.Span, out _)))
        {
            return events;
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await EventRows.HydrateAsync(connection, events, cancellationToken);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    private Task<T> Carry<T>(Write<T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        writer.Enqueue(write);
        return cancellationToken.CanBeCanceled ? write.Task.WaitAsync(cancellationToken) : write.Task;
    }
}
