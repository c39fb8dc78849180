using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace AiManager.Host;

/// <summary>Who may call: keys for programs, a cookie for the browser, the data folder's token for the terminal.</summary>
internal static class CompanySignIn
{
    /// <summary>The name of the console's cookie; <see cref="SessionKeys.Mark"/> ends it.</summary>
    public const string Cookie = "aimanager";

    private const string Either = "either";

    private static readonly TimeSpan RenewedAfter = TimeSpan.FromMinutes(10);

    /// <summary>Adds authentication, the permissions as policies, and antiforgery for the cookie.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="keys">What cookies are sealed with.</param>
    public static IServiceCollection AddCompanySignIn(this IServiceCollection services, SessionKeys keys)
    {
        services.AddSingleton<TerminalToken>().AddSingleton<SignInLinks>().AddSingleton<KeyLookup>().AddSingleton<OpenSessions>().AddSingleton<SignInLog>().AddSingleton<OpenStreams>().AddSingleton<OidcClient>().AddSingleton<OidcTurns>().AddTransient<KeyDesk>().AddTransient<SessionDesk>();

        // Before the framework puts its own, which keeps a ring of keys in the home folder.
        services.AddSingleton(keys).AddSingleton<IDataProtectionProvider, SealedByKeys>().AddSingleton<RefusedAttempts>();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, o => o.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 ? BearerHandler.Name : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Name, null)
            .AddCookie(o => ConfigureCookie(o, keys));
        var authorization = services.AddAuthorizationBuilder();
        foreach (var permission in (string[])[.. Permission.Scopes, Permission.Terminal])
        {
            authorization.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().RequireAssertion(c => Caller.May(c.User, permission)));
        }

        services.AddAntiforgery(o =>
        {
            o.HeaderName = "AIManager-Form";
            o.Cookie.Name = "aimanager-form" + keys.Mark;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        return services;
    }

    /// <summary>Lets a changing request that comes with the cookie through only with the form's token: another site can send the one and not the other.</summary>
    public static IApplicationBuilder UseFormTokens(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var changes = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !HttpMethods.IsOptions(context.Request.Method);
        if (changes && context.User.Identity is { IsAuthenticated: true, AuthenticationType: CookieAuthenticationDefaults.AuthenticationScheme }
            && context.Request.Path != MailPages.Path // it looks itself, and keeps what was written
            && !await HasTokenAsync(context))
        {
            await new PageFault(StatusCodes.Status400BadRequest, "The form's token is missing or old. Load the page again.").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    /// <summary>Looking for the token reads the form, and a form that cannot be read is its sender's fault.</summary>
    public static async Task<bool> HasTokenAsync(HttpContext context)
    {
        try
        {
            return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        }
        catch (AntiforgeryValidationException unreadable)
        {
            throw unreadable.InnerException as BadHttpRequestException ?? new BadHttpRequestException("The form cannot be read: it has too many fields, or is no form.", unreadable);
        }
        catch (InvalidDataException unreadable)
        {
            throw new BadHttpRequestException("The form cannot be read: it has too many fields, or is no form.", unreadable);
        }
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options, SessionKeys keys)
    {
        options.Cookie.Name = Cookie + keys.Mark;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CookieManager = new HostCookies();
        options.ExpireTimeSpan = OpenSessions.Lifetime;
        options.SlidingExpiration = true;
        options.Events.OnCheckSlidingExpiration = context =>
        {
            // Whoever only left a page open does not use the session. Sealing a cookie anew for every request would be for nothing.
            context.ShouldRenew = context.ElapsedTime > RenewedAfter && !RequestLimits.IsStream(context.HttpContext);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = async context =>
        {
            var services = context.HttpContext.RequestServices;
            if (await services.GetRequiredService<OpenSessions>().IsOpenAsync(Caller.SessionOf(context.Principal!), context.HttpContext.RequestAborted)
                && services.GetRequiredService<OpenStreams>().IsWelcome(context.Principal!)
                && Caller.AllowedNow(context.Principal!, services.GetRequiredService<IDirectory>()) is { } allowed)
            {
                context.ReplacePrincipal(Caller.Allow(context.Principal!, allowed, context.Properties.ExpiresUtc));
            }
            else
            {
                context.RejectPrincipal();
            }
        };
        options.Events.OnRedirectToLogin = context => Refuse(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Refuse(context, StatusCodes.Status403Forbidden);
    }

    private static Task Refuse(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && !PageFault.WantsPage(context.HttpContext))
        {
            BearerChallenge.Ask(context.HttpContext, isNoKey: false); // how a program may come back
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
