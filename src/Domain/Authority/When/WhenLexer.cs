namespace AiManager.Domain;

/// <summary>Cuts a condition into tokens; what the language does not have ends the list with a refusal that names it.</summary>
internal sealed class WhenLexer(string text)
{
    private readonly List<WhenToken> _tokens = [];
    private int _at;

    /// <returns>At least one token, the last being <see cref="WhenTokenKind.End"/> or <see cref="WhenTokenKind.Refused"/>.</returns>
    public static IReadOnlyList<WhenToken> Read(string text)
    {
        var lexer = new WhenLexer(text);
        do
            lexer._tokens.Add(lexer.Next());
        while (lexer._tokens[^1].Kind is not (WhenTokenKind.End or WhenTokenKind.Refused));
        return lexer._tokens;
    }

    private char Current => Peek(0);

    private char Peek(int distance) => _at + distance < text.Length ? text[_at + distance] : '\0';

    private WhenToken Next()
    {
        while (_at < text.Length && Current is ' ' or '\t' or '\n' or '\f' or '\r')
            _at++;
        if (_at == text.Length)
            return new WhenToken(WhenTokenKind.End, new WhenSpan(_at, _at));
        if (char.IsAsciiDigit(Current) || (Current == '.' && char.IsAsciiDigit(Peek(1))))
            return Number();
        if (Current is '"' or '\'')
            return Text(isRaw: false);
        return IsNameStart(Current) ? Name() : Symbol();
    }

    private WhenToken Name()
    {
        var start = _at;
        while (IsNamePart(Current))
            _at++;
        var name = text[start.._at];
        if (Current is '"' or '\'')
            return name is "r" or "R" ? Text(isRaw: true) : Refuse(start, $"A text cannot begin with {name}{Current}: bytes are not part of `when`.");
        return name switch
        {
            "true" => Token(WhenTokenKind.True, start),
            "false" => Token(WhenTokenKind.False, start),
            "null" => Token(WhenTokenKind.Null, start),
            "in" => Token(WhenTokenKind.In, start),
            _ => new WhenToken(WhenTokenKind.Name, new WhenSpan(start, _at), name),
        };
    }

    private WhenToken Number()
    {
        var start = _at;
        SkipDigits();
        if (Current == '.' && char.IsAsciiDigit(Peek(1)))
        {
            _at++;
            SkipDigits();
        }
        if (Current is 'e' or 'E' && char.IsAsciiDigit(Peek(Peek(1) is '+' or '-' ? 2 : 1)))
        {
            _at += 2;
            SkipDigits();
        }
        var span = new WhenSpan(start, _at);
        if (IsNamePart(Current))
            return Refuse(start, WhenRefusals.NumberRunsInto(Current));
        return WhenNumeral.TryRead(text.AsSpan(start, _at - start), out var number)
            ? new WhenToken(WhenTokenKind.Number, span, Number: number)
            : Refuse(start, "This number is too large, or has too many digits, to be kept exactly as a decimal.");
    }

    private WhenToken Text(bool isRaw)
    {
        var start = _at;
        var literal = WhenTextLiteral.Read(text, start, isRaw);
        _at = literal.End;
        return literal.Problem is null
            ? new WhenToken(WhenTokenKind.Text, new WhenSpan(isRaw ? start - 1 : start, _at), literal.Content)
            : Refuse(literal.End, literal.Problem);
    }

    private WhenToken Symbol()
    {
        var start = _at;
        var (kind, length) = (Current, Peek(1)) switch
        {
            ('=', '=') => (WhenTokenKind.Equal, 2),
            ('!', '=') => (WhenTokenKind.NotEqual, 2),
            ('<', '=') => (WhenTokenKind.LessOrEqual, 2),
            ('>', '=') => (WhenTokenKind.GreaterOrEqual, 2),
            ('&', '&') => (WhenTokenKind.And, 2),
            ('|', '|') => (WhenTokenKind.Or, 2),
            ('<', _) => (WhenTokenKind.Less, 1),
            ('>', _) => (WhenTokenKind.Greater, 1),
            ('!', _) => (WhenTokenKind.Not, 1),
            ('-', _) => (WhenTokenKind.Minus, 1),
            ('.', _) => (WhenTokenKind.Dot, 1),
            (',', _) => (WhenTokenKind.Comma, 1),
            ('(', _) => (WhenTokenKind.OpenParenthesis, 1),
            (')', _) => (WhenTokenKind.CloseParenthesis, 1),
            ('[', _) => (WhenTokenKind.OpenBracket, 1),
            (']', _) => (WhenTokenKind.CloseBracket, 1),
            _ => (WhenTokenKind.Refused, 0),
        };
        _at += length;
        return kind == WhenTokenKind.Refused ? Refuse(start, WhenRefusals.Symbol(text, start)) : Token(kind, start);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Current))
            _at++;
    }

    private WhenToken Token(WhenTokenKind kind, int start) => new(kind, new WhenSpan(start, _at));

    private static WhenToken Refuse(int start, string why) => new(WhenTokenKind.Refused, new WhenSpan(start, start), why);

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character == '_';

    private static bool IsNamePart(char character) => IsNameStart(character) || char.IsAsciiDigit(character);
}
