using System.Text;

namespace AiManager.Domain;

/// <summary>
/// Walks the tree. An error is a value that spreads (cel-spec, "Runtime Errors"), so nothing here throws; a typical condition
/// allocates nothing.
/// </summary>
internal static class WhenEvaluator
{
    public static WhenValue Evaluate(WhenSyntax node, WhenFacts facts) => node switch
    {
        WhenLiteral literal => literal.Value,
        WhenMember member => Member(member, facts),
        WhenRootName name => facts[name.Root] ?? new WhenError($"{WhenRoots.NameOf(name.Root)} is not known here"),
        WhenRelation relation => Relate(relation.Kind, Evaluate(relation.Left, facts), Evaluate(relation.Right, facts)),
        WhenLogic logic => Logic(logic, facts),
        WhenNot not => Negate(Truth(not.Operand, facts)),
        WhenIndex index => Index(index, facts),
        WhenSize size => Size(Evaluate(size.Of, facts)),
        WhenTextTest test => Test(test, facts),
        WhenMatch match => Match(match, facts),
        WhenListing listing => List(listing, facts),
        _ => new WhenError("this kind of expression cannot be evaluated"),
    };

    /// <summary>Like <see cref="Evaluate"/>, where only true, false or an error will do.</summary>
    public static WhenValue Truth(WhenSyntax node, WhenFacts facts)
    {
        var value = Evaluate(node, facts);
        return value is WhenBoolean or WhenError ? value : new WhenError($"{node} is {value.Kind}, not true or false");
    }

    /// <summary>What decides a chain at once: false for <c>&amp;&amp;</c>, true for <c>||</c>, whatever the operands before it came to.</summary>
    public static bool Decides(WhenLogicKind kind, WhenValue truth) =>
        truth is WhenBoolean known && known.Value == (kind == WhenLogicKind.Or);

    public static WhenValue Negate(WhenValue truth) => truth is WhenBoolean known ? WhenBoolean.Of(!known.Value) : truth;

    private static WhenValue Logic(WhenLogic logic, WhenFacts facts)
    {
        WhenValue? error = null;
        for (var index = 0; index < logic.Operands.Count; index++)
        {
            var truth = Truth(logic.Operands[index], facts);
            if (Decides(logic.Kind, truth))
                return truth;
            error ??= truth as WhenError;
        }
        return error ?? WhenBoolean.Of(logic.Kind == WhenLogicKind.And);
    }

    private static WhenValue Relate(WhenRelationKind kind, WhenValue left, WhenValue right) => kind switch
    {
        WhenRelationKind.Equal => WhenComparer.Equal(left, right),
        WhenRelationKind.NotEqual => Negate(WhenComparer.Equal(left, right)),
        WhenRelationKind.In => WhenComparer.In(left, right),
        _ => WhenComparer.Order(kind, left, right),
    };

    private static WhenValue Member(WhenMember member, WhenFacts facts) => Evaluate(member.Target, facts) switch
    {
        WhenRecord record => record.Fields.TryGetValue(member.Name, out var value) ? value : NoField(member.Target, member.Name),
        WhenError error => error,
        var other => new WhenError($"{member.Target} is {other.Kind} and has no field '{member.Name}'"),
    };

    private static WhenValue Index(WhenIndex index, WhenFacts facts) => (Evaluate(index.Target, facts), Evaluate(index.Key, facts)) switch
    {
        (WhenError error, _) => error,
        (_, WhenError error) => error,
        (WhenRecord record, WhenText key) => record.Fields.TryGetValue(key.Value, out var value) ? value : NoField(index.Target, key.Value),
        (WhenList list, WhenNumber key) => key.Value >= 0 && key.Value < list.Items.Count && decimal.IsInteger(key.Value)
            ? list.Items[(int)key.Value]
            : new WhenError($"{index.Target} has {list.Items.Count} items, and none at {key}"),
        var (target, key) => new WhenError($"{index.Target} is {target.Kind} and cannot be indexed with {key.Kind}"),
    };

    private static WhenError NoField(WhenSyntax target, string name) => new($"{target} has no field {WhenWriter.Shown(name)}");

    private static WhenValue Size(WhenValue of) => of switch
    {
        WhenText text => new WhenNumber(CodePoints(text.Value)),
        WhenList list => new WhenNumber(list.Items.Count),
        WhenRecord record => new WhenNumber(record.Fields.Count),
        WhenError => of,
        _ => new WhenError($"size() takes text, a list or a map, not {of.Kind}"),
    };

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (Rune _ in text.EnumerateRunes())
            count++;
        return count;
    }

    private static WhenValue Test(WhenTextTest test, WhenFacts facts) => (Evaluate(test.Target, facts), Evaluate(test.Argument, facts)) switch
    {
        (WhenError error, _) => error,
        (_, WhenError error) => error,
        (WhenText text, WhenText part) => WhenBoolean.Of(test.Kind switch
        {
            WhenTextTestKind.StartsWith => text.Value.StartsWith(part.Value, StringComparison.Ordinal),
            WhenTextTestKind.EndsWith => text.Value.EndsWith(part.Value, StringComparison.Ordinal),
            _ => text.Value.Contains(part.Value, StringComparison.Ordinal),
        }),
        var (text, part) => new WhenError($"{test} needs two texts, not {text.Kind} and {part.Kind}"),
    };

    private static WhenValue Match(WhenMatch match, WhenFacts facts) => Evaluate(match.Target, facts) switch
    {
        WhenText text => WhenBoolean.Of(match.Regex.IsMatch(text.Value)),
        WhenError error => error,
        var other => new WhenError($"{match.Target} is {other.Kind}, and only text matches a pattern"),
    };

    private static WhenValue List(WhenListing listing, WhenFacts facts)
    {
        var items = new WhenValue[listing.Items.Count];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = Evaluate(listing.Items[index], facts);
            if (items[index] is WhenError)
                return items[index];
        }
        return new WhenList(items);
    }
}
