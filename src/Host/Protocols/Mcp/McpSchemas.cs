using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Host;

/// <summary>JSON Schema of what a tool answers: made from the same types, by the same rules, as the schemas of the HTTP API's description.</summary>
internal static class McpSchemas
{
    private static readonly JsonSchemaExporterOptions Rules = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, schema) => Written(context.TypeInfo, schema) };

    /// <summary>Of a type; always an object.</summary>
    public static JsonElement Of(JsonTypeInfo type) => JsonText.Parse(type.GetJsonSchemaAsNode(Rules).ToJsonString()).ToElement();

    private static JsonNode Written(JsonTypeInfo info, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (ApiSchemas.PatternOf(type) is { } pattern)
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = pattern };
        }

        if (type == typeof(DateTimeOffset))
        {
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        }

        if (schema is not JsonObject said)
        {
            return new JsonObject(); // anything; clients want an object where JSON Schema has true as well
        }

        if (said["type"] is JsonArray kinds && kinds.FirstOrDefault(k => k?.GetValue<string>() is "integer" or "number") is { } number)
        {
            // Numbers are read from text too; they are never written so.
            said["type"] = number.GetValue<string>();
            said.Remove("pattern");
        }

        if (info.Kind == JsonTypeInfoKind.Object && said["required"] is JsonArray required)
        {
            var optional = info.Properties.Where(ApiSchemas.MayBeLeftOut).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            said["required"] = new JsonArray([.. required.Select(r => r!.GetValue<string>()).Where(r => !optional.Contains(r)).Select(r => (JsonNode)JsonValue.Create(r))]);
        }

        return said;
    }
}
