using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>
/// Decides the writes of a batch one after the other over the locked rows, all in memory: the head decides, then the guards, and only then does
/// anything count as written. Collects what is to be written when all are decided.
/// </summary>
internal sealed class DecidedBatch
{
    private readonly LockedRows _locked;
    private readonly BatchGuards _guards;
    private readonly TimeProvider _time;
    private readonly List<long[]> _positions = [];

    public DecidedBatch(LockedRows locked, TimeProvider time)
    {
        _locked = locked;
        _time = time;
        Ledgers = new LedgerBook(locked);
        _guards = new BatchGuards(locked, Ledgers);
    }

    public List<EventRow> Events { get; } = [];

    /// <summary>Heads and positions are the writing statements' to make sure of.</summary>
    public bool DrawsLater => _locked.DrawsLater;

    /// <summary>What the company's stream must not have passed; null when nothing depends on it, or it was read.</summary>
    public int? KnownCompanySeq => _locked.KnownCompanySeq;

    /// <summary>In order of their digest, so that two hosts that keep the same do not wait for each other in a circle.</summary>
    public SortedDictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    public LedgerBook Ledgers { get; }

    public ChangedRows Rows { get; } = new();

    public IEnumerable<StreamHead> Heads => _locked.Heads.Values;

    public List<KeyWrite> Keys { get; } = [];

    public List<StatementWrite> Statements { get; } = [];

    public List<ClaimWrite> Claims { get; } = [];

    /// <summary>In microseconds, by this host's clock.</summary>
    public long Now => UnixMicros.Write(_time.GetUtcNow());

    /// <summary>Streams that were let go.</summary>
    public SortedSet<string> Released { get; } = new(StringComparer.Ordinal);

    public void Decide(IWrite write)
    {
        switch (write)
        {
            case AppendWrite append:
                append.Outcome = Append(append);
                break;
            case RenewWrite renew:
                renew.Outcome = Renew(renew);
                break;
            case ReleaseWrite release:
                release.Outcome = Release(release);
                break;
            case BlobWrite blob:
                blob.Outcome = Blobs.TryAdd(blob.Digest, Bytes(blob.Content));
                break;
            case KeyWrite key:
                Keys.Add(key);
                break;
            case StatementWrite statement:
                Statements.Add(statement);
                break;
            case ClaimWrite claim:
                // Last of all: who claims takes what is free when everything else is done, and waits for nobody.
                Claims.Add(claim);
                break;
            default:
                throw new UnreachableException($"Nobody knows how to carry out a {write.GetType().Name}.");
        }
    }

    /// <summary>Gives the events' positions to the answers of their appends, in order; before anybody is answered.</summary>
    public void Place(IEnumerable<long> drawn)
    {
        using var next = drawn.GetEnumerator();
        foreach (var positions in _positions)
        {
            for (var i = 0; i < positions.Length; i++)
            {
                positions[i] = next.MoveNext() ? next.Current : throw new InvalidOperationException("Fewer positions were drawn than events written.");
            }
        }
    }

    private AppendResult Append(AppendWrite append)
    {
        var request = append.Request;
        var head = _locked.Head(request.Stream);
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

        var positions = Write(append, head);
        if (request.Epoch is null && Streams.IsDriven(request.Stream))
        {
            head.Wake(Now);
        }

        foreach (var change in request.Changes.IsDefault ? [] : request.Changes)
        {
            Put(change, head);
        }

        return new AppendResult.Appended(positions);
    }

    private ImmutableArray<long> Write(AppendWrite append, StreamHead head)
    {
        var positions = new long[append.Facts.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            ref readonly var prepared = ref append.Facts[i];
            var fact = prepared.Fact;
            if (prepared.Blob is { } blob)
            {
                Blobs.TryAdd(blob, Bytes(fact.Body));
            }

            var hash = new byte[SHA256.HashSizeInBytes];
            var at = EventHash.Cut(fact.At);
            head.Seq++;
            EventHash.ComputeInto(hash, head.Stream, head.Seq, fact.Type, fact.SchemaVersion, at, fact.Actor, fact.Cause, head.Hash, prepared.PayloadDigest.Span);
            positions[i] = _locked.NextPosition();
            Events.Add(new EventRow(positions[i], head.Stream, head.Seq, fact, UnixMicros.Write(at), Bytes(prepared.Payload), head.Hash, hash));
            head.Hash = hash;
            head.MaxSchema = Math.Max(head.MaxSchema, EventTypes.GenerationOf(fact.Type, fact.SchemaVersion));
        }

        _positions.Add(positions);
        head.UpdatedAt = Events[^1].At;
        head.IsAdvanced = true;
        return ImmutableCollectionsMarshal.AsImmutableArray(positions);
    }

    private void Put(ReadModelChange change, StreamHead head)
    {
        switch (change)
        {
            case ReadModelChange.Reserve reserve:
                Ledgers.Reserve(reserve);
                return;
            case ReadModelChange.Settle settle:
                Ledgers.Settle(settle);
                return;
            case ReadModelChange.PutWorkflow { Row.Priority: var priority } when priority != head.Priority:
                (head.Priority, head.IsChanged) = (priority, true);
                break;
        }

        Rows.Put(change);
        _guards.See(change);
    }

    private bool Renew(RenewWrite renew)
    {
        var head = _locked.Head(renew.Claim.Stream);
        if (!head.IsHeldBy(renew.Claim))
        {
            return false;
        }

        (head.LeaseUntil, head.IsChanged) = (Math.Max(head.LeaseUntil ?? 0, UnixMicros.Write(renew.Until)), true);
        return true;
    }

    /// <summary>True when there is still something to do.</summary>
    private bool Release(ReleaseWrite release)
    {
        var head = _locked.Head(release.Claim.Stream);
        if (!head.IsHeldBy(release.Claim))
        {
            return false;
        }

        (head.Owner, head.LeaseUntil, head.IsRunnable, head.IsChanged) = (null, null, head.Seq != release.FoldedSeq, true);
        if (head.IsRunnable)
        {
            head.WokenAt = Now;
        }

        Released.Add(head.Stream);
        return head.IsRunnable;
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var array) && array.Array is { } whole && array.Count == whole.Length ? whole : memory.ToArray();
}

/// <summary>A row of <c>events</c> about to be written.</summary>
internal readonly record struct EventRow(long Position, string Stream, int Seq, NewEvent Fact, long At, byte[] Payload, byte[] PrevHash, byte[] Hash);
