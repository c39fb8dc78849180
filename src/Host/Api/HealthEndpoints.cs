using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/health</c>: for whoever starts and watches the service.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Maps them; nobody need sign in.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", () => TypedResults.Ok(new HealthResource("live"))).WithName("Live").WithSummary("The process answers");
        health.MapGet("/ready", Ready).WithName("Ready").WithSummary("The store can be read, and this host takes work on");
    }

    private static async Task<Results<Ok<HealthResource>, ProblemHttpResult>> Ready(CompanyAtWork company, IReadModels lists, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (company.WhyNot is { } why)
        {
            return Problems.Draining(why);
        }

        try
        {
            await lists.WorkflowsAsync(new WorkflowQuery(Limit: 1), cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return TypedResults.Ok(new HealthResource("ready"));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever keeps the store from being read, the answer is the same: do not send work here.
            loggers.CreateLogger(typeof(HealthEndpoints)).StoreAway(fault, "/health/ready");
            return Problems.Unavailable("The store cannot be read.");
        }
    }
}
