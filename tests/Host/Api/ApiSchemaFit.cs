using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Host.Tests;

/// <summary>Whether a value is what a schema of an OpenAPI document says: as much of JSON Schema as those documents use.</summary>
internal sealed class ApiSchemaFit(JsonElement document)
{
    /// <summary>What is wrong; null where it fits.</summary>
    public string? Fault(JsonElement schema, JsonElement value, string at)
    {
        schema = Resolved(schema);
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (schema.TryGetProperty(choice, out var choices))
            {
                var faults = choices.EnumerateArray().Select(c => Fault(c, value, at)).ToList();
                return faults.Contains(null) ? null : string.Join(" or ", faults);
            }
        }

        if (Types(schema) is { Count: > 0 } types && !types.Overlaps(TypesOf(value)))
        {
            return $"{at} is {value.ValueKind}, not {string.Join(" or ", types)}";
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value)))
        {
            return $"{at} is none of {words.GetRawText()}";
        }

        if (value.ValueKind == JsonValueKind.String && FaultOfText(schema, value.GetString()!) is { } form)
        {
            return $"{at} is '{value.GetString()}', {form}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object when schema.TryGetProperty("properties", out var properties) => FaultOfObject(schema, properties, value, at),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => value.EnumerateArray().Select((v, i) => Fault(items, v, $"{at}[{i}]")).FirstOrDefault(f => f is not null),
            _ => null,
        };
    }

    private static string? FaultOfText(JsonElement schema, string text) =>
        schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.NonBacktracking) ? $"which is not of the form {pattern}"
        : schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && !text.EndsWith('Z') ? "which is no time in UTC"
        : null;

    private string? FaultOfObject(JsonElement schema, JsonElement properties, JsonElement value, string at)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!) : [];
        return required.Where(n => !value.TryGetProperty(n, out _)).Select(n => $"{at}.{n} is missing").FirstOrDefault()
            ?? value.EnumerateObject().Select(field =>
                properties.TryGetProperty(field.Name, out var of) ? Fault(of, field.Value, $"{at}.{field.Name}")
                : schema.TryGetProperty("additionalProperties", out _) ? null
                : $"{at}.{field.Name} is not known").FirstOrDefault(f => f is not null);
    }

    private JsonElement Resolved(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? Resolved(document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])) : schema;

    private static HashSet<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)]
        : [type.GetString()!];

    private static string[] TypesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => ["object"],
        JsonValueKind.Array => ["array"],
        JsonValueKind.String => ["string"],
        JsonValueKind.True or JsonValueKind.False => ["boolean"],
        JsonValueKind.Null => ["null"],
        _ => value.TryGetInt64(out _) ? ["integer", "number"] : ["number"],
    };
}
