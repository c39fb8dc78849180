using System.Text.Json;

namespace AiManager.Memory.Tests;

/// <summary>
/// Whether a request is one that an OpenAPI document describes: its path and method, its parameters, and its body by the document's own schemas. A property that a schema does not
/// name is a mistake unless the schema says what others are: servers pass over what they do not know, and a misspelt filter would filter nothing.
/// </summary>
internal sealed class OpenApiCheck(string document)
{
    private readonly JsonElement _root = JsonDocument.Parse(document).RootElement;

    /// <summary>What is wrong; null for nothing.</summary>
    /// <param name="method">Lower case.</param>
    /// <param name="path">As it was asked for.</param>
    /// <param name="query">Names of its query parameters.</param>
    /// <param name="body">Empty for none.</param>
    public string? WhyNot(string method, string path, IEnumerable<string> query, string body)
    {
        var template = _root.GetProperty("paths").EnumerateObject().Where(p => Fits(p.Name, path)).OrderBy(p => p.Name.Count(c => c == '{')).Select(p => (JsonElement?)p.Value).FirstOrDefault();
        if (template is not { } found || !found.TryGetProperty(method, out var operation))
        {
            return $"There is no {method} {path}.";
        }

        var known = operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()).ToList() : [];
        if (query.FirstOrDefault(q => !known.Contains(q)) is { } stranger)
        {
            return $"{method} {path} has no parameter {stranger}.";
        }

        if (!operation.TryGetProperty("requestBody", out var wanted))
        {
            return body.Length == 0 ? null : $"{method} {path} takes no body.";
        }

        using var sent = JsonDocument.Parse(body);
        return Fault(wanted.GetProperty("content").GetProperty("application/json").GetProperty("schema"), sent.RootElement, "$");
    }

    private static bool Fits(string template, string path)
    {
        var (wanted, given) = (template.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(p => p.First == p.Second || (p.First.StartsWith('{') && p.Second.Length > 0));
    }

    private string? Fault(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var target = _root;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
            {
                target = target.GetProperty(step);
            }

            return Fault(target, value, at);
        }

        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
        {
            return null;
        }

        foreach (var several in (string[])["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(several, out var options))
            {
                var faults = options.EnumerateArray().Where(o => !IsOnlyNull(o)).Select(o => Fault(o, value, at)).ToList();
                return faults.Contains(null) ? null : $"{at} fits none: {string.Join(" | ", faults)}";
            }
        }

        return schema.TryGetProperty("allOf", out var all) ? all.EnumerateArray().Select(a => Fault(a, value, at)).FirstOrDefault(f => f is not null) : FaultOfType(schema, value, at);
    }

    private static bool IsOnlyNull(JsonElement schema) => schema.EnumerateObject().All(p => p.Name == "nullable");

    private string? FaultOfType(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("enum", out var names) && !names.EnumerateArray().Any(n => JsonElement.DeepEquals(n, value)))
        {
            return $"{at} is not one of {names.GetRawText()}";
        }

        return (schema.TryGetProperty("type", out var type) ? type.GetString() : "object") switch
        {
            "object" => value.ValueKind == JsonValueKind.Object ? FaultOfObject(schema, value, at) : $"{at} is no object",
            "array" when value.ValueKind == JsonValueKind.Array => schema.TryGetProperty("items", out var items)
                ? value.EnumerateArray().Select((v, i) => Fault(items, v, $"{at}[{i}]")).FirstOrDefault(f => f is not null)
                : null,
            "string" when value.ValueKind == JsonValueKind.String => schema.TryGetProperty("format", out var format) && format.ValueEquals("uuid") && !Guid.TryParse(value.GetString(), out _) ? $"{at} is no UUID" : null,
            "integer" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole) => schema.TryGetProperty("minimum", out var least) && whole < least.GetDouble() ? $"{at} is too small" : null,
            "number" when value.ValueKind == JsonValueKind.Number => null,
            "boolean" when value.ValueKind is JsonValueKind.True or JsonValueKind.False => null,
            var other => $"{at} is no {other}",
        };
    }

    private string? FaultOfObject(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("required", out var required) && required.EnumerateArray().FirstOrDefault(r => !value.TryGetProperty(r.GetString()!, out _)) is { ValueKind: JsonValueKind.String } missing)
        {
            return $"{at} lacks {missing.GetString()}";
        }

        foreach (var property in value.EnumerateObject())
        {
            var fault = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out var inner) ? Fault(inner, property.Value, $"{at}.{property.Name}")
                : schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind != JsonValueKind.False ? others.ValueKind == JsonValueKind.True ? null : Fault(others, property.Value, $"{at}.{property.Name}")
                : $"{at} has no {property.Name}";
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }
}
