using System.Globalization;
using System.Text;

namespace AiManager.Memory;

/// <summary>
/// Text as recall sees it, the same in every index: lower-case words of letters and digits, without accents, a plural <c>s</c> cut off, words that say nothing left out.
/// </summary>
internal static class RecallWords
{
    private const int LongestWord = 64;

    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "doe", "did", "for", "from", "how", "i", "if", "in", "is", "it", "may", "me", "my", "of", "on", "or", "our",
        "so", "that", "the", "their", "there", "they", "thi", "to", "wa", "we", "were", "what", "when", "where", "which", "who", "will", "with", "you", "your",
    };

    /// <summary>The words in order.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var word = new StringBuilder();
        foreach (var c in Whole(text).Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && word.Length > 0)
            {
                if (Cut(word) is { } done)
                {
                    yield return done;
                }

                word.Clear();
            }
        }

        if (word.Length > 0 && Cut(word) is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Half a character is none, and normalising it would throw.</summary>
    private static string Whole(string text) => text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string? Cut(StringBuilder word)
    {
        var length = Math.Min(word.Length, LongestWord);
        if (length > 2 && word[length - 1] == 's' && word[length - 2] != 's')
        {
            length--;
        }

        var cut = word.ToString(0, length);
        return Empty.Contains(cut) ? null : cut;
    }
}
