using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/keys</c>: for the terminal of the user who owns the data folder, and nobody else: whoever makes a key can be anybody.</summary>
internal static class KeyEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/keys").WithTags("Keys").RequireAuthorization(Permission.Terminal);
        keys.MapPost("/", Create).WithName("CreateKey").WithSummary("Make a key; its secret is shown once").Accepts<KeyBody>("application/json");
        keys.MapPost("/{id}/revoke", Revoke).WithName("RevokeKey").WithSummary("Revoke a key for good");
    }

    private static async Task<Ok<KeyResource>> Create(HttpRequest request, KeyDesk desk, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ["person", "scopes", "expires"], cancellationToken);
        try
        {
            var key = await desk.CreateAsync(body.Text("person"), body.Texts("scopes"), KeyDesk.ReadLifetime(body.OptionalText("expires")), Actor.System, cancellationToken);
            return TypedResults.Ok(new KeyResource(key.Write()));
        }
        catch (UsageException refused)
        {
            throw new BadHttpRequestException(refused.Message, refused);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(string id, KeyDesk desk, CancellationToken cancellationToken) =>
        await desk.RevokeAsync(id, Actor.System, Caller.LocalTerminal, cancellationToken) ? TypedResults.NoContent() : Problems.NotFound("There is no such key, or it is revoked already.");
}
