namespace AiManager.Host;

/// <summary>Which hosts run an older program. Pure.</summary>
internal static class NodeVersions
{
    /// <summary>Hosts that may still be there and whose program is older than <paramref name="release"/>, or says no version that anybody knows.</summary>
    public static IEnumerable<NodeRow> Before(Version release, IEnumerable<NodeRow> nodes, DateTimeOffset now) =>
        EverBefore(release, nodes).Where(n => n.StateAt(now) != NodeState.Gone);

    /// <summary>The same, with those that are gone and still remembered: one that is being started anew is gone meanwhile.</summary>
    public static IEnumerable<NodeRow> EverBefore(Version release, IEnumerable<NodeRow> nodes) =>
        nodes.Where(n => !(Version.TryParse(n.Beat.Version.Split('-', '+')[0], out var version) && version >= release));
}
