using System.Text;

namespace AiManager.Host;

/// <summary>
/// Text on its way to a terminal. A supplier's note must not be able to move the cursor, clear the screen or pretend to be this program's own line.
/// </summary>
internal static class Printable
{
    /// <summary>The text on one line, control characters and line breaks replaced by spaces.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var isShown = category is not (System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator);
            line.Append(isShown ? rune.ToString() : " ");
        }

        return line.ToString().Trim();
    }

    /// <summary>At most <paramref name="width"/> characters of it.</summary>
    public static string Cut(string text, int width) => Line(text) is var line && line.Length > width ? line[..(width - 1)] + "…" : line;
}
