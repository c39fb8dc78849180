using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace AiManager.Host;

/// <summary>How a browser's session begins, changes and ends. Each begins anew: nothing of the one before lives on in it.</summary>
internal static class SignInPages
{
    /// <summary>Maps the link that signs in once, the form that takes a key, standing in for somebody, and signing out.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup(string.Empty).ExcludeFromDescription().AllowAnonymous();
        open.MapGet("/sign-in/{code}", Open);
        open.MapPost("/sign-in", WithKey);
        open.MapGet("/sign-in", () => Results.LocalRedirect("/")); // typed by hand: the first page shows the form to whoever is not signed in
        open.MapOidc();
        app.MapPost("/sign-in/as", As).ExcludeFromDescription().RequireAuthorization();
        app.MapPost("/sign-out", SignOut).ExcludeFromDescription().RequireAuthorization();
    }

    private static async Task<IResult> Open(string code, SignInLinks links, RefusedAttempts attempts, HttpContext context)
    {
        if (links.Use(code) is not { } link)
        {
            const string Why = "This link was used already or is too old. The service prints a new one at each start.";
            return !attempts.TryCount(context) ? TooOften()
                : PageFault.WantsPage(context) && context.User.Identity is not { IsAuthenticated: true } ? ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, Why)
                : new PageFault(StatusCodes.Status403Forbidden, Why);
        }

        IResult? refused = null;
        var hasBegun = false;
        try
        {
            refused = await BeginAsync(context, new SessionBegun(SessionBegun.Link), link.Person, new Caller(link.Person, Caller.Console), [], owner: link.Person);
            hasBegun = refused is null;
        }
        finally
        {
            if (!hasBegun)
            {
                links.GiveBack(code, link);
            }
        }

        return refused ?? Results.LocalRedirect("/");
    }

    /// <summary>With somebody's key: the session may what the key may, and ends when it is revoked. The form's token keeps another site from signing a visitor in as somebody else.</summary>
    private static async Task<IResult> WithKey(HttpContext context, KeyLookup keys, IDirectory directory, RefusedAttempts attempts)
    {
        if (!await CompanySignIn.HasTokenAsync(context))
        {
            return new PageFault(StatusCodes.Status400BadRequest, "The form's token is missing or old. Load the page again.");
        }

        if (RequestOrigin.IsElsewhere(context.Request))
        {
            return ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, "Another site sent this form. Sign in on this page if you want to.");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (await keys.FindAsync(form["key"].ToString().Trim(), attempts.MayAsk(context), context.RequestAborted) is not { } key || directory.Person(key.Created.Person) is null)
        {
            return !attempts.TryCount(context) ? TooOften() : ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, "This key opens nothing. It may have been revoked, or copied only in part.");
        }

        return await BeginAsync(
            context, new SessionBegun(SessionBegun.ByKey, key.Created.Key), key.Created.Person, new Caller(key.Created.Person, Caller.Console), key.Created.Scopes, key.Created.Key) ?? PageReply.See("/");
    }

    /// <summary>In a sample, whoever owns the data folder may look as anybody, so that one person can play all parts. What they then decide is recorded as such.</summary>
    private static async Task<IResult> As(HttpContext context, LoadedCompany company, IDirectory directory)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var person = form["person"].ToString();
        if (Caller.OwnerOf(context.User) is not { } owner || !company.Settings.AllowLocalStandIn)
        {
            return new PageFault(StatusCodes.Status403Forbidden, "Only whoever opened the printed link may look as somebody else, and only in a company that allows it (allowLocalStandIn).");
        }

        if (directory.Person(person) is null)
        {
            return new PageFault(StatusCodes.Status400BadRequest, "There is no such person in people.yaml.");
        }

        return await BeginAsync(
            context, new SessionBegun(SessionBegun.StandIn, As: person == owner ? null : person), owner, new Caller(person, person == owner ? Caller.Console : Caller.LocalConsole), [], owner: owner)
            ?? PageReply.Back(form, "/");
    }

    private static PageFault TooOften() => new(StatusCodes.Status429TooManyRequests, "Too much was refused that came from there. Wait a moment; what is good is let in all the same.");

    private static async Task<IResult> SignOut(HttpContext context, CancellationToken cancellationToken)
    {
        // A key has no session; whoever asks with one signs out of nothing.
        await context.RequestServices.GetRequiredService<SignInLog>().TryEndAsync(
            Caller.SessionOf(context.User), Actor.Person(Caller.OwnerOf(context.User) ?? Caller.Of(context.User).Person), null, cancellationToken);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return PageFault.WantsPage(context) ? PageReply.See("/") : Results.NoContent();
    }

    /// <summary>A new session; the one before ends. Null where it has begun, else why it has not.</summary>
    private static Task<IResult?> BeginAsync(HttpContext context, SessionBegun begun, string who, Caller caller, ImmutableArray<string> scopes, string? key = null, string? owner = null) => BeginAsync(
        context, begun, who, Caller.SessionOf(context.User), session => caller.ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme, scopes, key, owner, session));

    /// <summary>A new session of somebody whom a provider named; it lasts while the company still takes that for them. Null where it has begun, else why it has not.</summary>
    /// <param name="context">The provider's redirect, with which the session before does not come.</param>
    /// <param name="person">Who it is here.</param>
    /// <param name="provider">Who the provider says it is.</param>
    /// <param name="earlier">The session in which the sign-in was begun; it ends. Null for none.</param>
    public static Task<IResult?> BeginAsync(HttpContext context, Person person, OidcPerson provider, string? earlier) => BeginAsync(
        context, new SessionBegun(SessionBegun.Oidc), person.Id, earlier,
        session => new Caller(person.Id, Caller.Console).ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme, [], session: session, provider: provider));

    private static async Task<IResult?> BeginAsync(HttpContext context, SessionBegun begun, string who, string? earlier, Func<string, ClaimsPrincipal> make)
    {
        var services = context.RequestServices;
        var perMinute = services.GetRequiredService<LoadedCompany>().Settings.Limits.WritesPerMinute;
        var (log, id, before) = (services.GetRequiredService<SignInLog>(), OpenSessions.NewId(), Caller.SessionOf(context.User) ?? earlier);
        if (!await log.TryBeginAsync(Actor.Person(who), begun with { Session = id, Replaces = before }, perMinute, context.RequestAborted))
        {
            return new PageFault(StatusCodes.Status429TooManyRequests, $"Nobody signs in more than {perMinute} times within a minute. Wait a moment.");
        }

        if (earlier != before)
        {
            await log.TryEndAsync(earlier, Actor.Person(who), null, context.RequestAborted);
        }

        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, make(id));
        return null;
    }
}
