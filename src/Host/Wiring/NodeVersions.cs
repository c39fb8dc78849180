namespace AiManager.Host;

/// <summary>Which hosts run an older program. Pure.</summary>
internal static class NodeVersions
{
    /// <summary>The release that this program is.</summary>
    public static readonly Version ThisRelease = new(0, 3);

    /// <summary>Hosts that may still be there and whose program is older than <paramref name="release"/>, or says no version that anybody knows.</summary>
    public static IEnumerable<NodeRow> Before(Version release, IEnumerable<NodeRow> nodes, DateTimeOffset now) =>
        nodes.Where(n => n.StateAt(now) != NodeState.Gone && !(Version.TryParse(n.Beat.Version.Split('-', '+')[0], out var version) && version >= release));
}
