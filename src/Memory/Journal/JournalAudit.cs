using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Proves a journal from one snapshot of it: chains, heads, blobs, and that the read models are what the events say.</summary>
internal abstract class JournalAudit(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes) : IJournalAudit
{
    private const int ReportEvery = 10_000;
    private const string Heads = "select stream, seq, hash, updated_at, max_schema from streams order by stream";
    private const string ArchivedIn = "select count(*) from archived_events where at >= @from and at < @to";
    // The index may lag behind, and what it says of an event is looked up; but one that left decisions out would keep them from auditors.
    private const string Unlisted =
        """
        select min(e.position) from events e
        where e.type = 'CallDecided' and e.position <= (select position from audit_through)
          and not exists (select 1 from audit_words w where w.word = 'decision' and w.position = e.position)
        """;

    private const string Blobs = "select digest, content from blobs order by digest";

    private readonly StreamReplay _replay = new(envelopes);

    /// <summary>
    /// Constant text that gives, in position order, <see cref="EventRows.Columns"/>, whether the row is formed as an event (else nothing more of it is read but
    /// position, stream and seq), the order hash, and 1 for an archived event.
    /// </summary>
    protected abstract string EventsInOrder { get; }

    public Task<AuditResult> VerifyAsync(IProgress<long>? progress, CancellationToken cancellationToken) => VerifyAsync([], progress, cancellationToken);

    public async Task<AuditResult> VerifyAsync(IReadOnlyList<JournalSealed> seals, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var snapshot = BeginSnapshot(connection);
            var chain = new ChainCheck(new SealCheck(seals));
            var fault = await CheckEventsAsync(connection, chain, progress, cancellationToken)
                ?? await CheckHeadsAsync(connection, chain, cancellationToken)
                ?? chain.OrderFault
                ?? chain.Seals.Fault
                ?? await CheckIndexAsync(connection, cancellationToken)
                ?? await CheckRowsAsync(connection, chain, cancellationToken);
            progress?.Report(chain.Count);
            return new AuditResult(chain.Count, chain.Ends.Count, fault?.Words, fault?.Stream, fault?.Seq, fault?.Position, chain.Archived);
        }
        catch (DbException cause)
        {
            throw new StoreUnavailableException($"The store cannot be read now: {cause.Message}", cause);
        }
    }

    public async Task<long> ArchivedAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        (await new SqlQueries(database).ListAsync(
            ArchivedIn,
            row => row.GetInt64(0),
            cancellationToken,
            ("@from", from is { } begin ? UnixMicros.Write(begin) : long.MinValue),
            ("@to", to is { } end ? UnixMicros.Write(end) : long.MaxValue)))[0];

    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var write = new RebuildWrite(async put =>
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            foreach (var stream in await StreamReplay.StreamsAsync(connection, cancellationToken))
            {
                if (await _replay.RunAsync(connection, stream, put, cancellationToken) is { } fault)
                {
                    throw new InvalidDataException(fault.Words);
                }
            }
        });
        writer.Enqueue(write);
        await write.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A transaction in which nothing changes, whatever others write meanwhile.</summary>
    protected abstract DbTransaction BeginSnapshot(DbConnection connection);

    private async Task<AuditFault?> CheckEventsAsync(DbConnection connection, ChainCheck chain, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var needed = new Dictionary<string, (BlobReference Blob, AuditFault Where)>(StringComparer.Ordinal);
        var fault = await CheckChainsAsync(connection, chain, needed, progress, cancellationToken);
        foreach (var (blob, where) in needed.Values)
        {
            // The first that needs it comes before the first that is wrong in itself: nothing behind that one was looked at.
            if (await WrongBlobAsync(connection, blob, cancellationToken) is { } wrong)
            {
                return where with { Words = $"{where.Words} {wrong}" };
            }
        }

        if (fault is not null)
        {
            return fault;
        }

        await foreach (var (digest, isRight) in SqlQueries.EachAsync(
            connection, Blobs, row => (row.GetString(0), BlobPayload.NameOf(row.GetFieldValue<byte[]>(1)) == row.GetString(0)), cancellationToken))
        {
            if (!isRight)
            {
                return new AuditFault($"Blob {digest} is not what its digest says.");
            }
        }

        return null;
    }

    /// <summary>Reads events to the first that is wrong; blobs are looked at later, since a provider need not answer two questions at once on a connection.</summary>
    private async Task<AuditFault?> CheckChainsAsync(
        DbConnection connection,
        ChainCheck chain,
        Dictionary<string, (BlobReference Blob, AuditFault Where)> needed,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        await foreach (var row in SqlQueries.EachAsync(connection, EventsInOrder, AuditedEvent.Read, cancellationToken))
        {
            if (row.Stored is not { } stored)
            {
                return new AuditFault($"Event {row.Stream}/{row.Seq} at position {row.Position} is not formed as an event.", row.Stream, row.Seq, row.Position);
            }

            if (chain.Next(stored, row.OrderHash, row.IsArchived) is { } fault)
            {
                return fault;
            }

            if (BlobPayload.TryRead(stored.Payload.Span, out var reference))
            {
                needed.TryAdd(
                    reference.Blob,
                    (reference, new AuditFault($"Event {stored.Stream}/{stored.Seq} at position {stored.Position}", stored.Stream, stored.Seq, stored.Position)));
            }

            if (chain.Count % ReportEvery == 0)
            {
                progress?.Report(chain.Count);
            }
        }

        return null;
    }

    private static async Task<string?> WrongBlobAsync(DbConnection connection, BlobReference reference, CancellationToken cancellationToken) =>
        await SqlBlobs.GetAsync(connection, reference.Blob, cancellationToken) switch
        {
            null => $"needs blob {reference.Blob}, which is gone.",
            { } content when content.Length != reference.Bytes || BlobPayload.NameOf(content.Span) != reference.Blob => $"needs blob {reference.Blob}, which is not what its digest says.",
            _ => null,
        };

    private static async Task<AuditFault?> CheckHeadsAsync(DbConnection connection, ChainCheck chain, CancellationToken cancellationToken)
    {
        var heads = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (stream, head) in SqlQueries.EachAsync(
            connection,
            Heads,
            row => (row.GetString(0), (Seq: row.GetInt64(1), Hash: row.GetFieldValue<byte[]>(2), At: row.GetInt64(3), MaxSchema: row.GetInt64(4))),
            cancellationToken))
        {
            heads.Add(stream);
            var end = chain.Ends.GetValueOrDefault(stream) ?? StreamEnd.Start;
            if (head.Seq > end.Seq)
            {
                return new AuditFault($"Event {stream}/{end.Seq + 1} is gone: the stream's head is {head.Seq}.", stream, end.Seq + 1);
            }

            if (head.Seq != end.Seq || !end.Hash.Span.SequenceEqual(head.Hash) || head.At != UnixMicros.Write(end.At) || (end.MaxSchema is { } highest && head.MaxSchema != highest))
            {
                return new AuditFault($"Event {stream}/{end.Seq} at position {end.Position} is not the one that the stream's head names.", stream, end.Seq, end.Position);
            }
        }

        return chain.Ends.FirstOrDefault(end => !heads.Contains(end.Key)) is { Key: { } lost, Value: var last }
            ? new AuditFault($"Event {lost}/{last.Seq} at position {last.Position} belongs to a stream that has no head.", lost, last.Seq, last.Position)
            : null;
    }

    private static async Task<AuditFault?> CheckIndexAsync(DbConnection connection, CancellationToken cancellationToken) =>
        (await SqlQueries.ListAsync(connection, Unlisted, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellationToken))[0] is { } position
            ? new AuditFault($"The audit's index lacks the decision at position {position}. Rebuild it.")
            : null;

    private async Task<AuditFault?> CheckRowsAsync(DbConnection connection, ChainCheck chain, CancellationToken cancellationToken)
    {
        var comparison = new RowComparison(connection);
        foreach (var stream in await StreamReplay.StreamsAsync(connection, cancellationToken))
        {
            var expected = new ExpectedRows();
            var fault = await _replay.RunAsync(connection, stream, expected.Put, cancellationToken)
                ?? await ReadableAsync(stream, () => comparison.CompareAsync(stream, chain.Ends[stream].At, expected, cancellationToken));
            if (fault is not null)
            {
                return fault;
            }
        }

        return await ReadableAsync(null, () => comparison.FinishAsync(cancellationToken));
    }

    /// <summary>A table that holds what is no row at all is wrong, not unexpected.</summary>
    private static async Task<AuditFault?> ReadableAsync(string? stream, Func<Task<AuditFault?>> compare)
    {
        try
        {
            return await compare();
        }
        catch (Exception cause) when (cause is FormatException or InvalidCastException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return new AuditFault($"The read model of {stream ?? "all ledgers"} cannot be read: {cause.Message} Rebuild it.", stream);
        }
    }
}
