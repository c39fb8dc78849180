using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>Every error that leaves over HTTP: RFC 9457, with a <c>type</c> that stays put.</summary>
internal static class Problems
{
    private const string Types = "urn:aimanager:problem:";

    /// <summary>400: the request itself is wrong; sending it again helps nobody.</summary>
    public static ProblemHttpResult Invalid(string detail) => Of(StatusCodes.Status400BadRequest, detail);

    /// <summary>403: this caller may not.</summary>
    public static ProblemHttpResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, detail);

    /// <summary>404: there is no such thing.</summary>
    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    /// <summary>409: not in this state; somebody was first, or it is over.</summary>
    public static ProblemHttpResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    /// <summary>422: the request is well-formed, and its arguments are not ones that the tool takes.</summary>
    public static ProblemHttpResult DoesNotFit(string detail) =>
        Of(StatusCodes.Status422UnprocessableEntity, detail);

    /// <summary>422: the idempotency key came with something else before; nothing was done.</summary>
    public static ProblemHttpResult ReusedKey(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status422UnprocessableEntity, type: Types + "idempotency-key-reused");

    /// <summary>503: the store is away; nothing was done.</summary>
    public static ProblemHttpResult Unavailable(string detail) => Of(StatusCodes.Status503ServiceUnavailable, detail);

    /// <summary>503: this host takes nothing on; another may.</summary>
    public static ProblemHttpResult Draining(string why) =>
        TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable, type: Types + "host-draining");

    /// <summary>The stable type of a status.</summary>
    public static string TypeOf(int status) => Types + status switch
    {
        StatusCodes.Status400BadRequest => "invalid-request",
        StatusCodes.Status401Unauthorized => "not-signed-in",
        StatusCodes.Status403Forbidden => "not-allowed",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status405MethodNotAllowed => "method-not-allowed",
        StatusCodes.Status409Conflict => "conflict",
        StatusCodes.Status413PayloadTooLarge => "too-large",
        StatusCodes.Status415UnsupportedMediaType => "not-json",
        StatusCodes.Status421MisdirectedRequest => "unknown-host",
        StatusCodes.Status422UnprocessableEntity => "arguments-do-not-fit",
        StatusCodes.Status429TooManyRequests => "too-many-requests",
        StatusCodes.Status503ServiceUnavailable => "store-unavailable",
        _ => "unexpected",
    };

    /// <summary>What a status says where nothing more is known.</summary>
    public static string DetailOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "Send a key as 'Authorization: Bearer aim_…' (make one with: keys create --person P), or open the sign-in link that the service printed at its start.",
        StatusCodes.Status403Forbidden => "This key, or this person, may not do that.",
        StatusCodes.Status404NotFound => "There is nothing here. The routes are listed in /openapi/v1.json.",
        StatusCodes.Status413PayloadTooLarge => "The request is larger than 2 MB.",
        StatusCodes.Status415UnsupportedMediaType => "The body must be JSON: Content-Type: application/json.",
        StatusCodes.Status421MisdirectedRequest => "The service does not go by this name. Ask it at 127.0.0.1 or localhost, or name the host in company.yaml (api: { hosts: [...] }).",
        StatusCodes.Status429TooManyRequests => "Too many requests at once. Wait as long as Retry-After says.",
        StatusCodes.Status503ServiceUnavailable => "The store cannot be reached; nothing was done. Try again.",
        StatusCodes.Status500InternalServerError => "Something unexpected happened; the service's log has it.",
        _ => "The request was not understood.",
    };

    /// <summary>The problem of a status.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">What happened.</param>
    /// <param name="reference">What the log calls it; null where the log has nothing to add.</param>
    public static ProblemHttpResult Of(int status, string detail, string? reference = null) => TypedResults.Problem(
        detail, statusCode: status, type: TypeOf(status), extensions: reference is null ? null : [KeyValuePair.Create<string, object?>("reference", reference)]);
}
