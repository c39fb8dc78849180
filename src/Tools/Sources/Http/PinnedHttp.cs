using System.Net;
using System.Net.Sockets;

namespace AiManager.Tools;

/// <summary>Finds the addresses of a host.</summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// HTTP to one host and to no other: no redirects, no proxy, no cookies, and each connection only to an address that may be reached. A host that is not
/// named here cannot be spoken to whatever a request, a document or a reply says.
/// </summary>
public sealed class PinnedHttp : IDisposable
{
    private static readonly TimeSpan UsualConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly Uri _place;
    private readonly bool _allowsPrivate;
    private readonly HostResolver _resolver;
    private readonly TimeSpan _connectTimeout;
    private readonly Lazy<HttpMessageInvoker> _pooled;
    private readonly Lazy<HttpMessageInvoker> _fresh;

    /// <param name="place">Scheme, host and port.</param>
    /// <param name="allowsPrivate">The company's own networks may be reached.</param>
    /// <param name="resolver">Null for the machine's.</param>
    /// <param name="connectTimeout">How long a connection may take to come about, with its name and its encryption; null for 10 s.</param>
    public PinnedHttp(Uri place, bool allowsPrivate, HostResolver? resolver = null, TimeSpan? connectTimeout = null)
    {
        (_place, _allowsPrivate, _resolver) = (place, allowsPrivate, resolver ?? ((host, token) => Dns.GetHostAddressesAsync(host, token)));
        _connectTimeout = connectTimeout ?? UsualConnectTimeout;
        _pooled = new Lazy<HttpMessageInvoker>(() => Make(TimeSpan.FromMinutes(2)));
        _fresh = new Lazy<HttpMessageInvoker>(() => Make(TimeSpan.Zero));
    }

    /// <summary>Sends it; the answer's body is not read yet. Where no connection comes about, in time or at all, it throws a connection error: nothing was sent then.</summary>
    /// <param name="request">To the place.</param>
    /// <param name="isRepeatable">
    /// False for what must be sent at most once: then it goes over a connection of its own. One from the pool may be found closed, and the runtime would send again by itself.
    /// </param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isRepeatable, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { } uri || uri.Scheme != _place.Scheme || uri.Host != _place.Host || uri.Port != _place.Port)
        {
            throw new InvalidOperationException("A request to another host than the one named.");
        }

        try
        {
            return await (isRepeatable ? _pooled : _fresh).Value.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException late) when (late.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // The runtime tells of a connection that took too long as it does of a call that somebody gave up, whose request may have arrived.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"No connection to {uri.Host} came about in time.", late);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var made in ((Lazy<HttpMessageInvoker>[])[_pooled, _fresh]).Where(l => l.IsValueCreated))
        {
            made.Value.Dispose();
        }
    }

    private HttpMessageInvoker Make(TimeSpan lifetime) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = lifetime,
        ConnectTimeout = _connectTimeout,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,   // what goes on here is no business of a service outside
        ConnectCallback = ConnectAsync,
    });

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var found = IPAddress.TryParse(host.Trim('[', ']'), out var written) ? [written] : await _resolver(host, cancellationToken);
        var reachable = found.Where(a => ReachableAddresses.May(a, _allowsPrivate)).ToArray();
        if (reachable.Length == 0)
        {
            throw new UnreachableHostException(found.Length == 0
                ? $"The name {host} has no address."
                : $"{host} is at an address that must not be reached{(_allowsPrivate ? "." : ": it is private. Where that is meant, the source says allowPrivate: true.")}");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host is at no address that may be reached. Nothing was sent.</summary>
public sealed class UnreachableHostException(string message) : Exception(message);
