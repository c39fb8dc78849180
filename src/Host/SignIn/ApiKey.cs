using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>A key as its holder has it: <c>aim_ID_SECRET</c>. The journal has the secret's hash only.</summary>
/// <param name="Id">Public.</param>
/// <param name="Secret">64 hex digits: 256 bits of chance.</param>
internal sealed record ApiKey(string Id, string Secret)
{
    private const string Prefix = "aim";
    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    /// <summary>A new key.</summary>
    public static ApiKey New() =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Reads the written form; null when it is none.</summary>
    public static ApiKey? Read(string text) =>
        text.Split('_') is [Prefix, { Length: IdBytes * 2 } id, { Length: SecretBytes * 2 } secret] ? new ApiKey(id, secret) : null;

    /// <summary>What the journal keeps: SHA-256 of the secret, hex. A slow hash would protect nothing here: the secret cannot be guessed.</summary>
    public string SecretHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    /// <summary>The key's entry, whether or not it opens something still; null when it is unknown or wrong. Takes as long either way.</summary>
    public KeyState? FindIn(ImmutableDictionary<string, KeyState> keys)
    {
        var found = keys.GetValueOrDefault(Id);
        var expected = found?.Created.SecretHash ?? new string('0', SHA256.HashSizeInBytes * 2);
        var fits = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(SecretHash));
        return fits ? found : null;
    }

    /// <summary>The written form: a secret.</summary>
    public string Write() => $"{Prefix}_{Id}_{Secret}";

    /// <summary>Without the secret, so that it cannot slip into a log.</summary>
    public override string ToString() => $"{Prefix}_{Id}_…";
}
