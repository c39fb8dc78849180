using System.Collections.Concurrent;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>Looks after one receiver once: makes messages of what the journal says since the last time, and sends what is due. Several hosts may at once.</summary>
internal sealed class OutboxRound(IWebhookOutbox outbox, IWorkflowJournal journal, TimeProvider time, Random chance)
{
    /// <summary>How long a message is tried.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    /// <summary>
    /// Longer than any attempt, so that no other host makes it meanwhile: one mail may take <see cref="MailSettings.Longest"/> for connecting, for signing in and for sending. A host that dies over one
    /// lets it come due again then.
    /// </summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    private const int PageSize = 200;
    private const int MostPages = 20;
    private const int MostDue = 50;

    // The place is written with messages; without any, only now and then, so that what is not for a receiver costs no commit.
    private const long UnwrittenMost = 2000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    private readonly ConcurrentDictionary<string, (long Written, long Read)> _places = new(StringComparer.Ordinal);

    // Of this host: each that asks is told by the receiver itself.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _quietUntil = new(StringComparer.Ordinal);

    /// <summary>Whether a fault says that this release cannot read an event, which is stepped over: it would hold up all that comes after it.</summary>
    public static bool IsUnreadable(Exception fault) => fault is UnknownEventException or JsonException or NotSupportedException;

    /// <summary>Says that an event was stepped over.</summary>
    /// <param name="name">For whom.</param>
    /// <param name="stored">The event.</param>
    /// <param name="unreadable">Why.</param>
    /// <param name="logger">Of whoever tells that receiver.</param>
    public static void StepOver(string name, StoredEvent stored, Exception unreadable, ILogger logger)
    {
        logger.EventSteppedOver(unreadable, name, stored.Position);
        HostCounters.EventSteppedOver(name);
    }

    /// <summary>Where a receiver stands; null where it had never begun, and it begins behind what there is now. Throws what the store throws.</summary>
    public static async Task<WebhookPlace?> BegunAsync(IWebhookOutbox outbox, IWorkflowJournal journal, string name, CancellationToken cancellationToken)
    {
        var place = await outbox.FindAsync(name, cancellationToken);
        if (place is null)
        {
            await outbox.BeginAsync(name, await journal.HeadAsync(cancellationToken), cancellationToken);
        }

        return place;
    }

    /// <summary>Looks after one. Throws what the store throws.</summary>
    /// <param name="name">Under which name it stands in the outbox.</param>
    /// <param name="sender">Makes and sends its messages.</param>
    /// <param name="cancellationToken">Stops; what is on its way is in the outbox.</param>
    public async Task RunAsync(string name, IOutboxSender sender, CancellationToken cancellationToken)
    {
        if (await BegunAsync(outbox, journal, name, cancellationToken) is { IsDisabled: false } place)
        {
            try
            {
                await FeedAsync(name, sender, place.Position, cancellationToken);
            }
            finally
            {
                // What waits is sent also where an event cannot be read.
                await SendAsync(name, sender, cancellationToken);
            }
        }
    }

    private async Task FeedAsync(string name, IOutboxSender sender, long written, CancellationToken cancellationToken)
    {
        var at = _places.TryGetValue(name, out var known) && known.Written == written ? known.Read : written;
        for (var page = 0; page < MostPages; page++)
        {
            var events = await journal.ReadAllAsync(at, PageSize, cancellationToken);
            if (events.IsEmpty)
            {
                break;
            }

            at = events[^1].Position;
            var made = await sender.MessagesAsync(events, EventHash.Cut(time.GetUtcNow()), cancellationToken);
            if (made.Length > 0 || at - written > UnwrittenMost)
            {
                if (!await outbox.FeedAsync(name, written, at, made, cancellationToken))
                {
                    _places.TryRemove(name, out _);
                    return;
                }

                written = at;
            }

            if (events.Length < PageSize)
            {
                break;
            }
        }

        _places[name] = (written, at);
    }

    private async Task SendAsync(string name, IOutboxSender sender, CancellationToken cancellationToken)
    {
        if (_quietUntil.TryGetValue(name, out var until) && time.GetUtcNow() < until)
        {
            return;
        }

        foreach (var due in await outbox.DueAsync(name, time.GetUtcNow(), MostDue, cancellationToken))
        {
            if (!sender.IsCurrent)
            {
                return;
            }

            var now = EventHash.Cut(time.GetUtcNow());
            if (await outbox.ClaimAsync(due, now, now + Hold, cancellationToken) && !await TryAsync(due, sender, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>False when the rest waits for the next round.</summary>
    private async Task<bool> TryAsync(WebhookDelivery due, IOutboxSender sender, CancellationToken cancellationToken)
    {
        var (began, mark) = (EventHash.Cut(time.GetUtcNow()), time.GetTimestamp());
        var outcome = await sender.SendAsync(due, cancellationToken);
        var (now, took, attempt) = (time.GetUtcNow(), time.GetElapsedTime(mark), due.Attempts + 1);
        var state = outcome switch
        {
            OutboxOutcome.Settled => WebhookState.Delivered,
            OutboxOutcome.Refused => WebhookState.Dead,
            _ => now - due.Since >= GivenUpAfter ? WebhookState.Dead : WebhookState.Waiting,
        };
        var next = now + Pause(attempt - due.Earlier);
        if (outcome is OutboxOutcome.Later { NotBefore: { } said })
        {
            // As long as it wants, within what is a pause here and not the end.
            var until = said > now + LongestPause ? now + LongestPause : said;
            _quietUntil[due.Webhook] = until;
            next = until > next ? until : next;
        }

        await outbox.SettleAsync(due.Id, new WebhookAttempt(attempt, began, took, outcome.Status, outcome.Detail), state, state == WebhookState.Waiting ? next : now, cancellationToken);
        if (outcome is OutboxOutcome.Gone)
        {
            await outbox.DisableAsync(due.Webhook, true, Actor.System, now, cancellationToken);
        }

        return outcome is OutboxOutcome.Settled or OutboxOutcome.Refused or OutboxOutcome.Later { IsAway: false };
    }

    /// <summary>Doubled with each attempt, up to six hours; a part of it by chance, so that what failed together does not come back together.</summary>
    private TimeSpan Pause(int attempt)
    {
        var most = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 20)), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(most * (0.5 + (chance.NextDouble() / 2)));
    }
}
