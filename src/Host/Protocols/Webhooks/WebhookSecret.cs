using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AiManager.Host;

/// <summary>What a webhook's messages are signed with, after the Standard Webhooks specification. It never writes itself.</summary>
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private readonly byte[] _key;

    private WebhookSecret(string text, byte[] key) => (Forms, _key) = ([text, text[Prefix.Length..], Convert.ToHexStringLower(key)], key);

    /// <summary>As it may be quoted back to us: whole, without its prefix, and what it stands for. For looking for it, not for showing it.</summary>
    public ImmutableArray<string> Forms { get; }

    /// <summary>Null for what is none.</summary>
    public static WebhookSecret? Read(string text)
    {
        var key = new byte[64];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length >= 24 ? new WebhookSecret(text, key[..length]) : null;
    }

    /// <summary>One signature, such as it stands in <c>webhook-signature</c>.</summary>
    public string Sign(string id, DateTimeOffset at, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.{body}"))));
}
