using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>Says of each route in OpenAPI what its parameters are, who may ask it, how it refuses, and what it is asked and answers.</summary>
internal sealed class ApiDescription : IOpenApiOperationTransformer
{
    /// <inheritdoc/>
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var name = operation.OperationId ?? throw new InvalidOperationException($"{context.Description.RelativePath} has no name.");
        var path = context.Description.RelativePath ?? string.Empty;
        ApiParameters.Describe(operation, path, name);
        foreach (var media in operation.RequestBody?.Content?.Values ?? [])
        {
            media.Example = ApiExamples.RequestOf(name);
        }

        operation.Responses ??= [];
        foreach (var (status, reply) in operation.Responses)
        {
            foreach (var (type, media) in reply.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                media.Example = ApiExamples.ReplyOf(name, status, type);
            }
        }

        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var document = context.Document ?? throw new InvalidOperationException("A description outside a document.");
        ApiRefusals.Describe(operation, path, document, ApiSecurity.IsOpen(metadata), ApiSecurity.IsLimited(metadata, context.Description.HttpMethod, path));
        ApiSecurity.Describe(operation, metadata, document);
        ApiHeaders.Describe(operation);
        return Task.CompletedTask;
    }
}
