using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary>An error, as whoever asked can use it: a page for a browser, <see cref="ProgramFault"/> for a program. The page asks the store for nothing, because that may be what failed.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">One or two sentences: what happened.</param>
/// <param name="reference">What the log calls it; null where the log has nothing to add.</param>
internal sealed class PageFault(int status, string detail, string? reference = null) : IResult
{
    private static readonly string[] ForPrograms = ["/api", "/health", "/metrics", "/openapi", "/access", "/.well-known", "/v1", "/mcp", "/a2a"];

    /// <summary>The error of a status, where nothing more is known.</summary>
    public static PageFault Of(int status) => new(status, Problems.DetailOf(status));

    /// <summary>What nobody expected: its words may hold anything, so whoever asked is told only what the log calls it.</summary>
    public static PageFault Unexpected(string reference) =>
        new(StatusCodes.Status500InternalServerError, $"Something unexpected happened; the service's log has it under the reference {reference}.", reference);

    /// <summary>True when a browser asks for something to look at.</summary>
    public static bool WantsPage(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !ForPrograms.Any(p => context.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (!WantsPage(httpContext))
        {
            return new ProgramFault(status, detail, reference).ExecuteAsync(httpContext);
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

        content.Show(new FaultPage(status, TitleOf(status), detail == Problems.DetailOf(status) ? DetailOf(status) ?? detail : detail, NextOf(status), reference));
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

    /// <summary>What a status says to somebody with a browser, where nothing more is known and a program is told something else; null where both are told the same.</summary>
    private static string? DetailOf(int status) => status switch
    {
        StatusCodes.Status403Forbidden => "You, or the key that you signed in with, may not do that.",
        StatusCodes.Status404NotFound => "No page has this address.",
        StatusCodes.Status429TooManyRequests => "More was asked for at once than one person may ask for.",
        _ => null,
    };

    private static string NextOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Go back, load that page again and send its form once more. Where you typed or followed an address, something in it is not as it must be.",
        StatusCodes.Status403Forbidden => "Ask somebody who can, or ask for the role. Who you are here stands beside the menu; a session that was begun with a key may be limited to less than its person may.",
        StatusCodes.Status404NotFound => "The address may be mistyped, or about something that this company's store does not hold. Search for a goal, or begin at one of these places.",
        StatusCodes.Status405MethodNotAllowed => "Begin at one of these places.",
        StatusCodes.Status409Conflict => "Load the page again: somebody else was first.",
        StatusCodes.Status413PayloadTooLarge => "Send less, or put long material into a document.",
        StatusCodes.Status429TooManyRequests => "Nothing was lost and nothing was done. Wait a moment, go back, and send it once more.",
        StatusCodes.Status503ServiceUnavailable => "Nothing was lost: what was acknowledged is on disk. Try again in a moment; /health/ready says when it is back.",
        _ => "What was acknowledged before is safe. Go back and look whether it was done before you try again. If it stays so, give the reference below to whoever runs the service: the log says there what went wrong.",
    };
}

/// <summary>What an error's page says.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Next">What to do about it.</param>
/// <param name="Reference">What the log calls it; null where the log has nothing to add.</param>
internal sealed record FaultPage(int Status, string Title, string Detail, string Next, string? Reference);
