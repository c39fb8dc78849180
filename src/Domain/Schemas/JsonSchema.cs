using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>
/// The part of JSON Schema (2020-12) that model APIs use: <c>type, properties, required, additionalProperties, items, minItems, maxItems,
/// uniqueItems, enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern, anyOf</c>, and the notes
/// <c>title, description, default, examples, format, $schema</c>. Any other keyword is refused when the schema is loaded: silence about a
/// limit would be no limit. Objects that declare properties are closed unless <c>additionalProperties</c> is true.
/// </summary>
public sealed class JsonSchema
{
    private const int LongestShown = 100;

    private readonly JsonElement _root;

    private JsonSchema(JsonElement root) => _root = root;

    /// <summary>Reads a schema. On false, <paramref name="faults"/> names each keyword that is not known or not well-formed, with its path.</summary>
    public static bool TryLoad(JsonText text, [NotNullWhen(true)] out JsonSchema? schema, out ImmutableArray<string> faults)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var root = text.ToElement();
        SchemaInspector.Inspect(root, "$", found);
        faults = found.ToImmutable();
        schema = faults.IsEmpty ? new JsonSchema(root) : null;
        return schema is not null;
    }

    /// <summary>What is wrong with <paramref name="value"/>, each with its path; empty when nothing is. At most 20 errors are named.</summary>
    public ImmutableArray<string> Validate(JsonText value)
    {
        var errors = new Errors();
        Check(_root, value.ToElement(), "$", errors);
        return errors.ToImmutable();
    }

    private static void Check(JsonElement schema, JsonElement value, string path, Errors errors)
    {
        if (schema.ValueKind == JsonValueKind.True)
        {
            return;
        }

        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(t => IsOf(t, value)))
        {
            errors.Add($"{path}: expected {string.Join(" or ", Types(type))}, found {Describe(value)}");
            return;
        }

        if (schema.TryGetProperty("enum", out var options) && !Items(options).Any(o => JsonElement.DeepEquals(o, value)))
        {
            errors.Add($"{path}: must be one of {options.GetRawText()}");
        }

        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
        {
            errors.Add($"{path}: must be {constant.GetRawText()}");
        }

        if (schema.TryGetProperty("anyOf", out var any) && !Items(any).Any(o => Holds(o, value)))
        {
            errors.Add($"{path}: fits none of the alternatives");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(schema, value, path, errors);
                break;
            case JsonValueKind.Array:
                CheckArray(schema, value, path, errors);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetString()!, path, errors);
                break;
            case JsonValueKind.Number:
                CheckNumber(schema, value, path, errors);
                break;
        }
    }

    private static void CheckObject(JsonElement schema, JsonElement value, string path, Errors errors)
    {
        var properties = Fields(schema, "properties").ToDictionary(f => f.Name, f => f.Schema, StringComparer.Ordinal);
        foreach (var name in schema.TryGetProperty("required", out var required) ? Items(required).Select(r => r.GetString()!) : [])
        {
            if (!value.TryGetProperty(name, out _))
            {
                errors.Add($"{path}.{name}: is missing");
            }
        }

        var others = schema.TryGetProperty("additionalProperties", out var more) ? more : default;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
        {
            var inside = $"{path}.{Clip(field.Name)}";
            if (!seen.Add(field.Name))
            {
                errors.Add($"{inside}: is there twice");
            }
            else if (properties.TryGetValue(field.Name, out var property))
            {
                Check(property, field.Value, inside, errors);
            }
            else if (others.ValueKind == JsonValueKind.Object)
            {
                Check(others, field.Value, inside, errors);
            }
            else if (others.ValueKind == JsonValueKind.False || (others.ValueKind == JsonValueKind.Undefined && schema.TryGetProperty("properties", out _)))
            {
                errors.Add($"{inside}: is not known here");
            }
        }
    }

    private static void CheckArray(JsonElement schema, JsonElement value, string path, Errors errors)
    {
        var length = value.GetArrayLength();
        if (Number(schema, "minItems") is { } least && length < least)
        {
            errors.Add($"{path}: needs at least {least} items, has {length}");
        }

        if (Number(schema, "maxItems") is { } most && length > most)
        {
            errors.Add($"{path}: takes at most {most} items, has {length}");
        }

        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True
            && value.EnumerateArray().Select(i => CanonicalJson.Of(JsonText.Of(i))).Distinct().Count() < length)
        {
            errors.Add($"{path}: has the same item twice");
        }

        if (schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                Check(items, item, $"{path}[{index++}]", errors);
            }
        }
    }

    private static void CheckText(JsonElement schema, string value, string path, Errors errors)
    {
        var length = value.EnumerateRunes().Count();
        if (Number(schema, "minLength") is { } least && length < least)
        {
            errors.Add($"{path}: needs at least {least} characters");
        }

        if (Number(schema, "maxLength") is { } most && length > most)
        {
            errors.Add($"{path}: takes at most {most} characters, has {length}");
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value, pattern.GetString()!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
        {
            errors.Add($"{path}: must match {pattern.GetString()}");
        }
    }

    private static void CheckNumber(JsonElement schema, JsonElement value, string path, Errors errors)
    {
        if (!TryRead(value, out var number))
        {
            errors.Add($"{path}: the number is too large or too fine to be read exactly");
            return;
        }

        Compare("minimum", bound => number >= bound, "at least");
        Compare("maximum", bound => number <= bound, "at most");
        Compare("exclusiveMinimum", bound => number > bound, "more than");
        Compare("exclusiveMaximum", bound => number < bound, "less than");
        Compare("multipleOf", bound => bound != 0 && number % bound == 0, "a multiple of");

        void Compare(string keyword, Func<decimal, bool> holds, string words)
        {
            if (Number(schema, keyword) is { } bound && !holds(bound))
            {
                errors.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}: must be {words} {bound}, is {number}"));
            }
        }
    }

    /// <summary>Exactly or not at all: rounding would let a value slip past its limit.</summary>
    internal static bool TryRead(JsonElement value, out decimal number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && WhenNumeral.TryRead(value.GetRawText(), out number);
    }

    private static bool Holds(JsonElement schema, JsonElement value)
    {
        var errors = new Errors();
        Check(schema, value, "$", errors);
        return errors.IsEmpty;
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && TryRead(value, out var number) && decimal.Truncate(number) == number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Number => "the number " + Clip(value.GetRawText()),
        _ => "a string",
    };

    private static string Clip(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString() ?? string.Empty) : [type.GetString() ?? string.Empty];

    private static IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static IEnumerable<(string Name, JsonElement Schema)> Fields(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().Select(p => (p.Name, p.Value)) : [];

    private static decimal? Number(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var bound) && TryRead(bound, out var number) ? number : null;

    /// <summary>The first twenty errors and the number of all: a value of a million wrong items must not become a million messages.</summary>
    private sealed class Errors
    {
        private const int MostNamed = 20;
        private readonly List<string> _named = [];
        private int _count;

        public bool IsEmpty => _count == 0;

        public void Add(string error)
        {
            if (_count++ < MostNamed)
            {
                _named.Add(error);
            }
        }

        public ImmutableArray<string> ToImmutable() => _count > MostNamed ? [.. _named, $"… and {_count - MostNamed} more."] : [.. _named];
    }
}
