using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AiManager.Host;

/// <summary><c>/api/nodes</c>: the hosts that share the store.</summary>
internal static class NodeEndpoints
{
    /// <summary>Maps it.</summary>
    public static void MapNodes(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api/nodes").WithTags("Nodes").RequireAuthorization(Permission.Read)
            .MapGet("/", List).WithName("ListNodes").WithSummary("The hosts that share the store, how they are, and which configuration each runs and has in its folder");

    private static async Task<Ok<ImmutableArray<NodeResource>>> List(INodes nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return TypedResults.Ok<ImmutableArray<NodeResource>>([.. (await nodes.ListAsync(cancellationToken)).Select(n => NodeResource.Of(n, now))]);
    }
}

/// <summary>A host as it is shown outside.</summary>
/// <param name="Id">Its name in leases.</param>
/// <param name="State"><c>alive</c>, <c>overdue</c>, <c>gone</c> or <c>draining</c>.</param>
/// <param name="LastSeen">When it last said that it is alive.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Version">The program's.</param>
/// <param name="Bundle">Digest of the configuration that it runs.</param>
/// <param name="Folder">Digest of the configuration in its own folder; null when it has none.</param>
/// <param name="Url">Where it listens; null when nowhere.</param>
/// <param name="Workflows">How many it drives now.</param>
internal sealed record NodeResource(
    string Id, string State, DateTimeOffset LastSeen, DateTimeOffset StartedAt, string Version, string Bundle, string? Folder, string? Url, int Workflows)
{
    /// <summary>As the store says.</summary>
    public static NodeResource Of(NodeRow row, DateTimeOffset now) => new(
        row.Beat.Node,
        row.StateAt(now).ToString().ToLowerInvariant(),
        row.Beat.At,
        row.Beat.StartedAt,
        row.Beat.Version,
        row.Beat.Bundle,
        row.Beat.Folder,
        row.Beat.Url,
        row.Workflows);
}
