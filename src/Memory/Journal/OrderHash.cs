using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AiManager.Memory;

/// <summary>
/// The hash that ties all streams together in position order: SHA-256 of the one before, the position as 8 bytes big endian, and the event's own
/// hash; 32 zero bytes stand before the first. With it, swapped positions show even between streams, and so does a stream that is gone altogether.
/// </summary>
internal static class OrderHash
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Takes <paramref name="chain"/> one event further, in place.</summary>
    public static void Follow(Span<byte> chain, long position, ReadOnlySpan<byte> hash)
    {
        Span<byte> input = stackalloc byte[Size + sizeof(long) + Size];
        chain.CopyTo(input);
        BinaryPrimitives.WriteInt64BigEndian(input[Size..], position);
        hash.CopyTo(input[(Size + sizeof(long))..]);
        SHA256.HashData(input, chain);
    }
}
