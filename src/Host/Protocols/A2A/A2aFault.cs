using System.Text.Json;

namespace AiManager.Host;

/// <summary>
/// A refusal by what every route passes (who may, how much, how fast) on a route of A2A, in the shape of the binding: a JSON-RPC error for the one route of that
/// binding, a google.rpc.Status for the others. The HTTP status is the same as anywhere.
/// </summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What was refused, and why.</param>
internal sealed class A2aFault(int status, string detail) : IResult
{
    private const int InvalidRequest = -32600;
    private const int InternalError = -32603;

    // A2A leaves the number of what sign-in and limits refuse to the service ("JSON-RPC custom error"), and keeps those from -32001 on for itself. Programs go by the status and the name.
    private const int Refused = -32000;
    private static readonly object IdKey = new();

    /// <summary>True where everything is refused in this shape.</summary>
    public static bool IsSpoken(HttpContext context) => context.Request.Path.StartsWithSegments(A2aCard.Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>Keeps the id of a JSON-RPC call, for a refusal that comes after it was read.</summary>
    public static void Keep(HttpContext context, JsonText id) => context.Items[IdKey] = id;

    /// <summary>As JSON-RPC has it.</summary>
    public A2aReply ToReply(JsonText id) => new(id, Error: new A2aError(Code, detail, [new A2aErrorInfo(Name)]));

    /// <summary>As google.rpc has it.</summary>
    public A2aRestRefusal ToRefusal() => new(new A2aRestError(status, Name, detail, [new A2aErrorInfo(Name)]));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = A2aRest.MediaTypeOf(httpContext.Request);
        return httpContext.Request.Path.Equals(A2aCard.Path, StringComparison.OrdinalIgnoreCase)
            ? JsonSerializer.SerializeAsync(
                response.Body, ToReply(httpContext.Items[IdKey] is JsonText id ? id : JsonText.Null), HostJson.Default.A2aReply, httpContext.RequestAborted)
            : JsonSerializer.SerializeAsync(response.Body, ToRefusal(), HostJson.Default.A2aRestRefusal, httpContext.RequestAborted);
    }

    private int Code => status switch
    {
        StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType => InvalidRequest,
        >= StatusCodes.Status500InternalServerError => InternalError,
        _ => Refused,
    };

    /// <summary>What the status means, in the words of google.rpc.</summary>
    private string Name => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "NOT_FOUND",
        StatusCodes.Status405MethodNotAllowed => "UNIMPLEMENTED",
        StatusCodes.Status429TooManyRequests => "RESOURCE_EXHAUSTED",
        StatusCodes.Status503ServiceUnavailable => "UNAVAILABLE",
        >= StatusCodes.Status500InternalServerError => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
}
