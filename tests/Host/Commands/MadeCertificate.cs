using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AiManager.Host.Tests;

/// <summary>Certificates that nobody vouches for, and their files.</summary>
internal static class MadeCertificate
{
    /// <summary>A new one, with its key.</summary>
    public static X509Certificate2 New()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=manager.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    /// <summary>The certificate and its key, one file.</summary>
    public static string Pem(this X509Certificate2 made) => made.ExportCertificatePem() + "\n" + made.KeyPem();

    /// <summary>Its key alone.</summary>
    public static string KeyPem(this X509Certificate2 made) => made.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <summary>Takes this certificate for good, and no other.</summary>
    public static SocketsHttpHandler Trusting(X509Certificate2 made) => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == made.GetCertHashString() },
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
