namespace AiManager.Domain;

/// <summary>A part of a condition that has a value of its own: <c>args.supplier</c>, <c>size(args.lines)</c>. Immutable; two terms written alike have equal values.</summary>
public sealed class WhenTerm
{
    private readonly WhenSyntax _tree;

    internal WhenTerm(WhenSyntax tree) => (_tree, Text) = (tree, WhenWriter.Write(tree));

    /// <summary>The one way to write it.</summary>
    public string Text { get; }

    /// <summary>What it comes to; never throws. What cannot be read is a <see cref="WhenError"/>.</summary>
    public WhenValue Of(WhenFacts facts) => WhenEvaluator.Evaluate(_tree, facts);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
