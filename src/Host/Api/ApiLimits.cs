using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace AiManager.Host;

/// <summary>What one caller may ask of the service: <c>api</c> in <c>company.yaml</c>.</summary>
/// <param name="WritesPerMinute">Changing requests with one key, and calls of one monitor, 1 to 100,000 a minute, all at once or spread. Default 60.</param>
/// <param name="StreamsPerPerson">Live streams that one person may follow at once, 1 to 1,000. Default 20.</param>
internal sealed record ApiLimits(int WritesPerMinute = 60, int StreamsPerPerson = 20)
{
    /// <summary>Bytes that any request's body may have: more than a JSON body may, so that whoever reads it can say what is wrong.</summary>
    public const int MostBodyBytes = 4 * 1024 * 1024;

    /// <summary>Keys of <c>api</c>.</summary>
    public static readonly ImmutableArray<string> Keys = ["writesPerMinute", "streamsPerPerson", "hosts", "proxies"];

    /// <summary>Names other than this machine's own under which the service may be asked: those of a proxy in front. Default none.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Those of them of which it is said how browsers find them: a request under such a name counts as of that scheme, whatever reached this process. Default none.</summary>
    public ImmutableArray<Uri> Addresses { get; init; } = [];

    /// <summary>Proxies in front: only they say from where a request comes, and in the clear only they and this machine are answered. Default none.</summary>
    public ImmutableArray<IPNetwork> Proxies { get; init; } = [];

    private const int MostWrites = 100_000;
    private const int MostStreams = 1_000;

    /// <summary>Binds <c>api</c>; the defaults where it says nothing.</summary>
    public static ApiLimits Read(ConfigReader reader, ConfigNode.Map file)
    {
        if (reader.OptionalMap(file, "api") is not { } api)
        {
            return new ApiLimits();
        }

        reader.Keys(api, Keys);
        var limits = new ApiLimits();
        return Named(
            new ApiLimits(Whole(reader, api, "writesPerMinute", MostWrites) ?? limits.WritesPerMinute, Whole(reader, api, "streamsPerPerson", MostStreams) ?? limits.StreamsPerPerson), reader, api);
    }

    /// <summary>True for the address of a proxy that is named.</summary>
    public bool IsProxy(IPAddress? address) =>
        address is not null && Proxies.Any(p => p.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    /// <summary>The same, and one more address under which browsers find the service.</summary>
    public ApiLimits At(Uri address) => this with { Hosts = Hosts.Add(address.Host), Addresses = Addresses.Add(address) };

    private static ApiLimits Named(ApiLimits limits, ConfigReader reader, ConfigNode.Map api)
    {
        foreach (var host in reader.Texts(api, "hosts"))
        {
            if (Uri.CheckHostName(host) is not (UriHostNameType.Unknown or UriHostNameType.Basic))
            {
                limits = limits with { Hosts = limits.Hosts.Add(host) };
            }
            else if (Uri.TryCreate(host, UriKind.Absolute, out var address) && OidcSettings.IsSafe(address) && address.PathAndQuery == "/")
            {
                limits = limits.At(address);
            }
            else
            {
                reader.Fault(api["hosts"]!.Place, $"'{host}' is no name of a host: write manager.example.com, or https://manager.example.com where a proxy in front speaks TLS.");
            }
        }

        foreach (var proxy in reader.Texts(api, "proxies"))
        {
            if (NetworkOf(proxy) is not { } network)
            {
                reader.Fault(api["proxies"]!.Place, $"'{proxy}' is no address of a proxy: write 10.0.0.5, or 10.1.0.0/16 for a whole network.");
            }
            else if (network.PrefixLength < ShortestOf(network))
            {
                reader.Fault(
                    api["proxies"]!.Place,
                    $"'{proxy}' is {(network.PrefixLength == 0 ? "every address there is" : "more addresses than one network of proxies has")}: write 10.0.0.5, or 10.1.0.0/16 for a whole network; /{ShortestOf(network)} is the widest.");
            }
            else
            {
                limits = limits with { Proxies = limits.Proxies.Add(network) };
            }
        }

        return limits;
    }

    private static IPNetwork? NetworkOf(string proxy) =>
        IPNetwork.TryParse(proxy, out var network) || (IPAddress.TryParse(proxy, out var one) && IPNetwork.TryParse($"{one}/{one.GetAddressBytes().Length * 8}", out network)) ? network : null;

    /// <summary>Two halves of everybody are everybody: what no owner of a network has is not one of proxies.</summary>
    private static int ShortestOf(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 8 : 16;

    private static int? Whole(ConfigReader reader, ConfigNode.Map map, string key, int most)
    {
        if (reader.OptionalWhole(map, key, 1) is not { } number)
        {
            return null;
        }

        if (number <= most)
        {
            return (int)number;
        }

        reader.Fault(map[key]!.Place, $"'{key}' must be at most {most}.");
        return null;
    }
}
