namespace AiManager.Domain;

/// <summary>Writes what is known into a condition, so that conditions of two policies can be compared although each has lists of its own.</summary>
internal static class WhenBinder
{
    public static WhenSyntax Bind(WhenSyntax node, WhenFacts known) => node switch
    {
        WhenRootName or WhenMember or WhenIndex when RootOf(node) is { } root && known[root] is not null => Literal(node, known) ?? Below(node, known),
        _ => Below(node, known),
    };

    /// <returns>Null for what has no value: that stays as it is, and errs when it is read.</returns>
    private static WhenLiteral? Literal(WhenSyntax node, WhenFacts known) =>
        WhenEvaluator.Evaluate(node, known) is var value and not WhenError ? new WhenLiteral(node.Span, value) : null;

    private static WhenRoot? RootOf(WhenSyntax node) => node switch
    {
        WhenRootName name => name.Root,
        WhenMember member => RootOf(member.Target),
        WhenIndex { Key: WhenLiteral } index => RootOf(index.Target),
        _ => null,
    };

    private static WhenSyntax Below(WhenSyntax node, WhenFacts known) => node switch
    {
        WhenListing listing => listing with { Items = [.. listing.Items.Select(item => Bind(item, known))] },
        WhenIndex index => index with { Target = Bind(index.Target, known), Key = Bind(index.Key, known) },
        WhenMember member => member with { Target = Bind(member.Target, known) },
        WhenSize size => size with { Of = Bind(size.Of, known) },
        WhenTextTest test => test with { Target = Bind(test.Target, known), Argument = Bind(test.Argument, known) },
        WhenMatch match => match with { Target = Bind(match.Target, known) },
        WhenNot not => not with { Operand = Bind(not.Operand, known) },
        WhenRelation relation => relation with { Left = Bind(relation.Left, known), Right = Bind(relation.Right, known) },
        WhenLogic logic => logic with { Operands = [.. logic.Operands.Select(operand => Bind(operand, known))] },
        _ => node,
    };
}
