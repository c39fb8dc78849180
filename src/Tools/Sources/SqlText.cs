using System.Collections.Immutable;

namespace AiManager.Tools;

/// <summary>The company's SQL as written, and the names of the parameters in it. Values never become part of the text.</summary>
internal sealed record SqlText(string Text, ImmutableArray<string> Parameters)
{
    /// <summary>The moment of the call, the day in the company's time zone, and the idempotency key: the service gives them.</summary>
    public static ImmutableArray<string> Given { get; } = ["now", "today", "key"];

    public static SqlText Of(string text) => new(text, [.. NamesIn(text).Distinct(StringComparer.Ordinal)]);

    private static IEnumerable<string> NamesIn(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\'' or '"' or '`':
                    at = EndOf(text, at + 1, text[at].ToString());
                    break;
                case '[':
                    at = EndOf(text, at + 1, "]");
                    break;
                case '-' when Follows(text, at, '-'):
                    at = EndOf(text, at, "\n");
                    break;
                case '/' when Follows(text, at, '*'):
                    at = EndOf(text, at + 2, "*/") + 1;
                    break;
                case ':' when Follows(text, at, ':'):
                    at++;
                    break;
                case ':':
                    var length = NameLength(text, at + 1);
                    if (length > 0)
                    {
                        yield return text.Substring(at + 1, length);
                    }

                    at += length;
                    break;
            }
        }
    }

    /// <summary>Whether <paramref name="name"/> can be a parameter.</summary>
    public static bool IsName(string name) => name.Length > 0 && NameLength(name, 0) == name.Length;

    private static bool Follows(string text, int at, char next) => at + 1 < text.Length && text[at + 1] == next;

    private static int EndOf(string text, int from, string mark) =>
        text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal) is var end and >= 0 ? end : text.Length;

    private static int NameLength(string text, int from)
    {
        var at = from;
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_' || (at > from && char.IsAsciiDigit(text[at]))))
        {
            at++;
        }

        return at - from;
    }
}
