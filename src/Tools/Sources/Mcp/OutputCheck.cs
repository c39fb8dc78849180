using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Whether a structured result is what its tool promised. A promise in words that we do not know is not checked, and holds nobody up.</summary>
internal sealed class OutputCheck
{
    private static readonly OutputCheck Nothing = new(null, isPromised: false);

    private readonly JsonSchema? _schema;
    private readonly bool _isPromised;

    private OutputCheck(JsonSchema? schema, bool isPromised) => (_schema, _isPromised) = (schema, isPromised);

    /// <summary>For a tool's output schema; null for none.</summary>
    public static OutputCheck Of(JsonText? schema)
    {
        if (schema is not { } text || text.IsNull)
        {
            return Nothing;
        }

        JsonSchema? loaded = null;
        try
        {
            var open = JsonNode.Parse(text.Text);
            Open(open);
            JsonSchema.TryLoad(JsonText.Parse(open!.ToJsonString()), out loaded, out _);
        }
        catch (ArgumentException)
        {
            // It has a key twice: no promise that could be held against anything.
        }

        return new OutputCheck(loaded, isPromised: true);
    }

    /// <summary>What is not as promised; empty when nothing is.</summary>
    public ImmutableArray<string> Faults(JsonElement? structured) =>
        structured is not { } value ? _isPromised ? ["there is no structured result"] : []
        : !JsonText.TryParse(value.GetRawText(), out var json) ? ["it nests too deep"]
        : _schema?.Validate(json) ?? [];

    /// <summary>Ours are closed where nothing is said; a server's are open.</summary>
    private static void Open(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                if (map["properties"] is JsonObject && !map.ContainsKey("additionalProperties"))
                {
                    map["additionalProperties"] = true;
                }

                foreach (var (_, inside) in map)
                {
                    Open(inside);
                }

                break;
            case JsonArray list:
                foreach (var inside in list)
                {
                    Open(inside);
                }

                break;
        }
    }
}
