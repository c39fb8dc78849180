using System.Globalization;
using System.Text;

namespace AiManager.Host;

/// <summary>
/// Words of others as somebody must see them who decides by them: what has no shape of its own, such as a sign that turns the direction of writing round or has no width, is shown as its
/// number. It could make a value look like another one.
/// </summary>
internal static class Visible
{
    /// <summary>The text, with such a sign as <c>⟨U+202E⟩</c>. Line ends and tabs stay.</summary>
    public static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(IsUnseen))
        {
            return text;
        }

        var seen = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            seen.Append(IsUnseen(rune) ? string.Create(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩") : rune.ToString());
        }

        return seen.ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Control => rune.Value is not ('\n' or '\r' or '\t'),
        _ => false,
    };
}
