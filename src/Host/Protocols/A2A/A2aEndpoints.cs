using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>A2A 1.0 for agents of others: a card that says what is here, and one route for all calls in JSON-RPC. A task is a workflow.</summary>
internal static class A2aEndpoints
{
    private const int TagBytes = 12;

    /// <summary>Maps them.</summary>
    public static void MapA2a(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/agent-card.json", Card).WithTags("A2A").WithName("GetAgentCard").WithSummary("A2A 1.0: what the manager is to agents of others").AllowAnonymous()
            .Produces<A2aCard>().Produces(StatusCodes.Status304NotModified);
        app.MapPost(A2aCard.Path, Call).WithTags("A2A").WithName("CallAgent").RequireAuthorization(Permission.Read)
            .WithSummary("A2A 1.0 (JSON-RPC): SendMessage, SendStreamingMessage, GetTask, ListTasks, CancelTask, SubscribeToTask, GetExtendedAgentCard").Accepts<JsonText>("application/json").Produces<A2aReply>();
        app.MapA2aRest();
    }

    /// <summary>The reply that has news of a task.</summary>
    public static A2aReply Reply(JsonText id, A2aNews news) => new(id, JsonText.Of(JsonSerializer.SerializeToElement(news, HostJson.Default.A2aNews)));

    /// <summary>Under which address the caller found the service.</summary>
    public static Uri Here(HttpRequest request) => request.Host.HasValue && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here) ? here
        : throw new BadHttpRequestException("The request names no host that an address could have.");

    /// <summary>The card changes with the program alone, so that whoever looks at it often need not fetch it each time.</summary>
    private static IResult Card(HttpContext context)
    {
        var card = JsonSerializer.SerializeToUtf8Bytes(A2aCard.Public(Here(context.Request)), HostJson.Default.A2aCard);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(card).AsSpan(0, TagBytes))}\"";
        var headers = context.Response.Headers;
        (headers.CacheControl, headers.ETag) = ("public, max-age=3600", tag);
        return context.Request.Headers.IfNoneMatch.Any(known => known is not null && known.Split(',', StringSplitOptions.TrimEntries).Any(k => k == "*" || k.TrimStart('W', '/') == tag))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(card, "application/json");
    }

    private static async Task<IResult> Call(HttpContext context, A2aMethods methods, CancellationToken cancellationToken)
    {
        var id = JsonText.Null;
        try
        {
            var call = await A2aCall.ReadAsync(context.Request, cancellationToken);
            id = call.Id;
            A2aFault.Keep(context, id);
            return await methods.ReplyAsync(call, context, id, result => Answer(new A2aReply(call.Id, result)), cancellationToken);
        }
        catch (A2aException refused)
        {
            return Answer(new A2aReply(id, Error: new A2aError(refused.Code, refused.Message, [new A2aErrorInfo(refused.Reason)])));
        }
    }

    private static Ok<A2aReply> Answer(A2aReply reply) => TypedResults.Ok(reply);
}
