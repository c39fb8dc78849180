using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>The same methods as routes of their own (A2A's HTTP+JSON binding): what a method takes stands in path, query and body, and its result is the whole reply.</summary>
internal static class A2aRest
{
    private const string PushPath = "/tasks/{id}/pushNotificationConfigs";

    private static readonly (string Method, string Path, string Name)[] Pushes =
    [
        (HttpMethods.Post, PushPath, "CreateTaskPushNotificationConfig"),
        (HttpMethods.Get, PushPath, "ListTaskPushNotificationConfigs"),
        (HttpMethods.Get, PushPath + "/{configId}", "GetTaskPushNotificationConfig"),
        (HttpMethods.Delete, PushPath + "/{configId}", "DeleteTaskPushNotificationConfig"),
    ];

    /// <summary>Maps them, below the route of the other binding.</summary>
    public static void MapA2aRest(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup(A2aCard.Path).WithTags("A2A").RequireAuthorization(Permission.Read);
        Describe(routes.MapPost("/message:send", (HttpContext c, CancellationToken t) => SendAsync("SendMessage", c, t)), "SendA2aMessage", "A2A 1.0 (HTTP+JSON): a goal, or words for a task under way")
            .Accepts<JsonText>("application/json").Produces<A2aNews>().Produces<A2aRestRefusal>(StatusCodes.Status400BadRequest);
        Describe(routes.MapPost("/message:stream", (HttpContext c, CancellationToken t) => SendAsync("SendStreamingMessage", c, t)), "StreamA2aMessage", "A2A 1.0 (HTTP+JSON): the same, followed as server-sent events until the task is over")
            .Accepts<JsonText>("application/json").Produces<A2aNews>(contentType: ServerSentEvents.MediaType).Produces<A2aRestRefusal>(StatusCodes.Status400BadRequest);
        Describe(routes.MapGet("/tasks", (HttpContext c, CancellationToken t) => RunAsync("ListTasks", Query(c.Request), c, t)), "ListA2aTasks", "A2A 1.0 (HTTP+JSON): tasks, what changed last first, a page at a time").Produces<A2aTaskPage>().Produces<A2aRestRefusal>(StatusCodes.Status400BadRequest);
        Describe(routes.MapGet("/tasks/{id}", (string id, HttpContext c, CancellationToken t) => RunAsync("GetTask", Query(c.Request, id), c, t)), "GetA2aTask", "A2A 1.0 (HTTP+JSON): a task").Produces<A2aTask>().Produces<A2aRestRefusal>(StatusCodes.Status404NotFound);
        Describe(routes.MapPost("/tasks/{id}:cancel", (string id, HttpContext c, CancellationToken t) => RunAsync("CancelTask", Query(c.Request, id), c, t)), "CancelA2aTask", "A2A 1.0 (HTTP+JSON): end a task").Produces<A2aTask>()
            .Produces<A2aRestRefusal>(StatusCodes.Status400BadRequest).Produces<A2aRestRefusal>(StatusCodes.Status404NotFound);
        foreach (var (method, name) in new[] { (HttpMethods.Get, "SubscribeToA2aTask"), (HttpMethods.Post, "ResubscribeToA2aTask") })
        {
            Describe(routes.MapMethods("/tasks/{id}:subscribe", [method], (string id, HttpContext c, CancellationToken t) => RunAsync("SubscribeToTask", Query(c.Request, id), c, t)), name, "A2A 1.0 (HTTP+JSON): follow a task as server-sent events until it is over")
                .Produces<A2aNews>(contentType: ServerSentEvents.MediaType).Produces<A2aRestRefusal>(StatusCodes.Status404NotFound);
        }

        foreach (var (method, path, name) in Pushes)
        {
            // The protocol wants them there; all that they do is to refuse, so that the description leaves them out.
            routes.MapMethods(path, [method], (HttpContext c, CancellationToken t) => RunAsync(name, JsonText.EmptyObject.ToElement(), c, t)).ExcludeFromDescription();
        }

        Describe(routes.MapGet("/extendedAgentCard", (HttpContext c, CancellationToken t) => RunAsync("GetExtendedAgentCard", JsonText.EmptyObject.ToElement(), c, t)), "GetExtendedAgentCard", "A2A 1.0 (HTTP+JSON): what the manager is to who has signed in").Produces<A2aCard>();
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string name, string summary) => route.WithName(name).WithSummary(summary);

    private static async Task<IResult> SendAsync(string method, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(method, await A2aCall.BodyAsync(context.Request, cancellationToken), context, cancellationToken);
        }
        catch (A2aException refused)
        {
            return Refuse(refused, context.Request);
        }
    }

    private static async Task<IResult> RunAsync(string method, JsonElement parameters, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<A2aMethods>()
                .ReplyAsync(new A2aCall(JsonText.Null, method, parameters), context, null, result => TypedResults.Text(result.Text, MediaTypeOf(context.Request)), cancellationToken);
        }
        catch (A2aException refused)
        {
            return Refuse(refused, context.Request);
        }
    }

    /// <summary>The protocol's own type for who asks for it; JSON for everybody else, whose clients know no other.</summary>
    public static string MediaTypeOf(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(A2aCard.MediaType, StringComparison.OrdinalIgnoreCase) || request.ContentType?.StartsWith(A2aCard.MediaType, StringComparison.OrdinalIgnoreCase) == true
            ? A2aCard.MediaType : "application/json";

    /// <summary>What the path and the query say, as the methods take it: a number or a flag where it reads as one, and else text, which they refuse by name.</summary>
    private static JsonElement Query(HttpRequest request, string? id = null)
    {
        var said = new JsonObject();
        foreach (var (name, values) in request.Query)
        {
            var text = values.ToString();
            said[name] = name is "pageSize" or "historyLength" && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
                : name is "includeArtifacts" && text is "true" or "false" ? JsonValue.Create(text == "true")
                : JsonValue.Create(text);
        }

        if (id is not null)
        {
            said["id"] = id;
        }

        return JsonText.Parse(said.ToJsonString()).ToElement();
    }

    private static JsonHttpResult<A2aRestRefusal> Refuse(A2aException refused, HttpRequest request) => TypedResults.Json(
        new A2aRestRefusal(new A2aRestError(refused.Status, refused.StatusName, refused.Message, [new A2aErrorInfo(refused.Reason)])),
        HostJson.Default.A2aRestRefusal,
        MediaTypeOf(request),
        refused.Status);
}
