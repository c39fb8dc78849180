using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>A conversation with an MCP server, from its start to its end, with the tools that it listed in it.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    /// <summary>The revision without a channel for unasked news: there the list is asked for again by and by.</summary>
    private const string Stateless = "2026-07-28";

    /// <summary>How old a list may be there when something is called.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestNotice = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    private readonly McpDefinition _definition;
    private readonly TimeProvider _time;
    private readonly StdioServer? _child;
    private readonly HttpClientTransport? _http;
    private McpClient? _client;
    private FrozenDictionary<string, string> _digests = FrozenDictionary<string, string>.Empty;
    private long _listedAt;
    private int _excess;
    private volatile bool _isStale = true;
    private volatile bool _isBroken;

    private McpConnection(McpDefinition definition, ILogger logger, TimeProvider time)
    {
        (_definition, _time) = (definition, time);
        _child = definition.Url is null ? new StdioServer(definition, logger) : null;
        _http = definition.Url is null ? null : Http(definition, () => Volatile.Write(ref _excess, 1));
    }

    /// <summary>The client; alive or not.</summary>
    public McpClient Client => _client!;

    /// <summary>As last listed.</summary>
    public ImmutableArray<ListedTool> Tools { get; private set; } = [];

    /// <summary>Whether a reply was too large since this was last asked; the client in between says only that there was none.</summary>
    public bool TakeExcess() => Interlocked.Exchange(ref _excess, 0) == 1;

    /// <summary>True until the server is gone.</summary>
    public bool IsAlive => !_isBroken && !Client.Completion.IsCompleted;

    /// <summary>True when what was listed may not be what the server has now.</summary>
    public bool IsStale => _isStale || (Client.NegotiatedProtocolVersion == Stateless && _time.GetElapsedTime(_listedAt) > Fresh);

    /// <summary>Starts or reaches the server and greets it. Throws <see cref="SourceFaultException"/>.</summary>
    public static async Task<McpConnection> OpenAsync(McpDefinition definition, ILogger logger, Action changed, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new McpConnection(definition, logger, time);
        try
        {
            connection._client = await McpClient.CreateAsync(
                (IClientTransport?)connection._child ?? connection._http!, Options(definition, () => connection.NewsCame(changed)), NullLoggerFactory.Instance, cancellationToken);
            return connection;
        }
        catch (Exception fault)
        {
            if (fault is not (OperationCanceledException or TimeoutException) && connection._child is { } child)
            {
                await child.SettleAsync();
            }

            await connection.DisposeAsync();
            throw connection.Explain(fault, "It cannot be reached", cancellationToken);
        }
    }

    /// <summary>Asks for all tools. Throws <see cref="SourceFaultException"/>.</summary>
    public async Task ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Before it is asked: news that come meanwhile count again.
            _isStale = false;
            _listedAt = _time.GetTimestamp();
            Tools = await McpListing.AskAsync(Client, sendsHeaders: _http is not null, cancellationToken);
            _digests = Tools.GroupBy(t => t.RemoteName, StringComparer.Ordinal).Where(g => g.Count() == 1).ToFrozenDictionary(g => g.Key, g => g.First().Digest, StringComparer.Ordinal);
        }
        catch (Exception fault)
        {
            _isStale = true;
            throw Explain(fault, "It does not list its tools", cancellationToken);
        }
    }

    /// <summary>A call is over. Where it was broken off from here, the server is told, so that it need not go on; over HTTP the end of the request says so.</summary>
    public async Task EndAsync(string key, bool isBrokenOff)
    {
        if (_child?.Take(key) is not { } id || !isBrokenOff)
        {
            return;
        }

        try
        {
            var told = new JsonRpcNotification { Method = NotificationMethods.CancelledNotification, Params = new JsonObject { ["requestId"] = JsonSerializer.SerializeToNode(id.Id), ["reason"] = "It took too long." } };
            await Client.SendMessageAsync(told, CancellationToken.None).WaitAsync(LongestNotice);
        }
        catch (Exception fault) when (fault is IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            // Nobody is left to be told, or nobody reads.
        }
    }

    /// <summary>
    /// A call broke off with this. Where the server speaks over streams, a broken stream is its end: the client fails the calls that are out first and says that it is
    /// done a moment later, and the next call must not be sent in between. Over HTTP each call stands for itself.
    /// </summary>
    public void Broke(Exception fault) => _isBroken |= _child is not null && fault is (IOException or InvalidOperationException);

    /// <summary>The digest of a tool as it was listed last; null when it is not there, or there twice.</summary>
    public string? DigestOf(string remoteName) => _digests.GetValueOrDefault(remoteName);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client is { } client)
            {
                await client.DisposeAsync();
            }
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or OperationCanceledException or InvalidOperationException)
        {
            // Nobody is left at the other end to say goodbye to.
        }

        if (_child is { } child)
        {
            await child.DisposeAsync();
        }

        if (_http is { } http)
        {
            await http.DisposeAsync();
        }
    }

    /// <summary>What went wrong, without the server's words where they could hold a secret, and without the company's.</summary>
    public SourceFaultException Explain(Exception fault, string what, CancellationToken cancellationToken)
    {
        if (fault is SourceFaultException known)
        {
            return known;
        }

        var why = fault is OperationCanceledException or TimeoutException
            ? cancellationToken.IsCancellationRequested || fault is TimeoutException ? $"it did not answer within {_definition.StartTimeout.TotalSeconds:0.#} s" : "it was ended"
            : Causes(fault).OfType<OversizedMessageException>().FirstOrDefault() is { } oversized ? oversized.Message
            : TakeExcess() ? new OversizedMessageException(_definition.MostBytes).Message
            : _child?.ExitCode is { } code ? $"its process ended with code {code}"
            : Causes(fault).OfType<HttpRequestException>().FirstOrDefault() is { } http ? http.StatusCode is { } status ? $"it answered with status {(int)status}" : "there is no connection to it"
            : fault is McpException ? $"it says: {_definition.Tell(fault.Message)}"
            : "the connection broke";
        return new SourceFaultException($"{what}: {why}.", fault);
    }

    internal static IEnumerable<Exception> Causes(Exception fault)
    {
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    private void NewsCame(Action changed)
    {
        _isStale = true;
        changed();
    }

    /// <summary>Nothing is offered to servers: who asks for a model, a person or a folder is told that there is none.</summary>
    private static McpClientOptions Options(McpDefinition definition, Action changed) => new()
    {
        ClientInfo = new Implementation { Name = "ai-manager", Version = typeof(McpConnection).Assembly.GetName().Version?.ToString(3) ?? "0" },
        InitializationTimeout = definition.StartTimeout,
        DiscoverProbeTimeout = definition.StartTimeout / 2 < LongestProbe ? definition.StartTimeout / 2 : LongestProbe,
        Handlers = new McpClientHandlers
        {
            NotificationHandlers = [new(NotificationMethods.ToolListChangedNotification, (_, _) =>
            {
                changed();
                return ValueTask.CompletedTask;
            })],
        },
    };

    private static HttpClientTransport Http(McpDefinition definition, Action exceeded)
    {
        // To the one address that the company names: where it would send us on is not asked.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = definition.StartTimeout, UseCookies = false };
        var options = new HttpClientTransportOptions
        {
            Name = definition.Name,
            Endpoint = definition.Url!,
            TransportMode = HttpTransportMode.StreamableHttp,
            ConnectionTimeout = definition.StartTimeout,
            AdditionalHeaders = definition.Bearer is { } bearer ? new Dictionary<string, string> { ["Authorization"] = "Bearer " + bearer } : null,
        };
        return new HttpClientTransport(options, new HttpClient(new BoundedReplies(handler, definition.MostBytes, exceeded)) { Timeout = Timeout.InfiniteTimeSpan }, NullLoggerFactory.Instance, ownsHttpClient: true);
    }
}
