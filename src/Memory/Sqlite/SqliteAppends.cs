using System.Collections.Immutable;
using System.Security.Cryptography;
using AiManager.Domain;
using SQLitePCL;

namespace AiManager.Memory;

/// <summary>Appends: the head decides, then the guards, and only then is anything written.</summary>
internal sealed class SqliteAppends(sqlite3 database, SqliteRows rows, TimeProvider time) : IDisposable
{
    private const int HashSize = SHA256.HashSizeInBytes;

    private readonly SqliteStatement _last = new(database, "select position, order_hash from events order by position desc limit 1");
    private readonly SqliteStatement _head = new(database, "select seq, hash, epoch, priority from streams where stream = ?");

    private readonly SqliteStatement _event = new(
        database,
        """
        insert into events (position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash, order_hash)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly SqliteStatement _blob = new(database, "insert into blobs (digest, content) values (?, ?) on conflict do nothing");

    private readonly SqliteStatement _open = new(
        database,
        "insert into streams (seq, hash, updated_at, max_schema, runnable, woken_at, priority, stream) values (?, ?, ?, ?, ?, ?, ?, ?)");

    private readonly SqliteStatement _advance = new(
        database,
        "update streams set seq = ?, hash = ?, updated_at = ?, max_schema = max(max_schema, ?) where stream = ?");

    private readonly SqliteStatement _wake = new(
        database,
        "update streams set runnable = 1, woken_at = case runnable when 1 then woken_at else ? end where stream = ?");

    private readonly SqliteStatement _prioritise = new(database, "update streams set priority = ? where stream = ?");
    private readonly SqliteGuards _guards = new(database);
    private readonly byte[] _orderHash = new byte[HashSize];
    private readonly byte[] _hash = new byte[HashSize];
    private readonly byte[] _prevHash = new byte[HashSize];
    private long _position;

    /// <summary>Finds the end of the journal; at the beginning of each transaction, because a rollback may have moved it.</summary>
    public void Begin()
    {
        _position = 0;
        Array.Clear(_orderHash);
        if (_last.Step())
        {
            _position = _last.Number(0);
            _last.Bytes(1).CopyTo(_orderHash);
            _last.Reset();
        }
    }

    public AppendResult Append(AppendWrite append)
    {
        var request = append.Request;
        var head = Head(request.Stream);
        if (request.Epoch is { } epoch && epoch < head.Epoch)
        {
            return new AppendResult.Fenced(head.Epoch);
        }

        if (request.ExpectedSeq != head.Seq)
        {
            return new AppendResult.Conflict(head.Seq);
        }

        if (!request.Guards.IsDefaultOrEmpty && _guards.FirstRefusal(request.Guards) is { } refused)
        {
            return refused;
        }

        var (positions, maxSchema) = Write(append, head.Seq);
        Move(request, head, head.Seq + append.Facts.Length, UnixMicros.Write(append.Facts[^1].Fact.At), maxSchema);
        if (!request.Changes.IsDefault)
        {
            foreach (var change in request.Changes)
            {
                rows.Put(change);
            }
        }

        return new AppendResult.Appended(positions);
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _last, _head, _event, _blob, _open, _advance, _wake, _prioritise })
        {
            statement.Dispose();
        }

        _guards.Dispose();
    }

    /// <summary>The stream's head; its hash goes to <see cref="_prevHash"/>.</summary>
    private StreamHead Head(string stream)
    {
        if (!_head.Bind(stream).Step())
        {
            EventHash.Genesis.Span.CopyTo(_prevHash);
            return default;
        }

        var head = new StreamHead((int)_head.Number(0), _head.Number(2), (int)_head.Number(3));
        _head.Bytes(1).CopyTo(_prevHash);
        _head.Reset();
        return head;
    }

    private (ImmutableArray<long> Positions, int MaxSchema) Write(AppendWrite append, int seq)
    {
        var stream = append.Request.Stream;
        var positions = new long[append.Facts.Length];
        var maxSchema = 0;
        for (var i = 0; i < positions.Length; i++)
        {
            ref readonly var prepared = ref append.Facts[i];
            var fact = prepared.Fact;
            if (prepared.Blob is { } blob)
            {
                _blob.Bind(blob).Bind(fact.Body.Span).Run();
            }

            seq++;
            maxSchema = Math.Max(maxSchema, EventTypes.GenerationOf(fact.Type, fact.SchemaVersion));
            var at = EventHash.Cut(fact.At);
            EventHash.ComputeInto(_hash, stream, seq, fact.Type, fact.SchemaVersion, at, fact.Actor, fact.Cause, _prevHash, prepared.PayloadDigest.Span);
            positions[i] = Follow();
            _event.Bind(_position).Bind(stream).Bind(seq).Bind(fact.Type).Bind(fact.SchemaVersion).Bind(UnixMicros.Write(at)).Bind(fact.Actor.Value)
                .Bind(fact.Cause).Bind(prepared.Payload.Span).Bind(_prevHash).Bind(_hash).Bind(_orderHash).Run();
            _hash.CopyTo(_prevHash, 0);
        }

        return (System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(positions), maxSchema);
    }

    /// <summary>The next position, with the hash that ties it to the one before.</summary>
    private long Follow()
    {
        _position++;
        OrderHash.Follow(_orderHash, _position, _hash);
        return _position;
    }

    private void Move(AppendRequest request, StreamHead head, int seq, long at, int maxSchema)
    {
        var stream = request.Stream;
        var priority = Priority(request) ?? head.Priority;
        var wakes = request.Epoch is null && Streams.IsDriven(stream);
        var now = wakes ? UnixMicros.Write(time.GetUtcNow()) : 0;
        if (head.Seq == 0)
        {
            _open.Bind(seq).Bind(_prevHash).Bind(at).Bind(maxSchema).Bind(wakes ? 1 : 0).Bind(now).Bind(priority).Bind(stream).Run();
            return;
        }

        _advance.Bind(seq).Bind(_prevHash).Bind(at).Bind(maxSchema).Bind(stream).Run();
        if (wakes)
        {
            _wake.Bind(now).Bind(stream).Run();
        }

        if (priority != head.Priority)
        {
            _prioritise.Bind(priority).Bind(stream).Run();
        }
    }

    private static int? Priority(AppendRequest request)
    {
        if (!request.Changes.IsDefault)
        {
            foreach (var change in request.Changes)
            {
                if (change is ReadModelChange.PutWorkflow put)
                {
                    return put.Row.Priority;
                }
            }
        }

        return null;
    }

    private readonly record struct StreamHead(int Seq, long Epoch, int Priority);
}
