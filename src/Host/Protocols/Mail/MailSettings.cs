using System.Collections.Immutable;
using System.Net;
using MimeKit;

namespace AiManager.Host;

/// <summary><c>mail</c> in <c>company.yaml</c>: by which server people are told that something waits for them.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Tls">How the way there is kept from others.</param>
/// <param name="From">Who sends: an address, with a name or without.</param>
/// <param name="Address">Under which address people find this service; links begin with it.</param>
internal sealed record MailSettings(string Host, int Port, MailTls Tls, MailboxAddress From, Uri Address)
{
    /// <summary>Who signs in there; null for nobody.</summary>
    public string? User { get; init; }

    /// <summary>With what; null for nobody.</summary>
    public string? Password { get; init; }

    /// <summary>What links are sealed with that decide by themselves; null where every link leads to a page that one signs in for.</summary>
    public MailSecret? Links { get; init; }

    /// <summary>How long the server may take over one step. Default 15s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most that <see cref="Timeout"/> may be.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private static readonly ImmutableArray<string> Keys = ["host", "port", "tls", "from", "address", "user", "password", "decide", "secret", "timeout"];

    /// <summary>Without the password, so that it cannot slip into a log.</summary>
    public override string ToString() => $"{Host}:{Port}";

    /// <summary>Binds <c>mail</c>; null without it.</summary>
    /// <param name="reader">Takes mistakes.</param>
    /// <param name="file"><c>company.yaml</c>.</param>
    /// <param name="usual">The address that sign-in names already; null for none.</param>
    /// <param name="placeholders">Fills in what the environment says.</param>
    public static MailSettings? Read(ConfigReader reader, ConfigNode.Map file, Uri? usual, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "mail") is not { } map)
        {
            return null;
        }

        reader.Keys(map, Keys);
        var (host, tls, from) = (ReadHost(reader, map, placeholders), ReadTls(reader, map), ReadFrom(reader, map));
        var address = map["address"] is null ? usual : EndpointSettings.Outside(reader, map);
        if (map["address"] is null && usual is null)
        {
            reader.Fault(map.Place, "'address' is missing: under which address people find this service, such as https://manager.example.com.");
        }

        var isProven = EndpointSettings.IsFromEnvironment(reader, map, "password", "password") & EndpointSettings.IsFromEnvironment(reader, map, "secret", "secret");
        var (user, password) = (placeholders.Fill(reader, map, "user"), isProven ? placeholders.Fill(reader, map, "password") : null);
        if (map["user"] is null != map["password"] is null)
        {
            reader.Fault(map.Place, "'user' and 'password' go together.");
        }

        var decides = reader.OptionalFlag(map, "decide") ?? false;
        var links = decides && isProven ? ReadSecret(reader, map, placeholders) : null;
        if (tls == MailTls.None && host is not null && !IsHere(host) && (map["password"] is not null || decides))
        {
            reader.Fault(map["tls"]!.Place, "Without TLS neither a password nor a link that decides goes to another machine: write starttls or implicit.");
        }

        var timeout = reader.OptionalDuration(map, "timeout");
        if (timeout is { } wait && (wait < TimeSpan.FromSeconds(1) || wait > Longest))
        {
            reader.Fault(map["timeout"]!.Place, "'timeout' must be from 1s to 1m.");
        }

        var port = (int)(reader.OptionalWhole(map, "port", 1) ?? UsualPort(tls));
        if (port > IPEndPoint.MaxPort)
        {
            reader.Fault(map["port"]!.Place, $"'port' must be at most {IPEndPoint.MaxPort}.");
        }

        return host is null || from is null || address is null ? null : new MailSettings(host, port, tls, from, address)
        {
            User = user,
            Password = password,
            Links = links,
            Timeout = timeout ?? TimeSpan.FromSeconds(15),
        };
    }

    /// <summary>An address that mail can go to, and nothing but it: no name, no second address, nothing that ends a line. Null for anything else.</summary>
    public static MailboxAddress? AddressOf(string name, string? address) =>
        address is not null && !address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) && MailboxAddress.TryParse(address, out var read)
        && read.Address == address && read.LocalPart.Length > 0 && read.Domain.Length > 0
            ? new MailboxAddress(name, address)
            : null;

    private static string? ReadHost(ConfigReader reader, ConfigNode.Map map, Placeholders placeholders)
    {
        if (map["host"] is null)
        {
            reader.Fault(map.Place, "'host' is missing.");
            return null;
        }

        var host = placeholders.Fill(reader, map, "host");
        if (host is null || Uri.CheckHostName(host) != UriHostNameType.Unknown)
        {
            return host;
        }

        reader.Fault(map["host"]!.Place, "'host' must be the mail server's name or address, such as smtp.example.com.");
        return null;
    }

    private static MailTls ReadTls(ConfigReader reader, ConfigNode.Map map) =>
        reader.OptionalWord(map, "tls", "is no way to encrypt.", ("starttls", MailTls.StartTls), ("implicit", MailTls.Implicit), ("none", MailTls.None));

    private static int UsualPort(MailTls tls) => tls switch
    {
        MailTls.StartTls => 587,
        MailTls.Implicit => 465,
        _ => 25,
    };

    private static MailboxAddress? ReadFrom(ConfigReader reader, ConfigNode.Map map)
    {
        if (map["from"] is null)
        {
            reader.Fault(map.Place, "'from' is missing.");
            return null;
        }

        var text = reader.Text(map, "from");
        if (!text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var read) && AddressOf(read.Name ?? string.Empty, read.Address) is { } from)
        {
            return from;
        }

        reader.Fault(map["from"]!.Place, "'from' must be one mail address, such as manager@example.com or AI Manager <manager@example.com>.");
        return null;
    }

    private static MailSecret? ReadSecret(ConfigReader reader, ConfigNode.Map map, Placeholders placeholders)
    {
        if (map["secret"] is null)
        {
            reader.Fault(map["decide"]!.Place, "Links that decide are sealed with a secret: write secret: ${NAME}, and set NAME to 32 to 64 bytes in base64, the same on every host.");
            return null;
        }

        if (placeholders.Fill(reader, map, "secret") is not { } filled)
        {
            return null;
        }

        if (MailSecret.Read(filled) is { } secret)
        {
            return secret;
        }

        reader.Fault(map["secret"]!.Place, "What it names must be 32 to 64 bytes in base64, such as openssl rand -base64 32 writes.");
        return null;
    }

    private static bool IsHere(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
