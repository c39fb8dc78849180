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
    {
        var settings = context.RequestServices.GetRequiredService<LoadedCompany>().Settings;
        if (!IsKnown(context.Request.Host.Host, settings.Limits))
        {
            // No page: a browser that was led here by another site's name shows that site nothing of the company.
            return new ProgramFault(StatusCodes.Status421MisdirectedRequest, Problems.DetailOf(StatusCodes.Status421MisdirectedRequest)).ExecuteAsync(context);
        }

        // The proxy in front is named by the address that browsers use; its headers, which anybody can write, say nothing here.
        var host = context.Request.Host.ToString();
        if (settings.Limits.Addresses.FirstOrDefault(a => host.Equals(a.Authority, StringComparison.OrdinalIgnoreCase)) is { } address)
        {
            context.Request.Scheme = address.Scheme;
        }

        return next(context);
    });

    /// <summary>True for a name that the service goes by.</summary>
    public static bool IsKnown(string host, ApiLimits limits) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || limits.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
