using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Host;

/// <summary>A2A's methods, whichever binding a call came by. Throws <see cref="A2aException"/> for what is refused.</summary>
internal sealed class A2aMethods(LoadedCompany company, A2aDesk desk, A2aSeats seats, A2aStream stream, OpenStreams streams)
{
    private const string Pause = "10";

    /// <summary>Does what a call asks for and says what came of it: an answer, or news of a task until it is over.</summary>
    /// <param name="call">The call.</param>
    /// <param name="context">The request.</param>
    /// <param name="rpc">The id of the JSON-RPC call; null where there is none.</param>
    /// <param name="write">A method's own result as the binding writes it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IResult> ReplyAsync(A2aCall call, HttpContext context, JsonText? rpc, Func<JsonText, IResult> write, CancellationToken cancellationToken)
    {
        switch (await RunAsync(call, context, cancellationToken))
        {
            case A2aOutcome.Answered answered:
                return write(answered.Result);
            case A2aOutcome.Followed followed:
                using (followed.Seat)
                {
                    await stream.SendAsync(context, rpc, followed.Task);
                    return TypedResults.Empty;
                }

            case A2aOutcome.Turned turned:
                return turned.Reply;
            default:
                throw new UnreachableException();
        }
    }

    private async Task<A2aOutcome> RunAsync(A2aCall call, HttpContext context, CancellationToken cancellationToken)
    {
        A2aVersion.Check(context.Request);
        var user = context.User;
        return call.Method switch
        {
            "SendMessage" or "SendStreamingMessage" or "CancelTask" when !Caller.May(user, Permission.Submit) =>
                MayNot(context, Permission.Submit),
            "SendMessage" => await SendAsync(A2aSend.Read(call.Parameters), user, context, cancellationToken),
            "SendStreamingMessage" or "SubscribeToTask" => await FollowAsync(call, user, context, cancellationToken),
            "GetTask" => Answer(await desk.GetAsync(call.Task(), A2aCall.OptionalWhole(call.Parameters, "historyLength", 0, int.MaxValue), cancellationToken), HostJson.Default.A2aTask),
            "ListTasks" => await ListAsync(call.Parameters, user, context, cancellationToken),
            "CancelTask" => Answer(await desk.CancelAsync(call.Task(), Caller.Of(user).Person, cancellationToken), HostJson.Default.A2aTask),
            "GetExtendedAgentCard" => Answer(A2aCard.Extended(A2aEndpoints.Here(context.Request), company), HostJson.Default.A2aCard),
            "CreateTaskPushNotificationConfig" or "GetTaskPushNotificationConfig" or "ListTaskPushNotificationConfigs" or "DeleteTaskPushNotificationConfig" => throw A2aException.NoPush(),
            _ => throw A2aException.NoMethod($"There is no method '{RequestText.Short(call.Method)}' here."),
        };
    }

    private async Task<A2aOutcome> SendAsync(A2aSend sent, ClaimsPrincipal user, HttpContext context, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        if (sent.ReturnAtOnce)
        {
            var begun = await desk.TakeAsync(sent, caller, cancellationToken);
            return Answer(new A2aNews(await desk.GetAsync(begun, sent.History, cancellationToken)), HostJson.Default.A2aNews);
        }

        using var seat = seats.Take(caller.Person, company.Settings.Limits.StreamsPerPerson);
        if (seat is null)
        {
            return TooMany(context);
        }

        var task = await desk.TakeAsync(sent, caller, cancellationToken);
        using var stay = streams.Begin(context, untilStop: false);
        try
        {
            return Answer(new A2aNews(await desk.WaitAsync(task, sent.History, stay.Ending)), HostJson.Default.A2aNews);
        }
        catch (OperationCanceledException) when (stay.Ending.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // The key was revoked, or the person left, while they waited.
            return new A2aOutcome.Turned(new A2aFault(StatusCodes.Status401Unauthorized, Problems.DetailOf(StatusCodes.Status401Unauthorized)));
        }
    }

    /// <summary>A page of tasks with what they hold reads as many whole workflows: it takes a seat, as a stream does.</summary>
    private async Task<A2aOutcome> ListAsync(JsonElement parameters, ClaimsPrincipal user, HttpContext context, CancellationToken cancellationToken)
    {
        var readsWorkflows = A2aDesk.ReadsWorkflows(parameters);
        using var seat = readsWorkflows ? seats.Take(Caller.Of(user).Person, company.Settings.Limits.StreamsPerPerson) : null;
        return readsWorkflows && seat is null ? TooMany(context) : Answer(await desk.ListAsync(parameters, cancellationToken), HostJson.Default.A2aTaskPage);
    }

    private async Task<A2aOutcome> FollowAsync(A2aCall call, ClaimsPrincipal user, HttpContext context, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(user);
        var seat = seats.Take(caller.Person, company.Settings.Limits.StreamsPerPerson);
        if (seat is null)
        {
            return TooMany(context);
        }

        try
        {
            var task = call.Method == "SubscribeToTask" ? call.Task() : await desk.TakeAsync(A2aSend.Read(call.Parameters), caller, cancellationToken);
            if (call.Method == "SubscribeToTask" && (await desk.FindAsync(task, cancellationToken)).State.IsFinal)
            {
                throw A2aException.Unsupported("The task is over; GetTask has all of it.");
            }

            return new A2aOutcome.Followed(task, seat);
        }
        catch
        {
            seat.Dispose();
            throw;
        }
    }

    private static A2aOutcome.Turned MayNot(HttpContext context, string missing)
    {
        BearerChallenge.Widen(context, missing);
        return new A2aOutcome.Turned(new A2aFault(StatusCodes.Status403Forbidden, Refusal.Of(context, missing)));
    }

    private A2aOutcome.Turned TooMany(HttpContext context)
    {
        context.Response.Headers.RetryAfter = Pause;
        return new A2aOutcome.Turned(new A2aFault(
            StatusCodes.Status429TooManyRequests, $"One person may keep {company.Settings.Limits.StreamsPerPerson} calls open at once. End one first; send with 'returnImmediately', and list without artifacts and history."));
    }

    private static A2aOutcome.Answered Answer<T>(T result, JsonTypeInfo<T> type) => new(JsonText.Of(JsonSerializer.SerializeToElement(result, type)));
}
