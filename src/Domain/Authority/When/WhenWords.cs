using System.Text;

namespace AiManager.Domain;

/// <summary>
/// What a tool was to show and what it shows, in plain words, for people who write no conditions. It knows the shapes that most checks have: a comparison of a field, or
/// of the size of a list, with a value, a flag, and several of these joined by <c>&amp;&amp;</c>. Pure.
/// </summary>
public static class WhenWords
{
    private const int MostItems = 3;
    private const int MostOfItem = 60;

    /// <summary>Why a condition on a result does not hold: "erp.low was to show no rows; it shows 1 row: EL-7 Motor."</summary>
    /// <param name="tool">Whose result it is.</param>
    /// <param name="condition">As its author wrote it.</param>
    /// <param name="args">What the tool was asked.</param>
    /// <param name="result">What it gave.</param>
    /// <returns>A sentence for each part that does not hold; null for a condition of another shape, for one that holds, and for one that cannot be answered.</returns>
    public static string? Unmet(string tool, string condition, JsonText args, JsonText result) =>
        Read(condition, args, result) is { } clauses && clauses.Where(c => !c.Holds).Select(c => $"{tool} was to show {c.Wanted}; it shows {c.Seen}.").ToList() is { Count: > 0 } said ? string.Join(' ', said) : null;

    /// <summary>That a condition on a result holds: "erp.low shows no rows."</summary>
    /// <param name="tool">Whose result it is.</param>
    /// <param name="condition">As its author wrote it.</param>
    /// <param name="args">What the tool was asked.</param>
    /// <param name="result">What it gave.</param>
    /// <returns>One sentence; null for a condition of another shape, and for one that does not hold or cannot be answered.</returns>
    public static string? Met(string tool, string condition, JsonText args, JsonText result) =>
        Read(condition, args, result) is { } clauses && clauses.All(c => c.Holds) ? $"{tool} shows {string.Join(", and ", clauses.Select(c => c.Wanted))}." : null;

    private static List<Clause>? Read(string condition, JsonText args, JsonText result)
    {
        if (When.Parse(condition, WhenPosition.Start) is not WhenParsed.Sound { Expression.Tree: var tree })
            return null;
        var facts = new WhenFacts { Args = WhenValue.FromJson(args.ToElement()), Result = WhenValue.FromJson(result.ToElement()) };
        List<Clause> clauses = [];
        foreach (var part in tree is WhenLogic { Kind: WhenLogicKind.And } all ? all.Operands : [tree])
        {
            if (Of(part, facts) is not { } clause)
                return null;
            clauses.Add(clause);
        }
        return clauses;
    }

    private static Clause? Of(WhenSyntax part, WhenFacts facts) => (part, WhenEvaluator.Truth(part, facts)) switch
    {
        (WhenRelation relation, WhenBoolean truth) => Relation(Turned(relation), truth.Value, facts),
        (WhenNot { Operand: WhenMember flag }, WhenBoolean truth) => new Clause($"no for {Name(flag)}", truth.Value ? "no" : "yes", truth.Value),
        (WhenMember flag, WhenBoolean truth) => new Clause($"yes for {Name(flag)}", truth.Value ? "yes" : "no", truth.Value),
        _ => null,
    };

    /// <summary>With the field on the left, where its author had it on the right.</summary>
    private static WhenRelation Turned(WhenRelation relation) => relation is { Left: WhenLiteral, Right: not WhenLiteral, Kind: not WhenRelationKind.In }
        ? relation with
        {
            Left = relation.Right,
            Right = relation.Left,
            Kind = relation.Kind switch
            {
                WhenRelationKind.Less => WhenRelationKind.Greater,
                WhenRelationKind.LessOrEqual => WhenRelationKind.GreaterOrEqual,
                WhenRelationKind.Greater => WhenRelationKind.Less,
                WhenRelationKind.GreaterOrEqual => WhenRelationKind.LessOrEqual,
                var same => same,
            },
        }
        : relation;

    private static Clause? Relation(WhenRelation relation, bool holds, WhenFacts facts)
    {
        var limit = WhenEvaluator.Evaluate(relation.Right, facts);
        return relation.Left switch
        {
            WhenSize { Of: WhenMember of } when limit is WhenNumber { Value: >= 0 } number && WhenEvaluator.Evaluate(of, facts) is WhenList list
                && Amount(relation.Kind, number.Value, Name(of)) is { } wanted => new Clause(wanted, Listed(list, Name(of)), holds),
            WhenMember of when Value(limit) is { } value && Value(WhenEvaluator.Evaluate(of, facts)) is { } seen
                && Field(relation.Kind, Name(of), value) is { } wanted => new Clause(wanted, seen, holds),
            _ => null,
        };
    }

    private static string? Amount(WhenRelationKind kind, decimal number, string name) => (kind, number) switch
    {
        (WhenRelationKind.Equal or WhenRelationKind.LessOrEqual, 0) or (WhenRelationKind.Less, 1) => $"no {name}",
        (WhenRelationKind.NotEqual or WhenRelationKind.Greater, 0) or (WhenRelationKind.GreaterOrEqual, 1) => $"at least one {One(name)}",
        (WhenRelationKind.Equal, _) => $"exactly {Counted(number, name)}",
        (WhenRelationKind.NotEqual, _) => $"another number than {Counted(number, name)}",
        (WhenRelationKind.Less, _) => $"fewer than {Counted(number, name)}",
        (WhenRelationKind.LessOrEqual, _) => $"at most {Counted(number, name)}",
        (WhenRelationKind.Greater, _) => $"more than {Counted(number, name)}",
        (WhenRelationKind.GreaterOrEqual, _) => $"at least {Counted(number, name)}",
        _ => null,
    };

    private static string? Field(WhenRelationKind kind, string name, string value) => kind switch
    {
        WhenRelationKind.Equal => $"{value} for {name}",
        WhenRelationKind.NotEqual => $"something else than {value} for {name}",
        WhenRelationKind.Less => $"less than {value} for {name}",
        WhenRelationKind.LessOrEqual => $"at most {value} for {name}",
        WhenRelationKind.Greater => $"more than {value} for {name}",
        WhenRelationKind.GreaterOrEqual => $"at least {value} for {name}",
        _ => null,
    };

    /// <summary>How many there are, and the first of them.</summary>
    private static string Listed(WhenList list, string name)
    {
        if (list.Items.Count == 0)
            return "none";
        var first = list.Items.Take(MostItems).Select(Item).OfType<string>().ToList();
        var more = list.Items.Count - first.Count;
        return Counted(list.Items.Count, name) + (first.Count == 0 ? string.Empty : ": " + string.Join("; ", first) + (more > 0 ? $" and {more} more" : string.Empty));
    }

    /// <summary>An element as people would name it: by the first two texts in it.</summary>
    private static string? Item(WhenValue item) => item switch
    {
        WhenText text => Cut(text.Value),
        WhenNumber number => number.ToString(),
        WhenRecord record when string.Join(' ', record.Fields.Values.OfType<WhenText>().Select(t => t.Value).Where(t => t.Length > 0).Take(2)) is { Length: > 0 } names => Cut(names),
        WhenRecord record when record.Fields.Values.OfType<WhenNumber>().FirstOrDefault() is { } number => number.ToString(),
        _ => null,
    };

    private static string? Value(WhenValue value) => value switch
    {
        WhenText text => $"“{Cut(text.Value)}”",
        WhenNumber number => number.ToString(),
        WhenBoolean flag => flag.Value ? "yes" : "no",
        WhenNull => "nothing",
        _ => null,
    };

    /// <summary>The last field of a path, as words.</summary>
    private static string Name(WhenMember path)
    {
        var words = new StringBuilder(path.Name.Length + 4);
        foreach (var letter in path.Name)
            words.Append(letter is '_' or '-' ? " " : char.IsUpper(letter) && words.Length > 0 ? " " + char.ToLowerInvariant(letter) : letter.ToString());
        return words.ToString().Trim();
    }

    private static string Counted(decimal number, string name) => $"{new WhenNumber(number)} {(number == 1 ? One(name) : name)}";

    private static string One(string name) => name.EndsWith("ies", StringComparison.Ordinal) ? name[..^3] + "y" : name.EndsWith('s') && !name.EndsWith("ss", StringComparison.Ordinal) ? name[..^1] : name;

    /// <summary>Words of a tool in one line.</summary>
    private static string Cut(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MostOfItem));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= MostOfItem)
                return line.ToString().TrimEnd() + "…";
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        return line.ToString();
    }

    private sealed record Clause(string Wanted, string Seen, bool Holds);
}
