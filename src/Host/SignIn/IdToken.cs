using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>What a provider says of who signed in, signed by it (OpenID Connect Core 3.1.3.7). Only RS256 and ES256 with a key of the matching kind: nothing that a token says of itself chooses less.</summary>
internal static class IdToken
{
    private const int LeastRsaBits = 2048;
    private const int P256Bytes = 32;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Checks signature, issuer, audience, times and nonce.</summary>
    /// <param name="token">As it came.</param>
    /// <param name="keys">The provider's key set (JWKS).</param>
    /// <param name="expected">What it must say.</param>
    /// <param name="now">The time.</param>
    public static IdTokenCheck Check(string token, JsonElement keys, Expected expected, DateTimeOffset now)
    {
        try
        {
            return token.Split('.') is [var header, var payload, var signature] && IsSmall(token)
                ? Check(Read(header), Read(payload), Encoding.ASCII.GetBytes($"{header}.{payload}"), Bytes(signature), keys, expected, now)
                : new IdTokenCheck.Bad("it is no signed token");
        }
        catch (Exception broken) when (broken is JsonException or FormatException or InvalidOperationException or CryptographicException or OverflowException or KeyNotFoundException)
        {
            return new IdTokenCheck.Bad("it cannot be read");
        }
    }

    private static bool IsSmall(string token) => token.Length <= 64 * 1024;

    private static IdTokenCheck Check(JsonElement header, JsonElement claims, byte[] signed, byte[] signature, JsonElement keys, Expected expected, DateTimeOffset now)
    {
        if (header.TryGetProperty("crit", out _))
        {
            return new IdTokenCheck.Bad("it demands what is not understood here");
        }

        var kind = Text(header, "alg") switch { "RS256" => "RSA", "ES256" => "EC", _ => null };
        if (kind is null)
        {
            return new IdTokenCheck.Bad("its algorithm is none of RS256 and ES256");
        }

        var kid = Text(header, "kid");
        var fitting = keys.GetProperty("keys").EnumerateArray()
            .Where(k => Text(k, "kty") == kind && (Text(k, "use") is null or "sig") && (kid is null || Text(k, "kid") == kid))
            .ToImmutableArray();
        if (fitting.IsEmpty)
        {
            return new IdTokenCheck.UnknownKey();
        }

        // Without a key's name only a provider with one key says which one it means.
        if (fitting.Length > 1)
        {
            return new IdTokenCheck.Bad("it does not say which key signed it");
        }

        if (!IsSigned(kind, fitting[0], signed, signature))
        {
            return new IdTokenCheck.OtherKey();
        }

        return Fault(claims, expected, now) is { } fault ? new IdTokenCheck.Bad(fault) : new IdTokenCheck.Good(claims);
    }

    private static string? Fault(JsonElement claims, Expected expected, DateTimeOffset now) =>
        Text(claims, "iss") != expected.Issuer ? "another issuer made it"
        : !Audiences(claims).Contains(expected.Audience) ? "it is for another service"
        : Text(claims, "azp") is { } party ? (party == expected.Audience ? Late(claims, expected, now) : "another service asked for it")
        : Audiences(claims).Length > 1 ? "it is for several services and names none that asked"
        : Late(claims, expected, now);

    private static string? Late(JsonElement claims, Expected expected, DateTimeOffset now) =>
        Time(claims, "exp") is not { } until || now >= until + Skew ? "it has expired"
        : Time(claims, "iat") is not { } made || made > now + Skew ? "it says it was made later than now"
        : Time(claims, "nbf") is { } from && from > now + Skew ? "it does not hold yet"
        : Text(claims, "sub") is null or "" ? "it says of nobody"
        : Text(claims, "nonce") is not { } nonce || !Same(nonce, expected.Nonce) ? "it was made for another sign-in"
        : null;

    /// <summary>Compares in a time that tells nothing.</summary>
    public static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>A text; null where there is none.</summary>
    public static string? Text(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ImmutableArray<string> Audiences(JsonElement claims) => claims.TryGetProperty("aud", out var audience)
        ? audience.ValueKind == JsonValueKind.Array ? [.. audience.EnumerateArray().Select(a => a.GetString() ?? string.Empty)] : [audience.GetString() ?? string.Empty]
        : [];

    private static DateTimeOffset? Time(JsonElement claims, string name) => !claims.TryGetProperty(name, out var value) ? null
        : value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
        : throw new FormatException();

    private static bool IsSigned(string kind, JsonElement key, byte[] signed, byte[] signature)
    {
        if (kind == "RSA")
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key.GetProperty("n").GetString()!), Exponent = Bytes(key.GetProperty("e").GetString()!) });
            return rsa.KeySize >= LeastRsaBits && rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        if (Text(key, "crv") != "P-256" || signature.Length != 2 * P256Bytes)
        {
            return false;
        }

        using var curve = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Bytes(key.GetProperty("x").GetString()!), Y = Bytes(key.GetProperty("y").GetString()!) },
        });
        return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256);
    }

    private static JsonElement Read(string part)
    {
        using var document = JsonDocument.Parse(Bytes(part), Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new FormatException();
    }

    private static byte[] Bytes(string part) => System.Buffers.Text.Base64Url.DecodeFromChars(part);

    /// <summary>What a token must say.</summary>
    /// <param name="Issuer">Who made it.</param>
    /// <param name="Audience">For whom.</param>
    /// <param name="Nonce">For which sign-in.</param>
    internal sealed record Expected(string Issuer, string Audience, string Nonce);
}

/// <summary>What came of looking at a token.</summary>
internal abstract record IdTokenCheck
{
    private IdTokenCheck()
    {
    }

    /// <summary>It holds.</summary>
    /// <param name="Claims">What it says.</param>
    internal sealed record Good(JsonElement Claims) : IdTokenCheck;

    /// <summary>It does not.</summary>
    /// <param name="Why">Ends the sentence "the token is not taken, because"; nothing of the token.</param>
    internal sealed record Bad(string Why) : IdTokenCheck;

    /// <summary>None of the keys that are known fits; the provider may have new ones.</summary>
    internal sealed record UnknownKey : IdTokenCheck;

    /// <summary>The key of that name did not sign it; the provider may have another of the same name by now.</summary>
    internal sealed record OtherKey : IdTokenCheck;
}
