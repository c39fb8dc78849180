using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>
/// A document's schemas in the words of our own (<see cref="JsonSchema"/>): references written out, 3.0's <c>nullable</c> and flags of bounds as 3.1
/// has them, <c>allOf</c> merged, <c>oneOf</c> as <c>anyOf</c>. What our words cannot say is left to the service, which checks its arguments itself; the
/// model is told. A schema that holds itself is written out once, and nothing below the deepest level is; there anything is taken.
/// </summary>
/// <param name="references">Of the document.</param>
/// <param name="deepest">Levels that are written out.</param>
internal sealed class OpenApiSchemas(OpenApiReferences references, int deepest)
{
    /// <summary>Schemas within one operation's arguments, references written out: more is no description that a model could read.</summary>
    public const int MostSchemas = 2000;

    private const int LongestNote = 600;

    private static readonly ImmutableHashSet<string> Kept = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "required", "minItems", "maxItems", "uniqueItems", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "title", "default", "format");

    private static readonly ImmutableHashSet<string> Nesting = ImmutableHashSet.Create(StringComparer.Ordinal, "$ref", "properties", "items", "allOf", "anyOf", "oneOf");

    private static readonly ImmutableHashSet<string> BeyondUs = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "not", "if", "then", "else", "patternProperties", "prefixItems", "contains", "minContains", "maxContains", "dependentRequired", "dependentSchemas", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "minProperties", "maxProperties");

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Converts one. Throws <see cref="OpenApiFault"/>.</summary>
    public JsonObject Convert(JsonElement schema) => Convert(schema, 0);

    /// <summary>True when some value in it is a file.</summary>
    public static bool HasBinary(JsonObject schema) =>
        (schema["format"] is JsonValue format && format.TryGetValue<string>(out var text) && text == "binary")
        || Inside(schema).Any(HasBinary);

    /// <summary>A description of a length that can be read.</summary>
    public static string Cut(string words) => words.Length <= LongestNote ? words : words[..LongestNote] + "…";

    private static IEnumerable<JsonObject> Inside(JsonObject schema) =>
        ((schema["properties"] as JsonObject)?.Select(p => p.Value) ?? [])
        .Concat(schema["anyOf"] as JsonArray ?? [])
        .Append(schema["items"]).Append(schema["additionalProperties"]).OfType<JsonObject>();

    private JsonObject Convert(JsonElement schema, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True)
        {
            return [];
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new OpenApiFault("One of its schemas is no map.");
        }

        if (++_count > MostSchemas)
        {
            throw new TooManySchemasFault();
        }

        if (depth > deepest && schema.EnumerateObject().Any(k => Nesting.Contains(k.Name)))
        {
            return NotWritten(schema);
        }

        return OpenApiReferences.Of(schema) is { } reference ? Referred(schema, reference, depth) : Written(schema, depth);
    }

    private JsonObject Referred(JsonElement schema, string reference, int depth)
    {
        if (!_open.Add(reference))
        {
            return NotWritten(schema);
        }

        try
        {
            var target = Convert(references.Find(reference), depth + 1);
            return schema.EnumerateObject().Count() == 1 ? target : SchemaMerge.Of(target, Written(schema, depth));
        }
        finally
        {
            _open.Remove(reference);
        }
    }

    /// <summary>Only its name, where it has one: whoever calls it may know it.</summary>
    private static JsonObject NotWritten(JsonElement schema) => OpenApiReferences.Of(schema) is { } reference
        ? new JsonObject { ["description"] = $"A {reference[(reference.LastIndexOf('/') + 1)..]}; not written out here." }
        : new JsonObject { ["description"] = "Not written out here." };

    private JsonObject Written(JsonElement schema, int depth)
    {
        var (made, notes) = (new JsonObject(), new List<string>());
        foreach (var keyword in schema.EnumerateObject())
        {
            Take(keyword, schema, made, notes, depth);
        }

        SetType(schema, made);
        if (notes.Count > 0)
        {
            var words = made["description"]?.GetValue<string>();
            made["description"] = Cut(words is null ? string.Empty : words + " ") + $"(The service also checks: {string.Join(", ", notes)}.)";
        }

        made = schema.TryGetProperty("allOf", out var all) ? Parts(all).Aggregate(made, (sum, part) => SchemaMerge.Of(sum, Convert(part, depth + 1))) : made;
        foreach (var choice in ((string[])["anyOf", "oneOf"]).Where(c => schema.TryGetProperty(c, out _)))
        {
            // Each alternative takes what stands beside them with it: as objects are closed, two that are checked one by one would refuse each other's fields.
            var options = Parts(schema.GetProperty(choice)).Select(o => Convert(o, depth + 1)).ToList();
            made = SchemaMerge.Choice(made, options);
        }

        return made;
    }

    private void Take(JsonProperty keyword, JsonElement schema, JsonObject made, List<string> notes, int depth)
    {
        switch (keyword.Name)
        {
            case "properties":
                made["properties"] = Properties(keyword.Value, depth);
                break;
            case "required":
                made["required"] = Required(keyword.Value, schema);
                break;
            case "items":
                made["items"] = Convert(keyword.Value, depth + 1);
                break;
            case "additionalProperties":
                made["additionalProperties"] = keyword.Value.ValueKind == JsonValueKind.Object && keyword.Value.EnumerateObject().Any()
                    ? Convert(keyword.Value, depth + 1)
                    : JsonValue.Create(keyword.Value.ValueKind != JsonValueKind.False);
                break;
            case "description" when keyword.Value.ValueKind == JsonValueKind.String:
                made["description"] = Cut(keyword.Value.GetString()!);
                break;
            case "exclusiveMinimum" or "exclusiveMaximum" when keyword.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                SetOldBound(keyword, schema, made);
                break;
            case "minimum" or "maximum" when made.ContainsKey("exclusive" + char.ToUpperInvariant(keyword.Name[0]) + keyword.Name[1..]) && IsOldBound(schema, keyword.Name):
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" when !IsExact(keyword.Value):
                notes.Add(keyword.Name);
                break;
            case "pattern":
                SetPattern(keyword.Value, made, notes);
                break;
            case "enum" when schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True && keyword.Value.EnumerateArray().All(v => v.ValueKind != JsonValueKind.Null):
                var values = JsonNode.Parse(keyword.Value.GetRawText())!.AsArray();
                values.Add((JsonNode?)null);
                made["enum"] = values;
                break;
            case var name when BeyondUs.Contains(name):
                notes.Add(name);
                break;
            case var name when Kept.Contains(name):
                made[name] = JsonNode.Parse(keyword.Value.GetRawText());
                break;
        }
    }

    /// <summary>What a service only ever sends is not asked for.</summary>
    private JsonObject Properties(JsonElement written, int depth)
    {
        var properties = new JsonObject();
        foreach (var property in written.EnumerateObject().Where(p => !IsOnlyRead(p.Value)))
        {
            properties[property.Name] = Convert(property.Value, depth + 1);
        }

        return properties;
    }

    private JsonArray Required(JsonElement written, JsonElement schema)
    {
        var required = new JsonArray();
        if (written.ValueKind == JsonValueKind.Array)
        {
            var properties = schema.TryGetProperty("properties", out var map) && map.ValueKind == JsonValueKind.Object ? map : default;
            foreach (var name in written.EnumerateArray().Select(n => n.GetString()!).Distinct())
            {
                if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty(name, out var property) || !IsOnlyRead(property))
                {
                    required.Add(name);
                }
            }
        }

        return required;
    }

    private bool IsOnlyRead(JsonElement property) =>
        property.ValueKind == JsonValueKind.Object
        && (property.TryGetProperty("readOnly", out var flag)
            ? flag.ValueKind == JsonValueKind.True
            : references.TryFollow(property) is { } target && target.TryGetProperty("readOnly", out var inside) && inside.ValueKind == JsonValueKind.True);

    private static void SetType(JsonElement schema, JsonObject made)
    {
        var types = !schema.TryGetProperty("type", out var written) ? []
            : written.ValueKind == JsonValueKind.Array ? written.EnumerateArray().Select(t => t.GetString()!).ToList()
            : [written.GetString()!];
        if (types.Count == 0 && (made.ContainsKey("properties") || made["additionalProperties"] is JsonObject))
        {
            types.Add("object");
        }
        else if (types.Count == 0 && made.ContainsKey("items"))
        {
            types.Add("array");
        }

        if (types.Count > 0 && schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True && !types.Contains("null"))
        {
            types.Add("null");
        }

        if (types.Count == 1)
        {
            made["type"] = types[0];
        }
        else if (types.Count > 1)
        {
            made["type"] = new JsonArray([.. types.Select(t => JsonValue.Create(t))]);
        }
    }

    private static bool IsOldBound(JsonElement schema, string bound) =>
        schema.TryGetProperty(bound == "minimum" ? "exclusiveMinimum" : "exclusiveMaximum", out var flag) && flag.ValueKind == JsonValueKind.True;

    /// <summary>3.0 says with a flag that a bound itself does not count.</summary>
    private static void SetOldBound(JsonProperty keyword, JsonElement schema, JsonObject made)
    {
        var bound = keyword.Name == "exclusiveMinimum" ? "minimum" : "maximum";
        if (keyword.Value.ValueKind == JsonValueKind.True && schema.TryGetProperty(bound, out var value) && IsExact(value))
        {
            made[keyword.Name] = JsonNode.Parse(value.GetRawText());
            made.Remove(bound);
        }
    }

    private static bool IsExact(JsonElement number) => decimal.TryParse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void SetPattern(JsonElement pattern, JsonObject made, List<string> notes)
    {
        // The parser of our own schemas refuses patterns that do not run in linear time; the service has its own way with them.
        var probe = new JsonObject { ["pattern"] = JsonNode.Parse(pattern.GetRawText()) };
        if (JsonSchema.TryLoad(JsonText.Parse(probe.ToJsonString()), out _, out _))
        {
            made["pattern"] = pattern.GetString();
        }
        else
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"the pattern {pattern}"));
        }
    }

    private static IEnumerable<JsonElement> Parts(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new OpenApiFault("One of its schemas has alternatives that are no list.");
}
