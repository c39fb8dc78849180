using System.Net;

namespace AiManager.Host;

/// <summary>
/// What crosses the network in the clear comes from a proxy that <c>api.proxies</c> names, or not at all: whoever passes it by would send keys in the clear, and could write
/// what only a proxy may say. It is asked with each request, as another configuration may name others, or none. This machine is asked as ever, and so is whether the service is well.
/// </summary>
internal static class KnownProxies
{
    private const string ForwardedScheme = "X-Forwarded-Proto";
    private const string Health = "/health";

    /// <summary>Adds the check. It belongs before whatever looks at a request's scheme.</summary>
    public static IApplicationBuilder UseKnownProxies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var limits = context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits;
        if (context.Request.IsHttps)
        {
            return next(context);
        }

        var from = context.Connection.RemoteIpAddress;
        if (limits.IsProxy(from))
        {
            // As the one in front of it was asked, which is the last that is said: what stands before was said by whoever asked.
            if (context.Request.Headers[ForwardedScheme] is [.., { } said] && said.Split(',')[^1].Trim().Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase))
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
            }

            return next(context);
        }

        return from is null || IPAddress.IsLoopback(from) || context.Request.Path.StartsWithSegments(Health, StringComparison.Ordinal)
            ? next(context)
            : new ProgramFault(StatusCodes.Status403Forbidden, "In the clear only this machine and a proxy that company.yaml names (api.proxies) are answered. Use the https:// address that the service goes by.").ExecuteAsync(context);
    });
}
