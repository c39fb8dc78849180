using System.Collections.Immutable;
using AiManager.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/tools</c>: the catalogue.</summary>
internal static class ToolEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapTools(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/tools").WithTags("Tools").RequireAuthorization(Permission.Read)
            .MapGet("/", Ok<ImmutableArray<ToolResource>> (Catalog catalog) => TypedResults.Ok(catalog.Infos.Select(ToolResource.Of).ToImmutableArray()))
            .WithName("ListTools").WithSummary("Every tool of the company and what it does to the world");
}
