namespace AiManager.Domain;

internal enum WhenTokenKind
{
    End,
    /// <summary>Something outside the language; the token's text says what, for the author. Always the last token.</summary>
    Refused,
    Name,
    Number,
    Text,
    True,
    False,
    Null,
    In,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,
    Minus,
    Dot,
    Comma,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
}

/// <param name="Text">A name, the content of a text literal, or why it is refused; otherwise empty.</param>
/// <param name="Number">Of a number literal; otherwise 0.</param>
internal readonly record struct WhenToken(WhenTokenKind Kind, WhenSpan Span, string Text = "", decimal Number = 0)
{
    /// <summary>Null when this is no operator that compares.</summary>
    public WhenRelationKind? Relation => Kind switch
    {
        WhenTokenKind.Equal => WhenRelationKind.Equal,
        WhenTokenKind.NotEqual => WhenRelationKind.NotEqual,
        WhenTokenKind.Less => WhenRelationKind.Less,
        WhenTokenKind.LessOrEqual => WhenRelationKind.LessOrEqual,
        WhenTokenKind.Greater => WhenRelationKind.Greater,
        WhenTokenKind.GreaterOrEqual => WhenRelationKind.GreaterOrEqual,
        WhenTokenKind.In => WhenRelationKind.In,
        _ => null,
    };

    /// <summary>Null when this is no literal.</summary>
    public WhenValue? Literal => Kind switch
    {
        WhenTokenKind.Number => new WhenNumber(Number),
        WhenTokenKind.Text => new WhenText(Text),
        WhenTokenKind.Null => WhenNull.Value,
        WhenTokenKind.True => WhenBoolean.True,
        WhenTokenKind.False => WhenBoolean.False,
        _ => null,
    };
}
