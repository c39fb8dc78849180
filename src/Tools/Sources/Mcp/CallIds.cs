using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace AiManager.Tools;

/// <summary>
/// A transport that remembers under which id each call went out. The client's own notice that a call was cancelled is lost when whoever cancels goes on at once, so
/// that notice is given from here, and needs the id.
/// </summary>
internal sealed class CallIds(ITransport inner) : ITransport
{
    /// <summary>The field of a call's <c>_meta</c> that tells calls apart; a server that remembers keys can tell a repetition by it.</summary>
    public const string Key = "aimanager/idempotencyKey";

    private readonly ConcurrentDictionary<string, RequestId> _ids = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? SessionId => inner.SessionId;

    /// <inheritdoc/>
    public ChannelReader<JsonRpcMessage> MessageReader => inner.MessageReader;

    /// <summary>The id of a call that is out; null when it is not.</summary>
    public RequestId? Take(string key) => _ids.TryRemove(key, out var id) ? id : null;

    /// <inheritdoc/>
    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        if (message is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject sent } request && sent["_meta"] is JsonObject meta && meta[Key] is JsonValue key)
        {
            _ids[key.ToString()] = request.Id;
        }

        return inner.SendMessageAsync(message, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
