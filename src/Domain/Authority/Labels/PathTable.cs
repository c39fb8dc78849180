namespace AiManager.Domain;

/// <summary>Things declared for places in a JSON value. The longest pattern that fits counts, and of equally long ones the one with more names.</summary>
internal sealed class PathTable<T>
    where T : class
{
    private readonly Node _root = new();

    public PathTable(IEnumerable<(string Path, T Thing)> things)
    {
        foreach (var (path, thing) in things)
        {
            var node = _root;
            foreach (var name in path is "." or "" ? [] : path.Split('.'))
            {
                node = node.Next.TryGetValue(name, out var next) ? next : node.Next[name] = new Node(node.Depth + 1);
            }

            node.Thing = thing;
        }
    }

    /// <summary>What is declared for a place or for something around it; null for nothing.</summary>
    public T? Find(ReadOnlySpan<string> path) => Find(_root, path)?.Thing;

    private static Node? Find(Node node, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return node.Thing is null ? null : node;
        }

        var named = node.Next.TryGetValue(path[0], out var next) ? Find(next, path[1..]) : null;
        var any = node.Next.TryGetValue("*", out next) ? Find(next, path[1..]) : null;
        return named is not null && (any is null || any.Depth <= named.Depth) ? named : any ?? (node.Thing is null ? null : node);
    }

    private sealed class Node(int depth = 0)
    {
        public int Depth => depth;

        public Dictionary<string, Node> Next { get; } = new(StringComparer.Ordinal);

        public T? Thing { get; set; }
    }
}
