using System.Collections.Immutable;
using System.Text.Json;

namespace AiManager.Host;

/// <summary>Somebody or something outside that is told of what happens.</summary>
/// <param name="Name">As it stands in the outbox.</param>
/// <param name="Title">As people call it.</param>
/// <param name="Where">Where it is; of an address the path may be a secret and is not shown.</param>
/// <param name="Told">Of what, in words.</param>
/// <param name="State"><c>well</c>, <c>failing</c>, <c>disabled</c>, or <c>not yet</c> before it has begun.</param>
/// <param name="FailingSince">Since when something waits that was tried in vain; null for nothing.</param>
/// <param name="Deliveries">Newest first.</param>
/// <param name="Next">Where older ones stand; null where there are none.</param>
internal sealed record ReceiverRow(string Name, string Title, string Where, string Told, string State, DateTimeOffset? FailingSince, ImmutableArray<WebhookDelivery> Deliveries, string? Next)
{
    /// <summary>False once the receiver has said that it is gone: then what waits is not tried.</summary>
    public bool IsSentTo => State != OutgoingPages.Disabled;
}

/// <summary>What stands on the page about what goes out.</summary>
/// <param name="Receivers">By name, mail last.</param>
/// <param name="HasMail">Whether people are told by mail.</param>
/// <param name="MaySend">Whether whoever looks may have things sent again.</param>
/// <param name="Asked">How messages stand that are looked for; null for any.</param>
/// <param name="IsOne">Whether all messages to one receiver are looked through, and not the newest to each.</param>
internal sealed record OutgoingPage(ImmutableArray<ReceiverRow> Receivers, bool HasMail, bool MaySend, string? Asked, bool IsOne);

/// <summary><c>/webhooks</c>: who outside is told of what, and what became of it.</summary>
internal static class OutgoingPages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/webhooks";

    /// <summary>Attempts of a message that stand on the page.</summary>
    public const int ShownAttempts = 10;

    /// <summary>How a receiver is to which nothing is sent.</summary>
    public const string Disabled = "disabled";

    private const int Shown = 10;
    private const int ShownOfOne = 50;
    private const int MostWaiting = 50;

    /// <summary>Maps it.</summary>
    public static void MapOutgoingPages(this IEndpointRouteBuilder app)
    {
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Read).MapGet("/", (HttpContext context, CancellationToken _) => ShowAsync(context));
        app.MapGroup(Path).ExcludeFromDescription().RequireAuthorization(Permission.Suspend).MapPost("/", Again);
    }

    /// <summary>Whom a mail in the outbox is for; null for other messages.</summary>
    public static string? PersonOf(WebhookDelivery kept) => kept.Webhook == IWebhookOutbox.Mail ? MailMessage.Of(kept)?.Person : null;

    /// <summary>All messages to a receiver, or those of one state.</summary>
    public static string AddressOf(string name, string? state, string? cursor = null) => PageText.Query(Path, ("name", name), ("state", state), ("cursor", cursor));

    /// <summary>True for what can be sent at once: it is over, or waits for its next attempt. What is under way is not sent twice at a time.</summary>
    public static bool CanBeSent(WebhookDelivery kept, ReceiverRow receiver) =>
        kept.State != WebhookState.Waiting || (receiver.IsSentTo && (kept.Attempts == 0 || kept.History is [{ Number: var last }, ..] && last == kept.Attempts));

    /// <summary>What a message is about: its workflow, its change, or what is stopped; null where it does not say.</summary>
    public static string? PlaceOf(WebhookDelivery kept)
    {
        if (kept.Webhook == IWebhookOutbox.Mail)
        {
            return MailMessage.Of(kept) is { } mail ? $"/workflows/{mail.Workflow}" : null;
        }

        try
        {
            using var body = JsonDocument.Parse(kept.Body);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                ? Id<WorkflowId>("stream") is { } own ? $"/workflows/{own}"
                : Id<WorkflowId>("workflow") is { } begun ? $"/workflows/{begun}"
                : Id<ChangeId>("change") is { } change ? $"/authority#{change}"
                : kept.Type.StartsWith("suspension.", StringComparison.Ordinal) ? "/tools#stops"
                : null
                : null;

            TId? Id<TId>(string name)
                where TId : struct, IPrefixedId<TId> =>
                data.TryGetProperty(name, out var said) && said.ValueKind == JsonValueKind.String && PrefixedId.TryRead<TId>(said.GetString(), out var id) ? id : null;
        }
        catch (JsonException)
        {
            return null; // of a release that wrote something else
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, int status = StatusCodes.Status200OK, string? notice = null)
    {
        var services = context.RequestServices;
        var (atWork, outbox) = (services.GetRequiredService<CompanyAtWork>(), services.GetRequiredService<IWebhookOutbox>());
        var settings = atWork.Company.Settings;
        var rows = ImmutableArray.CreateBuilder<ReceiverRow>();
        var (asked, only) = (RequestText.Word("state", context.Request.Query["state"], WebhookState.All), RequestText.Words("name", context.Request.Query["name"]));
        var wanted = only is null ? new Wanted(asked, null, Shown) : new Wanted(asked, RequestText.Words("cursor", context.Request.Query["cursor"]), ShownOfOne);
        foreach (var (name, webhook) in settings.Webhooks.Where(w => only is null || w.Key == only))
        {
            rows.Add(await RowAsync(
                outbox, wanted, name, name, webhook.Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), string.Join(", ", webhook.Events.Order(StringComparer.Ordinal)), context.RequestAborted));
        }

        if (settings.Mail is { } mail && only is null or IWebhookOutbox.Mail)
        {
            rows.Add(await RowAsync(
                outbox,
                wanted,
                IWebhookOutbox.Mail,
                "Mail to people",
                $"{mail.Host}:{mail.Port}, from {mail.From.Address}",
                mail.Links is null
                    ? "whoever can decide or answer what waits; links lead to a page that one signs in for"
                    : "whoever can decide or answer what waits; a link decides once, without signing in, for whom it was sent to",
                context.RequestAborted));
        }

        if (only is not null && rows.Count == 0)
        {
            return new PageFault(StatusCodes.Status404NotFound, "Nobody of that name is told of anything.");
        }

        var maySend = Caller.May(context.User, Permission.Suspend) && WebhookEndpoints.WhyNot(Caller.Of(context.User), atWork) is null;
        return await services.GetRequiredService<PageWriter>().ShowAsync<Outgoing>(
            context, new OutgoingPage(rows.ToImmutable(), settings.Mail is not null, maySend, asked, only is not null), status, notice);
    }

    private static async Task<ReceiverRow> RowAsync(IWebhookOutbox outbox, Wanted wanted, string name, string title, string where, string told, CancellationToken cancellationToken)
    {
        var place = await outbox.FindAsync(name, cancellationToken);
        var found = await PageText.PageAsync(outbox.ListAsync(name, wanted.State, wanted.Cursor, wanted.Most, cancellationToken));
        var tried = (await outbox.ListAsync(name, WebhookState.Waiting, null, MostWaiting, cancellationToken)).Items.Where(w => w.Attempts > 0).ToList();
        DateTimeOffset? since = tried.Count == 0 ? null : tried.Min(w => w.Since);
        var state = place is null ? "not yet" : place.IsDisabled ? Disabled : since is not null ? "failing" : "well";
        return new ReceiverRow(name, title, where, told, state, since, found.Items, found.Next is { } next ? AddressOf(name, wanted.State, next) : null);
    }

    /// <summary>Which messages somebody looks for.</summary>
    private sealed record Wanted(string? State, string? Cursor, int Most);

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
                    ? PageReply.Back(form, Path)
                    : await ShowAsync(context, StatusCodes.Status409Conflict, "It is not disabled any more.");
            case "redeliver":
                return await outbox.RedeliverAsync(name, id, Actor.Person(Caller.Of(context.User).Person), time.GetUtcNow(), context.RequestAborted)
                    ? PageReply.Back(form, Path)
                    : await ShowAsync(context, StatusCodes.Status409Conflict, "There is no such message, or it is being sent just now.");
            default:
                return await ShowAsync(context, StatusCodes.Status400BadRequest, "'do' must be enable or redeliver.");
        }
    }
}
