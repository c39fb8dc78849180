using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/webhooks</c>: who outside is told of what, and what became of each message.</summary>
internal static class WebhookEndpoints
{
    private const int MostItems = 200;

    /// <summary>Maps them.</summary>
    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var webhooks = app.MapGroup("/api/webhooks").WithTags("Webhooks");
        webhooks.MapGet("/", List).RequireAuthorization(Permission.Read).WithName("ListWebhooks").WithSummary("Who outside is told of what");
        webhooks.MapGet("/{name}/deliveries", Deliveries).RequireAuthorization(Permission.Read).WithName("ListDeliveries").WithSummary("Messages to a webhook and what became of them, newest first, a page at a time");
        webhooks.MapPost("/{name}/deliveries/{id}/redeliver", Redeliver).RequireAuthorization(Permission.Suspend).WithName("RedeliverMessage").WithSummary("Send a message again that was delivered or given up, or one that waits at once");
        webhooks.MapPost("/{name}/enable", Enable).RequireAuthorization(Permission.Suspend).WithName("EnableWebhook").WithSummary("Send again to a webhook whose receiver had said that it is gone");
    }

    private static async Task<Ok<ImmutableArray<WebhookResource>>> List(CompanyAtWork atWork, IWebhookOutbox outbox, CancellationToken cancellationToken)
    {
        var listed = ImmutableArray.CreateBuilder<WebhookResource>();
        foreach (var (name, settings) in atWork.Company.Settings.Webhooks)
        {
            var place = await outbox.FindAsync(name, cancellationToken);
            listed.Add(new WebhookResource(name, settings.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), [.. settings.Events.Order(StringComparer.Ordinal)], place?.IsDisabled == true ? "disabled" : "active", place?.Position)
            {
                ChangedBy = place?.ChangedBy,
                ChangedAt = place?.ChangedAt,
            });
        }

        return TypedResults.Ok(listed.ToImmutable());
    }

    private static async Task<Results<Ok<PageResource<WebhookDeliveryResource>>, ProblemHttpResult>> Deliveries(
        string name, CompanyAtWork atWork, IWebhookOutbox outbox, CancellationToken cancellationToken, string? state = null, string? cursor = null, string? limit = null)
    {
        if (!atWork.Company.Settings.Webhooks.ContainsKey(name))
        {
            return Problems.NotFound("There is no such webhook.");
        }

        try
        {
            var page = await outbox.ListAsync(
                name, RequestText.Word("state", state, WebhookState.All), RequestText.Words("cursor", cursor), RequestText.Whole("limit", limit, 1, MostItems) ?? 50, cancellationToken);
            return TypedResults.Ok(new PageResource<WebhookDeliveryResource>([.. page.Items.Select(WebhookDeliveryResource.Of)], page.Next));
        }
        catch (FormatException fault)
        {
            throw new BadHttpRequestException("'cursor' must be the 'next' of the page before.", fault);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Redeliver(
        string name, string id, HttpContext context, CompanyAtWork atWork, IWebhookOutbox outbox, TimeProvider time, CancellationToken cancellationToken)
    {
        if (WhyNot(Caller.Of(context.User), atWork) is { } why)
        {
            return Problems.Forbidden(why);
        }

        return RequestText.Words("id", id) is { } read && atWork.Company.Settings.Webhooks.ContainsKey(name) && await outbox.RedeliverAsync(name, read, Actor.Person(Caller.Of(context.User).Person), time.GetUtcNow(), cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("There is no such message, or it is being sent just now.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Enable(
        string name, HttpContext context, CompanyAtWork atWork, IWebhookOutbox outbox, TimeProvider time, CancellationToken cancellationToken)
    {
        if (WhyNot(Caller.Of(context.User), atWork) is { } why)
        {
            return Problems.Forbidden(why);
        }

        return atWork.Company.Settings.Webhooks.ContainsKey(name) && await outbox.DisableAsync(name, false, Actor.Person(Caller.Of(context.User).Person), time.GetUtcNow(), cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("There is no such webhook, or it is not disabled.");
    }

    /// <summary>Why somebody may not have things sent again; null when they may. Whoever may stop the company's work may say what leaves it.</summary>
    public static string? WhyNot(Caller caller, CompanyAtWork atWork) =>
        caller.IsUnprovenTerminal(atWork.Company.Settings) || ((IDirectory)atWork.Company.Directory).Person(caller.Person)?.Roles.Any(SuspensionDesk.Roles.Contains) != true
            ? $"Only somebody with one of the roles {string.Join(", ", SuspensionDesk.Roles)} may do that."
            : null;
}

/// <summary>A webhook as it is shown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">Where it is; the path may be a secret and is not shown.</param>
/// <param name="Events">Of what it is told.</param>
/// <param name="State"><c>active</c>, or <c>disabled</c> after the receiver said that it is gone.</param>
/// <param name="Position">Up to where in the journal; null before it has begun.</param>
internal sealed record WebhookResource(string Name, string Host, ImmutableArray<string> Events, string State, long? Position)
{
    /// <summary>Who stopped it or let it go on last; null for nobody.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When; null for never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A message to a webhook as it is shown.</summary>
/// <param name="Id">As in the header <c>webhook-id</c>.</param>
/// <param name="Type">Of the message.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>dead</c>.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="NextAt">When it is tried next; null when it is over.</param>
/// <param name="Attempts">How many there were.</param>
/// <param name="Status">What the receiver answered last; null for nothing.</param>
/// <param name="Detail">What came of the last attempt.</param>
/// <param name="Body">As it is sent.</param>
internal sealed record WebhookDeliveryResource(
    string Id, string Type, string State, DateTimeOffset MadeAt, DateTimeOffset? NextAt, int Attempts, int? Status, string Detail, string Body)
{
    /// <summary>When the last attempt began; null before the first.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When the receiver took it; null before that.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Who had it sent again last; null for nobody.</summary>
    public string? AgainBy { get; init; }

    /// <summary>The last attempts of which something came, newest first.</summary>
    public ImmutableArray<WebhookAttemptResource> History { get; init; } = [];

    /// <summary>As it is kept.</summary>
    public static WebhookDeliveryResource Of(WebhookDelivery kept) => new(
        kept.Id, kept.Type, kept.State, kept.MadeAt, kept.State == WebhookState.Waiting ? kept.NextAt : null, kept.Attempts, kept.Status, kept.Detail, kept.Body)
    {
        LastAttemptAt = kept.TriedAt,
        DeliveredAt = kept.DeliveredAt,
        AgainBy = kept.AgainBy,
        History = [.. kept.History.Take(MostAttempts).Select(a => new WebhookAttemptResource(a.Number, a.At, (long)a.Took.TotalMilliseconds, a.Status, a.Detail))],
    };

    private const int MostAttempts = 10;
}

/// <summary>A message sent once, as it is shown.</summary>
/// <param name="Attempt">From 1, also over what was sent again.</param>
/// <param name="At">When it began.</param>
/// <param name="Milliseconds">Until the answer, or until it was given up.</param>
/// <param name="Status">What the receiver answered; null for no answer.</param>
/// <param name="Detail">What came of it.</param>
internal sealed record WebhookAttemptResource(int Attempt, DateTimeOffset At, long Milliseconds, int? Status, string Detail);
