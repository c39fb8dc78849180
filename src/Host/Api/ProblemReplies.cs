using System.Diagnostics;

namespace AiManager.Host;

/// <summary>Makes every error a problem document, or a page for whoever looks with a browser: what a reader refused, what the store could not do, and what nobody expected.</summary>
internal static class ProblemReplies
{
    /// <summary>Adds it; it belongs in front of everything that may fail.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await new PageFault(refused.StatusCode, refused.Message).ExecuteAsync(context);
        }
        catch (StoreUnavailableException away) when (!context.Response.HasStarted)
        {
            Log(context).StoreAway(away, RouteOf(context));
            await PageFault.Of(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            // The outer edge of every request: its words may hold anything, so the log has them and the caller does not.
            var reference = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
            Log(context).RequestFailed(fault, RouteOf(context), reference);
            await PageFault.Unexpected(reference).ExecuteAsync(context);
        }

        var status = context.Response.StatusCode;
        if (status >= StatusCodes.Status400BadRequest && !context.Response.HasStarted && context.Response.ContentType is null && !context.RequestAborted.IsCancellationRequested)
        {
            var refused = status == StatusCodes.Status403Forbidden ? Refusal.Of(context) : null;
            await (refused is null ? PageFault.Of(status) : new PageFault(status, refused)).ExecuteAsync(context);
        }
    });

    /// <summary>The pattern that was asked for, and not the address: a sign-in link stands in one, and is good again when it could not be used.</summary>
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "an address that nothing has";

    private static ILogger Log(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProblemReplies));
}
