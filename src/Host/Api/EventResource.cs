using System.Text.Json;

namespace AiManager.Host;

/// <summary>An event as it is shown outside.</summary>
/// <param name="Position">Place in the order of all streams.</param>
/// <param name="Seq">Place in its stream.</param>
/// <param name="At">UTC.</param>
/// <param name="Type">The event's name.</param>
/// <param name="SchemaVersion">Of the payload's shape.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Cause">What led to it.</param>
/// <param name="Payload">What happened; private words are open here, and sealed in what was hashed.</param>
/// <param name="Hash">Hex.</param>
internal sealed record EventResource(
    long Position, int Seq, DateTimeOffset At, string Type, int SchemaVersion, string Actor, string Cause, JsonText Payload, string Hash)
{
    /// <summary>Opens an event for people who may see the workflow.</summary>
    public static async Task<EventResource> OpenAsync(StoredEvent stored, IEnvelopes envelopes, CancellationToken cancellationToken)
    {
        var recorded = EventCodec.Decode(stored);
        var body = stored.Body;
        if (recorded.Event is ICarryPrivateText { Private: { IsSealed: true } text } carrier)
        {
            var opened = carrier.WithPrivate(await envelopes.OpenAsync(text, cancellationToken));
            body = EventCodec.Encode(opened, recorded.At, recorded.Actor, stored.Cause).Body;
        }

        using var payload = JsonDocument.Parse(body);
        return new EventResource(
            stored.Position, stored.Seq, stored.At, stored.Type, stored.SchemaVersion, stored.Actor.Value, stored.Cause, JsonText.Of(payload.RootElement), Convert.ToHexStringLower(stored.Hash.Span));
    }
}
