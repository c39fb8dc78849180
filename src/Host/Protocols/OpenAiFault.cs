using System.Text.Json;

namespace AiManager.Host;

/// <summary>An error in the shape that OpenAI's clients read: <c>{"error":{message,type,param,code}}</c>.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What was refused, and why.</param>
internal sealed class OpenAiFault(int status, string message) : IResult
{
    /// <summary>The field of the request that is wrong; null for none.</summary>
    public string? Param { get; init; }

    /// <summary>What programs look at; null for what the status says.</summary>
    public string? Code { get; init; }

    /// <summary>True where everything is answered in this shape.</summary>
    public static bool IsSpoken(HttpContext context) => context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>There is one model.</summary>
    public static ChatRead.Refused UnknownModel(string name)
    {
        var message = $"There is no model '{RequestText.Short(name)}'. There is: {ChatWords.Model}.";
        return new ChatRead.Refused(new OpenAiFault(StatusCodes.Status404NotFound, message) { Param = "model", Code = "model_not_found" });
    }

    /// <summary>As it is written, also in the middle of a stream.</summary>
    public OpenAiErrorResource ToResource() => new(new OpenAiErrorBody(
        message,
        status switch
        {
            >= StatusCodes.Status500InternalServerError => "server_error",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            StatusCodes.Status403Forbidden => "permission_error",
            _ => "invalid_request_error",
        },
        Param,
        Code ?? status switch
        {
            StatusCodes.Status401Unauthorized => "invalid_api_key",
            StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
            _ => null,
        }));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(httpContext.Response.Body, ToResource(), HostJson.Default.OpenAiErrorResource, httpContext.RequestAborted);
    }
}
