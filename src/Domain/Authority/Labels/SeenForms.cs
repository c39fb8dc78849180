using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace AiManager.Domain;

/// <summary>
/// The forms under which a value is looked for. Two purposes, two strengths: to <em>prove</em> a value, only case and spacing of plain letters may differ,
/// so that a lookalike never passes for what it looks like; to <em>find where a value came from</em>, lookalikes and common encodings count too.
/// </summary>
internal static class SeenForms
{
    private const int LongestDecoded = 4096;

    /// <summary>Letters of other scripts that look like these; the full-width forms and the invisible ones are reckoned.</summary>
    private static readonly FrozenDictionary<char, char> Lookalikes = Pairs(
        "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw ӏl ѵv ɡg ɑa АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG "
        + "αa οo νv ρp υu ιi κk τt χx ϲc ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ıi ℓl ⅼl ⅰi ⅽc ⅾd ⅿm ⅹx "
        + "‐- ‑- ‒- –- —- −- ․. 。. ＠@ ﹫@ ∕/ ⁄/ ’' ‘'").ToFrozenDictionary();

    /// <summary>For proving: plain letters in lower case, runs of white space as one space, nothing else changed.</summary>
    public static string Exact(string text)
    {
        var folded = new StringBuilder(text.Length);
        var space = false;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                space = folded.Length > 0;
                continue;
            }

            if (space)
            {
                folded.Append(' ');
                space = false;
            }

            folded.Append(character is >= 'A' and <= 'Z' ? (char)(character | 0x20) : character);
        }

        return folded.ToString();
    }

    /// <summary>
    /// For proving numbers of accounts and the like, which people write in groups: letters and digits without the spaces and dashes between them. Null when
    /// it is not one: shorter than 12, fewer than 6 digits, or anything else in it.
    /// </summary>
    public static string? Grouped(string text)
    {
        var packed = new StringBuilder(text.Length);
        var digits = 0;
        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                packed.Append(char.ToLowerInvariant(character));
                digits += char.IsAsciiDigit(character) ? 1 : 0;
            }
            else if (character is not (' ' or '-' or '\u00a0'))
            {
                return null;
            }
        }

        return packed.Length >= 12 && digits >= 6 ? packed.ToString() : null;
    }

    /// <summary>For finding: what it looks like, without spaces.</summary>
    public static string Looks(string text)
    {
        var shape = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Shape(rune) is { } seen)
            {
                shape.Append(char.ToLowerInvariant(seen));
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Control) && !Rune.IsWhiteSpace(rune))
            {
                shape.Append(rune.ToString());
            }
        }

        return shape.ToString();
    }

    /// <summary>For finding: what it is in common encodings, and what it would be if it were encoded in one. Each as <see cref="Looks"/> writes it.</summary>
    public static IEnumerable<string> Disguises(string text)
    {
        if (text.Length is < 4 or > LongestDecoded)
        {
            yield break;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var base64 = Convert.ToBase64String(bytes);
        foreach (var form in new[] { base64, base64.TrimEnd('='), Convert.ToHexString(bytes), Uri.EscapeDataString(text), Rotated(text), Decoded(text), Unescaped(text), Unhexed(text), Reversed(text) })
        {
            if (form is { Length: >= 4 } && form != text)
            {
                yield return Looks(form);
            }
        }
    }

    private static string Rotated(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var first = source[i] is >= 'a' and <= 'z' ? 'a' : 'A';
            span[i] = char.IsAsciiLetter(source[i]) ? (char)(first + ((source[i] - first + 13) % 26)) : source[i];
        }
    });

    private static string Reversed(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    private static string? Decoded(string text)
    {
        var padded = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var bytes = new byte[padded.Length];
        return padded.Length % 4 != 1 && Convert.TryFromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='), bytes, out var count) ? Readable(bytes.AsSpan(0, count)) : null;
    }

    private static string? Unhexed(string text)
    {
        if (text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        return Readable(Convert.FromHexString(text));
    }

    private static string? Unescaped(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : null;

    private static string? Readable(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is < 0x20 and not (0x09 or 0x0a or 0x0d))
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static char? Shape(Rune rune) => rune.Value switch
    {
        >= 0x21 and <= 0x7e => (char)rune.Value,
        >= 0xff01 and <= 0xff5e => (char)(rune.Value - 0xfee0),
        >= 0x1d400 and <= 0x1d6a3 => Styled(rune.Value - 0x1d400),
        >= 0x1d7ce and <= 0x1d7ff => (char)('0' + ((rune.Value - 0x1d7ce) % 10)),
        >= 0x24d0 and <= 0x24e9 => (char)('a' + rune.Value - 0x24d0),
        >= 0x24b6 and <= 0x24cf => (char)('a' + rune.Value - 0x24b6),
        <= 0xffff when Lookalikes.TryGetValue((char)rune.Value, out var letter) => letter,
        _ => null,
    };

    /// <summary>The mathematical alphabets: thirteen times A–Z and a–z.</summary>
    private static char Styled(int offset) => (char)((offset % 52) < 26 ? 'A' + (offset % 52) : 'a' + (offset % 52) - 26);

    private static IEnumerable<KeyValuePair<char, char>> Pairs(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(p => p.Length == 2).Select(p => KeyValuePair.Create(p[0], p[1])).DistinctBy(p => p.Key);
}
