using System.Text.RegularExpressions;

namespace AiManager.Domain;

/// <summary>A part of a condition.</summary>
/// <param name="Span">Where it is written, without parentheses around it.</param>
/// <param name="Depth">How many levels the tree below has, itself included; the parser keeps it within <see cref="When.DeepestNesting"/>.</param>
internal abstract record WhenSyntax(WhenSpan Span, int Depth)
{
    /// <summary>In the order of the text.</summary>
    public virtual IReadOnlyList<WhenSyntax> Parts => [];

    public sealed override string ToString() => WhenWriter.Write(this);

    protected static int DepthOf(IReadOnlyList<WhenSyntax> parts) => parts.Count == 0 ? 0 : parts.Max(part => part.Depth);
}

/// <summary>A number, a text, true, false or null.</summary>
internal sealed record WhenLiteral(WhenSpan Span, WhenValue Value) : WhenSyntax(Span, 1);

internal sealed record WhenListing(WhenSpan Span, IReadOnlyList<WhenSyntax> Items) : WhenSyntax(Span, 1 + DepthOf(Items))
{
    public override IReadOnlyList<WhenSyntax> Parts => Items;
}

internal sealed record WhenRootName(WhenSpan Span, WhenRoot Root) : WhenSyntax(Span, 1);

/// <summary><c>a.b</c></summary>
internal sealed record WhenMember(WhenSpan Span, WhenSyntax Target, string Name) : WhenSyntax(Span, 1 + Target.Depth)
{
    public override IReadOnlyList<WhenSyntax> Parts => [Target];
}

/// <summary><c>a[0]</c> or <c>a["b"]</c></summary>
internal sealed record WhenIndex(WhenSpan Span, WhenSyntax Target, WhenSyntax Key) : WhenSyntax(Span, 1 + Math.Max(Target.Depth, Key.Depth))
{
    public override IReadOnlyList<WhenSyntax> Parts => [Target, Key];
}

internal sealed record WhenSize(WhenSpan Span, WhenSyntax Of) : WhenSyntax(Span, 1 + Of.Depth)
{
    public override IReadOnlyList<WhenSyntax> Parts => [Of];
}

internal enum WhenTextTestKind { StartsWith, EndsWith, Contains }

/// <summary><c>a.startsWith(b)</c> and its like</summary>
internal sealed record WhenTextTest(WhenSpan Span, WhenTextTestKind Kind, WhenSyntax Target, WhenSyntax Argument)
    : WhenSyntax(Span, 1 + Math.Max(Target.Depth, Argument.Depth))
{
    public override IReadOnlyList<WhenSyntax> Parts => [Target, Argument];
}

/// <summary><c>a.matches("…")</c>, with the pattern compiled.</summary>
internal sealed record WhenMatch(WhenSpan Span, WhenSyntax Target, string Pattern, Regex Regex) : WhenSyntax(Span, 1 + Target.Depth)
{
    public override IReadOnlyList<WhenSyntax> Parts => [Target];
}

internal sealed record WhenNot(WhenSpan Span, WhenSyntax Operand) : WhenSyntax(Span, 1 + Operand.Depth)
{
    public override IReadOnlyList<WhenSyntax> Parts => [Operand];
}

internal enum WhenRelationKind { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, In }

internal sealed record WhenRelation(WhenSpan Span, WhenRelationKind Kind, WhenSyntax Left, WhenSyntax Right)
    : WhenSyntax(Span, 1 + Math.Max(Left.Depth, Right.Depth))
{
    public override IReadOnlyList<WhenSyntax> Parts => [Left, Right];
}

internal enum WhenLogicKind { Or, And }

/// <summary><c>a &amp;&amp; b &amp;&amp; c</c>: one node however long the chain, so that a long rule is not a deep tree.</summary>
internal sealed record WhenLogic(WhenSpan Span, WhenLogicKind Kind, IReadOnlyList<WhenSyntax> Operands) : WhenSyntax(Span, 1 + DepthOf(Operands))
{
    public override IReadOnlyList<WhenSyntax> Parts => Operands;
}
