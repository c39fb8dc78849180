using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AiManager.Host;

/// <summary>
/// Where a server listens. On this machine in the clear is how it begins; where others can reach it, keys and sign-in links cross a network, so it speaks TLS itself or to a
/// proxy that is named, and somebody must be able to sign in.
/// </summary>
/// <param name="Url">As it was asked for.</param>
/// <param name="Address">Null for <c>localhost</c>.</param>
/// <param name="Certificate">What it speaks TLS with, key included; null for none.</param>
/// <param name="Chain">Certificates between that one and its root.</param>
internal sealed record ListenAddress(Uri Url, IPAddress? Address, X509Certificate2? Certificate, X509Certificate2Collection Chain)
{
    /// <summary>The variable that has the password of a certificate's file, which is nothing for a command line.</summary>
    public const string PasswordVariable = "AIMANAGER_CERTIFICATE_PASSWORD";

    /// <summary>True when only this machine reaches it.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>On this machine, in the clear.</summary>
    public static ListenAddress Of(Uri url) => Read(url.ToString(), null, null, null);

    /// <summary>Reads what was asked for. Throws <see cref="UsageException"/> for what is no address, and for what does not go together.</summary>
    /// <param name="text">Such as <c>http://127.0.0.1:5080</c> or <c>https://0.0.0.0:5443</c>.</param>
    /// <param name="certificate">A file with the certificate, PEM or PKCS #12; null for none.</param>
    /// <param name="key">A file with its key, PEM, where that is another one; null where it is the same.</param>
    /// <param name="password">What opens the file; null for nothing.</param>
    public static ListenAddress Read(string text, string? certificate, string? key, string? password)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || !IsBare(url))
        {
            throw new UsageException($"'{text}' is no address to listen at; write one like {ServeCommand.DefaultUrl}");
        }

        IPAddress? address = null;
        if (url.Host != "localhost" && !IPAddress.TryParse(url.Host.Trim('[', ']'), out address))
        {
            throw new UsageException($"'{text}' is no address to listen at: write the address of a network card, or 0.0.0.0 for all of them. The name that browsers use goes into company.yaml (api: {{ hosts: [...] }}).");
        }

        return (url.Scheme == Uri.UriSchemeHttps, certificate) switch
        {
            (true, null) => throw new UsageException($"'{text}' takes a certificate: serve --urls {text} --certificate FILE"),
            (false, not null) => throw new UsageException($"A certificate goes with an address that begins with https://, and '{text}' does not."),
            (true, { } file) => Load(url, address, file, key, password),
            _ => new ListenAddress(url, address, null, []),
        };
    }

    /// <summary>Why it must not listen there; null where it may.</summary>
    /// <param name="settings">The company's.</param>
    /// <param name="keys">Every key ever made.</param>
    /// <param name="now">UTC.</param>
    public string? WhyNot(CompanySettings settings, IEnumerable<KeyState> keys, DateTimeOffset now) =>
        IsLoopback ? null
        : Certificate is null && settings.Limits.Proxies.IsEmpty
            ? $"{Url} is not a loopback address: keys and sign-in links would cross the network in the clear. Listen with TLS (serve --urls https://{Url.Authority} --certificate FILE), or name the proxy in front that speaks it in company.yaml (api: {{ proxies: [ADDRESS] }})."
        : settings.Oidc is null && !keys.Any(k => k.IsGood(now))
            ? $"{Url} can be reached by others, and none of them could sign in. Make a key (keys create --person P), or say in company.yaml where people sign in (signIn: {{ oidc: … }})."
        : null;

    /// <summary>What whoever starts it should know; null for nothing.</summary>
    public string? Notice(CompanySettings settings) =>
        Certificate is null || !settings.Limits.Hosts.IsEmpty ? null
        : "The service answers to addresses and to localhost only, not to the name in its certificate. Say in company.yaml how browsers find it (api: { hosts: ['https://NAME'] }).";

    /// <summary>True without a user, a path, a query and a fragment: nothing of them says where to listen, and each could be read as another address.</summary>
    public static bool IsBare(Uri url) => url.PathAndQuery == "/" && !url.OriginalString.AsSpan().ContainsAny('@', '?', '#');

    /// <summary>
    /// Has a server listen there and nowhere else, whatever the environment and settings files say. Where that is not this machine in the clear, it also takes a free port of
    /// this machine, for its owner's terminal.
    /// </summary>
    public void Configure(IWebHostBuilder builder)
    {
        builder.PreferHostingUrls(false).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Configure(new ConfigurationBuilder().Build());
            if (Address is null && Url.Port != 0)
            {
                kestrel.ListenLocalhost(Url.Port, Speak);
            }
            else
            {
                kestrel.Listen(Address ?? IPAddress.Loopback, Url.Port, Speak);
            }

            if (!IsLoopback || Certificate is not null)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
    }

    private void Speak(ListenOptions options)
    {
        if (Certificate is { } certificate)
        {
            options.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate, Chain));
        }
    }

    private static ListenAddress Load(Uri url, IPAddress? address, string file, string? key, string? password)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            X509Certificate2? certificate;
            if (!File.ReadAllText(file).Contains("-----BEGIN ", StringComparison.Ordinal))
            {
                chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password);
                certificate = chain.FirstOrDefault(c => c.HasPrivateKey);
                chain = [.. chain.Where(c => c != certificate)];
            }
            else
            {
                certificate = password is null ? X509Certificate2.CreateFromPemFile(file, key) : X509Certificate2.CreateFromEncryptedPemFile(file, password, key);
                chain.ImportFromPemFile(file);
            }

            return certificate is { HasPrivateKey: true } ? new ListenAddress(url, address, certificate, chain)
                : throw new UsageException($"{file} has no private key: name the file that has it with --certificate-key FILE.");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The certificate {file} cannot be used: {fault.Message} Where its key stands in a file of its own, say --certificate-key FILE; a password goes into {PasswordVariable}.");
        }
    }
}
