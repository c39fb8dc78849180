using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// A refusal on <c>/mcp</c>: an HTTP status, by which clients go, with a JSON-RPC error for whoever reads on; the problem's stable type goes with it. What MCP has no number for has that of the status:
/// MCP keeps -32000 to -32099 for itself and for what was there before it, and sends what is an application's own outside of what JSON-RPC reserves.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The error's number.</param>
/// <param name="message">What was refused, and why.</param>
internal sealed class McpFault(int status, int code, string message) : IResult
{
    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;
    private const int InternalError = -32603;

    /// <summary>Of the call; null where it was not read, and then the reply has none.</summary>
    public JsonText? Id { get; init; }

    /// <summary>What programs look at; null for the problem's type and status.</summary>
    public JsonText? Data { get; init; }

    /// <summary>True where everything is refused in this shape.</summary>
    public static bool IsSpoken(HttpContext context) => context.Request.Path.StartsWithSegments("/mcp", StringComparison.OrdinalIgnoreCase);

    /// <summary>The error of a status, whatever refused.</summary>
    public static McpFault Of(int status, string detail) => new(
        status,
        status switch
        {
            StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType => InvalidRequest,
            >= StatusCodes.Status500InternalServerError => InternalError,
            _ => status,
        },
        detail);

    /// <summary>The body is no JSON.</summary>
    public static McpFault Unreadable(string detail) => new(StatusCodes.Status400BadRequest, ParseError, detail);

    /// <summary>As it is written.</summary>
    public McpRefusalResource ToResource() => new(
        Id,
        new McpErrorResource(code, message, Data ?? JsonText.Of(JsonSerializer.SerializeToElement(new McpProblemResource(Problems.TypeOf(status), status), HostJson.Default.McpProblemResource))));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(httpContext.Response.Body, ToResource(), HostJson.Default.McpRefusalResource, httpContext.RequestAborted);
    }
}

/// <summary>A JSON-RPC reply that refuses.</summary>
/// <param name="Id">Of the call; null, and not written, where it was not read.</param>
/// <param name="Error">Why.</param>
internal sealed record McpRefusalResource(JsonText? Id, McpErrorResource Error)
{
    /// <summary>The protocol's version.</summary>
    public string Jsonrpc => "2.0";
}

/// <summary>Why a call was refused.</summary>
/// <param name="Code">The error's number.</param>
/// <param name="Message">For people.</param>
/// <param name="Data">For programs; null for none.</param>
internal sealed record McpErrorResource(int Code, string Message, JsonText? Data);

/// <summary>What kind of refusal.</summary>
/// <param name="Type">Stays put.</param>
/// <param name="Status">As HTTP has it.</param>
internal sealed record McpProblemResource(string Type, int Status);

/// <summary>Which revisions there are instead.</summary>
/// <param name="Supported">Newest first.</param>
/// <param name="Requested">As it was asked for.</param>
internal sealed record McpVersionsResource(ImmutableArray<string> Supported, string Requested);
