using System.Collections.Immutable;
using System.Security.Claims;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/tools</c>: the catalogue, and saying what a tool from outside does.</summary>
internal static class ToolEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapTools(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/tools").WithTags("Tools").RequireAuthorization(Permission.Read)
            .MapGet("/", List).WithName("ListTools").WithSummary("Every tool that the company knows, what it does to the world, and why it may not run where it may not");
        app.MapGroup("/api/tools").WithTags("Tools").RequireAuthorization(Permission.Classify)
            .MapPost("/{name}/classify", Classify).WithName("ClassifyTool").WithSummary("Say what a tool of an outside source does: from then on authority decides on its calls. Under change control one that lets more through waits for a second person (202)")
            .Accepts<ClassifyBody>("application/json");
    }

    private static Ok<ImmutableArray<ToolResource>> List(Catalog catalog, CompanyStream company, ToolLanes lanes)
    {
        var health = catalog.Health.ToDictionary(h => h.Source, StringComparer.Ordinal);
        return TypedResults.Ok(catalog.Records.Select(r => ToolResource.Of(r, health.GetValueOrDefault(r.Source), company.State.StopOfTool(r.Name), lanes.HealthOf(r.Name))).ToImmutableArray());
    }

    private static async Task<Results<NoContent, Accepted<ChangeResource>, ProblemHttpResult>> Classify(string name, HttpRequest request, ClaimsPrincipal user, ClassificationDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["effect", "digest", "readOnly", "destructive", "idempotent", "openWorld"], cancellationToken);
        var said = new Classification(
            name, body.Text("effect"), body.Text("digest"), body.OptionalFlag("readOnly"), body.OptionalFlag("destructive"), body.OptionalFlag("idempotent"), body.OptionalFlag("openWorld"));
        return await desk.ClassifyAsync(said, Caller.Of(user), cancellationToken) switch
        {
            ClassificationResult.Waits waits => TypedResults.Accepted($"/api/changes/{waits.Change.Proposed.Change}", ChangeResource.Of(waits.Change)),
            ClassificationResult.Invalid invalid => Problems.Invalid(invalid.Reason),
            ClassificationResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
            ClassificationResult.Unknown unknown => Problems.NotFound(unknown.Reason),
            ClassificationResult.Conflict conflict => Problems.Conflict(conflict.Reason),
            _ => TypedResults.NoContent(),
        };
    }
}

/// <summary>What somebody says of a tool.</summary>
/// <param name="Effect">Its class: <c>observe</c>, <c>compute</c>, <c>write-reversible</c>, …</param>
/// <param name="Digest">The version that was looked at, as <c>GET /api/tools</c> shows it.</param>
/// <param name="ReadOnly">It changes nothing; must agree with the class.</param>
/// <param name="Destructive">It may destroy something.</param>
/// <param name="Idempotent">Doing it twice is as good as once.</param>
/// <param name="OpenWorld">It reaches beyond the company.</param>
internal sealed record ClassifyBody(string Effect, string Digest, bool? ReadOnly = null, bool? Destructive = null, bool? Idempotent = null, bool? OpenWorld = null);
