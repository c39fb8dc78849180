using System.Collections.Immutable;
using System.Data.Common;
using AiManager.Domain;

namespace AiManager.Memory;

/// <summary>Rows of <c>events</c> as stored events.</summary>
internal static class EventRows
{
    /// <summary>What <see cref="Read"/> expects, in its order.</summary>
    public const string Columns = "position, stream, seq, type, schema_version, at, actor, cause, payload, prev_hash, hash";

    /// <summary>How many columns those are.</summary>
    public const int Count = 11;

    public static StoredEvent Read(DbDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetInt32(2),
        row.GetString(3),
        row.GetInt32(4),
        UnixMicros.Read(row.GetInt64(5)),
        new Actor(row.GetString(6)),
        row.GetString(7),
        row.GetFieldValue<byte[]>(8),
        row.GetFieldValue<byte[]>(9),
        row.GetFieldValue<byte[]>(10));

    /// <summary>The same events with the bodies that were moved to blobs put back in.</summary>
    public static async Task<ImmutableArray<StoredEvent>> HydrateAsync(
        DbConnection connection, ImmutableArray<StoredEvent> events, CancellationToken cancellationToken)
    {
        for (var i = 0; i < events.Length; i++)
        {
            if (BlobPayload.TryRead(events[i].Payload.Span, out var reference))
            {
                var body = await SqlBlobs.GetAsync(connection, reference.Blob, cancellationToken)
                    ?? throw new InvalidDataException($"Event {events[i].Stream}/{events[i].Seq} needs blob {reference.Blob}, which is not in the store.");
                events = events.SetItem(i, events[i] with { Body = body });
            }
        }

        return events;
    }
}
