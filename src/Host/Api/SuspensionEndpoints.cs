using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/suspensions</c>: stopping a tool, an agent, a workflow or everything, and lifting that.</summary>
internal static class SuspensionEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapSuspensions(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/suspensions").WithTags("Suspensions").RequireAuthorization(Permission.Read)
            .MapGet("/", List).WithName("ListSuspensions").WithSummary("What is stopped, by whom and why");
        var stopping = app.MapGroup("/api/suspensions").WithTags("Suspensions").RequireAuthorization(Permission.Suspend);
        stopping.MapPost("/", Suspend).WithName("Suspend").WithSummary("Stop a tool, an agent, a workflow or everything: when this answers, nothing of it starts any more, on any host").Accepts<SuspensionBody>("application/json");
        stopping.MapDelete("/{kind}/{name}", Lift).WithName("LiftSuspension").WithSummary("Let it go on, where it stood");
    }

    private static Ok<ImmutableArray<SuspensionResource>> List(CompanyStream company) => TypedResults.Ok(company.State.Suspensions.Values.Select(SuspensionResource.Of).ToImmutableArray());

    private static async Task<Results<NoContent, Ok<SuspensionWarning>, ProblemHttpResult>> Suspend(HttpRequest request, ClaimsPrincipal user, SuspensionDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["kind", "name", "reason"], cancellationToken);
        var kind = body.Text("kind");
        var name = kind == Suspension.All ? body.OptionalText("name") ?? Suspension.AllName : body.Text("name");
        return Answer(await desk.SuspendAsync(kind, name, body.Text("reason"), Caller.Of(user), cancellationToken));
    }

    private static async Task<Results<NoContent, Ok<SuspensionWarning>, ProblemHttpResult>> Lift(string kind, string name, ClaimsPrincipal user, SuspensionDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.LiftAsync(kind, name, Caller.Of(user), cancellationToken));

    private static Results<NoContent, Ok<SuspensionWarning>, ProblemHttpResult> Answer(SuspensionResult result) => result switch
    {
        SuspensionResult.Invalid invalid => Problems.Invalid(invalid.Reason),
        SuspensionResult.Forbidden forbidden => Problems.Forbidden(forbidden.Reason),
        SuspensionResult.Unknown unknown => Problems.NotFound(unknown.Reason),
        SuspensionResult.Conflict conflict => Problems.Conflict(conflict.Reason),
        SuspensionResult.Done { Unheeding: { IsEmpty: false } hosts } => TypedResults.Ok(new SuspensionWarning(hosts)),
        _ => TypedResults.NoContent(),
    };
}

/// <summary>What to stop.</summary>
/// <param name="Kind"><c>tool</c>, <c>agent</c>, <c>workflow</c> or <c>all</c>.</param>
/// <param name="Name">Which one; for <c>all</c> it may be left out.</param>
/// <param name="Reason">Why: whoever is stopped is told.</param>
internal sealed record SuspensionBody(string Kind, string? Name, string Reason);

/// <summary>It is stopped, but not everywhere.</summary>
/// <param name="NotHeededBy">Hosts that are alive and whose program is too old to know: end them.</param>
internal sealed record SuspensionWarning(ImmutableArray<UnheedingHost> NotHeededBy);

/// <summary>Something that is stopped.</summary>
/// <param name="Kind"><c>tool</c>, <c>agent</c>, <c>workflow</c> or <c>all</c>.</param>
/// <param name="Name">Which one; <c>*</c> for everything.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who stopped it.</param>
/// <param name="At">When.</param>
internal sealed record SuspensionResource(string Kind, string Name, string Reason, string By, DateTimeOffset At)
{
    /// <summary>As the company's stream says.</summary>
    public static SuspensionResource Of(Suspension suspension) => new(suspension.Kind, suspension.Name, suspension.Reason.Words, suspension.By.Value, suspension.At);
}
