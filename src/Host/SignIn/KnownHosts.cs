using System.Net;

namespace AiManager.Host;

/// <summary>
/// Answers only to its own names. A page of another site can make its own name lead to this machine (DNS rebinding), and a browser then takes the service for that site;
/// what it cannot do is to name another host than its own. Its name is never a bare address, which probes of a cluster and a browser on the same network use.
/// </summary>
internal static class KnownHosts
{
    /// <summary>Adds the check: addresses, this machine's own names, and those that <c>api.hosts</c> of <c>company.yaml</c> has for a proxy in front.</summary>
    public static IApplicationBuilder UseKnownHosts(this IApplicationBuilder app) => app.Use((context, next) =>
        IsKnown(context.Request.Host.Host, context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits)
            ? next(context)
            : Problems.Of(StatusCodes.Status421MisdirectedRequest, Problems.DetailOf(StatusCodes.Status421MisdirectedRequest)).ExecuteAsync(context));

    /// <summary>True for a name that the service goes by.</summary>
    public static bool IsKnown(string host, ApiLimits limits) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || limits.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
