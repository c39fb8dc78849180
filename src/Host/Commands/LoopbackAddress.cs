using System.Net;

namespace AiManager.Host;

/// <summary>Where a server listens: this machine and nowhere else.</summary>
internal static class LoopbackAddress
{
    /// <summary>The address. Throws <see cref="UsageException"/> for one that others could reach, and for one that is none.</summary>
    public static Uri Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
        {
            throw new UsageException($"'{text}' is no address to listen at; write one like http://127.0.0.1:5080");
        }

        return url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            ? url
            : throw new UsageException($"'{text}' is not a loopback address. Keys and sign-in links would cross the network in the clear; put a proxy with TLS in front instead.");
    }
}
