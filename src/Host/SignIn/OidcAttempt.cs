using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace AiManager.Host;

/// <summary>One sign-in that was sent to a provider and has not come back: the browser keeps it, sealed, so that nobody else's answer fits and nothing piles up here.</summary>
/// <param name="State">Comes back with the browser.</param>
/// <param name="Nonce">Comes back in the token.</param>
/// <param name="Verifier">Proves to the provider who asked (PKCE).</param>
/// <param name="Back">The page to go on to.</param>
/// <param name="Until">When it is too old.</param>
/// <param name="Session">The browser's session when it began: its cookie does not come back with the provider's redirect. Null for none.</param>
internal sealed record OidcAttempt(string State, string Nonce, string Verifier, string Back, DateTimeOffset Until, string? Session)
{
    /// <summary>How long somebody may take at the provider.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Purpose = "sign-in at a provider";

    /// <summary>A new one.</summary>
    public static OidcAttempt New(string back, string? session, DateTimeOffset now) => new(Chance(), Chance(), Chance(), back, now + Lifetime, session);

    /// <summary>What the provider is shown of the verifier.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>For the cookie.</summary>
    public string Seal(IDataProtectionProvider protection) => protection.CreateProtector(Purpose).Protect(string.Join('\n', State, Nonce, Verifier, Until.ToUnixTimeSeconds(), Session, Back));

    /// <summary>From the cookie; null when it is none of ours, or too old.</summary>
    public static OidcAttempt? Open(string? seal, IDataProtectionProvider protection, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(seal))
        {
            return null;
        }

        try
        {
            var parts = protection.CreateProtector(Purpose).Unprotect(seal).Split('\n', 6);
            var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture));
            return now < until ? new OidcAttempt(parts[0], parts[1], parts[2], parts[5], until, parts[4].Length == 0 ? null : parts[4]) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>None of its secrets, so that they cannot slip into a log.</summary>
    public override string ToString() => "…";

    private static string Chance() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
