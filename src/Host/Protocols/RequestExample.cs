using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AiManager.Host;

/// <summary>What a route is asked and what it answers, for its description.</summary>
/// <param name="Request">A body, JSON; null where there is none.</param>
/// <param name="Reply">What it answers, JSON; null where it is no JSON.</param>
internal sealed record RequestExample(string? Request, string? Reply)
{
    /// <summary>Writes the example into the route's description.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestExample>().FirstOrDefault() is not { } example)
        {
            return Task.CompletedTask;
        }

        Show(operation.RequestBody?.Content, example.Request);
        Show(operation.Responses?.GetValueOrDefault("200")?.Content, example.Reply);
        return Task.CompletedTask;
    }

    private static void Show(IDictionary<string, OpenApiMediaType>? content, string? json)
    {
        if (json is not null && content?.TryGetValue("application/json", out var media) == true)
        {
            media.Example = JsonNode.Parse(json);
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
