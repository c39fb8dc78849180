using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// Whether a schema says only what <see cref="JsonSchema"/> understands. A limit that is misspelt or cannot be read would be no limit, so it is refused.
/// </summary>
internal static class SchemaInspector
{
    private const string TypeNames = "string, number, integer, boolean, object, array, null";

    /// <summary>What each keyword must look like; null for the notes, which may be anything, and for schemas, which are inspected by themselves.</summary>
    private static readonly ImmutableDictionary<string, (Func<JsonElement, bool> Holds, string Fault)?> Keywords =
        new Dictionary<string, (Func<JsonElement, bool>, string)?>
        {
            ["type"] = (IsType, $"must be one of {TypeNames}, or a list of them"),
            ["properties"] = (v => v.ValueKind == JsonValueKind.Object, "must be an object"),
            ["required"] = (v => v.ValueKind == JsonValueKind.Array && v.EnumerateArray().All(n => n.ValueKind == JsonValueKind.String), "must be a list of names"),
            ["additionalProperties"] = null,
            ["items"] = null,
            ["minItems"] = (IsCount, "must be a whole number of at least 0"),
            ["maxItems"] = (IsCount, "must be a whole number of at least 0"),
            ["uniqueItems"] = (v => v.ValueKind is JsonValueKind.True or JsonValueKind.False, "must be true or false"),
            ["enum"] = (IsFilledList, "must be a list of values"),
            ["const"] = null,
            ["minimum"] = (IsNumber, "must be a number that can be read exactly"),
            ["maximum"] = (IsNumber, "must be a number that can be read exactly"),
            ["exclusiveMinimum"] = (IsNumber, "must be a number that can be read exactly"),
            ["exclusiveMaximum"] = (IsNumber, "must be a number that can be read exactly"),
            ["multipleOf"] = (v => JsonSchema.TryRead(v, out var number) && number > 0, "must be more than 0"),
            ["minLength"] = (IsCount, "must be a whole number of at least 0"),
            ["maxLength"] = (IsCount, "must be a whole number of at least 0"),
            ["pattern"] = null,
            ["anyOf"] = (IsFilledList, "must be a list of schemas"),
            ["title"] = null,
            ["description"] = null,
            ["default"] = null,
            ["examples"] = null,
            ["format"] = null,
            ["$schema"] = null,
        }.ToImmutableDictionary(StringComparer.Ordinal);

    public static void Inspect(JsonElement schema, string path, ImmutableArray<string>.Builder faults)
    {
        if (schema.ValueKind is JsonValueKind.True)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{path}: a schema is an object");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!seen.Add(keyword.Name))
            {
                faults.Add($"{path}: the keyword '{keyword.Name}' is there twice");
            }
            else if (!Keywords.TryGetValue(keyword.Name, out var form))
            {
                faults.Add($"{path}: the keyword '{keyword.Name}' is not supported");
            }
            else if (form is { } wanted && !wanted.Holds(keyword.Value))
            {
                faults.Add($"{path}: '{keyword.Name}' {wanted.Fault}");
            }
            else
            {
                InspectInside(keyword, path, faults);
            }
        }
    }

    private static void InspectInside(JsonProperty keyword, string path, ImmutableArray<string>.Builder faults)
    {
        switch (keyword.Name)
        {
            case "properties":
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var property in keyword.Value.EnumerateObject())
                {
                    if (!names.Add(property.Name))
                    {
                        faults.Add($"{path}.{property.Name}: is there twice");
                    }

                    Inspect(property.Value, $"{path}.{property.Name}", faults);
                }

                break;
            case "items":
                Inspect(keyword.Value, path + "[]", faults);
                break;
            case "additionalProperties" when keyword.Value.ValueKind != JsonValueKind.False:
                Inspect(keyword.Value, path + ".*", faults);
                break;
            case "anyOf":
                foreach (var option in keyword.Value.EnumerateArray())
                {
                    Inspect(option, path + "|", faults);
                }

                break;
            case "pattern" when !IsPattern(keyword.Value):
                faults.Add($"{path}: the pattern is not a regular expression that runs in linear time");
                break;
        }
    }

    private static bool IsType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TypeNames.Split(", ").Contains(value.GetString()),
        JsonValueKind.Array => value.GetArrayLength() > 0 && value.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String && IsType(t)),
        _ => false,
    };

    private static bool IsNumber(JsonElement value) => JsonSchema.TryRead(value, out _);

    private static bool IsCount(JsonElement value) => JsonSchema.TryRead(value, out var number) && number >= 0 && decimal.Truncate(number) == number;

    private static bool IsFilledList(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;

    private static bool IsPattern(JsonElement pattern) =>
        pattern.ValueKind == JsonValueKind.String && LinearPattern.Fault(pattern.GetString()!, RegexOptions.CultureInvariant) is null;
}
