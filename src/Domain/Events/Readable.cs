namespace AiManager.Domain;

/// <summary>
/// U+0000 stands in no text here: PostgreSQL cannot keep it, and SQLite hides what stands behind it. People are told so; what models and tools say is taken
/// with U+FFFD in its place, the mark of a character that could not be read.
/// </summary>
public static class Readable
{
    /// <summary>What people are told, behind the name of what they said.</summary>
    public const string Fault = "holds the character U+0000, which no text may hold.";

    private const char InPlace = '\uFFFD';
    private const string Escape = "\\u0000";
    private const string EscapeInPlace = "\\ufffd";

    /// <summary>True where it can be kept as it is.</summary>
    public static bool Is(string? text) => text is null || !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>True where every name and text in it can be kept as it is.</summary>
    public static bool Is(JsonText json) => EscapeIn(json.Text, 0) < 0;

    /// <summary>The text with U+FFFD for U+0000, also where that is escaped as JSON does: it may be read as JSON later.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        var words = text?.Replace('\0', InPlace);
        var at = words is null ? -1 : EscapeIn(words, 0);
        if (at < 0)
        {
            return words;
        }

        var letters = words!.ToCharArray();
        for (; at >= 0; at = EscapeIn(words, at + Escape.Length))
        {
            EscapeInPlace.CopyTo(letters.AsSpan(at));
        }

        return new string(letters);
    }

    /// <summary>The value with U+FFFD for U+0000 in every name and text.</summary>
    public static JsonText Of(JsonText json) => Is(json) ? json : JsonText.Trusted(Of(json.Text));

    /// <summary>Where the next escape begins that is one: behind an even number of backslashes. Below 0 when there is none.</summary>
    private static int EscapeIn(string text, int from)
    {
        for (var at = text.IndexOf(Escape, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Escape, at + 1, StringComparison.Ordinal))
        {
            var before = at;
            while (before > 0 && text[before - 1] == '\\')
            {
                before--;
            }

            if ((at - before) % 2 == 0)
            {
                return at;
            }
        }

        return -1;
    }
}
