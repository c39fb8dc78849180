using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>A condition ready for use: immutable, and safe to evaluate from many threads at once.</summary>
public sealed class WhenExpression
{
    private readonly WhenSource _source;

    internal WhenExpression(WhenSource source, WhenSyntax tree) => (_source, Tree) = (source, tree);

    internal WhenSyntax Tree { get; }

    /// <summary>As its author wrote it.</summary>
    public string Text => _source.Text;

    /// <returns>What does not fit, in the order of the text; empty when this is a condition that <paramref name="scope"/> can answer.</returns>
    public IReadOnlyList<WhenFault> Check(WhenScope scope)
    {
        var typing = TypeIn(scope);
        if (typing.Faults.Count > 0 || typing.Type is WhenType.Boolean or WhenType.Dynamic)
            return typing.Faults;
        return [_source.Fault(Tree.Span.Start, $"A condition must be true or false; this is {typing.Type.Name}.")];
    }

    /// <summary>For expressions that are not conditions, such as a budget's <c>key</c>.</summary>
    public WhenTyping TypeIn(WhenScope scope) => new WhenChecker(scope, _source).Check(Tree);

    /// <summary>Never throws, whether the expression was checked or not: a missing field or a wrong type is an <see cref="WhenOutcome.Error"/>.</summary>
    public WhenOutcome Evaluate(WhenFacts facts) => WhenOutcome.Of(WhenEvaluator.Truth(Tree, facts));

    /// <summary>The same outcome as <see cref="Evaluate"/>, with what was seen on the way; slower.</summary>
    public WhenTrace Explain(WhenFacts facts) => new WhenTracer(_source, facts).Trace(Tree);

    /// <summary>For expressions that are not conditions, such as a budget's <c>key</c>; never throws.</summary>
    public WhenValue Value(WhenFacts facts) => WhenEvaluator.Evaluate(Tree, facts);

    /// <summary>The fields of <c>args</c> and <c>facts</c> that it may read, each once, in the order of the text.</summary>
    public IReadOnlyList<WhenPath> FieldsRead() => WhenReads.FieldsOf(Tree, _source);

    /// <summary>What it starts from, each once, in the order of the text.</summary>
    public IReadOnlyList<WhenRoot> RootsRead() => [.. WhenReads.RootsIn(Tree).Distinct()];

    /// <summary>Its comparisons, tests and flags as written: what <c>&amp;&amp;</c>, <c>||</c> and <c>!</c> join. Each text once, in the order of the text.</summary>
    public IReadOnlyList<string> Comparisons() => [.. WhenReads.ComparisonsIn(Tree).Select(part => _source[part.Span]).Distinct(StringComparer.Ordinal)];

    /// <summary>What must be so for it to hold, as far as that can be read off it: enough to pass by most conditions without evaluating them.</summary>
    /// <param name="known">What is the same in every evaluation, such as the lists of its policy.</param>
    public ImmutableArray<WhenNeed> Needs(WhenFacts known) => WhenNeeds.Of(Tree, known);

    /// <summary>It as a term, for a need that stands beside a condition.</summary>
    public WhenTerm AsTerm() => new(Tree);

    /// <summary>The same condition with what is <paramref name="known"/> written into it, such as the lists of its policy. It no longer says where it stands.</summary>
    public WhenExpression Settled(WhenFacts known)
    {
        var tree = WhenBinder.Bind(Tree, known);
        return new WhenExpression(new WhenSource(_source.Text, WhenPosition.Start), tree);
    }

    /// <summary>The field of <c>args</c> or <c>facts</c> that it is, and nothing else: <c>args.supplier</c>. Null for anything more, and for a root as a whole.</summary>
    public WhenPath? OnlyField => FieldsRead() is [{ Fields.Count: > 0 } only] && only.ToString() == ToString() ? only : null;

    /// <summary>The one way to write this expression: equal trees are written alike, and what is written parses to the same tree.</summary>
    public override string ToString() => WhenWriter.Write(Tree);
}
