using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>An error, as whoever asked can use it: a page for a browser, a problem document for a program. The page asks the store for nothing, because that may be what failed.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">One or two sentences: what happened.</param>
internal sealed class PageFault(int status, string detail) : IResult
{
    private static readonly string[] ForPrograms = ["/api", "/health", "/metrics", "/openapi", "/access", "/.well-known", "/v1", "/mcp", "/a2a"];

    /// <summary>The error of a status, where nothing more is known.</summary>
    public static PageFault Of(int status) => new(status, Problems.DetailOf(status));

    /// <summary>True when a browser asks for something to look at.</summary>
    public static bool WantsPage(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !ForPrograms.Any(p => context.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (OpenAiFault.IsSpoken(httpContext))
        {
            return new OpenAiFault(status, detail).ExecuteAsync(httpContext);
        }

        if (McpFault.IsSpoken(httpContext))
        {
            return McpFault.Of(status, detail).ExecuteAsync(httpContext);
        }

        if (A2aFault.IsSpoken(httpContext))
        {
            return new A2aFault(status, detail).ExecuteAsync(httpContext);
        }

        if (!WantsPage(httpContext))
        {
            return Problems.Of(status, detail).ExecuteAsync(httpContext);
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            return ConsolePages.SignedOut(httpContext, status, null).ExecuteAsync(httpContext);
        }

        var content = httpContext.RequestServices.GetRequiredService<PageContent>();
        if (status < StatusCodes.Status500InternalServerError && content.Person is null && httpContext.User.Identity is { IsAuthenticated: true })
        {
            httpContext.RequestServices.GetRequiredService<PageWriter>().BeginSession(httpContext);
        }

        content.Show(new FaultPage(status, TitleOf(status), detail, NextOf(status)));
        return new RazorComponentResult<Fault> { StatusCode = status }.ExecuteAsync(httpContext);
    }

    private static string TitleOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "That could not be read",
        StatusCodes.Status403Forbidden => "You may not do that",
        StatusCodes.Status404NotFound => "There is nothing here",
        StatusCodes.Status405MethodNotAllowed => "This address only takes a form",
        StatusCodes.Status409Conflict => "It is not so any more",
        StatusCodes.Status413PayloadTooLarge => "That was too much at once",
        StatusCodes.Status429TooManyRequests => "That was too fast",
        StatusCodes.Status503ServiceUnavailable => "The service cannot do that now",
        _ => "Something went wrong",
    };

    private static string NextOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Go back, load the page again, and send the form once more.",
        StatusCodes.Status403Forbidden => "Ask somebody who can, or whoever keeps people.yaml for the role. A key may also be limited to less than its person may.",
        StatusCodes.Status404NotFound => "The address may be mistyped, or it is about something that another company's store holds.",
        StatusCodes.Status405MethodNotAllowed => "Begin at one of these places.",
        StatusCodes.Status409Conflict => "Load the page again: somebody else was first.",
        StatusCodes.Status413PayloadTooLarge => "Send less, or put long material into a document.",
        StatusCodes.Status429TooManyRequests => "Wait a few seconds and try again.",
        StatusCodes.Status503ServiceUnavailable => "Nothing was lost: what was acknowledged is on disk. Try again in a moment; /health/ready says when it is back.",
        _ => "Try again. If it stays so, the service's log has the reason at this time of day.",
    };
}

/// <summary>What an error's page says.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record FaultPage(int Status, string Title, string Detail, string Next);
