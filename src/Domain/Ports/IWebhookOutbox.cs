using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// What is on its way to webhooks outside, and to people by mail under a name of its own (<see cref="Mail"/>). Messages and the place in the journal up to which they were made are written together, so that none is lost and none made
/// twice; an attempt is claimed before it is sent, so that of several hosts one sends it, and it comes due again when that host dies.
/// </summary>
public interface IWebhookOutbox
{
    /// <summary>Under which name mails to people stand. No webhook is called like that: their names have no slash.</summary>
    public const string Mail = "mail/";

    /// <summary>Where a webhook stands; null when it has never begun.</summary>
    Task<WebhookPlace?> FindAsync(string webhook, CancellationToken cancellationToken);

    /// <summary>Lets a webhook begin behind a position. One that has begun stays where it is.</summary>
    Task BeginAsync(string webhook, long position, CancellationToken cancellationToken);

    /// <summary>Writes messages and the place behind them, together. False when the webhook no longer stands at <paramref name="from"/>: nothing is written, another host was first.</summary>
    Task<bool> FeedAsync(string webhook, long from, long through, ImmutableArray<WebhookDelivery> made, CancellationToken cancellationToken);

    /// <summary>What is due, longest due first.</summary>
    Task<ImmutableArray<WebhookDelivery>> DueAsync(string webhook, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Takes the next attempt of what was seen due, and lets it come due again at <paramref name="until"/>. False when somebody else has it.</summary>
    Task<bool> ClaimAsync(WebhookDelivery seen, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Writes down what came of a claimed attempt. False when that is no longer the last one: then nothing is written.</summary>
    /// <param name="id">Which.</param>
    /// <param name="attempt">As claimed, and what came of it.</param>
    /// <param name="state">A word of <see cref="WebhookState"/>.</param>
    /// <param name="nextAt">When it is tried again, UTC.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been written.</param>
    Task<bool> SettleAsync(string id, WebhookAttempt attempt, string state, DateTimeOffset nextAt, CancellationToken cancellationToken);

    /// <summary>Sends something now, be it over or waiting for its next attempt, with the same id and as patiently as at first. False when there is none, or it is being sent.</summary>
    /// <param name="webhook">To whom.</param>
    /// <param name="id">Which.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Stops waiting; it may still be sent.</param>
    Task<bool> RedeliverAsync(string webhook, string id, Actor by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Stops sending to a webhook, or begins again where it stopped. False when there is none, or it is so already.</summary>
    /// <param name="webhook">Which.</param>
    /// <param name="isDisabled">Whether it stops.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Stops waiting; it may still have been written.</param>
    Task<bool> DisableAsync(string webhook, bool isDisabled, Actor by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deliveries of a webhook with their attempts, newest first, a page at a time. Throws <see cref="FormatException"/> for a cursor that is none.</summary>
    Task<Page<WebhookDelivery>> ListAsync(string webhook, string? state, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets what was made before a time and is over. Answers how many.</summary>
    Task<int> PruneAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken);
}

/// <summary>Where a webhook stands.</summary>
/// <param name="Position">The last event of the journal that it was told of, or that is not for it.</param>
/// <param name="IsDisabled">The receiver said that it is gone; nothing is sent.</param>
public sealed record WebhookPlace(long Position, bool IsDisabled)
{
    /// <summary>Who stopped it or let it go on last; null for nobody.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When; null for never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A message sent once.</summary>
/// <param name="Number">From 1, also over what was sent again.</param>
/// <param name="At">When it began, UTC.</param>
/// <param name="Took">Until the answer, or until it was given up.</param>
/// <param name="Status">What the receiver answered; null for no answer.</param>
/// <param name="Detail">What came of it, for people.</param>
public sealed record WebhookAttempt(int Number, DateTimeOffset At, TimeSpan Took, int? Status, string Detail);

/// <summary>A message to a webhook.</summary>
/// <param name="Id">The same in every attempt.</param>
/// <param name="Webhook">Its name.</param>
/// <param name="Type">Of the message.</param>
/// <param name="Body">As it is sent.</param>
/// <param name="State">A word of <see cref="WebhookState"/>.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="Since">From when the days are counted after which it is given up, UTC.</param>
/// <param name="NextAt">When it is tried next, UTC.</param>
/// <param name="Attempts">How many there were.</param>
/// <param name="Status">What the receiver answered last; null for nothing.</param>
/// <param name="Detail">What came of the last attempt, for people.</param>
public sealed record WebhookDelivery(
    string Id,
    string Webhook,
    string Type,
    string Body,
    string State,
    DateTimeOffset MadeAt,
    DateTimeOffset Since,
    DateTimeOffset NextAt,
    int Attempts,
    int? Status,
    string Detail)
{
    /// <summary>When the last attempt began, UTC; null before the first.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    /// <summary>When the receiver took it, UTC; null before that.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Attempts before somebody had it sent again: the pauses between attempts begin anew then.</summary>
    public int Earlier { get; init; }

    /// <summary>Who had it sent again last; null for nobody. When stands in <see cref="Since"/>.</summary>
    public string? AgainBy { get; init; }

    /// <summary>Its attempts of which something came, newest first; only in lists.</summary>
    public ImmutableArray<WebhookAttempt> History { get; init; } = [];
}

/// <summary>How a delivery stands.</summary>
public static class WebhookState
{
    /// <summary>It is tried, or tried again.</summary>
    public const string Waiting = "waiting";

    /// <summary>The receiver took it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It was tried for days and is given up.</summary>
    public const string Dead = "dead";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Waiting, Delivered, Dead];
}
