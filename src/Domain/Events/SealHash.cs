using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Domain;

/// <summary>
/// The hashes of a seal. A leaf is SHA-256 of a zero byte, the position as 8 bytes big endian and the event's hash; a node is SHA-256 of a one byte and its two
/// children; what is left over at the end of a row moves up as it is. The first byte keeps a node from passing for a leaf.
/// </summary>
public static class SealHash
{
    /// <summary>What the first seal names as the one before it.</summary>
    public static string Genesis { get; } = new('0', 64);

    /// <summary>The root over heads in the order given, hex.</summary>
    public static string Root(ImmutableArray<SealedHead> heads)
    {
        if (heads.IsDefaultOrEmpty)
        {
            return Genesis;
        }

        var row = heads.Select(Leaf).ToList();
        while (row.Count > 1)
        {
            var above = new List<byte[]>((row.Count + 1) / 2);
            for (var i = 0; i < row.Count; i += 2)
            {
                above.Add(i + 1 == row.Count ? row[i] : SHA256.HashData([1, .. row[i], .. row[i + 1]]));
            }

            row = above;
        }

        return Convert.ToHexStringLower(row[0]);
    }

    /// <summary>The seal's own hash, hex: SHA-256 of the lines <c>aimanager-seal 1</c>, number, position, root and the hash before it, each ended by a line feed.</summary>
    public static string Of(int number, long through, string root, string previous) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"aimanager-seal 1\n{number}\n{through}\n{root}\n{previous}\n"))));

    private static byte[] Leaf(SealedHead head)
    {
        Span<byte> position = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(position, head.Position);
        return SHA256.HashData([0, .. position, .. Convert.FromHexString(head.Hash)]);
    }
}
