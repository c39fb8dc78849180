using System.Collections.Immutable;

namespace AiManager.Domain;

/// <summary>
/// Reads off a condition what must be so for it to hold: comparisons of one term with something that is known beforehand. Rests on how <see cref="WhenEvaluator"/>
/// joins: one false operand makes <c>&amp;&amp;</c> false beside any error, and <c>||</c> is false only where every operand is.
/// </summary>
internal static class WhenNeeds
{
    /// <param name="node">The condition.</param>
    /// <param name="known">What is the same in every evaluation.</param>
    public static ImmutableArray<WhenNeed> Of(WhenSyntax node, WhenFacts known) => node switch
    {
        WhenLogic { Kind: WhenLogicKind.And } all => [.. all.Operands.SelectMany(o => Of(o, known))],
        WhenLogic any => [.. OfAny(any, known)],
        WhenRelation relation => Of(relation, known) is { } need ? [need] : [],
        _ => [],
    };

    public static bool IsScalar(WhenValue value) => value is WhenNumber or WhenText or WhenBoolean or WhenNull;

    /// <summary>Where each operand wants one of some values of the same term, the whole wants one of all of them.</summary>
    private static IEnumerable<WhenNeed> OfAny(WhenLogic any, WhenFacts known)
    {
        var operands = any.Operands.Select(o => Of(o, known).OfType<WhenNeed.OneOf>().ToList()).ToList();
        foreach (var first in operands[0])
        {
            var same = operands.Select(o => o.Find(n => n.Term.Text == first.Term.Text)).ToList();
            if (same.TrueForAll(n => n is not null))
            {
                yield return first with { Values = [.. same.SelectMany(n => n!.Values)] };
            }
        }
    }

    private static WhenNeed? Of(WhenRelation relation, WhenFacts known) => (Constant(relation.Left, known), Constant(relation.Right, known)) switch
    {
        (null, { } right) => Of(relation.Kind, new WhenTerm(relation.Left), right),
        ({ } left, null) when relation.Kind != WhenRelationKind.In => Of(Turned(relation.Kind), new WhenTerm(relation.Right), left),
        _ => null,
    };

    private static WhenNeed? Of(WhenRelationKind kind, WhenTerm term, WhenValue constant) => (kind, constant) switch
    {
        (WhenRelationKind.Equal, var value) when IsScalar(value) => new WhenNeed.OneOf(term, [value]),
        (WhenRelationKind.In, WhenList list) when list.Items.All(IsScalar) => new WhenNeed.OneOf(term, [.. list.Items]),
        (WhenRelationKind.Less or WhenRelationKind.LessOrEqual, WhenNumber number) => new WhenNeed.Between(term, decimal.MinValue, number.Value),
        (WhenRelationKind.Greater or WhenRelationKind.GreaterOrEqual, WhenNumber number) => new WhenNeed.Between(term, number.Value, decimal.MaxValue),
        _ => null,
    };

    /// <summary>Null for what is not the same in every evaluation, or errs.</summary>
    private static WhenValue? Constant(WhenSyntax node, WhenFacts known) =>
        WhenReads.RootsIn(node).All(root => known[root] is not null) && WhenEvaluator.Evaluate(node, known) is var value and not WhenError ? value : null;

    private static WhenRelationKind Turned(WhenRelationKind kind) => kind switch
    {
        WhenRelationKind.Less => WhenRelationKind.Greater,
        WhenRelationKind.LessOrEqual => WhenRelationKind.GreaterOrEqual,
        WhenRelationKind.Greater => WhenRelationKind.Less,
        WhenRelationKind.GreaterOrEqual => WhenRelationKind.LessOrEqual,
        _ => kind,
    };
}
