namespace AiManager.Host;

/// <summary>Where a browser says that a request comes from.</summary>
internal static class RequestOrigin
{
    /// <summary>
    /// True for another site, also a neighbour under the same domain, which can set a form's cookie here and so bring a token that fits it. Browsers say so themselves; of those that do not say where, the origin that a form names
    /// must be the address that was asked. Programs say neither.
    /// </summary>
    public static bool IsElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site] ? site is not ("same-origin" or "none")
        : request.Headers.Origin is [{ Length: > 0 } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
