namespace AiManager.Domain;

/// <summary>An event as the journal holds it. Bytes are never re-serialised.</summary>
/// <param name="Position">Place in the order of all streams; rises, may have gaps.</param>
/// <param name="Stream">The workflow's id, <c>mon_…</c> or <c>company</c>.</param>
/// <param name="Seq">Place in its stream: 1, 2, 3 … without gaps.</param>
/// <param name="Type">The event's name, such as <c>CallDecided</c>.</param>
/// <param name="SchemaVersion">Version of the payload's shape.</param>
/// <param name="At">When it was appended, UTC, in whole microseconds.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Cause">What led to it: <c>stream/seq</c>, a monitor's name, or empty.</param>
/// <param name="Payload">Exactly the bytes that were hashed; a large body is a <see cref="BlobReference"/> here.</param>
/// <param name="PrevHash">The hash of the stream's event before, or 32 zero bytes.</param>
/// <param name="Hash">See <see cref="EventHash"/>.</param>
public sealed record StoredEvent(
    long Position,
    string Stream,
    int Seq,
    string Type,
    int SchemaVersion,
    DateTimeOffset At,
    Actor Actor,
    string Cause,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<byte> PrevHash,
    ReadOnlyMemory<byte> Hash)
{
    /// <summary>The payload with a blob put back in; the same bytes as <see cref="Payload"/> when it was small.</summary>
    public ReadOnlyMemory<byte> Body { get; init; } = Payload;
}

/// <summary>An event that is about to be appended; position, seq and hash are the journal's to give.</summary>
/// <param name="Type">See <see cref="StoredEvent"/>.</param>
/// <param name="SchemaVersion">See <see cref="StoredEvent"/>.</param>
/// <param name="At">See <see cref="StoredEvent"/>.</param>
/// <param name="Actor">See <see cref="StoredEvent"/>.</param>
/// <param name="Cause">See <see cref="StoredEvent"/>.</param>
/// <param name="Body">UTF-8 JSON. Over 64 KiB the journal moves it to a blob.</param>
public sealed record NewEvent(string Type, int SchemaVersion, DateTimeOffset At, Actor Actor, string Cause, ReadOnlyMemory<byte> Body);

/// <summary>What stands in an event for a body that was moved to a content-addressed blob.</summary>
/// <param name="Blob"><c>sha256-</c> and 64 lower-case hex digits of the body.</param>
/// <param name="Bytes">The body's length.</param>
public sealed record BlobReference(string Blob, long Bytes)
{
    /// <summary>Bodies longer than this, in bytes, become blobs.</summary>
    public const int Threshold = 64 * 1024;
}
