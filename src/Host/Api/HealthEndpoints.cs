using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/health</c>: for whoever starts and watches the service.</summary>
internal static class HealthEndpoints
{
    private const string TakesNothingOn = "This host takes no work on now.";

    /// <summary>Maps them; nobody need sign in.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", () => TypedResults.Ok(new HealthResource("live"))).WithName("Live").WithSummary("The process answers");
        health.MapGet("/ready", Ready).WithName("Ready").WithSummary("The store can be read, and this host takes work on");
    }

    /// <summary>A balancer that asks for the head alone gets the status that it would get with the body.</summary>
    public static IApplicationBuilder UseHeadOfHealth(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method) && context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            context.Request.Method = HttpMethods.Get; // the server itself still sends no body
        }

        return next(context);
    });

    private static async Task<Results<Ok<HealthResource>, ProblemHttpResult>> Ready(CompanyAtWork company, ClaimsPrincipal user, Readiness readiness, CancellationToken cancellationToken)
    {
        if (company.WhyNot is { } why)
        {
            // Why names files, lines and hosts, which are no strangers' business.
            return Problems.Draining(Caller.May(user, Permission.Read) ? why : TakesNothingOn);
        }

        return await readiness.IsReadableAsync(cancellationToken) ? TypedResults.Ok(new HealthResource("ready")) : Problems.Unavailable("The store cannot be read.");
    }
}
