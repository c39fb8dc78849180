namespace AiManager.Host;

/// <summary>What every reply tells a browser not to do.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds them.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin"; // and not none: then a browser says of a form of ours that it comes from nowhere
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = "no-cache, no-store"; // as the form tokens want it, which warn about anything else
        return next(context);
    });

    /// <summary>
    /// Tells browsers that reached it by TLS, under a name that the company says is its own, to come no other way for a year. Behind <see cref="KnownHosts"/>, which knows by which scheme they came;
    /// not for this machine's own names, where a port in the clear is meant to be.
    /// </summary>
    public static IApplicationBuilder UseStrictTransport(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.IsHttps
            && context.RequestServices.GetRequiredService<LoadedCompany>().Settings.Limits.Hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    });
}
