using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/authority</c>: what would be decided, without doing anything.</summary>
internal static class AuthorityEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapAuthority(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/authority").WithTags("Authority").RequireAuthorization(Permission.Read)
            .MapPost("/check", Check).WithName("CheckAuthority").WithSummary("What authority would say of a call now, and why; nothing is called or recorded").Accepts<CheckBody>("application/json");

    private static async Task<Results<Ok<AuthorityResource>, ProblemHttpResult>> Check(HttpRequest request, AuthorityDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["agent", "tool", "arguments", "labels"], cancellationToken);
        if (!body.Texts("labels").IsEmpty)
        {
            return Problems.NotBuiltYet("'labels' are not followed yet; leave them out.");
        }

        return TypedResults.Ok(AuthorityResource.Of(
            await desk.CheckAsync(body.Text("agent"), body.Text("tool"), body.OptionalObject("arguments") ?? JsonText.EmptyObject, cancellationToken)));
    }
}
