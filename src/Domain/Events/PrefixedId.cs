using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Domain;

/// <summary>An id that people see: a prefix and 26 Crockford characters of UUIDv7 bits, such as <c>wf_01k…</c>.</summary>
/// <typeparam name="TSelf">The id's own type.</typeparam>
public interface IPrefixedId<TSelf>
    where TSelf : struct, IPrefixedId<TSelf>
{
    /// <summary>What the written form begins with, underscore included.</summary>
    static abstract string Prefix { get; }

    /// <summary>The 128 bits behind the id.</summary>
    Guid Value { get; }

    /// <summary>Wraps bits that were made or parsed elsewhere.</summary>
    static abstract TSelf Of(Guid value);
}

/// <summary>Making, writing and reading ids. Pure: time and chance are arguments.</summary>
public static class PrefixedId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 26;

    /// <summary>A new id whose first 48 bits are <paramref name="now"/> in Unix milliseconds (RFC 9562, UUIDv7).</summary>
    public static TId New<TId>(DateTimeOffset now, Random chance)
        where TId : struct, IPrefixedId<TId>
    {
        ArgumentNullException.ThrowIfNull(chance);
        Span<byte> bytes = stackalloc byte[16];
        chance.NextBytes(bytes[6..]);
        WriteTime(bytes, now.ToUnixTimeMilliseconds());
        return TId.Of(new Guid(bytes, bigEndian: true));
    }

    /// <summary>
    /// The id that <paramref name="name"/> has below <paramref name="parent"/>: always the same one, so that a decision
    /// taken again after a crash names the same call. Keeps the parent's time; the other bits are SHA-256 of both.
    /// </summary>
    public static TId Derive<TId>(Guid parent, string name)
        where TId : struct, IPrefixedId<TId>
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = Encoding.UTF8.GetBytes(TId.Prefix + name);
        var input = new byte[16 + text.Length];
        parent.TryWriteBytes(input, bigEndian: true, out _);
        text.CopyTo(input, 16);
        Span<byte> bytes = stackalloc byte[16];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        digest[..10].CopyTo(bytes[6..]);
        input.AsSpan(0, 6).CopyTo(bytes);
        MarkVersion(bytes);
        return TId.Of(new Guid(bytes, bigEndian: true));
    }

    /// <summary>The written form: prefix and 26 lower-case Crockford characters.</summary>
    public static string Write<TId>(TId id)
        where TId : struct, IPrefixedId<TId> =>
        string.Create(TId.Prefix.Length + Length, id.Value, static (target, value) =>
        {
            TId.Prefix.CopyTo(target);
            Span<byte> bytes = stackalloc byte[16];
            value.TryWriteBytes(bytes, bigEndian: true, out _);
            var bits = BinaryPrimitives.ReadUInt128BigEndian(bytes);
            for (var i = target.Length - 1; i >= TId.Prefix.Length; i--)
            {
                target[i] = Alphabet[(int)(bits & 31)];
                bits >>= 5;
            }
        });

    /// <summary>Reads the written form; upper case is accepted, anything else is not an id.</summary>
    public static bool TryRead<TId>([NotNullWhen(true)] string? text, out TId id)
        where TId : struct, IPrefixedId<TId>
    {
        id = default;
        if (text is null || text.Length != TId.Prefix.Length + Length || !text.StartsWith(TId.Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var bits = UInt128.Zero;
        foreach (var character in text.AsSpan(TId.Prefix.Length))
        {
            var digit = Alphabet.IndexOf(char.IsAsciiLetterUpper(character) ? (char)(character | 0x20) : character, StringComparison.Ordinal);
            if (digit < 0 || bits >> 123 != UInt128.Zero)
            {
                return false;
            }

            bits = (bits << 5) | (UInt128)(uint)digit;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        id = TId.Of(new Guid(bytes, bigEndian: true));
        return true;
    }

    /// <summary>Reads the written form or throws <see cref="FormatException"/> naming the expected prefix.</summary>
    public static TId Read<TId>(string text)
        where TId : struct, IPrefixedId<TId> =>
        TryRead<TId>(text, out var id) ? id : throw new FormatException($"'{text}' is not an id of the form {TId.Prefix}….");

    private static void WriteTime(Span<byte> bytes, long unixMilliseconds)
    {
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, unixMilliseconds);
        time[2..].CopyTo(bytes);
        MarkVersion(bytes);
    }

    private static void MarkVersion(Span<byte> bytes)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
    }
}
