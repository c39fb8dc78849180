using System.Text.Json;

namespace AiManager.Host;

/// <summary>An event as it is shown outside; people's words are open.</summary>
/// <param name="Position">Place in the journal.</param>
/// <param name="Seq">Place in its workflow: 1, 2, 3 …</param>
/// <param name="At">UTC.</param>
/// <param name="Type">Its name.</param>
/// <param name="SchemaVersion">Of the payload.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Cause">What led to it; empty for nothing in particular.</param>
/// <param name="Payload">What happened.</param>
/// <param name="Hash">The chain's, in hex; over the bytes that the journal holds, in which people's words are sealed.</param>
internal sealed record EventResource(long Position, int Seq, DateTimeOffset At, string Type, int SchemaVersion, string Actor, string Cause, JsonElement Payload, string Hash)
{
    /// <summary>Opens what is sealed, where its key is not destroyed.</summary>
    public static async Task<EventResource> OpenAsync(StoredEvent stored, IEnvelopes envelopes, CancellationToken cancellationToken)
    {
        var body = stored.Body;
        if (EventCodec.Decode(stored).Event is ICarryPrivateText { Private: { } text } carrier)
        {
            var open = await envelopes.OpenAsync(text, cancellationToken);
            body = EventCodec.Encode(carrier.WithPrivate(new PrivateText(text.Person, open.Words)), stored.At, stored.Actor, stored.Cause).Body;
        }

        using var payload = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128 });
        return new EventResource(
            stored.Position, stored.Seq, stored.At, stored.Type, stored.SchemaVersion, stored.Actor.Value, stored.Cause, payload.RootElement.Clone(), Convert.ToHexStringLower(stored.Hash.Span));
    }
}
