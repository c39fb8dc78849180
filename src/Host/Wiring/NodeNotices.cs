using System.Collections.Immutable;

namespace AiManager.Host;

/// <summary>What is wrong between hosts that share a store, in sentences for people. Pure.</summary>
internal static class NodeNotices
{
    private const int ShownDigits = 8;

    /// <summary>None when all hosts that are there run the same and have the same in their folders.</summary>
    public static ImmutableArray<string> Of(ImmutableArray<NodeRow> nodes, DateTimeOffset now)
    {
        var there = nodes.Where(n => n.StateAt(now) is NodeState.Alive or NodeState.Draining).Select(n => n.Beat).ToList();
        var folders = there.Where(b => b.Folder is not null).GroupBy(b => b.Folder!).ToList();
        var running = there.Where(b => !b.IsDraining).GroupBy(b => b.Bundle).ToList();
        var notices = ImmutableArray.CreateBuilder<string>();
        if (folders.Count > 1)
        {
            notices.Add($"Hosts have different configurations in their folders: {List(folders)}. All of them run the one in force.");
        }

        if (running.Count > 1)
        {
            notices.Add($"Hosts run different configurations: {List(running)}. A host that does not change over within a second or two must be started anew.");
        }

        return notices.ToImmutable();
    }

    /// <summary>The first digits of a digest: enough to tell a few apart.</summary>
    public static string Short(string digest) => digest.Length > ShownDigits ? digest[..ShownDigits] : digest;

    private static string List(IEnumerable<IGrouping<string, NodeBeat>> groups) =>
        string.Join("; ", groups.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{string.Join(", ", g.Select(b => b.Node))} has {Short(g.Key)}"));
}
