using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// Parameters of <c>tools.yaml</c> in their short form (<c>string</c>, <c>number?</c>, <c>{ array: … }</c>, <c>{ enum: [ … ] }</c>, a map of fields)
/// as a JSON Schema, and a JSON Schema as what a condition may read of it.
/// </summary>
internal sealed class ParameterReader(ConfigReader reader)
{
    /// <summary>An object schema for a map of parameters.</summary>
    public JsonObject Object(ConfigNode.Map map)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var entry in map.Entries)
        {
            var (schema, isOptional) = Value(entry.Value);
            properties[entry.Key] = schema;
            if (!isOptional)
            {
                required.Add(JsonValue.Create(entry.Key));
            }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    /// <summary>What conditions may read of values that satisfy <paramref name="schema"/>.</summary>
    public static WhenType TypeOf(JsonNode? schema)
    {
        if (schema is not JsonObject map || map["type"] is not JsonValue type || !type.TryGetValue<string>(out var name))
        {
            return new WhenType.Dynamic();
        }

        return name switch
        {
            "string" => new WhenType.Text(),
            "number" or "integer" => new WhenType.Number(),
            "boolean" => new WhenType.Boolean(),
            "array" => new WhenType.List(TypeOf(map["items"])),
            "object" when map["properties"] is JsonObject properties => new WhenType.Record(
                properties.ToDictionary(p => p.Key, p => TypeOf(p.Value), StringComparer.Ordinal), map["additionalProperties"]?.GetValueKind() == System.Text.Json.JsonValueKind.True),
            _ => new WhenType.Dynamic(),
        };
    }

    private (JsonObject Schema, bool IsOptional) Value(ConfigNode node)
    {
        switch (node)
        {
            case ConfigNode.Scalar { IsNull: false } scalar when scalar.Text.TrimEnd('?') is "string" or "number" or "integer" or "boolean":
                return (new JsonObject { ["type"] = scalar.Text.TrimEnd('?') }, scalar.Text.EndsWith('?'));
            case ConfigNode.Map { Entries: [{ Key: "array" } array] }:
                return (new JsonObject { ["type"] = "array", ["items"] = Value(array.Value).Schema }, false);
            case ConfigNode.Map { Entries: [{ Key: "enum" }] } map:
                return (new JsonObject { ["enum"] = JsonNode.Parse(ConfigReader.Json(map["enum"]!).Text) }, false);
            case ConfigNode.Map map:
                return (Object(map), false);
            default:
                reader.Fault(node.Place, "A parameter is string, number, integer or boolean (with ? when it may be left out), { array: … }, { enum: [ … ] } or a map of fields.");
                return (new JsonObject(), false);
        }
    }
}
