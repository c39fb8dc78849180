using Microsoft.AspNetCore.Authentication.Cookies;

namespace AiManager.Host;

/// <summary>
/// Names the session's cookie so that a browser which came by TLS takes it from this host alone, over TLS alone, and from no neighbour under the same domain. In the clear, on this machine, browsers know no such
/// names, and the cookie goes by its plain one; each counts only by the way that it came.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    private const string Prefix = "__Host-";

    private readonly ChunkingCookieManager _cookies = new();

    /// <inheritdoc/>
    public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, NameOf(context, key));

    /// <inheritdoc/>
    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) => _cookies.AppendResponseCookie(context, NameOf(context, key), value, options);

    /// <inheritdoc/>
    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, NameOf(context, key), options);

    /// <summary>How a cookie is called on the way that the request came.</summary>
    public static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
