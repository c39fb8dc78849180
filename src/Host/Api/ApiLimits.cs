using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What one caller may ask of the service: <c>api</c> in <c>company.yaml</c>.</summary>
/// <param name="WritesPerMinute">Changing requests with one key, 1 to 100,000 a minute, all at once or spread. Default 60.</param>
/// <param name="StreamsPerPerson">Live streams that one person may follow at once, 1 to 1,000. Default 20.</param>
internal sealed record ApiLimits(int WritesPerMinute = 60, int StreamsPerPerson = 20)
{
    /// <summary>Bytes that any request's body may have: more than a JSON body may, so that whoever reads it can say what is wrong.</summary>
    public const int MostBodyBytes = 4 * 1024 * 1024;

    /// <summary>Keys of <c>api</c>.</summary>
    public static readonly ImmutableArray<string> Keys = ["writesPerMinute", "streamsPerPerson", "hosts"];

    /// <summary>Names other than this machine's own under which the service may be asked: those of a proxy in front. Default none.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

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
        return new ApiLimits(Whole(reader, api, "writesPerMinute", MostWrites) ?? limits.WritesPerMinute, Whole(reader, api, "streamsPerPerson", MostStreams) ?? limits.StreamsPerPerson)
        {
            Hosts = ReadHosts(reader, api),
        };
    }

    private static ImmutableArray<string> ReadHosts(ConfigReader reader, ConfigNode.Map api)
    {
        var hosts = reader.Texts(api, "hosts");
        foreach (var host in hosts.Where(h => Uri.CheckHostName(h) is UriHostNameType.Unknown or UriHostNameType.Basic))
        {
            reader.Fault(api["hosts"]!.Place, $"'{host}' is no name of a host: write it without scheme and port, such as manager.example.com.");
        }

        return hosts;
    }

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
