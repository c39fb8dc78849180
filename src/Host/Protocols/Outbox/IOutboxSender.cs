using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What differs between those to whom something goes out: what is told them, and how.</summary>
internal interface IOutboxSender
{
    /// <summary>False once the configuration is another one than it was made by: nothing more goes to the address, or with the secret, of before.</summary>
    bool IsCurrent { get; }

    /// <summary>The messages that events make, each with an id that is the same whichever host makes it and however often.</summary>
    Task<ImmutableArray<WebhookDelivery>> MessagesAsync(ImmutableArray<StoredEvent> events, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Sends one, once. Throws only for what is no fault of the other side, and when it is cancelled.</summary>
    Task<OutboxOutcome> SendAsync(WebhookDelivery due, CancellationToken cancellationToken);
}
