namespace AiManager.Domain;

/// <summary>Finds each type and notes what does not fit. A faulty part counts as <see cref="WhenType.Dynamic"/>, so that it is reported once.</summary>
internal sealed class WhenChecker(WhenScope scope, WhenSource source)
{
    private static readonly WhenType Number = new WhenType.Number();
    private static readonly WhenType Text = new WhenType.Text();
    private static readonly WhenType Boolean = new WhenType.Boolean();
    private static readonly WhenType Dynamic = new WhenType.Dynamic();

    private readonly List<(int Offset, string Message)> _faults = [];

    public WhenTyping Check(WhenSyntax tree)
    {
        var type = TypeOf(tree);
        return new WhenTyping(type, [.. _faults.OrderBy(fault => fault.Offset).Select(fault => source.Fault(fault.Offset, fault.Message))]);
    }

    private WhenType TypeOf(WhenSyntax node) => node switch
    {
        WhenLiteral literal => OfLiteral(literal.Value),
        WhenListing listing => new WhenType.List(CommonType([.. listing.Items.Select(TypeOf)])),
        WhenRootName name => OfRoot(name),
        WhenMember member => OfField(member, TypeOf(member.Target), member.Target, member.Name),
        WhenIndex index => OfIndex(index),
        WhenSize size => OfSize(size),
        WhenTextTest test => OfTextTest(test),
        WhenMatch match => Demand(match.Target, Text, "matches() is asked of text") ?? Boolean,
        WhenNot not => Demand(not.Operand, Boolean, "`!` turns true or false around") ?? Boolean,
        WhenRelation relation => OfRelation(relation),
        WhenLogic logic => OfLogic(logic),
        _ => Dynamic,
    };

    private static WhenType OfLiteral(WhenValue value) => value switch
    {
        WhenNumber => Number,
        WhenText => Text,
        WhenBoolean => Boolean,
        _ => new WhenType.Null(),
    };

    private WhenType OfRoot(WhenRootName name)
    {
        if (scope[name.Root] is { } type)
            return type;
        var known = Enum.GetValues<WhenRoot>().Where(root => scope[root] is not null).Select(WhenRoots.NameOf);
        return Fault(name, $"`{name}` cannot be read here. Here one can read {string.Join(", ", known)}.");
    }

    private WhenType OfField(WhenSyntax node, WhenType target, WhenSyntax written, string name) => target switch
    {
        WhenType.Record record when record.Fields.TryGetValue(name, out var field) => field,
        WhenType.Record { IsOpen: true } or WhenType.Dynamic => Dynamic,
        WhenType.Record record => Fault(EndOf(written), $"{written} has no field '{name}'." + Spelling.Suggest(name, record.Fields.Keys)),
        WhenType.Map map => map.Of,
        _ => Fault(node, $"{written} is {target.Name} and has no fields."),
    };

    private WhenType OfIndex(WhenIndex index)
    {
        var (target, key) = (TypeOf(index.Target), TypeOf(index.Key));
        var wanted = target is WhenType.List ? Number : Text;
        return (target, index.Key) switch
        {
            (WhenType.Dynamic, _) => Dynamic,
            (not (WhenType.List or WhenType.Map or WhenType.Record), _) => Fault(index, $"{index.Target} is {target.Name} and cannot be indexed."),
            _ when key is not WhenType.Dynamic && key != wanted => Fault(index.Key, $"{target.Name} is indexed with {wanted.Name}, not with {key.Name}."),
            (WhenType.List, WhenLiteral { Value: WhenNumber { Value: var place } }) when place < 0 || !decimal.IsInteger(place) =>
                Fault(index.Key, "A list is indexed with whole numbers from 0."),
            (WhenType.List list, _) => list.Of,
            (_, WhenLiteral { Value: WhenText name }) => OfField(index, target, index.Target, name.Value),
            (WhenType.Map map, _) => map.Of,
            _ => Dynamic,
        };
    }

    private WhenType OfSize(WhenSize size) => TypeOf(size.Of) switch
    {
        WhenType.Text or WhenType.List or WhenType.Map or WhenType.Record or WhenType.Dynamic => Number,
        var other => Fault(size.Of, $"size() takes text, a list or a map; this is {other.Name}."),
    };

    private WhenType OfTextTest(WhenTextTest test)
    {
        var target = Demand(test.Target, Text, "This is asked of text");
        return Demand(test.Argument, Text, "This takes text") ?? target ?? Boolean;
    }

    private WhenType OfLogic(WhenLogic logic)
    {
        foreach (var operand in logic.Operands)
            Demand(operand, Boolean, $"`{WhenWriter.SignOf(logic.Kind)}` joins what is true or false");
        return Boolean;
    }

    private WhenType OfRelation(WhenRelation relation)
    {
        var (left, right) = (TypeOf(relation.Left), TypeOf(relation.Right));
        return relation.Kind switch
        {
            WhenRelationKind.In => OfMembership(relation, left, right),
            WhenRelationKind.Equal or WhenRelationKind.NotEqual => CanBeEqual(left, right)
                ? Boolean
                : Fault(relation, $"{relation.Left} is {left.Name} and {relation.Right} is {right.Name}: they are never equal."),
            _ => OfOrder(relation, left, right),
        };
    }

    private WhenType OfMembership(WhenRelation relation, WhenType item, WhenType collection) => collection switch
    {
        WhenType.List list when !CanBeEqual(item, list.Of) =>
            Fault(relation, $"{relation.Left} is {item.Name} and {relation.Right} has items of another type, {list.Of.Name}: it is never in it."),
        WhenType.Map or WhenType.Record when item is not (WhenType.Text or WhenType.Dynamic) =>
            Fault(relation.Left, $"`in` looks for a name in {relation.Right}; {relation.Left} is {item.Name}, not text."),
        WhenType.List or WhenType.Map or WhenType.Record or WhenType.Dynamic => Boolean,
        _ => Fault(relation.Right, $"`in` looks into a list or a map; {relation.Right} is {collection.Name}."),
    };

    private WhenType OfOrder(WhenRelation relation, WhenType left, WhenType right)
    {
        foreach (var (operand, type) in new[] { (relation.Left, left), (relation.Right, right) })
        {
            if (type is WhenType.Number or WhenType.Text or WhenType.Timestamp or WhenType.Dynamic)
                continue;
            var hint = operand is WhenRelation ? " Write a < b && b < c." : "";
            return Fault(operand, $"Only numbers, texts and times have an order; {operand} is {type.Name}.{hint}");
        }
        return CanBeEqual(left, right)
            ? Boolean
            : Fault(relation, $"{relation.Left} is {left.Name} and {relation.Right} is {right.Name}: they have no order between them.");
    }

    /// <summary>Null can stand for any value that is not there, so it may be compared with everything.</summary>
    private static bool CanBeEqual(WhenType left, WhenType right) => (left, right) switch
    {
        (WhenType.Dynamic or WhenType.Null, _) or (_, WhenType.Dynamic or WhenType.Null) => true,
        (WhenType.List first, WhenType.List second) => CanBeEqual(first.Of, second.Of),
        (WhenType.Map or WhenType.Record, WhenType.Map or WhenType.Record) => true,
        _ => left == right,
    };

    private static WhenType CommonType(IReadOnlyList<WhenType> types) =>
        types.Count > 0 && types.All(type => type == types[0]) ? types[0] : Dynamic;

    /// <returns>Null when <paramref name="node"/> can have the type, otherwise what to go on with.</returns>
    private WhenType? Demand(WhenSyntax node, WhenType wanted, string because)
    {
        var type = TypeOf(node);
        return type == wanted || type is WhenType.Dynamic ? null : Fault(node, $"{because}; {node} is {type.Name}.");
    }

    private static int EndOf(WhenSyntax node) => node.Span.End;

    private WhenType Fault(WhenSyntax node, string message) => Fault(node.Span.Start, message);

    private WhenType Fault(int offset, string message)
    {
        _faults.Add((offset, message));
        return Dynamic;
    }
}
