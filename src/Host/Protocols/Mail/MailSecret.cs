using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>What links in mails are sealed with, the same on every host. It never writes itself.</summary>
internal sealed class MailSecret
{
    private const int Least = 32;
    private const int Most = 64;
    private readonly byte[] _key;

    private MailSecret(byte[] key) => _key = key;

    /// <summary>Null for what is none.</summary>
    public static MailSecret? Read(string text)
    {
        var key = new byte[Most];
        return Convert.TryFromBase64String(text, key, out var length) && length >= Least ? new MailSecret(key[..length]) : null;
    }

    /// <summary>The seal of a text.</summary>
    public byte[] Seal(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
}
