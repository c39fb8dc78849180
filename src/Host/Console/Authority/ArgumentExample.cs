using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>Arguments to begin with, so that nobody has to know a tool's fields by heart: every field that its schema names, with a value of its type. Pure.</summary>
internal static class ArgumentExample
{
    /// <summary>A schema may hold itself; so far down it is looked into.</summary>
    private const int Deepest = 6;

    /// <summary>One JSON object, on several lines.</summary>
    /// <param name="schema">JSON Schema of a tool's arguments.</param>
    public static string Of(JsonText schema) => Written.Json(JsonText.Parse(((Value(schema.ToElement(), 0) as JsonObject) ?? []).ToJsonString()));

    /// <summary>Whether a call without arguments cannot fit.</summary>
    /// <param name="schema">JSON Schema of a tool's arguments.</param>
    public static bool HasRequired(JsonText schema) =>
        schema.ToElement() is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array && required.GetArrayLength() > 0;

    private static JsonNode? Value(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            return null;
        }

        foreach (var given in new[] { "const", "default" })
        {
            if (schema.TryGetProperty(given, out var value))
            {
                return JsonNode.Parse(value.GetRawText());
            }
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
        {
            return JsonNode.Parse(choices[0].GetRawText());
        }

        return TypeOf(schema) switch
        {
            "object" => Object(schema, depth),
            "array" => schema.TryGetProperty("items", out var items) && Value(items, depth + 1) is { } item ? new JsonArray(item) : new JsonArray(),
            "integer" or "number" => JsonValue.Create(schema.TryGetProperty("minimum", out var least) && least.TryGetDecimal(out var from) ? Math.Max(from, 1) : 1),
            "boolean" => JsonValue.Create(false),
            "string" => JsonValue.Create(string.Empty),
            _ => null,
        };
    }

    private static JsonObject Object(JsonElement schema, int depth)
    {
        var made = new JsonObject();
        if (schema.TryGetProperty("properties", out var fields) && fields.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in fields.EnumerateObject())
            {
                made[field.Name] = Value(field.Value, depth + 1);
            }
        }

        return made;
    }

    /// <summary>The first of several that is not null.</summary>
    private static string? TypeOf(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? schema.TryGetProperty("properties", out _) ? "object" : null
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()).FirstOrDefault(t => t != "null")
        : type.GetString();
}
