using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using AiManager.Tools;

namespace AiManager.Host;

/// <summary>Looks after a webhook once, over HTTP. Several hosts may at once.</summary>
internal sealed class WebhookRound(IWebhookOutbox outbox, IWorkflowJournal journal, CompanyAtWork atWork, TimeProvider time, Random chance, ILogger<WebhookRound> logger) : IDisposable
{
    private readonly OutboxRound _round = new(outbox, journal, time, chance);
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
            await _round.RunAsync(name, new Sender(this, name, settings), cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The outer edge of one webhook: the store is away; the next round is soon.
            logger.WebhookFailed(fault, name);
        }
    }

    private async Task<OutboxOutcome> PostAsync(WebhookDelivery due, WebhookSettings settings, CancellationToken cancellationToken)
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
            var (status, detail) = ((int)reply.StatusCode, $"It answered {(int)reply.StatusCode}.");
            return reply.StatusCode == HttpStatusCode.Gone ? new OutboxOutcome.Gone(status, detail)
                : status is >= 200 and < 300 ? new OutboxOutcome.Settled(status, detail)
                : new OutboxOutcome.Later(status, detail, IsAway(status), status is 429 or 503 ? BackAt(reply, time.GetUtcNow()) : null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Away("It did not answer in time.");
        }
        catch (HttpRequestException refused) when (refused.InnerException is UnreachableHostException)
        {
            return Away("Its address must not be reached. Where a private one is meant, the webhook says allowPrivate: true.");
        }
        catch (HttpRequestException)
        {
            return Away("No connection came about, or it broke.");
        }
    }

    /// <summary>
    /// Whether the next message would fare no better. A refusal of this one message (400, 404, 413, 422 and their like) says nothing of the others; one of who we are (401, 403), of how often (408, 429), a
    /// redirect, which moves the address, and a fault of the receiver's own hold for all.
    /// </summary>
    private static bool IsAway(int status) => status is not (>= 400 and < 500) or 401 or 403 or 408 or 429;

    private static DateTimeOffset? BackAt(HttpResponseMessage reply, DateTimeOffset now) =>
        reply.Headers.RetryAfter is { } after ? after.Date ?? (after.Delta is { } pause ? now + pause : null) : null;

    /// <summary>What an event says outside; null for nothing, and for one that cannot be read, which is stepped over: it would hold up all that comes after it.</summary>
    private WebhookDelivery? MessageOf(StoredEvent stored, string name, WebhookSettings settings, DateTimeOffset now)
    {
        try
        {
            return WebhookMessage.Of(stored, name, settings, now);
        }
        catch (Exception unreadable) when (OutboxRound.IsUnreadable(unreadable))
        {
            OutboxRound.StepOver(name, stored, unreadable, logger);
            return null;
        }
    }

    private static OutboxOutcome.Later Away(string detail) => new(null, detail, IsAway: true);

    private sealed class Sender(WebhookRound round, string name, WebhookSettings settings) : IOutboxSender
    {
        public bool IsCurrent => ReferenceEquals(round.Settings.GetValueOrDefault(name), settings);

        public Task<ImmutableArray<WebhookDelivery>> MessagesAsync(ImmutableArray<StoredEvent> events, DateTimeOffset now, CancellationToken cancellationToken) =>
            Task.FromResult<ImmutableArray<WebhookDelivery>>([.. events.Select(e => round.MessageOf(e, name, settings, now)).OfType<WebhookDelivery>()]);

        public Task<OutboxOutcome> SendAsync(WebhookDelivery due, CancellationToken cancellationToken) => round.PostAsync(due, settings, cancellationToken);
    }

    private ImmutableSortedDictionary<string, WebhookSettings> Settings => atWork.Company.Settings.Webhooks;
}
