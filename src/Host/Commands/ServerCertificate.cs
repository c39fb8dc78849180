using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// What a server speaks TLS with. Whoever renews a certificate writes another into the same files, and nobody should have to restart for it: they are looked at again when somebody
/// connects, at most every few seconds. What they hold is compared, not when they were written, which says nothing where a file is a link to another. Thread-safe.
/// </summary>
internal sealed class ServerCertificate
{
    /// <summary>For so long the files are not looked at again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly string? _key;
    private readonly string? _password;
    private byte[] _seen;
    private string? _refused;
    private long? _lookedAt;

    private ServerCertificate(string file, string? key, string? password)
    {
        (_file, _key, _password) = (file, key, password);
        try
        {
            var (certificate, keyText) = Read();
            (Shown, _seen) = (Open(certificate, keyText), DigestOf(certificate, keyText));
        }
        catch (Exception fault) when (IsOfAFile(fault))
        {
            throw Unusable(fault);
        }
    }

    /// <summary>What is shown to whoever connects: the certificate, its key, and the certificates between it and its root.</summary>
    public SslStreamCertificateContext Shown { get; private set; }

    /// <summary>Reads it. Throws <see cref="UsageException"/> for what cannot be used.</summary>
    /// <param name="file">The certificate, PEM or PKCS #12.</param>
    /// <param name="key">Its key, PEM, where that is another file; null where it is the same.</param>
    /// <param name="password">What opens the file; null for nothing.</param>
    public static ServerCertificate Load(string file, string? key, string? password) => new(file, key, password);

    /// <summary>How a connection that begins now is greeted. Files that cannot be used are said in the log, once, and what was shown before goes on being shown.</summary>
    public SslServerAuthenticationOptions Greeting(TimeProvider time, ILogger logger)
    {
        lock (_gate)
        {
            if (_lookedAt is not { } before || time.GetElapsedTime(before) >= Pause)
            {
                _lookedAt = time.GetTimestamp();
                LookLocked(logger);
            }

            return new SslServerAuthenticationOptions { ServerCertificateContext = Shown };
        }
    }

    private void LookLocked(ILogger logger)
    {
        try
        {
            var (certificate, key) = Read();
            var digest = DigestOf(certificate, key);
            if (digest.AsSpan().SequenceEqual(_seen))
            {
                return;
            }

            // Also where it cannot be used: it is not tried again until it is another.
            _seen = digest;
            Shown = Open(certificate, key);
            _refused = null;
            logger.CertificateTaken(_file, Shown.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception fault) when (fault is UsageException || IsOfAFile(fault))
        {
            var words = fault is UsageException ? fault.Message : Unusable(fault).Message;
            if (words != _refused)
            {
                logger.CertificateRefused(_refused = words);
            }
        }
    }

    private (byte[] Certificate, byte[] Key) Read() => (File.ReadAllBytes(_file), _key is null ? [] : File.ReadAllBytes(_key));

    private SslStreamCertificateContext Open(byte[] file, byte[] keyFile)
    {
        var chain = new X509Certificate2Collection();
        X509Certificate2? certificate;
        var pem = Encoding.UTF8.GetString(file);
        if (!pem.Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            chain = X509CertificateLoader.LoadPkcs12Collection(file, _password);
            certificate = chain.FirstOrDefault(c => c.HasPrivateKey);
            chain = [.. chain.Where(c => c != certificate)];
        }
        else
        {
            var key = _key is null ? pem : Encoding.UTF8.GetString(keyFile);
            certificate = _password is null ? X509Certificate2.CreateFromPem(pem, key) : X509Certificate2.CreateFromEncryptedPem(pem, key, _password);
            chain.ImportFromPem(pem);
        }

        // Nothing is fetched from elsewhere while somebody waits to be greeted: what stands between it and its root is in its file.
        return certificate is { HasPrivateKey: true } ? SslStreamCertificateContext.Create(certificate, chain, offline: true)
            : throw new UsageException($"{_file} has no private key: name the file that has it with --certificate-key FILE.");
    }

    private static byte[] DigestOf(byte[] certificate, byte[] key) => [.. SHA256.HashData(certificate), .. SHA256.HashData(key)];

    // An argument is what a key that is not the certificate's is.
    private static bool IsOfAFile(Exception fault) => fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private UsageException Unusable(Exception fault) => new(
        $"The certificate {_file} cannot be used: {fault.Message} Where its key stands in a file of its own, say --certificate-key FILE; a password goes into {ListenAddress.PasswordVariable}.");
}
