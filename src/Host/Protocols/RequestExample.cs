using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>What a route is asked and what it answers, for its description.</summary>
/// <param name="Request">A body, JSON; null where there is none.</param>
/// <param name="Reply">What it answers, JSON, or a JSON text for what is none; null where there is nothing.</param>
internal sealed record RequestExample(string? Request, string? Reply)
{
    private const string Json = "application/json";

    /// <summary>Writes the example into the route's description: the route's own, or that of <see cref="ApiExamples"/>.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if ((context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>().FirstOrDefault() ?? ApiExamples.Find(operation.OperationId)) is not { } example)
        {
            return Task.CompletedTask;
        }

        Show(operation.RequestBody?.Content, example.Request);
        foreach (var (_, reply) in operation.Responses?.Where(r => r.Key.StartsWith('2')) ?? [])
        {
            Show(reply.Content, example.Reply);
        }

        return Task.CompletedTask;
    }

    private static void Show(IDictionary<string, OpenApiMediaType>? content, string? json)
    {
        if (json is null)
        {
            return;
        }

        var example = JsonNode.Parse(json);
        foreach (var (type, media) in content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (type == Json ? example is not JsonValue : example is JsonValue)
            {
                media.Example = example?.DeepClone();
            }
        }
    }
}

/// <summary>Lets routes have examples.</summary>
internal static class RequestExamples
{
    /// <summary>Gives the route an example.</summary>
    /// <param name="route">Which.</param>
    /// <param name="request">A body, JSON; null where there is none.</param>
    /// <param name="reply">What it answers, JSON; null where it is no JSON.</param>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder route, string? request, string? reply) => route.WithMetadata(new RequestExample(request, reply));
}
