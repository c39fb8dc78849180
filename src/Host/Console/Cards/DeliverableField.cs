using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Host;

/// <summary>One field of the form for a deliverable, made from its JSON Schema.</summary>
/// <param name="Name">The property.</param>
/// <param name="Type">The one type of the schema beside null; empty for none or several, which are written as JSON.</param>
/// <param name="About">The schema's description; empty for none.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="IsNullable">Whether it may be null: what is left empty and must be there is that.</param>
/// <param name="Choices">The only values; empty for any.</param>
internal sealed record DeliverableField(string Name, string Type, string About, bool IsRequired, bool IsNullable, ImmutableArray<DeliverableChoice> Choices)
{
    /// <summary>What the names of such fields begin with.</summary>
    public const string Prefix = "field:";

    private const string Nothing = "null";
    private static readonly string[] Scalars = ["string", "number", "integer", "boolean"];

    /// <summary>True for what is written as JSON.</summary>
    public bool IsJson => Choices.IsEmpty && !Scalars.Contains(Type);

    /// <summary>True for a box that is ticked or not.</summary>
    public bool IsTick => Choices.IsEmpty && Type == "boolean";

    /// <summary>Whether a browser should ask for it before the form is sent.</summary>
    public bool MustBeFilled => IsRequired && !IsNullable;

    /// <summary>The fields of a schema, in its order; none when it names no properties.</summary>
    public static ImmutableArray<DeliverableField> Of(JsonText schema)
    {
        var root = schema.ToElement();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        var required = root.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Select(n => n.ToString()).ToHashSet(StringComparer.Ordinal) : [];
        return [.. properties.EnumerateObject().Select(p => Of(p.Name, p.Value, required.Contains(p.Name)))];
    }

    /// <summary>The deliverable as a form says it, or which field cannot be read and why. Whether it fits the schema is for the desk to say.</summary>
    public static (JsonText? Json, string? Fault) Read(ImmutableArray<DeliverableField> fields, Func<string, string?> said)
    {
        var deliverable = new JsonObject();
        foreach (var field in fields)
        {
            var text = said(Prefix + field.Name)?.ReplaceLineEndings("\n") ?? string.Empty;
            if (field.IsTick)
            {
                deliverable[field.Name] = text == ArgumentLeaf.Yes;
            }
            else if (text.Length == 0 || (field.Type != "string" && string.IsNullOrWhiteSpace(text)))
            {
                if (field is { IsRequired: true, IsNullable: true })
                {
                    deliverable[field.Name] = null;
                }

                // Else the schema says whether it may be missing.
            }
            else if (!field.Choices.IsEmpty)
            {
                if (field.Choices.FirstOrDefault(c => c.Json == text) is not { } chosen)
                {
                    return (null, $"“{field.Label}” must be one of: {string.Join(", ", field.Choices.Select(c => c.Words))}.");
                }

                deliverable[field.Name] = JsonNode.Parse(chosen.Json);
            }
            else if (field.Type == "string")
            {
                deliverable[field.Name] = text;
            }
            else if (field.IsJson)
            {
                if (!JsonText.TryParse(text, out var json))
                {
                    return (null, $"“{field.Label}” must be JSON, such as [] or {{}}.");
                }

                deliverable[field.Name] = JsonNode.Parse(json.Text);
            }
            else if (decimal.TryParse(text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                deliverable[field.Name] = number;
            }
            else
            {
                return (null, $"“{field.Label}” must be a number, such as 12.50.");
            }
        }

        return (JsonText.Parse(deliverable.ToJsonString()), null);
    }

    /// <summary>What a schema finds wrong, with its fields called as the form calls them.</summary>
    public static string InWords(ImmutableArray<DeliverableField> fields, string faults) => fields
        .OrderByDescending(f => f.Name.Length)
        .Aggregate(faults, (text, field) => text.Replace($"$.{field.Name}:", $"“{field.Label}”", StringComparison.Ordinal).Replace($"$.{field.Name}", $"“{field.Label}” at ", StringComparison.Ordinal))
        .Replace("$:", "the whole", StringComparison.Ordinal);

    /// <summary>Its name as people read it.</summary>
    public string Label => Written.Words(Name);

    private static DeliverableField Of(string name, JsonElement schema, bool isRequired)
    {
        var (types, inner, isNullable) = Types(schema);
        var type = types is [var only] ? only : string.Empty;
        var choices = Choose(inner);
        return new DeliverableField(
            name,
            type,
            Text(schema, "description") is { Length: > 0 } about ? about : Text(inner, "description"),
            isRequired,
            isNullable || choices.Any(c => c.Json == Nothing),
            // A box that is not ticked is a no: where there may be neither, both are said.
            choices.IsEmpty && isNullable && type == "boolean" ? [new("true", "yes"), new("false", "no")] : [.. choices.Where(c => c.Json != Nothing)]);
    }

    /// <summary>The types beside null, the schema that says the rest, and whether null is one. What may be null is also written as alternatives.</summary>
    private static (ImmutableArray<string> Types, JsonElement Inner, bool IsNullable) Types(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return ([], schema, false);
        }

        foreach (var keyword in new[] { "anyOf", "oneOf" })
        {
            if (schema.TryGetProperty(keyword, out var alternatives) && alternatives.ValueKind == JsonValueKind.Array
                && alternatives.EnumerateArray().ToList() is { Count: 2 } both && both.FindIndex(a => Text(a, "type") == Nothing) is >= 0 and var at)
            {
                return (Types(both[1 - at]).Types, both[1 - at], true);
            }
        }

        ImmutableArray<string> types = !schema.TryGetProperty("type", out var type) ? []
            : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.ToString())]
            : [type.ToString()];
        return (types.Remove(Nothing), schema, types.Contains(Nothing));
    }

    /// <summary>Its only values, where they are scalars.</summary>
    private static ImmutableArray<DeliverableChoice> Choose(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        List<JsonElement> values = schema.TryGetProperty("const", out var constant) ? [constant]
            : schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array ? [.. choices.EnumerateArray()]
            : [];
        return values.Any(v => v.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? [] : [.. values.Select(v => new DeliverableChoice(v.GetRawText(), Written.Value(v)))];
    }

    private static string Text(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}

/// <summary>One of the only values that a field may have.</summary>
/// <param name="Json">The value, which keeps its type: <c>1</c> and <c>"1"</c> are two.</param>
/// <param name="Words">As people read it.</param>
internal sealed record DeliverableChoice(string Json, string Words);
