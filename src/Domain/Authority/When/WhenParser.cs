namespace AiManager.Domain;

/// <summary>
/// Recursive descent over CEL's grammar (cel-spec, "Syntax"), one method for each level of precedence, loosest first. A method
/// returns null when it has noted the fault; then everything up to <see cref="Parse"/> returns null.
/// </summary>
internal sealed class WhenParser
{
    private readonly WhenSource _source;
    private readonly IReadOnlyList<WhenToken> _tokens;
    private int _at;
    private int _nesting;
    private WhenFault? _fault;

    private WhenParser(WhenSource source) => (_source, _tokens) = (source, WhenLexer.Read(source.Text));

    private WhenToken Current => _tokens[_at];

    public static WhenParsed Parse(WhenSource source)
    {
        if (source.Text.Length > When.LongestText)
            return new WhenParsed.Faulty([source.Fault(0, $"A condition has at most {When.LongestText} characters; this has {source.Text.Length}.")]);
        var parser = new WhenParser(source);
        return parser.Whole() is { } tree
            ? new WhenParsed.Sound(new WhenExpression(source, tree))
            : new WhenParsed.Faulty([parser._fault!]);
    }

    private WhenSyntax? Whole()
    {
        if (Current.Kind == WhenTokenKind.End)
            return Fail("The condition is empty.");
        if (Condition() is not { } tree)
            return null;
        return Current.Kind == WhenTokenKind.End ? tree : FailHere("an operator or the end");
    }

    private WhenSyntax? Condition()
    {
        if (!TryDescend())
            return null;
        var condition = AnyOf();
        _nesting--;
        return condition;
    }

    private WhenSyntax? AnyOf() => Joined(WhenTokenKind.Or, WhenLogicKind.Or, AllOf);

    private WhenSyntax? AllOf() => Joined(WhenTokenKind.And, WhenLogicKind.And, Relation);

    private WhenSyntax? Joined(WhenTokenKind sign, WhenLogicKind kind, Func<WhenSyntax?> operand)
    {
        var start = Current.Span.Start;
        var first = operand();
        if (first is null || Current.Kind != sign)
            return first;
        var operands = new List<WhenSyntax> { first };
        while (Take(sign))
        {
            if (operand() is not { } next)
                return null;
            operands.Add(next);
        }
        return Bounded(new WhenLogic(From(start), kind, operands));
    }

    private WhenSyntax? Relation()
    {
        var start = Current.Span.Start;
        var left = Unary();
        while (left is not null && Current.Relation is { } kind)
        {
            _at++;
            left = Unary() is { } right ? Bounded(new WhenRelation(From(start), kind, left, right)) : null;
        }
        return left;
    }

    private WhenSyntax? Unary()
    {
        var start = Current.Span.Start;
        if (!Take(WhenTokenKind.Not))
            return Member();
        if (!TryDescend())
            return null;
        var operand = Unary();
        _nesting--;
        return operand is null ? null : Bounded(new WhenNot(From(start), operand));
    }

    private WhenSyntax? Member()
    {
        var start = Current.Span.Start;
        var target = Primary();
        while (target is not null)
        {
            if (Take(WhenTokenKind.Dot))
                target = Bounded(AfterDot(start, target));
            else if (Take(WhenTokenKind.OpenBracket))
                target = Bounded(AfterBracket(start, target));
            else
                break;
        }
        return target;
    }

    private WhenSyntax? AfterDot(int start, WhenSyntax target)
    {
        var name = Current;
        if (name.Kind is WhenTokenKind.True or WhenTokenKind.False or WhenTokenKind.Null or WhenTokenKind.In)
            return Fail($"`{_source[name.Span]}` is a word of the language; as a field it is written [\"{_source[name.Span]}\"].");
        if (!Take(WhenTokenKind.Name))
            return FailHere("the name of a field");
        return Current.Kind == WhenTokenKind.OpenParenthesis ? Call(start, target, name) : new WhenMember(From(start), target, name.Text);
    }

    private WhenSyntax? Call(int start, WhenSyntax target, WhenToken method)
    {
        WhenTextTestKind? test = method.Text switch
        {
            "startsWith" => WhenTextTestKind.StartsWith,
            "endsWith" => WhenTextTestKind.EndsWith,
            "contains" => WhenTextTestKind.Contains,
            _ => null,
        };
        if (test is null && method.Text != "matches")
            return Fail(method.Span.Start, WhenRefusals.Method(method.Text));
        if (OnlyArgument(method) is not { } argument)
            return null;
        return test is { } kind ? new WhenTextTest(From(start), kind, target, argument) : Match(start, target, argument);
    }

    private WhenSyntax? Match(int start, WhenSyntax target, WhenSyntax argument)
    {
        if (argument is not WhenLiteral { Value: WhenText pattern })
            return Fail(argument.Span.Start, "The pattern of matches() must be a text literal, so that it is checked and compiled once.");
        return WhenPattern.TryCompile(pattern.Value, out var regex, out var problem)
            ? new WhenMatch(From(start), target, pattern.Value, regex)
            : Fail(argument.Span.Start, problem);
    }

    private WhenSyntax? AfterBracket(int start, WhenSyntax target)
    {
        if (Condition() is not { } key)
            return null;
        return Take(WhenTokenKind.CloseBracket) ? new WhenIndex(From(start), target, key) : FailHere("`]`");
    }

    private WhenSyntax? Primary()
    {
        var token = Current;
        switch (token)
        {
            case { Literal: { } value }:
                _at++;
                return new WhenLiteral(token.Span, value);
            case { Kind: WhenTokenKind.Minus }:
                _at++;
                return Take(WhenTokenKind.Number)
                    ? new WhenLiteral(From(token.Span.Start), new WhenNumber(-_tokens[_at - 1].Number))
                    : Fail(token.Span.Start, WhenRefusals.Minus);
            case { Kind: WhenTokenKind.Name }:
                _at++;
                return Name(token);
            case { Kind: WhenTokenKind.OpenParenthesis }:
                _at++;
                return Condition() is not { } inner ? null : Take(WhenTokenKind.CloseParenthesis) ? inner : FailHere("`)`");
            case { Kind: WhenTokenKind.OpenBracket }:
                _at++;
                return Listing(token.Span.Start);
            case { Kind: WhenTokenKind.Dot }:
                return Fail("A dot before a name is not part of `when`.");
            default:
                return FailHere("a value");
        }
    }

    private WhenSyntax? Name(WhenToken name)
    {
        if (Current.Kind == WhenTokenKind.OpenParenthesis)
        {
            if (name.Text != "size")
                return Fail(name.Span.Start, WhenRefusals.Function(name.Text));
            return OnlyArgument(name) is { } of ? Bounded(new WhenSize(From(name.Span.Start), of)) : null;
        }
        return WhenRoots.Find(name.Text) is { } root
            ? new WhenRootName(name.Span, root)
            : Fail(name.Span.Start, WhenRefusals.UnknownName(name.Text));
    }

    private WhenSyntax? Listing(int start)
    {
        var items = new List<WhenSyntax>();
        while (!Take(WhenTokenKind.CloseBracket))
        {
            if (Condition() is not { } item)
                return null;
            items.Add(item);
            if (!Take(WhenTokenKind.Comma) && Current.Kind != WhenTokenKind.CloseBracket)
                return FailHere("`,` or `]`");
        }
        return Bounded(new WhenListing(From(start), items));
    }

    private WhenSyntax? OnlyArgument(WhenToken function)
    {
        _at++;
        if (Current.Kind == WhenTokenKind.CloseParenthesis)
            return Fail($"{function.Text}() takes one argument.");
        if (Condition() is not { } argument)
            return null;
        if (Current.Kind == WhenTokenKind.Comma)
            return Fail($"{function.Text}() takes only one argument.");
        return Take(WhenTokenKind.CloseParenthesis) ? argument : FailHere("`)`");
    }

    private bool Take(WhenTokenKind kind)
    {
        if (Current.Kind != kind)
            return false;
        _at++;
        return true;
    }

    /// <summary>From an offset to the end of the last token taken.</summary>
    private WhenSpan From(int start) => new(start, _tokens[_at - 1].Span.End);

    /// <summary>Guards this parser's own stack; <see cref="Bounded"/> guards everyone who walks the tree later.</summary>
    private bool TryDescend()
    {
        if (++_nesting <= When.DeepestNesting)
            return true;
        TooDeep(Current.Span.Start);
        return false;
    }

    private WhenSyntax? Bounded(WhenSyntax? node) => node is { Depth: > When.DeepestNesting } ? TooDeep(node.Span.Start) : node;

    private WhenSyntax? TooDeep(int at) => Fail(at, $"A condition nests at most {When.DeepestNesting} levels deep.");

    private WhenSyntax? FailHere(string expected) => Current.Kind switch
    {
        WhenTokenKind.Refused => Fail(Current.Text),
        WhenTokenKind.Minus => Fail(WhenRefusals.Minus),
        WhenTokenKind.End => Fail($"Here {expected} is missing: the condition ends."),
        _ => Fail($"Expected {expected}, not `{_source[Current.Span]}`."),
    };

    private WhenSyntax? Fail(string message) => Fail(Current.Span.Start, message);

    private WhenSyntax? Fail(int at, string message)
    {
        _fault ??= _source.Fault(at, message);
        return null;
    }
}
