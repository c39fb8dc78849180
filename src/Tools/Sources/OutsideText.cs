using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AiManager.Tools;

/// <summary>Text that somebody outside wrote, made fit to be shown or logged: it cannot break a line, move a cursor, fill a disk or give a secret back.</summary>
internal static class OutsideText
{
    private const string Hidden = "***";

    /// <summary>One line of at most <paramref name="most"/> characters. What looks like nothing (control and format characters) becomes a space.</summary>
    public static string Line(string text, int most, ImmutableArray<string> secrets = default)
    {
        text = Without(text, secrets);
        var line = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                return line.ToString().TrimEnd() + "…";
            }

            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            line.Append(isShown ? rune.ToString() : " ");
        }

        return line.ToString().Trim();
    }

    /// <summary>The text with every secret replaced that is long enough to be one: a value such as <c>1</c> would be seen by its gaps.</summary>
    public static string Without(string text, ImmutableArray<string> secrets)
    {
        foreach (var secret in secrets.IsDefaultOrEmpty ? [] : secrets)
        {
            text = secret.Length >= SecretWords.Shortest ? text.Replace(secret, Hidden, StringComparison.Ordinal) : text;
        }

        return text;
    }
}
