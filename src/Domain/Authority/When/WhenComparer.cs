namespace AiManager.Domain;

/// <summary>Equality, order and membership of values; an error among the operands becomes the answer unless the rest decides without it.</summary>
internal static class WhenComparer
{
    /// <summary>Values of different kinds are unequal, never an error.</summary>
    public static WhenValue Equal(WhenValue left, WhenValue right) => (left, right) switch
    {
        (WhenError, _) => left,
        (_, WhenError) => right,
        (WhenNumber first, WhenNumber second) => WhenBoolean.Of(first.Value == second.Value),
        (WhenText first, WhenText second) => WhenBoolean.Of(string.Equals(first.Value, second.Value, StringComparison.Ordinal)),
        (WhenList first, WhenList second) => EqualLists(first.Items, second.Items),
        (WhenRecord first, WhenRecord second) => EqualRecords(first.Fields, second.Fields),
        _ => WhenBoolean.Of(left.Equals(right)),
    };

    /// <returns>True or false where <paramref name="kind"/> is one of the four orders and the operands have one; otherwise an error.</returns>
    public static WhenValue Order(WhenRelationKind kind, WhenValue left, WhenValue right)
    {
        if (left is WhenError)
            return left;
        if (right is WhenError)
            return right;
        int? order = (left, right) switch
        {
            (WhenNumber first, WhenNumber second) => decimal.Compare(first.Value, second.Value),
            (WhenText first, WhenText second) => CompareCodePoints(first.Value, second.Value),
            (WhenTimestamp first, WhenTimestamp second) => DateTimeOffset.Compare(first.Value, second.Value),
            _ => null,
        };
        return (order, kind) switch
        {
            (null, _) => new WhenError($"{left.Kind} and {right.Kind} have no order: one can order two numbers, two texts or two times"),
            (_, WhenRelationKind.Less) => WhenBoolean.Of(order < 0),
            (_, WhenRelationKind.LessOrEqual) => WhenBoolean.Of(order <= 0),
            (_, WhenRelationKind.Greater) => WhenBoolean.Of(order > 0),
            _ => WhenBoolean.Of(order >= 0),
        };
    }

    /// <summary>Whether an item of a list, or the name of a field.</summary>
    public static WhenValue In(WhenValue item, WhenValue collection)
    {
        if (item is WhenError)
            return item;
        return collection switch
        {
            WhenError => collection,
            WhenList list => InList(item, list.Items),
            WhenRecord record => WhenBoolean.Of(item is WhenText name && record.Fields.ContainsKey(name.Value)),
            _ => new WhenError($"`in` looks into a list or a map, not into {collection.Kind}"),
        };
    }

    /// <summary>By Unicode code point, as CEL orders text; UTF-16 units would put U+1F600 before U+FF5E.</summary>
    public static int CompareCodePoints(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        var (first, second) = (left[common], right[common]);
        return char.IsSurrogate(first) == char.IsSurrogate(second) ? first.CompareTo(second) : char.IsSurrogate(first) ? 1 : -1;
    }

    private static WhenValue InList(WhenValue item, IReadOnlyList<WhenValue> items)
    {
        WhenValue found = WhenBoolean.False;
        for (var index = 0; index < items.Count; index++)
        {
            switch (Equal(item, items[index]))
            {
                case WhenBoolean { Value: true }:
                    return WhenBoolean.True;
                case WhenError error:
                    found = error;
                    break;
            }
        }
        return found;
    }

    private static WhenValue EqualLists(IReadOnlyList<WhenValue> left, IReadOnlyList<WhenValue> right)
    {
        if (left.Count != right.Count)
            return WhenBoolean.False;
        WhenValue equal = WhenBoolean.True;
        for (var index = 0; index < left.Count; index++)
            equal = Both(equal, Equal(left[index], right[index]));
        return equal;
    }

    private static WhenValue EqualRecords(IReadOnlyDictionary<string, WhenValue> left, IReadOnlyDictionary<string, WhenValue> right)
    {
        if (left.Count != right.Count)
            return WhenBoolean.False;
        WhenValue equal = WhenBoolean.True;
        foreach (var (name, value) in left)
        {
            if (!right.TryGetValue(name, out var other))
                return WhenBoolean.False;
            equal = Both(equal, Equal(value, other));
        }
        return equal;
    }

    /// <summary>False wins over an error, an error over true, as with <c>&amp;&amp;</c>.</summary>
    private static WhenValue Both(WhenValue first, WhenValue second) =>
        first is WhenBoolean { Value: true } || second is WhenBoolean { Value: false } ? second : first;
}
