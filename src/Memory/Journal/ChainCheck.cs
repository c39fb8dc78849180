using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Goes through the events in position order and finds what does not follow from what came before. Pure but for what it remembers.</summary>
/// <param name="seals">What seals kept elsewhere say.</param>
internal sealed class ChainCheck(SealCheck seals)
{
    private readonly Dictionary<string, StreamEnd> _ends = [];
    private readonly byte[] _order = new byte[OrderHash.Size];
    private long _position;

    /// <summary>What seals kept elsewhere say.</summary>
    public SealCheck Seals => seals;

    /// <summary>How many events were sound.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them are archived: their hash takes the chain on, what was hashed lies elsewhere.</summary>
    public long Archived { get; private set; }

    /// <summary>Where each stream ended so far.</summary>
    public IReadOnlyDictionary<string, StreamEnd> Ends => _ends;

    /// <summary>
    /// The first event whose place in the order of all streams is not the one it was written at. Kept apart, because an event that was taken out shows here at
    /// whatever event stood behind it, and in its own stream at the gap, which says more.
    /// </summary>
    public AuditFault? OrderFault { get; private set; }

    /// <summary>What is wrong with the next event in position order; null when nothing is.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="orderHash">What ties it to the position before; empty where a store has none.</param>
    /// <param name="isArchived">True when only its place and its hash are here.</param>
    public AuditFault? Next(StoredEvent stored, ReadOnlySpan<byte> orderHash, bool isArchived = false)
    {
        var before = _ends.GetValueOrDefault(stored.Stream) ?? StreamEnd.Start;
        if (stored.Seq != before.Seq + 1)
        {
            return Fault(stored, stored.Seq <= before.Seq ? $"stands behind {before.Seq}" : $"follows {before.Seq}: what was between is gone or stands elsewhere");
        }

        if (!stored.PrevHash.Span.SequenceEqual(before.Hash.Span))
        {
            return Fault(stored, "does not name the hash of the event before it");
        }

        if (!isArchived && !EventHash.Of(stored).AsSpan().SequenceEqual(stored.Hash.Span))
        {
            return Fault(stored, "is not what was hashed");
        }

        FollowOrder(stored, orderHash);
        seals.See(stored);
        int? maxSchema = isArchived || before.MaxSchema is not { } highest ? null : Math.Max(highest, EventTypes.GenerationOf(stored.Type, stored.SchemaVersion));
        _ends[stored.Stream] = new StreamEnd(stored.Seq, stored.Hash, stored.At, maxSchema, stored.Position);
        Count++;
        Archived += isArchived ? 1 : 0;
        return null;
    }

    private void FollowOrder(StoredEvent stored, ReadOnlySpan<byte> orderHash)
    {
        if (orderHash.IsEmpty)
        {
            return;
        }

        OrderHash.Follow(_order, stored.Position, stored.Hash.Span);
        if (!orderHash.SequenceEqual(_order))
        {
            OrderFault ??= Fault(stored, $"was not written right behind position {_position}: an event before it was moved, added or taken out");
            orderHash.CopyTo(_order);
        }

        _position = stored.Position;
    }

    private static AuditFault Fault(StoredEvent stored, string what) =>
        new($"Event {stored.Stream}/{stored.Seq} at position {stored.Position} {what}.", stored.Stream, stored.Seq, stored.Position);
}

/// <summary>The last event of a stream so far.</summary>
/// <param name="Seq">0 before the first.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="At">When it was appended.</param>
/// <param name="MaxSchema">The highest generation up to it; see <see cref="EventTypes.GenerationOf"/>. Null where events are archived: their types are not here.</param>
/// <param name="Position">Its position.</param>
internal sealed record StreamEnd(int Seq, ReadOnlyMemory<byte> Hash, DateTimeOffset At, int? MaxSchema, long Position)
{
    public static StreamEnd Start { get; } = new(0, EventHash.Genesis, default, 0, 0);
}
