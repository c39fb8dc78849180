using System.Security.Cryptography;

namespace AiManager.Host;

/// <summary>
/// The key that seals are signed with: ECDSA, so that whoever checks a seal needs only the public half and cannot make one. A PEM file, named by
/// <c>AIMANAGER_SEAL_KEY</c>.
/// </summary>
internal static class SealKey
{
    /// <summary>Names the PEM file.</summary>
    public const string Variable = "AIMANAGER_SEAL_KEY";

    /// <summary>Signs 32 bytes; null where no key is set. Throws <see cref="UsageException"/> for one that cannot be used.</summary>
    public static Func<byte[], string>? Signer(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } file)
        {
            return null;
        }

        var pem = Read(file);
        if (!pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new UsageException($"{Variable}: '{file}' holds no private key, and seals are signed with one.");
        }

        return hash =>
        {
            using var key = Import(pem, file);
            return Convert.ToBase64String(key.SignHash(hash));
        };
    }

    /// <summary>Tells whether a signature fits 32 bytes, by the public key (or the private one) in <paramref name="file"/>. Throws <see cref="UsageException"/>.</summary>
    public static Func<byte[], string, bool> Checker(string file)
    {
        var pem = Read(file);
        Import(pem, file).Dispose();
        return (hash, signature) =>
        {
            using var key = Import(pem, file);
            var bytes = new byte[signature.Length];
            return Convert.TryFromBase64String(signature, bytes, out var length) && key.VerifyHash(hash, bytes.AsSpan(0, length));
        };
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The key '{file}' cannot be read: {fault.Message}");
        }
    }

    private static ECDsa Import(string pem, string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new UsageException($"'{file}' holds no EC key in PEM; make one with: openssl ecparam -name prime256v1 -genkey -noout -out seal.pem");
        }
    }
}
