using System.Collections.Immutable;
using AiManager.Memory;

namespace AiManager.Host;

/// <summary>The model that makes vectors of what is remembered, as <c>embeddings</c> of <c>company.yaml</c> says.</summary>
/// <param name="Endpoint">Where it is asked.</param>
/// <param name="IsInside">True when that is the company's own.</param>
internal sealed record EmbeddingSettings(EmbeddingOptions Endpoint, bool IsInside)
{
    private const int MostDimensions = 16_000;

    private static readonly ImmutableArray<string> Keys = ["url", "model", "key", "dimensions", "inside", "timeout"];

    /// <summary>What flows call it: as every model.</summary>
    public string Sink => "model:" + Endpoint.Model;

    /// <summary>Binds <c>embeddings</c>; null without it.</summary>
    public static EmbeddingSettings? Read(ConfigReader reader, ConfigNode.Map file, Placeholders placeholders)
    {
        if (reader.OptionalMap(file, "embeddings") is not { } map)
        {
            return null;
        }

        reader.Keys(map, Keys);
        EndpointSettings.IsFromEnvironment(reader, map);
        if (map["url"] is null)
        {
            reader.Fault(map.Place, "'url' is missing.");
        }

        var url = EndpointSettings.Url(reader, map, "url", "http://127.0.0.1:11434/v1", placeholders);
        var model = reader.Text(map, "model");
        if (map["model"] is { } named && string.IsNullOrWhiteSpace(model))
        {
            reader.Fault(named.Place, "'model' must not be empty.");
        }

        var dimensions = reader.OptionalNumber(map, "dimensions");
        if (dimensions is { } number && (number < 1 || number > MostDimensions || number != decimal.Truncate(number)))
        {
            reader.Fault(map["dimensions"]!.Place, "'dimensions' must be a whole number from 1 to 16000.");
            dimensions = null;
        }

        var endpoint = new EmbeddingOptions(new Uri(url ?? "http://127.0.0.1"), model)
        {
            Key = map["key"] is null ? null : placeholders.Fill(reader, map, "key"),
            Dimensions = (int?)dimensions,
        };
        return new EmbeddingSettings(EndpointSettings.Wait(reader, map) is { } timeout ? endpoint with { Timeout = timeout } : endpoint, reader.OptionalFlag(map, "inside") ?? false);
    }
}
