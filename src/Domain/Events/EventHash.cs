using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Domain;

/// <summary>
/// The chain's hash: SHA-256 over the fields <c>stream, seq, type, schema_version, at, actor, cause, prev_hash, SHA-256(payload)</c>,
/// each preceded by its length in bytes (unsigned, 32 bits, big endian). Numbers are decimal text, <c>at</c> is
/// <see cref="WriteTime"/>, text is UTF-8. Length prefixes keep two different events from hashing alike.
/// </summary>
public static class EventHash
{
    /// <summary>What the first event of a stream names as the hash before it.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    /// <summary>32 bytes for an event at <paramref name="seq"/> behind <paramref name="prevHash"/>.</summary>
    public static byte[] Compute(
        string stream, int seq, string type, int schemaVersion, DateTimeOffset at, Actor actor, string cause, ReadOnlySpan<byte> prevHash, ReadOnlySpan<byte> payload)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, digest);
        var hash = new byte[SHA256.HashSizeInBytes];
        ComputeInto(hash, stream, seq, type, schemaVersion, at, actor, cause, prevHash, digest);
        return hash;
    }

    /// <summary>As <see cref="Compute"/>, for a payload whose SHA-256 is known already; writes 32 bytes to <paramref name="destination"/>.</summary>
    public static void ComputeInto(
        Span<byte> destination,
        string stream,
        int seq,
        string type,
        int schemaVersion,
        DateTimeOffset at,
        Actor actor,
        string cause,
        ReadOnlySpan<byte> prevHash,
        ReadOnlySpan<byte> payloadDigest)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(cause);
        Span<byte> buffer = stackalloc byte[1024];
        var needed = (9 * 4) + 64 + 64 + 27 + Encoding.UTF8.GetMaxByteCount(stream.Length + type.Length + actor.Value.Length + cause.Length + 22);
        if (needed > buffer.Length)
        {
            buffer = new byte[needed];
        }

        var length = 0;
        Text(buffer, ref length, stream);
        Number(buffer, ref length, seq);
        Text(buffer, ref length, type);
        Number(buffer, ref length, schemaVersion);
        Time(buffer, ref length, at);
        Text(buffer, ref length, actor.Value);
        Text(buffer, ref length, cause);
        Bytes(buffer, ref length, prevHash);
        Bytes(buffer, ref length, payloadDigest);
        SHA256.HashData(buffer[..length], destination);
    }

    /// <summary>The hash that <paramref name="stored"/> should carry.</summary>
    public static byte[] Of(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return Compute(stored.Stream, stored.Seq, stored.Type, stored.SchemaVersion, stored.At, stored.Actor, stored.Cause, stored.PrevHash.Span, stored.Payload.Span);
    }

    /// <summary>RFC 3339 in UTC with exactly six decimals: the precision that every store keeps.</summary>
    public static string WriteTime(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="WriteTime"/> wrote.</summary>
    public static DateTimeOffset ReadTime(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>Cuts a time to whole microseconds, so that what is stored is what was hashed.</summary>
    public static DateTimeOffset Cut(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % 10), TimeSpan.Zero);

    private static void Text(Span<byte> buffer, ref int length, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, buffer[(length + 4)..]);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)written);
        length += 4 + written;
    }

    private static void Time(Span<byte> buffer, ref int length, DateTimeOffset at)
    {
        at.UtcDateTime.TryFormat(buffer[(length + 4)..], out var written, TimeFormat, CultureInfo.InvariantCulture);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)written);
        length += 4 + written;
    }

    private static void Number(Span<byte> buffer, ref int length, int number)
    {
        number.TryFormat(buffer[(length + 4)..], out var written, default, CultureInfo.InvariantCulture);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)written);
        length += 4 + written;
    }

    private static void Bytes(Span<byte> buffer, ref int length, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], (uint)bytes.Length);
        bytes.CopyTo(buffer[(length + 4)..]);
        length += 4 + bytes.Length;
    }
}
