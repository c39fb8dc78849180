using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AiManager.Host;

/// <summary>Server-sent events as this service writes them, whoever follows.</summary>
internal static class ServerSentEvents
{
    /// <summary>What they are called in a head and in a description.</summary>
    public const string MediaType = "text/event-stream";

    /// <summary>A line that says nothing. Without a word now and then, proxies hang up and nobody notices a reader that is gone.</summary>
    public const string StillHere = ": still here\n\n";

    /// <summary>Says that events follow; nothing is sent yet.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = MediaType;

        // nginx would keep them together until there are many.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Writes one of which the data is JSON; whoever wants it to arrive flushes.</summary>
    /// <param name="response">Where to.</param>
    /// <param name="value">The data.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="cancellationToken">Stops writing.</param>
    /// <param name="id">Where a reader goes on from that comes back; null for nowhere.</param>
    public static async Task WriteAsync<TValue>(HttpResponse response, TValue value, JsonTypeInfo<TValue> type, CancellationToken cancellationToken, string? id = null)
    {
        await response.WriteAsync(id is null ? "data: " : $"id: {id}\ndata: ", cancellationToken);
        await JsonSerializer.SerializeAsync(response.Body, value, type, cancellationToken);
        await response.WriteAsync("\n\n", cancellationToken);
    }
}
