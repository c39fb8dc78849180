using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.Tools;

/// <summary>Two schemas that must both hold, as one. Where they cannot, the operation is unusable: dropping one of them would say something else.</summary>
internal static class SchemaMerge
{
    /// <summary>Both at once. Throws <see cref="OpenApiFault"/>.</summary>
    public static JsonObject Of(JsonObject left, JsonObject right)
    {
        var made = left.DeepClone().AsObject();
        foreach (var (keyword, value) in right)
        {
            var known = made[keyword];
            made[keyword] = !made.ContainsKey(keyword) ? value?.DeepClone()
                : JsonNode.DeepEquals(known, value) ? known!.DeepClone()
                : Both(keyword, known, value);
        }

        return made;
    }

    /// <summary>What stands beside alternatives, with each of them: one object in place of an object and a list of objects.</summary>
    public static JsonObject Choice(JsonObject beside, List<JsonObject> options)
    {
        var words = beside["description"]?.DeepClone();
        var shared = beside.DeepClone().AsObject();
        shared.Remove("description");
        shared.Remove("title");
        var made = new JsonArray();
        foreach (var option in options)
        {
            made.Add(shared.Count == 0 ? option.DeepClone() : Of(shared, option));
        }

        if (made.Count == 1)
        {
            var only = made[0]!.DeepClone().AsObject();
            if (words is not null)
            {
                only["description"] = words;
            }

            return only;
        }

        if (made.Count == 0)
        {
            return beside;
        }

        var choice = new JsonObject { ["anyOf"] = made };
        if (words is not null)
        {
            choice["description"] = words;
        }

        return choice;
    }

    private static JsonNode? Both(string keyword, JsonNode? left, JsonNode? right) => keyword switch
    {
        "title" or "description" or "default" or "examples" or "format" => right?.DeepClone(),
        "properties" => Properties(left!.AsObject(), right!.AsObject()),
        "required" => Union(left!.AsArray(), right!.AsArray()),
        "items" => Of(left!.AsObject(), right!.AsObject()),
        "type" => Types(left!, right!),
        "enum" => Common(left!.AsArray(), right!.AsArray()),
        "minimum" or "exclusiveMinimum" or "minLength" or "minItems" => Number(left) >= Number(right) ? left!.DeepClone() : right!.DeepClone(),
        "maximum" or "exclusiveMaximum" or "maxLength" or "maxItems" => Number(left) <= Number(right) ? left!.DeepClone() : right!.DeepClone(),
        "uniqueItems" => true,
        "additionalProperties" => Others(left!, right!),
        "anyOf" => Options(left!.AsArray(), right!.AsArray()),
        _ => throw new OpenApiFault($"It combines schemas that differ in '{keyword}'."),
    };

    private static JsonObject Properties(JsonObject left, JsonObject right)
    {
        var made = left.DeepClone().AsObject();
        foreach (var (name, schema) in right)
        {
            made[name] = made[name] is JsonObject known ? Of(known, schema!.AsObject()) : schema!.DeepClone();
        }

        return made;
    }

    private static JsonArray Union(JsonArray left, JsonArray right) =>
        new([.. left.Concat(right).Select(n => n!.GetValue<string>()).Distinct().Select(n => (JsonNode)JsonValue.Create(n))]);

    private static JsonArray Common(JsonArray left, JsonArray right)
    {
        var common = left.Where(l => right.Any(r => JsonNode.DeepEquals(l, r))).Select(v => v?.DeepClone()).ToArray();
        return common.Length > 0 ? new JsonArray(common) : throw new OpenApiFault("It combines schemas that have no value in common.");
    }

    private static JsonNode Types(JsonNode left, JsonNode right)
    {
        var (first, second) = (Names(left), Names(right));
        var common = first.Where(t => second.Contains(t) || (t == "integer" && second.Contains("number")))
            .Concat(second.Where(t => t == "integer" && first.Contains("number"))).Distinct().ToList();
        return common.Count switch
        {
            0 => throw new OpenApiFault("It combines schemas of different types."),
            1 => JsonValue.Create(common[0]),
            _ => new JsonArray([.. common.Select(t => (JsonNode)JsonValue.Create(t))]),
        };
    }

    private static List<string> Names(JsonNode type) => type is JsonArray several ? [.. several.Select(t => t!.GetValue<string>())] : [type.GetValue<string>()];

    /// <summary>In <c>allOf</c> a closed part knows only its own fields; what the others declare is meant all the same, so open and closed together are closed.</summary>
    private static JsonNode Others(JsonNode left, JsonNode right) =>
        left.GetValueKind() == JsonValueKind.False || right.GetValueKind() == JsonValueKind.False ? JsonValue.Create(false)
        : left is JsonObject first && right is JsonObject second ? Of(first, second)
        : (left as JsonObject ?? right).DeepClone();

    /// <summary>One of these and one of those: each pair.</summary>
    private static JsonArray Options(JsonArray left, JsonArray right)
    {
        if (left.Count * right.Count > 64)
        {
            throw new OpenApiFault("It combines too many alternatives.");
        }

        return new JsonArray([.. left.SelectMany(l => right.Select(r => (JsonNode)Of(l!.AsObject(), r!.AsObject())))]);
    }

    private static decimal Number(JsonNode? node) => decimal.Parse(node!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
