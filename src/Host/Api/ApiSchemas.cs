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
        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IPrefixedId<>)))
        {
            schema.Type = JsonSchemaType.String;
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

        return Task.CompletedTask;
    }
}
