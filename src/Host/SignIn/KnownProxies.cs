using System.Net;

namespace AiManager.Host;

/// <summary>
/// Where <c>api.proxies</c> names the proxies in front, what crosses the network in the clear comes from them or not at all: whoever passes them by would send keys in the
/// clear, and could write what only a proxy may say. This machine is asked as ever, and so is whether the service is well.
/// </summary>
internal static class KnownProxies
{
    private const string ForwardedScheme = "X-Forwarded-Proto";
    private const string Health = "/health";

    /// <summary>Adds the check. It belongs before whatever looks at a request's scheme.</summary>
    public static IApplicationBuilder UseKnownProxies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var limits = context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits;
        if (limits.Proxies.IsEmpty || context.Request.IsHttps)
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
            : Problems.Forbidden("The service is asked through its proxy, which speaks TLS. Use the address that it goes by.").ExecuteAsync(context);
    });
}
