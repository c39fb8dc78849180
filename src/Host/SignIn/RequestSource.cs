using System.Net;
using System.Net.Sockets;

namespace AiManager.Host;

/// <summary>
/// From where a request comes, as far as anybody says it: for sharing out what strangers may have asked, and for nothing that somebody may. Where proxies
/// are named (<c>api.proxies</c>), only they say it; else whoever passes the proxy by and writes its header themselves gains another share, and takes nobody's.
/// </summary>
internal static class RequestSource
{
    private const string Header = "X-Forwarded-For";
    private const int NetworkBytes = 8;

    /// <summary>One word for all that comes from one place; null where a proxy stands in front and does not say.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limits">Which names are those of a proxy.</param>
    public static string? Of(HttpContext context, ApiLimits limits) =>
        !IsOfAProxy(context, limits) ? Word(context.Connection.RemoteIpAddress)

            // What stands before the last address was said by whoever asked.
            : context.Request.Headers[Header] is [.., { } line] && IPEndPoint.TryParse(line[(line.LastIndexOf(',') + 1)..].Trim(), out var said) ? Word(said.Address)
            : null;

    /// <summary>Where proxies are named, by where it comes from; else by the name that it was asked under.</summary>
    private static bool IsOfAProxy(HttpContext context, ApiLimits limits) => limits.Proxies.IsEmpty
        ? limits.Hosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase)
        : limits.IsProxy(context.Connection.RemoteIpAddress);

    /// <summary>Whoever has one address of a network has all of it: of version 6, half the bits.</summary>
    private static string? Word(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address?.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes)) : address?.ToString();
    }
}
