namespace AiManager.Domain;

/// <summary>Finds what a condition reads.</summary>
internal static class WhenReads
{
    /// <summary>The longest chains of fields and indexes from a root, from left to right; <c>args.a[facts.i]</c> is two.</summary>
    public static IEnumerable<WhenSyntax> ChainsIn(WhenSyntax node)
    {
        if (!IsChain(node))
            return node.Parts.SelectMany(ChainsIn);
        return KeysIn(node).SelectMany(ChainsIn).Prepend(node);
    }

    /// <summary>The parts that logic joins, from left to right.</summary>
    public static IEnumerable<WhenSyntax> ComparisonsIn(WhenSyntax node) =>
        node is WhenLogic or WhenNot ? node.Parts.SelectMany(ComparisonsIn) : [node];

    public static IEnumerable<WhenRoot> RootsIn(WhenSyntax node) => node is WhenRootName name ? [name.Root] : node.Parts.SelectMany(RootsIn);

    public static IReadOnlyList<WhenPath> FieldsOf(WhenSyntax tree, WhenSource source) =>
    [
        .. ChainsIn(tree)
            .Select(chain => PathOf(chain, source))
            .Where(path => path.Root is WhenRoot.Args or WhenRoot.Facts)
            .DistinctBy(path => path.ToString()),
    ];

    private static bool IsChain(WhenSyntax node) => node switch
    {
        WhenRootName => true,
        WhenMember member => IsChain(member.Target),
        WhenIndex index => IsChain(index.Target),
        _ => false,
    };

    private static IEnumerable<WhenSyntax> KeysIn(WhenSyntax chain) => chain switch
    {
        WhenMember member => KeysIn(member.Target),
        WhenIndex index => KeysIn(index.Target).Append(index.Key),
        _ => [],
    };

    private static WhenPath PathOf(WhenSyntax chain, WhenSource source)
    {
        var links = new Stack<WhenSyntax>();
        var node = chain;
        while (node is not WhenRootName)
        {
            links.Push(node);
            node = node.Parts[0];
        }
        var fields = links.Select(NameOf).TakeWhile(name => name is not null).Select(name => name!);
        return new WhenPath(((WhenRootName)node).Root, [.. fields], source.PositionOf(node.Span.Start));
    }

    private static string? NameOf(WhenSyntax link) => link switch
    {
        WhenMember member => member.Name,
        WhenIndex { Key: WhenLiteral { Value: WhenText name } } => name.Value,
        _ => null,
    };
}
