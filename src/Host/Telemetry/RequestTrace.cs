using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace AiManager.Host;

/// <summary>
/// Names a request's span by its route. The path and the query stay out: they hold ids, one-time codes and words that people searched for. A request about a
/// workflow is linked to the workflow's own trace.
/// </summary>
internal static class RequestTrace
{
    /// <summary>Adds it; behind routing.</summary>
    public static IApplicationBuilder UseRequestTrace(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            await next(context);
            return;
        }

        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.Trim('/') : null;
        var method = Known(context.Request.Method);
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("url.scheme", context.Request.Scheme);
        if (context.Request.RouteValues.TryGetValue("id", out var id) && id is string text && PrefixedId.TryRead<WorkflowId>(text, out var workflow))
        {
            span.SetTag(WorkflowTrace.Workflow, text).AddLink(new ActivityLink(WorkflowTrace.Of(workflow)));
        }

        await next(context);
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.Fail(context.Response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    });

    /// <summary>A method that anybody made up is none of a closed set.</summary>
    private static string Known(string method) => HttpMethods.GetCanonicalizedValue(method) is var known
        && known is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT" ? known : "_OTHER";
}
