using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace AiManager.Host;

/// <summary>
/// Signing in where the company's people sign in anyway (OpenID Connect: a code with PKCE, state and nonce). The provider says who somebody is; what they may stands in
/// <c>people.yaml</c> alone, and whoever is not there is told so and is not made.
/// </summary>
internal static class OidcPages
{
    /// <summary>Where it begins.</summary>
    public const string Begins = "/sign-in/provider";

    /// <summary>Where the provider sends the browser: to be named there.</summary>
    public const string Returns = "/sign-in/provider/return";

    /// <summary>The name of the cookie that an attempt is kept in; <see cref="SessionKeys.Mark"/> ends it.</summary>
    public const string Cookie = "aimanager-provider";

    /// <summary>Maps both.</summary>
    public static void MapOidc(this IEndpointRouteBuilder open)
    {
        open.MapGet(Begins, Begin);
        open.MapGet(Returns, Finish);
    }

    private static async Task<IResult> Begin(
        string? back, HttpContext context, LoadedCompany company, OidcClient client, IDataProtectionProvider protection, SessionKeys keys, TimeProvider time)
    {
        if (company.Settings.Oidc is not { } settings)
        {
            return PageFault.Of(StatusCodes.Status404NotFound);
        }

        if (RequestOrigin.IsElsewhere(context.Request))
        {
            return ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, "Another site led here. Begin the sign-in on this page if you want it.");
        }

        if (await client.AuthorizeAddressAsync(settings, context.RequestAborted) is not { } address)
        {
            return Away(context, settings, "it does not answer as itself");
        }

        var attempt = OidcAttempt.New(back is not null && PageReply.IsHere(back) ? back : "/", Caller.SessionOf(context.User), time.GetUtcNow());
        context.Response.Cookies.Append(HostCookies.NameOf(context, Cookie + keys.Mark), attempt.Seal(protection), Options(context, OidcAttempt.Lifetime));
        return Results.Redirect(QueryHelpers.AddQueryString(address.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = ReturnAddress(context, settings),
            ["scope"] = string.Join(' ', settings.Scopes),
            ["state"] = attempt.State,
            ["nonce"] = attempt.Nonce,
            ["code_challenge"] = attempt.Challenge,
            ["code_challenge_method"] = "S256",
        }));
    }

    private static async Task<IResult> Finish(
        string? code,
        string? state,
        string? error,
        string? iss,
        HttpContext context,
        LoadedCompany company,
        OidcClient client,
        OidcTurns turns,
        IDirectory directory,
        IDataProtectionProvider protection,
        SessionKeys keys,
        TimeProvider time)
    {
        if (company.Settings.Oidc is not { } settings)
        {
            return PageFault.Of(StatusCodes.Status404NotFound);
        }

        // Whatever comes of it, it was this attempt's one answer.
        var attempt = OidcAttempt.Open(context.Request.Cookies[HostCookies.NameOf(context, Cookie + keys.Mark)], protection, time.GetUtcNow());
        context.Response.Cookies.Delete(HostCookies.NameOf(context, Cookie + keys.Mark), Options(context, null));
        if (attempt is null || state is null || !IdToken.Same(state, attempt.State))
        {
            return NotBegun(context);
        }

        if (error is not null)
        {
            return ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, $"{settings.Name} did not sign you in.");
        }

        // RFC 9207: an answer of another provider than the one that was asked.
        if (string.IsNullOrEmpty(code) || (iss is not null && iss != settings.Authority))
        {
            return Refused(context, settings, "the answer is another provider's, or none");
        }

        var turn = await turns.TakeAsync(attempt, RequestSource.Of(context, company.Settings.Limits), context.RequestAborted);
        using var held = turn as OidcTurn.Taken;
        switch (turn)
        {
            case OidcTurn.Used:
                return NotBegun(context);
            case OidcTurn.TooMany(var why):
                Log(context).SignInRefused(settings.Authority, why);
                context.Response.Headers.RetryAfter = OidcTurns.Pause.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                return ConsolePages.SignedOut(context, StatusCodes.Status429TooManyRequests, $"Too many sign-ins at {settings.Name} are under way. Begin again in a minute, or sign in another way.");
        }

        return await client.IdentifyAsync(settings, code, attempt, ReturnAddress(context, settings), context.RequestAborted) switch
        {
            OidcIdentity.Known known => await SignInAsync(context, settings, known, directory, attempt),
            OidcIdentity.Away(var why) => Away(context, settings, why),
            OidcIdentity.Refused(var why) => Refused(context, settings, why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> SignInAsync(HttpContext context, OidcSettings settings, OidcIdentity.Known known, IDirectory directory, OidcAttempt attempt)
    {
        if (settings.Subjects is null && !known.IsVerified)
        {
            Log(context).SignInRefused(settings.Authority, "it does not say that the address is verified");
            return ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, $"{settings.Name} does not say that your e-mail address is verified, so it proves nothing of who you are.");
        }

        var provider = new OidcPerson(settings.Authority, known.Subject, known.IsVerified ? known.Email : null);
        if (provider.In(settings, directory) is not { } person)
        {
            Log(context).SignInRefused(settings.Authority, "nobody in people.yaml is who it says");
            return ConsolePages.SignedOut(
                context,
                StatusCodes.Status403Forbidden,
                $"{settings.Name} knows you as {(settings.Subjects is null ? known.Email : known.Subject)}, and nobody in this company's files is that. Whoever runs the service can add you.");
        }

        if (await SignInPages.BeginAsync(context, person, provider, attempt.Session) is { } refused)
        {
            return refused;
        }

        // The session's cookie is not sent where another site leads, and this answer still is part of its leading: only a page of our own goes on with it.
        return new RazorComponentResult<SignedIn>(new { To = attempt.Back });
    }

    private static string ReturnAddress(HttpContext context, OidcSettings settings) =>
        (settings.Address?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}") + Returns;

    /// <summary>Lax, because the provider's site leads back to where it is read; it is good for nothing but that. A name that no neighbour can set goes with the whole host's path.</summary>
    private static CookieOptions Options(HttpContext context, TimeSpan? lifetime) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = context.Request.IsHttps ? "/" : Begins, MaxAge = lifetime };

    private static IResult Away(HttpContext context, OidcSettings settings, string why)
    {
        Log(context).ProviderAway(settings.Authority, why);
        return ConsolePages.SignedOut(context, StatusCodes.Status503ServiceUnavailable, $"{settings.Name} cannot be asked now. Try again in a moment, or sign in another way.");
    }

    private static IResult NotBegun(HttpContext context) =>
        ConsolePages.SignedOut(context, StatusCodes.Status400BadRequest, "This sign-in was not begun in this browser, was used already, or took too long. Begin it again.");

    private static IResult Refused(HttpContext context, OidcSettings settings, string why)
    {
        Log(context).SignInRefused(settings.Authority, why);
        return ConsolePages.SignedOut(context, StatusCodes.Status403Forbidden, $"What {settings.Name} answered does not fit this sign-in. Begin it again.");
    }

    private static ILogger Log(HttpContext context) => context.RequestServices.GetRequiredService<ILogger<OidcClient>>();
}
