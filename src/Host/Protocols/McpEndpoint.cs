using System.Diagnostics;
using System.Reflection;
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

    private const string MethodHeader = "Mcp-Method";
    private const string NameHeader = "Mcp-Name";

    private static readonly string Version = typeof(McpEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>Maps it.</summary>
    public static void MapMcp(this IEndpointRouteBuilder app) =>
        app.MapPost("/mcp", Post).WithTags("MCP").RequireAuthorization().WithName("PostMcp").Accepts<JsonText>("application/json").Produces(StatusCodes.Status200OK, contentType: ServerSentEvents.MediaType)
            .WithSummary("Model Context Protocol, streamable HTTP: one JSON-RPC message; tools submit_goal, get_workflow, list_approvals, decide_approval, send_message, cancel_workflow, as far as the key goes");

    private static async Task<IResult> Post(HttpContext context, ClaimsPrincipal user, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (WhyNot(context, user) is { } refused)
        {
            return Problems.Forbidden(refused);
        }

        var element = (await JsonBody.ReadObjectAsync(context.Request, cancellationToken)).ToElement();
        if (MessageOf(element) is not { } message)
        {
            return Problems.Invalid("The body must be one JSON-RPC 2.0 message.");
        }

        if (Mismatch(context.Request, element) is { } mismatch)
        {
            return Problems.Invalid(mismatch);
        }

        await ServeAsync(context, message, loggers, cancellationToken);
        return TypedResults.Empty;
    }

    /// <summary>
    /// A page of another site that has made its name mean this machine (DNS rebinding) names its own origin, and a cookie is nothing for a program. The terminal's
    /// token may speak for anybody and has no business here: whoever decides over MCP is whoever a key belongs to.
    /// </summary>
    private static string? WhyNot(HttpContext context, ClaimsPrincipal user) =>
        context.Request.Headers.Origin is { Count: > 0 } origin && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && uri.IsLoopback)
            ? "Pages of other origins may not call this."
        : Caller.KeyOf(user) is null || Caller.Of(user).Via != Caller.Api ? "Come with a key of your own: Authorization: Bearer aim_…"
        : null;

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

    /// <summary>Who stands between looks at headers only: what they say must be what is done.</summary>
    private static string? Mismatch(HttpRequest request, JsonElement message) =>
        Differs(request.Headers[MethodHeader].ToString(), message, "method") ? $"'{MethodHeader}' is not the method of the body."
        : message.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object && Differs(request.Headers[NameHeader].ToString(), parameters, "name")
            ? $"'{NameHeader}' is not the name in the body."
        : null;

    private static bool Differs(string header, JsonElement holder, string field) =>
        header.Length > 0 && holder.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() != header;

    private static async Task ServeAsync(HttpContext context, JsonRpcMessage message, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ServerSentEvents.Begin(context.Response);
        await using var transport = new StreamableHttpServerTransport(loggers) { Stateless = true };
        await using var server = McpServer.Create(transport, OptionsFor(context), loggers, context.RequestServices);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = server.RunAsync(ending.Token);
        if (!await transport.HandlePostRequestAsync(message, context.Response.Body, cancellationToken))
        {
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        await ending.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static McpServerOptions OptionsFor(HttpContext context)
    {
        var tools = McpTools.All.Where(t => Caller.May(context.User, t.Permission)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        var caller = Caller.Of(context.User) with { Via = Caller.Mcp };
        return new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "ai-manager", Title = "AI Manager", Version = Version },
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
