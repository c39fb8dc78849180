using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace AiManager.Memory;

/// <summary>
/// What a reader of an HTML file sees, block by block, without a parser's trust in what is written: tags end where they close or the file does, scripts, styles and comments are
/// nothing, and nothing is fetched or run.
/// </summary>
internal static class HtmlText
{
    private static readonly FrozenSet<string> Unseen = FrozenSet.ToFrozenSet(["script", "style", "template", "noscript", "title", "head"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Inline = FrozenSet.ToFrozenSet(
        ["a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The blocks from <paramref name="start"/> on.</summary>
    public static IEnumerable<TextBlock> Blocks(string html, int start)
    {
        var words = new StringBuilder();
        int? from = null;
        var (to, level) = (start, 0);
        for (var position = start; position < html.Length;)
        {
            if (html[position] != '<')
            {
                var end = html.IndexOf('<', position) is >= 0 and var next ? next : html.Length;
                if (!html.AsSpan(position, end - position).IsWhiteSpace())
                {
                    from ??= position;
                    to = end;
                }

                words.Append(WebUtility.HtmlDecode(html[position..end]));
                position = end;
                continue;
            }

            var (name, isEnd, behind) = Tag(html, position);
            position = Unseen.Contains(name) && !isEnd ? BehindElement(html, name, behind) : behind;
            if (Inline.Contains(name))
            {
                continue;
            }

            if (from is { } begun && Tidy(words) is { Length: > 0 } text)
            {
                yield return new TextBlock(begun, to, level, text);
            }

            words.Clear();
            from = null;
            level = !isEnd && name is ['h' or 'H', >= '1' and <= '6'] ? name[1] - '0' : 0;
        }

        if (from is { } last && Tidy(words) is { Length: > 0 } rest)
        {
            yield return new TextBlock(last, to, level, rest);
        }
    }

    private static (string Name, bool IsEnd, int Behind) Tag(string html, int open)
    {
        if (html.AsSpan(open).StartsWith("<!--", StringComparison.Ordinal))
        {
            return ("!", false, html.IndexOf("-->", open + 4, StringComparison.Ordinal) is >= 0 and var close ? close + 3 : html.Length);
        }

        var isEnd = open + 1 < html.Length && html[open + 1] == '/';
        var start = isEnd ? open + 2 : open + 1;
        var length = 0;
        while (start + length < html.Length && char.IsAsciiLetterOrDigit(html[start + length]))
        {
            length++;
        }

        return (html.Substring(start, length), isEnd, html.IndexOf('>', start) is >= 0 and var end ? end + 1 : html.Length);
    }

    private static int BehindElement(string html, string name, int position)
    {
        // A head holds other elements: it ends where it says so, and where it does not, at its own start tag.
        var end = html.IndexOf("</" + name, position, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? (name.Equals("head", StringComparison.OrdinalIgnoreCase) ? position : html.Length) : end;
    }

    private static string Tidy(StringBuilder words) => string.Join(' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
