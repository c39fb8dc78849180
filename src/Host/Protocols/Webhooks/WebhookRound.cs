using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Looks after a webhook once: makes messages of what the journal says since the last time, and sends what is due. Several hosts may at once.</summary>
internal sealed class WebhookRound(IWebhookOutbox outbox, IWorkflowJournal journal, CompanyAtWork atWork, TimeProvider time, Random chance, ILogger<WebhookRound> logger) : IDisposable
{
    /// <summary>How long a message is tried.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    private const int PageSize = 200;
    private const int MostPages = 20;
    private const int MostDue = 50;

    // The place is written with messages; without any, only now and then, so that what is not for a webhook costs no commit.
    private const long UnwrittenMost = 2000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);

    // Longer than any attempt: a host that dies over one lets it come due again.
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<string, (long Written, long Read)> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Place, bool AllowsPrivate), PinnedHttp> _lines = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var line in _lines.Values)
        {
            line.Dispose();
        }
    }

    /// <summary>Looks after one. What fails is logged, and the next round is soon.</summary>
    /// <param name="name">Which.</param>
    /// <param name="settings">As they are in force.</param>
    /// <param name="cancellationToken">Stops; what is on its way is in the outbox.</param>
    public async Task RunAsync(string name, WebhookSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            if (await outbox.FindAsync(name, cancellationToken) is not { } place)
            {
                await outbox.BeginAsync(name, await JournalHead.FindAsync(journal, cancellationToken), cancellationToken);
            }
            else if (!place.IsDisabled)
            {
                try
                {
                    await FeedAsync(name, settings, place.Position, cancellationToken);
                }
                finally
                {
                    // What waits is sent also where nothing new can be read.
                    await SendAsync(name, settings, cancellationToken);
                }
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The outer edge of one webhook: the store is away; the next round is soon.
            logger.WebhookFailed(fault, name);
        }
    }

    private async Task FeedAsync(string name, WebhookSettings settings, long written, CancellationToken cancellationToken)
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
            var now = EventHash.Cut(time.GetUtcNow());
            var made = events.Select(e => MessageOf(e, name, settings, now)).OfType<WebhookDelivery>().ToList();
            if (made.Count > 0 || at - written > UnwrittenMost)
            {
                if (!await outbox.FeedAsync(name, written, at, [.. made], cancellationToken))
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

    /// <summary>An event that cannot be read here, today or ever, must not keep all that come behind it from being told.</summary>
    private WebhookDelivery? MessageOf(StoredEvent stored, string name, WebhookSettings settings, DateTimeOffset now)
    {
        try
        {
            return WebhookMessage.Of(stored, name, settings, now);
        }
        catch (Exception unreadable) when (unreadable is UnknownEventException or JsonException or NotSupportedException)
        {
            logger.EventSteppedOver(unreadable, name, stored.Position);
            HostCounters.EventSteppedOver(name);
            return null;
        }
    }

    private async Task SendAsync(string name, WebhookSettings settings, CancellationToken cancellationToken)
    {
        foreach (var due in await outbox.DueAsync(name, time.GetUtcNow(), MostDue, cancellationToken))
        {
            if (!ReferenceEquals(atWork.Company.Settings.Webhooks.GetValueOrDefault(name), settings))
            {
                return; // the configuration is another one: not to the address, nor with the secret, of before
            }

            // After one that did not arrive the rest waits for the next round: a receiver that is away costs one timeout, not fifty.
            if (await outbox.ClaimAsync(due, time.GetUtcNow() + Hold, cancellationToken) && !await TryAsync(due, settings, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> TryAsync(WebhookDelivery due, WebhookSettings settings, CancellationToken cancellationToken)
    {
        var (status, detail) = await PostAsync(due, settings, cancellationToken);
        var (now, attempt) = (time.GetUtcNow(), due.Attempts + 1);
        if (status is >= 200 and < 300)
        {
            await outbox.SettleAsync(due.Id, attempt, WebhookState.Delivered, now, status, detail, cancellationToken);
            return true;
        }

        var state = now - due.Since >= GivenUpAfter ? WebhookState.Dead : WebhookState.Waiting;
        await outbox.SettleAsync(due.Id, attempt, state, now + Pause(attempt), status, detail, cancellationToken);
        if (status == (int)HttpStatusCode.Gone)
        {
            await outbox.DisableAsync(due.Webhook, true, cancellationToken);
        }

        return false;
    }

    private async Task<(int? Status, string Detail)> PostAsync(WebhookDelivery due, WebhookSettings settings, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var now = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(due.Body)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", due.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", string.Join(' ', settings.Secrets.Select(s => s.Sign(due.Id, now, due.Body))));
        try
        {
            var line = _lines.GetOrAdd((settings.Url.GetLeftPart(UriPartial.Authority), settings.AllowsPrivate), key => new PinnedHttp(new Uri(key.Place), key.AllowsPrivate));

            // What the receiver says is its own affair: only the status counts, and the body is never read.
            using var reply = await line.SendAsync(request, isRepeatable: true, either.Token);
            return ((int)reply.StatusCode, $"It answered {(int)reply.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "It did not answer in time.");
        }
        catch (HttpRequestException refused) when (refused.InnerException is UnreachableHostException)
        {
            return (null, "Its address must not be reached. Where a private one is meant, the webhook says allowPrivate: true.");
        }
        catch (HttpRequestException)
        {
            return (null, "No connection came about, or it broke.");
        }
    }

    /// <summary>Doubled with each attempt, up to six hours; a part of it by chance, so that what failed together does not come back together.</summary>
    private TimeSpan Pause(int attempt)
    {
        var most = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(attempt - 1, 20)), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(most * (0.5 + (chance.NextDouble() / 2)));
    }
}
