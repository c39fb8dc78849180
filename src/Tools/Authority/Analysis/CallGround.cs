using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Tools;

/// <summary>Which calls of one tool by one agent the gate lets come before authority at all: their arguments fit the schema, and their facts are there.</summary>
internal static class CallGround
{
    private const int DeepestSchema = 16;

    public static WhenGround Of(GovernedTool tool, string agent, DateTimeOffset now)
    {
        var bounds = new Dictionary<string, WhenBounds>(StringComparer.Ordinal)
        {
            ["task.risk"] = new(IsCertain: false, Choices: [new WhenText("low"), new WhenText("medium"), new WhenText("high")]),
        };
        if (tool.Facts is WhenType.Record facts)
        {
            foreach (var name in facts.Fields.Keys)
            {
                bounds[PathOf(WhenRoot.Facts, [name])] = new WhenBounds(IsCertain: true);
            }
        }

        if (tool.Parameters is { } schema)
        {
            Read(schema.ToElement(), [], bounds, DeepestSchema);
        }

        return new WhenGround
        {
            Known = new WhenFacts
            {
                Tool = tool.Traits,
                Agent = new WhenRecord(new Dictionary<string, WhenValue>(StringComparer.Ordinal) { ["name"] = new WhenText(agent) }),
                Now = new WhenTimestamp(now),
            },
            Args = tool.Args,
            Facts = tool.Facts,
            Bounds = bounds,
        };
    }

    private static void Read(JsonElement schema, string[] above, Dictionary<string, WhenBounds> bounds, int levelsLeft)
    {
        if (levelsLeft == 0 || schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var property in properties.EnumerateObject())
        {
            string[] path = [.. above, property.Name];
            bounds[PathOf(WhenRoot.Args, path)] = BoundsOf(property.Value, required.Contains(property.Name));
            Read(property.Value, path, bounds, levelsLeft - 1);
        }
    }

    private static WhenBounds BoundsOf(JsonElement schema, bool isRequired)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new WhenBounds(isRequired);
        }

        var choices = schema.TryGetProperty("enum", out var values) && values.ValueKind == JsonValueKind.Array ? values.EnumerateArray().Select(WhenValue.FromJson).ToList()
            : schema.TryGetProperty("const", out var only) ? [WhenValue.FromJson(only)]
            : null;
        var isWhole = schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString() == "integer";
        return new WhenBounds(isRequired, isWhole, NumberOf(schema, "minimum"), NumberOf(schema, "maximum"), choices);
    }

    private static decimal? NumberOf(JsonElement schema, string key) =>
        schema.TryGetProperty(key, out var bound) && WhenValue.FromJson(bound) is WhenNumber number ? number.Value : null;

    private static string PathOf(WhenRoot root, string[] fields) => new WhenPath(root, fields, WhenPosition.Start).ToString();
}
