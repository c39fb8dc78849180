using System.Globalization;
using System.Text;

namespace AiManager.Domain;

/// <summary>A text literal as read: its content, or its problem, and then <paramref name="End"/> is where that lies.</summary>
/// <param name="Problem">Null when there is none.</param>
internal readonly record struct WhenTextLiteral(int End, string Content, string? Problem)
{
    /// <summary>Reads from the opening quote at <paramref name="start"/> to behind the closing one, with the escapes of cel-spec ("String and Bytes Values").</summary>
    /// <param name="isRaw">Whether a backslash stands for itself, as in <c>r"\d"</c>.</param>
    public static WhenTextLiteral Read(string text, int start, bool isRaw)
    {
        var quote = text[start];
        if (text.AsSpan(start).StartsWith([quote, quote, quote]))
            return Faulty(start, "Texts in triple quotes are not part of `when`.");

        var content = new StringBuilder();
        for (var at = start + 1; at < text.Length;)
        {
            var character = text[at];
            if (character == quote)
                return new WhenTextLiteral(at + 1, content.ToString(), null);
            if (character is '\n' or '\r')
                return Faulty(at, @"A text ends on the line where it begins; a line break in it is written \n.");
            if (character == '\\' && !isRaw)
            {
                var (length, value) = Escape(text.AsSpan(at + 1));
                if (value is not { } rune)
                    return Faulty(at, @"This escape is not known. Known are \\ \"" \' \` \? \a \b \f \n \r \t \v, \x41, \101, \u0041 and \U00000041.");
                content.Append(rune.ToString());
                at += 1 + length;
            }
            else if (Rune.TryGetRuneAt(text, at, out var rune))
            {
                content.Append(text, at, rune.Utf16SequenceLength);
                at += rune.Utf16SequenceLength;
            }
            else
            {
                return Faulty(at, "This is not valid Unicode: half of a surrogate pair.");
            }
        }
        return Faulty(start, "This text has no closing quote.");
    }

    /// <returns>How long the escape is behind its backslash, and what it stands for: null when it is none.</returns>
    private static (int Length, Rune? Value) Escape(ReadOnlySpan<char> escape) => escape switch
    {
        ['\\' or '"' or '\'' or '`' or '?', ..] => (1, new Rune(escape[0])),
        ['a', ..] => (1, new Rune('\a')),
        ['b', ..] => (1, new Rune('\b')),
        ['f', ..] => (1, new Rune('\f')),
        ['n', ..] => (1, new Rune('\n')),
        ['r', ..] => (1, new Rune('\r')),
        ['t', ..] => (1, new Rune('\t')),
        ['v', ..] => (1, new Rune('\v')),
        ['x' or 'X', ..] => Hexadecimal(escape, 2),
        ['u', ..] => Hexadecimal(escape, 4),
        ['U', ..] => Hexadecimal(escape, 8),
        [>= '0' and <= '3', >= '0' and <= '7', >= '0' and <= '7', ..] => (3, new Rune(((escape[0] - '0') * 64) + ((escape[1] - '0') * 8) + (escape[2] - '0'))),
        _ => (0, null),
    };

    private static (int Length, Rune? Value) Hexadecimal(ReadOnlySpan<char> escape, int digits) =>
        escape.Length > digits
            && uint.TryParse(escape.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var codePoint)
            && Rune.TryCreate(codePoint, out var rune)
            ? (1 + digits, rune)
            : (0, null);

    private static WhenTextLiteral Faulty(int at, string problem) => new(at, "", problem);
}
