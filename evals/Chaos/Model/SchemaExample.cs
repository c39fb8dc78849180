using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Evals;

/// <summary>
/// A value that satisfies a schema and says nothing true: what a model makes up that was told the form. Fields that the question's data has under the same name are
/// copied from there, which makes the lie a plausible one. Knows the keywords that deliverables use. Pure.
/// </summary>
internal static class SchemaExample
{
    private const int Deepest = 12;

    /// <summary>A value for <paramref name="schema"/>, as JSON.</summary>
    public static string Of(JsonElement schema, ModelQuestion question)
    {
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var message in question.Messages.OfType<ModelMessage.User>())
        {
            if (Block(message.Text) is { } data)
            {
                Collect(data, known, 0);
            }
        }

        return Make(schema, null, known, 0)?.ToJsonString() ?? "null";
    }

    private static JsonElement? Block(string text)
    {
        var (from, to) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
        return from >= 0 && to > from && JsonText.TryParse(text[from..(to + 1)], out var json) ? json.ToElement() : null;
    }

    private static void Collect(JsonElement data, Dictionary<string, JsonElement> known, int depth)
    {
        if (depth > Deepest)
        {
            return;
        }

        if (data.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in data.EnumerateArray())
            {
                Collect(element, known, depth + 1);
            }
        }
        else if (data.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in data.EnumerateObject())
            {
                known.TryAdd(field.Name, field.Value);
                Collect(field.Value, known, depth + 1);
            }
        }
    }

    private static JsonNode? Make(JsonElement schema, string? name, Dictionary<string, JsonElement> known, int depth)
    {
        if (depth > Deepest || schema.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (schema.TryGetProperty("const", out var fixedValue))
        {
            return JsonNode.Parse(fixedValue.GetRawText());
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
        {
            return JsonNode.Parse(choices[0].GetRawText());
        }

        var type = TypeOf(schema);
        if (name is not null && known.TryGetValue(name, out var seen) && Fits(seen, type))
        {
            return JsonNode.Parse(seen.GetRawText());
        }

        return type switch
        {
            "object" => Object(schema, known, depth),
            "array" => Array(schema, known, depth),
            "string" => JsonValue.Create("Done."),
            "integer" or "number" => JsonValue.Create(1),
            "boolean" => JsonValue.Create(true),
            _ => null,
        };
    }

    private static JsonObject Object(JsonElement schema, Dictionary<string, JsonElement> known, int depth)
    {
        var made = new JsonObject();
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return made;
        }

        foreach (var field in properties.EnumerateObject())
        {
            made[field.Name] = Make(field.Value, field.Name, known, depth + 1);
        }

        return made;
    }

    private static JsonArray Array(JsonElement schema, Dictionary<string, JsonElement> known, int depth) =>
        schema.TryGetProperty("items", out var items) ? [Make(items, null, known, depth + 1)] : [];

    private static string? TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? "object"
        : type.ValueKind == JsonValueKind.String ? type.GetString()
        : type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0 ? type[0].GetString()
        : null;

    private static bool Fits(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) => true,
        ("integer" or "number", JsonValueKind.Number) => true,
        _ => false,
    };
}
