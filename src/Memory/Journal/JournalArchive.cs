using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Moves finished workflows out of the store into files and back. A place and a hash stay of each event, so that the journal verifies as before; what a
/// workflow spent goes on counting in the ledgers. Nothing is taken out of the store that has not been read back from a file that is on disk.
/// </summary>
public abstract partial class JournalArchive
{
    /// <summary>Workflows of one file and one transaction, at most.</summary>
    private const int MostWorkflows = 200;

    // The stream of the newest event stays: the next append takes the order of all streams on from there.
    private const string Finished =
        """
        select w.workflow, s.seq from workflows w join streams s on s.stream = w.workflow
        where w.is_open = 0 and s.updated_at < @before and s.owner is null and s.runnable = 0
          and not exists (select 1 from escalations e where e.workflow = w.workflow and e.status = 'open')
          and not exists (select 1 from due d where d.stream = w.workflow)
          and w.workflow <> (select stream from events order by position desc limit 1)
        order by s.updated_at, w.workflow limit @limit
        """;

    // Keeps the workflow to ourselves until it is out: nobody claims it meanwhile, nobody appends, and a driver of before is fenced.
    private const string Hold = "update streams set epoch = epoch + 1 where stream = @stream and seq = @seq and owner is null and runnable = 0";

    private const string EventsOf = $"select {EventRows.Columns} from events where stream = @stream order by seq";
    private const string Known = "select (select count(*) from archived_events where stream = @stream), (select count(*) from events where stream = @stream)";
    private const string Drop = "delete from events where stream = @stream";
    private const string DropWorkflow = "delete from workflows where workflow = @stream";
    private const string DropTasks = "delete from tasks where workflow = @stream";
    private const string DropApprovals = "delete from approvals where workflow = @stream";
    private const string DropEscalations = "delete from escalations where workflow = @stream";
    private const string MarkEntry = "update ledger_entries set archived = @stream where entry = @entry";
    private const string UnmarkEntries = "update ledger_entries set archived = null where archived = @stream";
    private const string DropTraces = "delete from archived_events where stream = @stream";
    private const string PutBlob = "insert into blobs (digest, content) values (@digest, @content) on conflict do nothing";

    private readonly IWriteQueue _writer;
    private readonly DbDataSource _database;
    private readonly IJournalAudit _audit;
    private readonly StreamReplay _replay;

    private protected JournalArchive(IWriteQueue writer, DbDataSource database, IEnvelopes envelopes, IJournalAudit audit) =>
        (_writer, _database, _audit, _replay) = (writer, database, audit, new StreamReplay(envelopes));

    /// <summary>Constant text that keeps place and hash of the events of <c>@stream</c>.</summary>
    protected abstract string Keep { get; }

    /// <summary>
    /// Constant text that puts one event back where its place was kept: <c>@position, @stream, @seq, @schema, @at, @hash</c> must be those, and <c>@type, @actor,
    /// @cause, @payload</c> come with it.
    /// </summary>
    protected abstract string PutBack { get; }

    /// <summary>
    /// Moves workflows that ended before <paramref name="before"/>, nobody drives, and no open question belongs to. The one with the newest event of all stays.
    /// Throws <see cref="IOException"/> when a file cannot be written: then what had not been put into a file before is all still here. Where somebody else does
    /// the same, or something came in, what is left is for the next time.
    /// </summary>
    /// <param name="folder">Where the files go; made when it is not there. Any number of hosts may share it: no two files have the same name.</param>
    /// <param name="before">By their last event.</param>
    /// <param name="now">Goes into names and manifests.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<ArchiveResult> ArchiveAsync(string folder, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (files, workflows, events) = (ImmutableArray.CreateBuilder<string>(), 0, 0);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var connection = await _database.OpenConnectionAsync(cancellationToken);
            var streams = await SqlQueries.ListAsync(
                connection, Finished, row => row.GetString(0), cancellationToken, ("@before", UnixMicros.Write(before)), ("@limit", MostWorkflows));
            if (streams.IsEmpty)
            {
                return new ArchiveResult(files.DrainToImmutable(), workflows, events);
            }

            // In the order in which every host locks.
            var content = await ReadAsync(connection, streams.Sort(StringComparer.Ordinal), cancellationToken);
            var name = string.Create(CultureInfo.InvariantCulture, $"archive-{now:yyyyMMdd'T'HHmmss'Z'}-{content.Events.Min(e => e.Position):D12}-{Guid.CreateVersion7(now):N}.jsonl.gz");
            var file = Path.Combine(folder, name);
            ArchiveFile.Write(file, content, now);
            var proved = ArchiveFile.Read(file);
            if (!await PruneAsync(connection, proved, cancellationToken))
            {
                File.Delete(file);
                File.Delete(ArchiveFile.ManifestOf(file));
                return new ArchiveResult(files.DrainToImmutable(), workflows, events);
            }

            files.Add(file);
            workflows += streams.Length;
            events += proved.Events.Length;
        }
    }

    /// <summary>
    /// Takes a file's workflows back in, once every hash in it agrees and is the one that was kept here; what is here already stays as it is.
    /// Throws <see cref="InvalidDataException"/> naming what is wrong; then nothing was taken in.
    /// </summary>
    public async Task<ArchiveResult> ImportAsync(string file, CancellationToken cancellationToken)
    {
        var content = ArchiveFile.Read(file);
        var statements = content.Blobs.Select(b => (new StatementWrite(PutBlob, ("@digest", b.Digest), ("@content", b.Content)), (int?)null)).ToList();
        var (workflows, events) = (0, 0);
        await using (var connection = await _database.OpenConnectionAsync(cancellationToken))
        {
            foreach (var stream in content.Events.GroupBy(e => e.Stream))
            {
                var (kept, here) = (await SqlQueries.ListAsync(connection, Known, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken, ("@stream", stream.Key)))[0];
                if (kept == 0 && here > 0)
                {
                    continue;
                }

                if (kept != stream.Count())
                {
                    throw new InvalidDataException($"This store keeps {kept} places of {stream.Key}, and the file has {stream.Count()} events of it.");
                }

                statements.AddRange(stream.Select(e => (Back(e), (int?)1)));
                statements.Add((new StatementWrite(DropTraces, ("@stream", stream.Key)), stream.Count()));
                statements.Add((new StatementWrite(UnmarkEntries, ("@stream", stream.Key)), null));
                workflows++;
                events += stream.Count();
            }
        }

        if (!await CarryAsync(statements, cancellationToken))
        {
            throw new InvalidDataException("What the file holds is not what this store kept the places of, or another process is taking it in.");
        }

        await _audit.RebuildAsync(cancellationToken);
        return new ArchiveResult([file], workflows, events);
    }

    private StatementWrite Back(StoredEvent stored) => new(
        PutBack,
        ("@position", stored.Position),
        ("@stream", stored.Stream),
        ("@seq", stored.Seq),
        ("@type", stored.Type),
        ("@schema", stored.SchemaVersion),
        ("@at", UnixMicros.Write(stored.At)),
        ("@actor", stored.Actor.Value),
        ("@cause", stored.Cause),
        ("@payload", stored.Payload.ToArray()),
        ("@hash", stored.Hash.ToArray()));

    private static async Task<ArchiveContent> ReadAsync(DbConnection connection, ImmutableArray<string> streams, CancellationToken cancellationToken)
    {
        var events = ImmutableArray.CreateBuilder<StoredEvent>();
        var blobs = new Dictionary<string, ArchivedBlob>(StringComparer.Ordinal);
        foreach (var stream in streams)
        {
            foreach (var stored in await SqlQueries.ListAsync(connection, EventsOf, EventRows.Read, cancellationToken, ("@stream", stream)))
            {
                events.Add(stored);
                foreach (Match named in BlobName().Matches(Encoding.UTF8.GetString(stored.Payload.Span)))
                {
                    if (!blobs.ContainsKey(named.Value) && await SqlBlobs.GetAsync(connection, named.Value, cancellationToken) is { } blob)
                    {
                        blobs.Add(named.Value, new ArchivedBlob(named.Value, blob.ToArray()));
                    }
                }
            }
        }

        return new ArchiveContent(events.DrainToImmutable(), [.. blobs.Values]);
    }

    /// <summary>Takes out exactly what the file was proved to hold. An event that came in meanwhile makes a number differ, and then nothing is taken out.</summary>
    private async Task<bool> PruneAsync(DbConnection connection, ArchiveContent proved, CancellationToken cancellationToken)
    {
        var statements = new List<(StatementWrite, int?)>();
        foreach (var stream in proved.Events.GroupBy(e => e.Stream))
        {
            var rows = new ExpectedRows();
            if (await _replay.RunAsync(connection, stream.Key, rows.Put, cancellationToken) is { } fault)
            {
                throw new InvalidDataException(fault.Words);
            }

            statements.Add((new StatementWrite(Hold, ("@stream", stream.Key), ("@seq", stream.Count())), 1));
            statements.Add((new StatementWrite(Keep, ("@stream", stream.Key)), stream.Count()));
            statements.Add((new StatementWrite(Drop, ("@stream", stream.Key)), stream.Count()));
            statements.AddRange(new[] { DropWorkflow, DropTasks, DropApprovals, DropEscalations }.Select(sql => (new StatementWrite(sql, ("@stream", stream.Key)), (int?)null)));
            statements.AddRange(rows.Entries.Keys.Select(e => e.Entry).Distinct().Select(entry => (new StatementWrite(MarkEntry, ("@stream", stream.Key), ("@entry", entry)), (int?)null)));
        }

        return await CarryAsync(statements, cancellationToken);
    }

    private async Task<bool> CarryAsync(List<(StatementWrite, int?)> statements, CancellationToken cancellationToken)
    {
        var write = new TransactionWrite(statements);
        _writer.Enqueue(write);
        return await write.Task.WaitAsync(cancellationToken);
    }

    [GeneratedRegex("sha256-[0-9a-f]{64}")]
    private static partial Regex BlobName();
}

/// <summary>What was moved.</summary>
/// <param name="Files">The files.</param>
/// <param name="Workflows">How many workflows.</param>
/// <param name="Events">How many events.</param>
public sealed record ArchiveResult(ImmutableArray<string> Files, int Workflows, int Events);
