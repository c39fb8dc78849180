using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Everything that a source listed at one time, as it is kept: the catalogue is there while its source is not.</summary>
/// <param name="Tools">In the source's order.</param>
internal sealed record SourceListing(ImmutableArray<ListedTool> Tools)
{
    /// <summary>The kept form.</summary>
    public byte[] Write()
    {
        var tools = new JsonArray();
        foreach (var tool in Tools)
        {
            var claims = tool.Claims;
            tools.Add(new JsonObject
            {
                ["name"] = tool.RemoteName,
                ["description"] = tool.Description,
                ["input"] = JsonNode.Parse(tool.InputSchema.Text),
                ["output"] = tool.OutputSchema is { } output ? JsonNode.Parse(output.Text) : null,
                ["wire"] = tool.Wire,
                ["problem"] = tool.Problem,
                ["claims"] = new JsonObject
                {
                    ["readOnly"] = claims.ReadOnly,
                    ["destructive"] = claims.Destructive,
                    ["idempotent"] = claims.Idempotent,
                    ["openWorld"] = claims.OpenWorld,
                    ["effect"] = claims.Effect is { } effect ? EffectClassNames.Write(effect) : null,
                },
            });
        }

        return Encoding.UTF8.GetBytes(new JsonObject { ["tools"] = tools }.ToJsonString());
    }

    /// <summary>Reads the kept form; null when these bytes are none.</summary>
    public static SourceListing? Read(ReadOnlyMemory<byte> kept)
    {
        try
        {
            using var document = JsonDocument.Parse(kept);
            return new SourceListing([.. document.RootElement.GetProperty("tools").EnumerateArray().Select(Tool)]);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ListedTool Tool(JsonElement tool)
    {
        var claims = tool.GetProperty("claims");
        return new ListedTool(
            tool.GetProperty("name").GetString()!,
            tool.GetProperty("description").GetString()!,
            JsonText.Of(tool.GetProperty("input")),
            tool.GetProperty("output") is { ValueKind: not JsonValueKind.Null } output ? JsonText.Of(output) : null,
            new ClaimedTraits(
                Flag("readOnly"), Flag("destructive"), Flag("idempotent"), Flag("openWorld"),
                claims.GetProperty("effect").GetString() is { } effect ? EffectClassNames.Read(effect) : null))
        {
            Wire = tool.GetProperty("wire").GetString()!,
            Problem = tool.GetProperty("problem").GetString(),
        };

        bool? Flag(string name) => claims.GetProperty(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.GetBoolean() : null;
    }
}
