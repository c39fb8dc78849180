using System.Net;

namespace AiManager.Host;

/// <summary>Where the scripted model listens, which takes no key: this machine and nowhere else.</summary>
internal static class LoopbackAddress
{
    /// <summary>The address. Throws <see cref="UsageException"/> for one that others could reach, and for one that is none.</summary>
    public static Uri Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || !ListenAddress.IsBare(url))
        {
            throw new UsageException($"'{text}' is no address to listen at; write one like http://127.0.0.1:5080");
        }

        return url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            ? url
            : throw new UsageException($"'{text}' is not a loopback address. It plays for this machine only.");
    }
}
