using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AiManager.Host;

/// <summary>
/// <c>/mcp</c>: the manager as an MCP server over streamable HTTP, for the revision of 2026-07-28 and those before it that begin with a handshake. Each POST is answered by a
/// server of its own that ends with it: there is no session to take over and nothing to keep.
/// </summary>
internal static class McpEndpoint
{
    private const string About =
        "The manager of this company takes goals in plain words, plans them, delegates the tasks to agents and people and gates every tool call through the company's authority policy. Submit a goal, then look at the workflow now and then; where it waits for people, say so to your user.";

    /// <summary>Characters; what a method is called is repeated in replies.</summary>
    private const int LongestMethod = 100;

    private const int MethodNotFound = -32601;
    private const int LeastRefusedByStatus = -32029;
    private const int MostRefusedByStatus = -32020;

    /// <summary>Maps it.</summary>
    public static void MapMcp(this IEndpointRouteBuilder app) =>
        app.MapPost("/mcp", Post).WithTags("MCP").RequireAuthorization().WithName("PostMcp").Accepts<JsonText>("application/json").Produces<string>(StatusCodes.Status200OK, ServerSentEvents.MediaType).Produces(StatusCodes.Status202Accepted).Produces<McpRefusalResource>(StatusCodes.Status400BadRequest)
            .WithSummary("Model Context Protocol, streamable HTTP: one JSON-RPC message; tools submit_goal, get_workflow, list_approvals, decide_approval, send_message, cancel_workflow, as far as the key goes");

    private static async Task<IResult> Post(HttpContext context, ClaimsPrincipal user, LoadedCompany company, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (WhyNot(context, user, company.Settings.Limits) is { } refused)
        {
            return McpFault.Of(StatusCodes.Status403Forbidden, refused);
        }

        JsonElement element;
        try
        {
            element = (await JsonBody.ReadObjectAsync(context.Request, cancellationToken)).ToElement();
        }
        catch (BadHttpRequestException unread) when (unread.InnerException is JsonException)
        {
            return McpFault.Unreadable(unread.Message);
        }

        if (MessageOf(element) is not { } message)
        {
            return McpFault.Of(StatusCodes.Status400BadRequest, "The body must be one JSON-RPC 2.0 message.");
        }

        if (MethodOf(message) is { } method && (method.Length > LongestMethod || method.Any(char.IsControl)))
        {
            return McpFault.Of(StatusCodes.Status400BadRequest, "No method is called so.");
        }

        var (revision, fault) = McpRevision.Read(context.Request, element);
        if (fault is not null)
        {
            return fault;
        }

        message.Context = new JsonRpcMessageContext { ProtocolVersion = revision };
        await ServeAsync(context, message, revision, loggers, cancellationToken);
        return TypedResults.Empty;
    }

    /// <summary>
    /// A page of another site that has made its name mean this machine (DNS rebinding) names its own origin, and a cookie is nothing for a program. The terminal's
    /// token may speak for anybody and has no business here: whoever decides over MCP is whoever a key belongs to.
    /// </summary>
    private static string? WhyNot(HttpContext context, ClaimsPrincipal user, ApiLimits limits) =>
        context.Request.Headers.Origin is { Count: > 0 } origin && !IsOwn(origin.ToString(), context.Request, limits)
            ? "Pages of other origins may not call this."
        : Caller.KeyOf(user) is null || Caller.Of(user).Via != Caller.Api ? "Come with a key of your own: Authorization: Bearer aim_…"
        : null;

    /// <summary>The address that was asked, one that the company names, or, where this machine is asked by its own name, any port of it.</summary>
    private static bool IsOwn(string origin, HttpRequest request, ApiLimits limits) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from) && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var here)
        && (IsSame(from, here) || limits.Addresses.Any(a => IsSame(from, a)) || (from.IsLoopback && here.IsLoopback));

    private static bool IsSame(Uri one, Uri other) => one.GetLeftPart(UriPartial.Authority) == other.GetLeftPart(UriPartial.Authority);

    private static string? MethodOf(JsonRpcMessage message) => message switch
    {
        JsonRpcRequest request => request.Method,
        JsonRpcNotification notification => notification.Method,
        _ => null,
    };

    private static JsonRpcMessage? MessageOf(JsonElement element)
    {
        try
        {
            return element.Deserialize((JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task ServeAsync(HttpContext context, JsonRpcMessage message, string? revision, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, OptionsFor(context), loggers, context.RequestServices);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = server.RunAsync(ending.Token);

        // No tool here tells of its progress: there is one message, and the status depends on what it is.
        using var answer = new MemoryStream();
        JsonRpcMessage? first = null;
        var isAnswered = await transport.HandlePostRequestAsync(
            message,
            answer,
            begun =>
            {
                first = begun;
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        await ending.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WriteAsync(context, first as JsonRpcError, revision, isAnswered ? answer : null, cancellationToken);
    }

    private static async Task WriteAsync(HttpContext context, JsonRpcError? error, string? revision, MemoryStream? answer, CancellationToken cancellationToken)
    {
        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else if (error is not null && revision is not null && McpRevision.IsSelfContained(revision) && StatusOf(error.Error.Code) is { } status)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(context.Response.Body, error, (JsonTypeInfo<JsonRpcError>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcError)), cancellationToken);
        }
        else
        {
            ServerSentEvents.Begin(context.Response);
            answer.Position = 0;
            await answer.CopyToAsync(context.Response.Body, cancellationToken);
        }
    }

    /// <summary>The status that an error has of its own since 2026-07-28; null for those that a method answers with.</summary>
    private static int? StatusOf(int code) => code switch
    {
        MethodNotFound => StatusCodes.Status404NotFound,
        >= LeastRefusedByStatus and <= MostRefusedByStatus => StatusCodes.Status400BadRequest,
        _ => null,
    };

    private static McpServerOptions OptionsFor(HttpContext context)
    {
        var tools = McpTools.All.Where(t => Caller.May(context.User, t.Permission)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        var caller = Caller.Of(context.User) with { Via = Caller.Mcp };
        return new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "ai-manager", Title = "AI Manager", Version = NodeService.Version },
            ServerInstructions = About,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. tools.Values.Select(t => t.ToProtocol())] }),
                CallToolHandler = async (request, cancellationToken) =>
                {
                    var call = request.Params ?? throw new McpProtocolException("A call names a tool.", McpErrorCode.InvalidParams);
                    var tool = tools.GetValueOrDefault(call.Name) ?? throw new McpProtocolException($"There is no tool '{RequestText.Short(call.Name)}' for this key.", McpErrorCode.InvalidParams);
                    return await CallAsync(tool, new McpCall(Arguments(call.Arguments), caller, context.RequestServices), cancellationToken);
                },
            },
        };
    }

    private static async Task<CallToolResult> CallAsync(McpTool tool, McpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await tool.Run(call, cancellationToken) switch
            {
                McpAnswer.Done done => new CallToolResult { Content = [new TextContentBlock { Text = done.Value.GetRawText() }], StructuredContent = done.Value },
                McpAnswer.Refused refused => Refused(refused.Why),
                _ => throw new UnreachableException(),
            };
        }
        catch (BadHttpRequestException refused)
        {
            return Refused(refused.Message);
        }
        catch (StoreUnavailableException)
        {
            return Refused(Problems.DetailOf(StatusCodes.Status503ServiceUnavailable));
        }
    }

    private static CallToolResult Refused(string why) => new() { Content = [new TextContentBlock { Text = why }], IsError = true };

    private static JsonElement Arguments(IDictionary<string, JsonElement>? arguments) => JsonText.Parse(
        "{" + string.Join(",", (arguments ?? new Dictionary<string, JsonElement>()).Select(a => $"{JsonText.OfString(a.Key).Text}:{a.Value.GetRawText()}")) + "}").ToElement();
}
