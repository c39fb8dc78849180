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

    private static async Task<Ok<AuthorityResource>> Check(HttpRequest request, AuthorityDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["agent", "tool", "arguments", "labels"], cancellationToken);
        return TypedResults.Ok(AuthorityResource.Of(
            await desk.CheckAsync(body.Text("agent"), body.Text("tool"), body.OptionalObject("arguments") ?? JsonText.EmptyObject, Labels(body), cancellationToken)));
    }

    private static ToldLabels? Labels(JsonBody body)
    {
        if (body.OptionalObject("labels") is not { } told)
        {
            return null;
        }

        return ToldLabels.Read(told, out var fault) ?? throw body.Refuse("labels", $"is not in order: {fault}.");
    }
}
