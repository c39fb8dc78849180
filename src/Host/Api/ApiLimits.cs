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
    public static readonly ImmutableArray<string> Keys = ["writesPerMinute", "streamsPerPerson"];

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
        return new ApiLimits(Whole(reader, api, "writesPerMinute", MostWrites) ?? limits.WritesPerMinute, Whole(reader, api, "streamsPerPerson", MostStreams) ?? limits.StreamsPerPerson);
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
