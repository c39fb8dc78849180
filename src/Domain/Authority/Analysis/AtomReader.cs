namespace AiManager.Domain;

/// <summary>What a comparison needs of a field to come out as wanted. Exactly one of the three.</summary>
/// <param name="Settled">Whether it comes out so whatever the call; null when that depends.</param>
/// <param name="Field">The field, when it depends on one only.</param>
/// <param name="Opaque">The comparison as written, when nothing better is known than that it is the same for the same call.</param>
/// <param name="Needed">What the field, or the outcome of the opaque comparison (absent for an error), must be.</param>
internal readonly record struct Atom(bool? Settled, FieldPath? Field, string? Opaque, ValueSet Needed);

/// <summary>Reads comparisons of one field with what is known. Whatever it cannot read becomes opaque.</summary>
internal sealed class AtomReader(WhenFacts known)
{
    /// <summary>What makes a comparison true, false and an error; a partition of all values.</summary>
    private readonly record struct Cut(ValueSet True, ValueSet False, ValueSet Error);

    public Atom Read(WhenSyntax node, WhenWanted wanted)
    {
        if (IsKnown(node))
            return Settled(WhenEvaluator.Truth(node, known), wanted);
        return node switch
        {
            WhenRelation relation => OfRelation(relation, wanted),
            WhenTextTest { Kind: not WhenTextTestKind.Contains } test when FieldPath.Of(test.Target) is { } field && IsKnown(test.Argument) => OfTextTest(node, field, test, wanted),
            _ when FieldPath.Of(node) is { } field => Of(field, new Cut(ValueSet.None with { True = true }, ValueSet.None with { False = true }, ValueSet.NoFlag), wanted),
            _ => Opaque(node, wanted),
        };
    }

    private Atom OfTextTest(WhenSyntax node, FieldPath field, WhenTextTest test, WhenWanted wanted) => Value(test.Argument) switch
    {
        WhenText { Value: var part } => Of(
            field,
            test.Kind == WhenTextTestKind.StartsWith
                ? new Cut(Texts(TextSet.Beginning(part, true)), Texts(TextSet.Beginning(part, false)), ValueSet.NoText)
                : new Cut(Texts(TextSet.Ending(part, true)), Texts(TextSet.Ending(part, false)), ValueSet.NoText),
            wanted),
        _ => Opaque(node, wanted),
    };

    private Atom OfRelation(WhenRelation relation, WhenWanted wanted)
    {
        if (relation.Kind == WhenRelationKind.In)
            return OfMembership(relation, wanted);
        var (left, right, kind) = IsKnown(relation.Left) ? (relation.Right, relation.Left, Mirrored(relation.Kind)) : (relation.Left, relation.Right, relation.Kind);
        if (!IsKnown(right) || FieldPath.Of(left) is not { } field)
            return Opaque(relation, wanted);
        return (kind, Value(right)) switch
        {
            (WhenRelationKind.Equal, var value) when IsSimple(value) => Of(field, Among([value]), wanted),
            (WhenRelationKind.NotEqual, var value) when IsSimple(value) => Of(field, Flipped(Among([value])), wanted),
            (WhenRelationKind.Less, WhenNumber { Value: var bound }) => Of(field, Ordered(NumberSet.Below(bound, false), NumberSet.Above(bound, true)), wanted),
            (WhenRelationKind.LessOrEqual, WhenNumber { Value: var bound }) => Of(field, Ordered(NumberSet.Below(bound, true), NumberSet.Above(bound, false)), wanted),
            (WhenRelationKind.Greater, WhenNumber { Value: var bound }) => Of(field, Ordered(NumberSet.Above(bound, false), NumberSet.Below(bound, true)), wanted),
            (WhenRelationKind.GreaterOrEqual, WhenNumber { Value: var bound }) => Of(field, Ordered(NumberSet.Above(bound, true), NumberSet.Below(bound, false)), wanted),
            _ => Opaque(relation, wanted),
        };
    }

    private Atom OfMembership(WhenRelation relation, WhenWanted wanted)
    {
        if (FieldPath.Of(relation.Left) is { IsSize: false } field && IsKnown(relation.Right))
        {
            return Value(relation.Right) switch
            {
                WhenList { Items: var items } when items.All(IsSimple) => Of(field, Among(items), wanted),
                WhenRecord { Fields: var fields } => Of(field, Among([.. fields.Keys.Select(name => new WhenText(name))]), wanted),
                _ => Opaque(relation, wanted),
            };
        }

        // "name" in args: is the argument there?
        if (relation.Right is WhenRootName { Root: WhenRoot.Args or WhenRoot.Facts } root && IsKnown(relation.Left) && Value(relation.Left) is WhenText { Value: var named })
            return Of(FieldPath.Of(root)!.Below(named), new Cut(ValueSet.Present, ValueSet.Missing, ValueSet.None), wanted);
        return Opaque(relation, wanted);
    }

    private WhenValue Value(WhenSyntax node) => WhenEvaluator.Evaluate(node, known);

    /// <summary>Whether it reads nothing, or only what is the same for all calls.</summary>
    private static bool IsKnown(WhenSyntax node) => node switch
    {
        WhenRootName name => name.Root is WhenRoot.Tool or WhenRoot.Agent or WhenRoot.Lists,
        _ => node.Parts.All(IsKnown),
    };

    private static bool IsSimple(WhenValue value) => value is WhenNumber or WhenText or WhenBoolean or WhenNull;

    private static ValueSet Texts(TextSet texts) => ValueSet.None with { Texts = texts };

    private static Cut Flipped(Cut cut) => new(cut.False, cut.True, cut.Error);

    private static Cut Ordered(NumberSet yes, NumberSet no) => new(ValueSet.None with { Numbers = yes }, ValueSet.None with { Numbers = no }, ValueSet.NoNumber);

    private static Cut Among(IReadOnlyList<WhenValue> values)
    {
        var numbers = values.OfType<WhenNumber>().Select(number => number.Value).ToList();
        var texts = values.OfType<WhenText>().Select(text => text.Value).ToList();
        var (isNull, isTrue, isFalse) = (values.Contains(WhenNull.Value), values.Contains(WhenBoolean.True), values.Contains(WhenBoolean.False));
        return new Cut(
            new ValueSet(false, isNull, isTrue, isFalse, NumberSet.Points(numbers), TextSet.Of(texts), false),
            new ValueSet(false, !isNull, !isTrue, !isFalse, NumberSet.AllBut(numbers), TextSet.AllBut(texts), true),
            ValueSet.Missing);
    }

    private static WhenRelationKind Mirrored(WhenRelationKind kind) => kind switch
    {
        WhenRelationKind.Less => WhenRelationKind.Greater,
        WhenRelationKind.LessOrEqual => WhenRelationKind.GreaterOrEqual,
        WhenRelationKind.Greater => WhenRelationKind.Less,
        WhenRelationKind.GreaterOrEqual => WhenRelationKind.LessOrEqual,
        _ => kind,
    };

    private static Atom Of(FieldPath field, Cut cut, WhenWanted wanted) => new(null, field, null, Chosen(cut, wanted));

    private static Atom Opaque(WhenSyntax node, WhenWanted wanted) => Opaque(node.ToString(), wanted);

    /// <summary>What is known of nothing but that it comes out alike for the same call.</summary>
    public static Atom Opaque(string what, WhenWanted wanted) =>
        new(null, null, what, Chosen(new Cut(ValueSet.None with { True = true }, ValueSet.None with { False = true }, ValueSet.Missing), wanted));

    private static ValueSet Chosen(Cut cut, WhenWanted wanted) => wanted switch
    {
        WhenWanted.True => cut.True,
        WhenWanted.False => cut.False,
        WhenWanted.NotFalse => cut.True.Or(cut.Error),
        _ => cut.False.Or(cut.Error),
    };

    private static Atom Settled(WhenValue truth, WhenWanted wanted) => new(
        truth switch
        {
            WhenBoolean { Value: true } => wanted is WhenWanted.True or WhenWanted.NotFalse,
            WhenBoolean => wanted is WhenWanted.False or WhenWanted.NotTrue,
            _ => wanted is WhenWanted.NotFalse or WhenWanted.NotTrue,
        },
        null,
        null,
        ValueSet.None);
}
