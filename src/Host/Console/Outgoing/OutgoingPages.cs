using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>Somebody or something outside that is told of what happens.</summary>
/// <param name="Name">As it stands in the outbox.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Where">Where it is; of an address the path may be a secret and is not shown.</param>
/// <param name="Told">Of what, in words.</param>
/// <param name="State"><c>well</c>, <c>failing</c>, <c>disabled</c>, or <c>not yet</c> before it has begun.</param>
/// <param name="FailingSince">Since when something waits that was tried in vain; null for nothing.</param>
/// <param name="Deliveries">The newest, newest first.</param>
internal sealed record ReceiverRow(string Name, string Title, string Where, string Told, string State, DateTimeOffset? FailingSince, ImmutableArray<WebhookDelivery> Deliveries);

/// <summary>What stands on the page about what goes out.</summary>
/// <param name="Receivers">By name, mail last.</param>
/// <param name="HasMail">Whether people are told by mail.</param>
/// <param name="MaySend">Whether whoever looks may have things sent again.</param>
internal sealed record OutgoingPage(ImmutableArray<ReceiverRow> Receivers, bool HasMail, bool MaySend);

/// <summary><c>/webhooks</c>: who outside is told of what, and what became of it.</summary>
internal static class OutgoingPages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/webhooks";

    /// <summary>Attempts of a message that stand on the page.</summary>
    public const int ShownAttempts = 10;

    private const int Shown = 10;
    private const int MostWaiting = 50;

    /// <summary>Maps it.</summary>
    public static void MapOutgoingPages(this IEndpointRouteBuilder app)
    {
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", (HttpContext context, CancellationToken _) => ShowAsync(context));
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Suspend).MapPost("/", Again);
    }

    /// <summary>Whom a mail in the outbox is for; null for other messages.</summary>
    public static string? PersonOf(WebhookDelivery kept) => kept.Webhook == IWebhookOutbox.Mail ? MailMessage.Of(kept)?.Person : null;

    private static async Task<IResult> ShowAsync(HttpContext context, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var (atWork, outbox) = (services.GetRequiredService<CompanyAtWork>(), services.GetRequiredService<IWebhookOutbox>());
        var settings = atWork.Company.Settings;
        var rows = ImmutableArray.CreateBuilder<ReceiverRow>();
        foreach (var (name, webhook) in settings.Webhooks)
        {
            rows.Add(await RowAsync(
                outbox, name, name, webhook.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), string.Join(", ", webhook.Events.Order(StringComparer.Ordinal)), context.RequestAborted));
        }

        if (settings.Mail is { } mail)
        {
            rows.Add(await RowAsync(
                outbox,
                IWebhookOutbox.Mail,
                "Mail to people",
                $"{mail.Host}:{mail.Port}, from {mail.From.Address}",
                mail.Links is null
                    ? "whoever can decide or answer what waits; links lead to a page that one signs in for"
                    : "whoever can decide or answer what waits; a link decides once, without signing in, for whom it was sent to",
                context.RequestAborted));
        }

        return await services.GetRequiredService<PageWriter>().ShowAsync<Outgoing>(
            context, new OutgoingPage(rows.ToImmutable(), settings.Mail is not null, Caller.May(context.User, Permission.Suspend) && WebhookEndpoints.WhyNot(Caller.Of(context.User), atWork) is null), status, notice);
    }

    private static async Task<ReceiverRow> RowAsync(IWebhookOutbox outbox, string name, string title, string where, string told, CancellationToken cancellationToken)
    {
        var place = await outbox.FindAsync(name, cancellationToken);
        var newest = await outbox.ListAsync(name, null, null, Shown, cancellationToken);
        var tried = (await outbox.ListAsync(name, WebhookState.Waiting, null, MostWaiting, cancellationToken)).Items.Where(w => w.Attempts > 0).ToList();
        DateTimeOffset? since = tried.Count == 0 ? null : tried.Min(w => w.Since);
        var state = place is null ? "not yet" : place.IsDisabled ? "disabled" : since is not null ? "failing" : "well";
        return new ReceiverRow(name, title, where, told, state, since, newest.Items);
    }

    private static async Task<IResult> Again(HttpContext context, CompanyAtWork atWork, IWebhookOutbox outbox, TimeProvider time)
    {
        if (WebhookEndpoints.WhyNot(Caller.Of(context.User), atWork) is { } why)
        {
            return await ShowAsync(context, StatusCodes.Status403Forbidden, why);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, id) = (RequestText.Words("name", form["name"]) ?? string.Empty, RequestText.Words("id", form["id"]) ?? string.Empty);
        var settings = atWork.Company.Settings;
        if (!settings.Webhooks.ContainsKey(name) && !(name == IWebhookOutbox.Mail && settings.Mail is not null))
        {
            return await ShowAsync(context, StatusCodes.Status404NotFound, "Nobody of that name is told of anything.");
        }

        switch (form["do"].ToString())
        {
            case "enable":
                return await outbox.DisableAsync(name, false, Actor.Person(Caller.Of(context.User).Person), time.GetUtcNow(), context.RequestAborted)
                    ? PageReply.See(Path)
                    : await ShowAsync(context, StatusCodes.Status409Conflict, "It is not disabled any more.");
            case "redeliver":
                return await outbox.RedeliverAsync(name, id, Actor.Person(Caller.Of(context.User).Person), time.GetUtcNow(), context.RequestAborted)
                    ? PageReply.See(Path)
                    : await ShowAsync(context, StatusCodes.Status409Conflict, "There is no such message, or it is on its way.");
            default:
                return await ShowAsync(context, StatusCodes.Status400BadRequest, "'do' must be enable or redeliver.");
        }
    }
}
