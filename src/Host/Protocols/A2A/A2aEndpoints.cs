using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>A2A 1.0 for agents of others: a card that says what is here, and one route for all calls (JSON-RPC). A task is a workflow.</summary>
internal static class A2aEndpoints
{
    private const string Pause = "10";
    private const string AskedFor =
        """{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"7f3c","role":"ROLE_USER","parts":[{"text":"Restock everything below its reorder point."}]}}}""";

    private const string Answered =
        """{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"wf_01k6000000000000000000000a","contextId":"wf_01k6000000000000000000000a","status":{"state":"TASK_STATE_INPUT_REQUIRED","timestamp":"2026-11-26T09:00:00Z"}}}}""";


    /// <summary>Maps them.</summary>
    public static void MapA2a(this IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/agent-card.json", Card).WithTags("A2A").WithName("GetAgentCard").WithSummary("A2A 1.0: what the manager is to agents of others").AllowAnonymous();
        app.MapPost(A2aCard.Path, Call).WithTags("A2A").WithName("CallAgent").RequireAuthorization(Permission.Read)
            .WithSummary("A2A 1.0 (JSON-RPC): SendMessage, SendStreamingMessage, GetTask, ListTasks, CancelTask, SubscribeToTask, GetExtendedAgentCard").Accepts<JsonText>("application/json").Produces<A2aReply>()
            .WithExample(AskedFor, Answered);
    }

    /// <summary>The reply that has news of a task.</summary>
    public static A2aReply Reply(JsonText id, A2aNews news) => Reply(id, news, HostJson.Default.A2aNews);

    private static Ok<A2aCard> Card(HttpRequest request) => TypedResults.Ok(A2aCard.Public(Here(request)));

    private static async Task<IResult> Call(HttpContext context, ClaimsPrincipal user, LoadedCompany company, A2aDesk desk, A2aStream stream, A2aSeats seats, CancellationToken cancellationToken)
    {
        var id = JsonText.Null;
        try
        {
            var call = await A2aCall.ReadAsync(context.Request, cancellationToken);
            id = call.Id;
            A2aVersion.Check(context.Request);
            return call.Method switch
            {
                "SendMessage" or "SendStreamingMessage" or "CancelTask" when !Caller.May(user, Permission.Submit) => Problems.Forbidden(Problems.DetailOf(StatusCodes.Status403Forbidden)),
                "SendMessage" => await SendAsync(call, user, company, desk, seats, context, cancellationToken),
                "SendStreamingMessage" or "SubscribeToTask" => await StreamAsync(call, user, company, desk, stream, seats, context, cancellationToken),
                "GetTask" => Answer(Reply(id, await desk.GetAsync(call.Task(), A2aCall.OptionalWhole(call.Parameters, "historyLength", 0, int.MaxValue), cancellationToken), HostJson.Default.A2aTask)),
                "ListTasks" => Answer(Reply(id, await desk.ListAsync(call.Parameters, cancellationToken), HostJson.Default.A2aTaskPage)),
                "CancelTask" => Answer(Reply(id, await desk.CancelAsync(call.Task(), Caller.Of(user).Person, cancellationToken), HostJson.Default.A2aTask)),
                "GetExtendedAgentCard" => Answer(Reply(id, A2aCard.Extended(Here(context.Request), company), HostJson.Default.A2aCard)),
                "CreateTaskPushNotificationConfig" or "GetTaskPushNotificationConfig" or "ListTaskPushNotificationConfigs" or "DeleteTaskPushNotificationConfig" => throw A2aException.NoPush(),
                _ => throw A2aException.NoMethod($"There is no method '{RequestText.Short(call.Method)}' here."),
            };
        }
        catch (A2aException refused)
        {
            return Answer(new A2aReply(id, Error: new A2aError(refused.Code, refused.Message, [new A2aErrorInfo(refused.Reason)])));
        }
    }

    private static async Task<IResult> SendAsync(A2aCall call, ClaimsPrincipal user, LoadedCompany company, A2aDesk desk, A2aSeats seats, HttpContext context, CancellationToken cancellationToken)
    {
        var (sent, person) = (A2aSend.Read(call.Parameters), Caller.Of(user).Person);
        if (sent.ReturnAtOnce)
        {
            var begun = await desk.TakeAsync(sent, person, cancellationToken);
            return Answer(Reply(call.Id, new A2aNews(await desk.GetAsync(begun, sent.History, cancellationToken))));
        }

        using var seat = seats.Take(person, company.Settings.Limits.StreamsPerPerson);
        if (seat is null)
        {
            return TooMany(context, company);
        }

        var task = await desk.TakeAsync(sent, person, cancellationToken);
        return Answer(Reply(call.Id, new A2aNews(await desk.WaitAsync(task, sent.History, cancellationToken))));
    }

    private static async Task<IResult> StreamAsync(
        A2aCall call, ClaimsPrincipal user, LoadedCompany company, A2aDesk desk, A2aStream stream, A2aSeats seats, HttpContext context, CancellationToken cancellationToken)
    {
        var person = Caller.Of(user).Person;
        using var seat = seats.Take(person, company.Settings.Limits.StreamsPerPerson);
        if (seat is null)
        {
            return TooMany(context, company);
        }

        var task = call.Method == "SubscribeToTask" ? call.Task() : await desk.TakeAsync(A2aSend.Read(call.Parameters), person, cancellationToken);
        if (call.Method == "SubscribeToTask" && (await desk.FindAsync(task, cancellationToken)).State.IsFinal)
        {
            throw A2aException.Unsupported("The task is over; GetTask has all of it.");
        }

        await stream.SendAsync(context, call.Id, task);
        return TypedResults.Empty;
    }

    private static ProblemHttpResult TooMany(HttpContext context, LoadedCompany company)
    {
        context.Response.Headers.RetryAfter = Pause;
        return Problems.Of(StatusCodes.Status429TooManyRequests, $"One person may keep {company.Settings.Limits.StreamsPerPerson} calls open at once. End one first, or send with 'returnImmediately'.");
    }

    private static Ok<A2aReply> Answer(A2aReply reply) => TypedResults.Ok(reply);

    private static A2aReply Reply<T>(JsonText id, T result, JsonTypeInfo<T> type) => new(id, JsonText.Of(JsonSerializer.SerializeToElement(result, type)));

    private static Uri Here(HttpRequest request) => request.Host.HasValue ? new($"{request.Scheme}://{request.Host}") : throw new BadHttpRequestException("The request names no host.");
}
