using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>A2A 1.0 for agents of others: a card that says what is here, and one route for all calls in JSON-RPC. A task is a workflow.</summary>
internal static class A2aEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapA2a(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/agent-card.json", Card).WithTags("A2A").WithName("GetAgentCard").WithSummary("A2A 1.0: what the manager is to agents of others").AllowAnonymous();
        app.MapPost(A2aCard.Path, Call).WithTags("A2A").WithName("CallAgent").RequireAuthorization(Permission.Read)
            .WithSummary("A2A 1.0 (JSON-RPC): SendMessage, SendStreamingMessage, GetTask, ListTasks, CancelTask, SubscribeToTask, GetExtendedAgentCard").Accepts<JsonText>("application/json").Produces<A2aReply>();
        app.MapA2aRest();
    }

    /// <summary>The reply that has news of a task.</summary>
    public static A2aReply Reply(JsonText id, A2aNews news) => new(id, JsonText.Of(JsonSerializer.SerializeToElement(news, HostJson.Default.A2aNews)));

    /// <summary>Under which address the caller found the service.</summary>
    public static Uri Here(HttpRequest request) => request.Host.HasValue ? new($"{request.Scheme}://{request.Host}") : throw new BadHttpRequestException("The request names no host.");

    private static Ok<A2aCard> Card(HttpRequest request) => TypedResults.Ok(A2aCard.Public(Here(request)));

    private static async Task<IResult> Call(HttpContext context, A2aMethods methods, CancellationToken cancellationToken)
    {
        var id = JsonText.Null;
        try
        {
            var call = await A2aCall.ReadAsync(context.Request, cancellationToken);
            id = call.Id;
            return await methods.ReplyAsync(call, context, id, result => Answer(new A2aReply(call.Id, result)), cancellationToken);
        }
        catch (A2aException refused)
        {
            return Answer(new A2aReply(id, Error: new A2aError(refused.Code, refused.Message, [new A2aErrorInfo(refused.Reason)])));
        }
    }

    private static Ok<A2aReply> Answer(A2aReply reply) => TypedResults.Ok(reply);
}
