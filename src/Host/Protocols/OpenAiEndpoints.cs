using System.Diagnostics;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>
/// <c>/v1</c>: the manager as a model of an OpenAI-compatible endpoint, so that any chat client can hand in goals. The keys, the permissions and the limits are
/// those of the API; only errors have OpenAI's shape.
/// </summary>
internal static class OpenAiEndpoints
{
    private const string Whole = "chat.completion";
    private const string Chunk = "chat.completion.chunk";
    private const string Stop = "stop";
    private const string Length = "length";

    // The model is the service, which is older than any company's copy of it.
    private const long ModelMade = 1_767_225_600;

    // Clients that want the whole at once give up after 100 seconds (OpenAI's own for .NET); whoever follows a stream is asked anew who they are, as a page is.
    private static readonly TimeSpan LongestWhole = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(5);

    /// <summary>Maps them.</summary>
    public static void MapOpenAi(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/v1/models").WithTags("OpenAI-compatible").RequireAuthorization(Permission.Read);
        models.MapGet("/", Models).WithName("ListModels").WithSummary("OpenAI-compatible: the one model, ai-manager");
        models.MapGet("/{model}", Model).WithName("GetModel").WithSummary("OpenAI-compatible: a model by its name").Produces<ChatModelResource>().Produces<OpenAiErrorResource>(StatusCodes.Status404NotFound);
        app.MapGroup("/v1/chat").WithTags("OpenAI-compatible").RequireAuthorization(Permission.Submit, Permission.Read).RequireRateLimiting(RequestLimits.Streams)
            .MapPost("/completions", Complete).WithName("CreateChatCompletion").WithSummary("OpenAI-compatible: the last message becomes a goal, or goes to the workflow that the conversation is about; the answer tells plan, progress and report, and ends where people must act")
            .Accepts<ChatBody>("application/json").Produces<ChatCompletionResource>(contentType: "application/json", additionalContentTypes: ServerSentEvents.MediaType).Produces<OpenAiErrorResource>(StatusCodes.Status400BadRequest);
    }

    private static Ok<ModelListResource> Models(LoadedCompany company) => TypedResults.Ok(new ModelListResource("list", [TheModel(company)]));

    private static IResult Model(string model, LoadedCompany company) =>
        model == ChatWords.Model ? TypedResults.Ok(TheModel(company)) : OpenAiFault.UnknownModel(model).Fault;

    private static ChatModelResource TheModel(LoadedCompany company) => new(ChatWords.Model, "model", ModelMade, company.Settings.Name);

    private static async Task<IResult> Complete(HttpContext context, ClaimsPrincipal user, ChatDesk desk, ChatTeller teller, OpenStreams streams, TimeProvider time, CancellationToken cancellationToken)
    {
        var read = await ChatReader.ReadAsync(context.Request, cancellationToken);
        if (read is not ChatRead.Taken { Request: var request })
        {
            return ((ChatRead.Refused)read).Fault;
        }

        var turn = await desk.TakeAsync(request, SubmitReader.Key(context.Request), Caller.Of(user).Person, cancellationToken);
        if (turn is ChatTurn.Refused refused)
        {
            return refused.Fault;
        }

        var now = time.GetUtcNow();
        var frame = new ChatCompletionResource($"chatcmpl-{Guid.CreateVersion7(now):n}", request.Streams ? Chunk : Whole, now.ToUnixTimeSeconds(), ChatWords.Model, []);
        using var stay = streams.Begin(context, untilStop: false);
        var pieces = Pieces(turn, teller, context.Request, request.Streams ? LongestStream : LongestWhole, stay.Ending);
        if (!request.Streams)
        {
            try
            {
                return TypedResults.Ok(await GatherAsync(frame, pieces));
            }
            catch (OperationCanceledException) when (stay.Ending.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                return new OpenAiFault(StatusCodes.Status401Unauthorized, "The key opens nothing any more.");
            }
        }

        await StreamAsync(context, frame, pieces, request.CountsUsage, stay.Ending);
        return TypedResults.Empty;
    }

    private static IAsyncEnumerable<ChatPiece> Pieces(ChatTurn turn, ChatTeller teller, HttpRequest request, TimeSpan longest, CancellationToken cancellationToken) => turn switch
    {
        ChatTurn.Follow follow => teller.TellAsync(follow, $"{request.Scheme}://{request.Host}/workflows/{follow.Workflow}", longest, cancellationToken),
        ChatTurn.Answer answer => ((ChatPiece[])[new ChatPiece.Said(answer.Words), new ChatPiece.Ended(new ModelUsage(0, 0), IsCut: false)]).ToAsyncEnumerable(),
        _ => throw new UnreachableException(),
    };

    private static async Task<ChatCompletionResource> GatherAsync(ChatCompletionResource frame, IAsyncEnumerable<ChatPiece> pieces)
    {
        var (words, usage, end) = (new StringBuilder(), new ModelUsage(0, 0), Stop);
        await foreach (var piece in pieces)
        {
            switch (piece)
            {
                case ChatPiece.Said said:
                    words.Append(said.Words);
                    break;
                case ChatPiece.Ended ended:
                    (usage, end) = (ended.Usage, EndOf(ended));
                    break;
            }
        }

        return frame with { Choices = [new ChatChoiceResource(0, new ChatMessageResource(ChatMessage.Assistant, words.ToString()), null, end)], Usage = ChatUsageResource.Of(usage) };
    }

    private static async Task StreamAsync(HttpContext context, ChatCompletionResource frame, IAsyncEnumerable<ChatPiece> pieces, bool countsUsage, CancellationToken cancellationToken)
    {
        var response = context.Response;
        ServerSentEvents.Begin(response);
        try
        {
            await WriteAsync(response, Delta(frame, ChatMessage.Assistant, string.Empty, null), countsUsage, cancellationToken);
            await foreach (var piece in pieces)
            {
                switch (piece)
                {
                    case ChatPiece.Said said:
                        await WriteAsync(response, Delta(frame, null, said.Words, null), countsUsage, cancellationToken);
                        break;
                    case ChatPiece.Silence:
                        await response.WriteAsync(ServerSentEvents.StillHere, cancellationToken);
                        break;
                    case ChatPiece.Ended ended:
                        await WriteAsync(response, Delta(frame, null, null, EndOf(ended)), countsUsage, cancellationToken);
                        await (countsUsage ? WriteAsync(response, frame with { Usage = ChatUsageResource.Of(ended.Usage) }, countsUsage, cancellationToken) : Task.CompletedTask);
                        break;
                }

                await response.Body.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // who asked went, or may no longer look
        }
        catch (StoreUnavailableException)
        {
            // The answer has begun, so its status is sent; a client reads an error in the stream as one.
            var fault = new OpenAiFault(StatusCodes.Status503ServiceUnavailable, Problems.DetailOf(StatusCodes.Status503ServiceUnavailable));
            await ServerSentEvents.WriteAsync(response, fault.ToResource(), HostJson.Default.OpenAiErrorResource, cancellationToken);
        }

        await response.WriteAsync("data: [DONE]\n\n", cancellationToken);
    }

    private static ChatCompletionResource Delta(ChatCompletionResource frame, string? role, string? words, string? end) =>
        frame with { Choices = [new ChatChoiceResource(0, null, new ChatMessageResource(role, words), end)] };

    /// <summary>An answer that was cut off by time goes on when it is asked for again; that of a workflow that rests is whole.</summary>
    private static string EndOf(ChatPiece.Ended ended) => ended.IsCut ? Length : Stop;

    /// <summary>Who wants the usage counted finds the field in every piece, null in all but the last.</summary>
    private static Task WriteAsync(HttpResponse response, ChatCompletionResource chunk, bool countsUsage, CancellationToken cancellationToken) => countsUsage
        ? ServerSentEvents.WriteAsync(response, ChatCountedResource.Of(chunk), HostJson.Default.ChatCountedResource, cancellationToken)
        : ServerSentEvents.WriteAsync(response, chunk, HostJson.Default.ChatCompletionResource, cancellationToken);
}
