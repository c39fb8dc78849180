using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AiManager.Host;

/// <summary>
/// Where a server listens. On this machine in the clear is how it begins; where others can reach it, keys and sign-in links cross a network, so it speaks TLS itself or to a
/// proxy that is named, and somebody must be able to sign in.
/// </summary>
/// <param name="Url">As it was asked for.</param>
/// <param name="Address">Null for <c>localhost</c>.</param>
/// <param name="Certificate">What it speaks TLS with; null for none.</param>
internal sealed record ListenAddress(Uri Url, IPAddress? Address, ServerCertificate? Certificate)
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
            (true, { } file) => new ListenAddress(url, address, ServerCertificate.Load(file, key, password)),
            _ => new ListenAddress(url, address, null),
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

    /// <summary>Whether a fault at the start is that somebody else listens there, that the address is none of this machine's, or that it may not be taken. A full disk is none of it.</summary>
    public static bool IsTaken(Exception? fault) => fault switch
    {
        SocketException or AddressInUseException => true,
        IOException { InnerException: AggregateException both } => both.InnerExceptions.All(IsTaken), // localhost, which is two addresses
        IOException io => IsTaken(io.InnerException),
        _ => false,
    };

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
            var services = options.ApplicationServices;
            var (time, logger) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerCertificate>>());
            options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Greeting(time, logger)) });
        }
    }
}
