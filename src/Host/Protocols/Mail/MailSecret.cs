using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>What links in mails are sealed with, the same on every host.</summary>
internal sealed class MailSecret
{
    private const int Least = 32;
    private const int Most = 64;
    private readonly byte[] _key;

    private MailSecret(string text, byte[] key) => (Forms, _key) = ([text, Convert.ToHexStringLower(key)], key);

    /// <summary>As it may be quoted back to us. For looking for it, not for showing it.</summary>
    public ImmutableArray<string> Forms { get; }

    /// <summary>Null for what is none.</summary>
    public static MailSecret? Read(string text)
    {
        var key = new byte[Most];
        return Convert.TryFromBase64String(text, key, out var length) && length >= Least ? new MailSecret(text, key[..length]) : null;
    }

    /// <summary>The seal of a text.</summary>
    public byte[] Seal(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
}
