using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says in OpenAPI how types are written that write themselves.</summary>
internal sealed class ApiSchemas : IOpenApiSchemaTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (PatternOf(type) is { } pattern)
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = pattern;
            schema.Description = "An id.";
        }
        else if (type == typeof(JsonText))
        {
            schema.Description = "Any JSON.";
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String;
            schema.Format = "date-time";
        }

        else if (type == typeof(TimeSpan))
        {
            schema.Pattern = null;
            schema.Description = "A duration: replies have 00:15:00, and requests may have 15m, 4h or 2d as well.";
        }
        else if (schema.Type is { } kinds && (kinds & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            // Numbers are never written as text.
            (schema.Type, schema.Pattern) = (kinds & ~JsonSchemaType.String, null);
        }

        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Required is { } required)
        {
            // What is null is left out of what is written, and may be left out of what is read.
            required.ExceptWith(context.JsonTypeInfo.Properties.Where(MayBeLeftOut).Select(p => p.Name));
        }

        return Task.CompletedTask;
    }

    /// <summary>How an id of a type is written; null where the type is none of an id.</summary>
    public static string? PatternOf(Type type) => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IPrefixedId<>))
        ? $"^{type.GetProperty(nameof(WorkflowId.Prefix))!.GetValue(null)}[0-9a-hjkmnp-tv-z]{{26}}$"
        : null;

    /// <summary>True for a field that is not there where it says nothing.</summary>
    public static bool MayBeLeftOut(JsonPropertyInfo property) =>
        (property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null)
        && !(property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>().Any(i => i.Condition == JsonIgnoreCondition.Never) ?? false);
}
