using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>One field of the form for a deliverable, made from its JSON Schema.</summary>
/// <param name="Name">The property.</param>
/// <param name="Type">The schema's type; what is no scalar is written as JSON.</param>
/// <param name="About">The schema's description; empty for none.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Choices">The only values; empty for any.</param>
internal sealed record DeliverableField(string Name, string Type, string About, bool IsRequired, ImmutableArray<string> Choices)
{
    /// <summary>What the names of such fields begin with.</summary>
    public const string Prefix = "field:";

    /// <summary>True for what is written as JSON.</summary>
    public bool IsJson => Type is not ("string" or "number" or "integer" or "boolean");

    /// <summary>The fields of a schema, in its order; none when it names no properties.</summary>
    public static ImmutableArray<DeliverableField> Of(JsonText schema)
    {
        var root = schema.ToElement();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var required = root.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(n => n.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        return
        [
            .. properties.EnumerateObject().Select(p => new DeliverableField(
                p.Name,
                Text(p.Value, "type"),
                Text(p.Value, "description"),
                required.Contains(p.Name),
                p.Value.ValueKind == JsonValueKind.Object && p.Value.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array ? [.. choices.EnumerateArray().Select(c => c.ToString())] : [])),
        ];
    }

    /// <summary>The deliverable as a form says it, or which field cannot be read and why. Whether it fits the schema is for the desk to say.</summary>
    public static (JsonText? Json, string? Fault) Read(ImmutableArray<DeliverableField> fields, Func<string, string?> said)
    {
        var deliverable = new JsonObject();
        foreach (var field in fields)
        {
            var text = said(Prefix + field.Name)?.ReplaceLineEndings("\n");
            if (field.Type == "boolean")
            {
                deliverable[field.Name] = text == ArgumentLeaf.Yes;
            }
            else if (string.IsNullOrEmpty(text))
            {
                continue; // the schema says whether it may be missing
            }
            else if (field.Type == "string")
            {
                deliverable[field.Name] = text;
            }
            else if (field.Type is "number" or "integer")
            {
                if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                {
                    return (null, $"'{field.Name}' must be a number, such as 12.50.");
                }

                deliverable[field.Name] = number;
            }
            else if (JsonText.TryParse(text, out var json))
            {
                deliverable[field.Name] = JsonNode.Parse(json.Text);
            }
            else
            {
                return (null, $"'{field.Name}' must be JSON, such as [] or {{}}.");
            }
        }

        return (JsonText.Parse(deliverable.ToJsonString()), null);
    }

    private static string Text(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}
