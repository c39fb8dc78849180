using System.Text.RegularExpressions;

namespace AiManager.Memory;

/// <summary>
/// Cuts a text into passages: blocks between empty lines, as many together as fit, never across a heading; a block that is too long at the ends of its sentences. Each
/// says where in the file it stands.
/// </summary>
internal static partial class PassageCutter
{
    /// <summary>Blocks are put together up to so many characters.</summary>
    private const int Wanted = 700;

    /// <summary>No passage is longer than this.</summary>
    private const int Longest = 1_400;

    /// <summary>The passages of a file's text from <paramref name="start"/> on, in order.</summary>
    /// <param name="path">Its ending says what kind of text it is.</param>
    /// <param name="text">The whole file's text.</param>
    /// <param name="start">Where the body begins, behind the front matter.</param>
    public static IEnumerable<Passage> Cut(string path, string text, int start)
    {
        var blocks = path.EndsWith(".html", StringComparison.Ordinal) ? HtmlText.Blocks(text, start) : PlainBlocks(text, start, path.EndsWith(".md", StringComparison.Ordinal));
        var headings = new List<(int Level, string Words)>();
        TextBlock? open = null;
        foreach (var block in blocks.SelectMany(Split))
        {
            if (open is not null && (block.Level > 0 || open.Text.Length + block.Text.Length > Wanted))
            {
                yield return Done(open, headings);
                open = null;
            }

            if (block.Level > 0)
            {
                headings.RemoveAll(h => h.Level >= block.Level);
                headings.Add((block.Level, block.Text));
            }
            else
            {
                open = open is null ? block : open with { To = block.To, Text = open.Text + "\n\n" + block.Text };
            }
        }

        if (open is not null)
        {
            yield return Done(open, headings);
        }
    }

    private static Passage Done(TextBlock block, List<(int Level, string Words)> headings) =>
        new(block.From, block.To, string.Join(" › ", headings.Select(h => h.Words)), block.Text);

    private static IEnumerable<TextBlock> PlainBlocks(string text, int start, bool isMarkdown)
    {
        int? from = null;
        var (to, position) = (0, start);
        while (position < text.Length)
        {
            var end = text.IndexOf('\n', position) is >= 0 and var found ? found : text.Length;
            var line = text.AsSpan(position, end - position);
            var level = isMarkdown ? LevelOf(line) : 0;
            if (from is { } begun && (level > 0 || line.IsWhiteSpace()))
            {
                yield return new TextBlock(begun, to, 0, text[begun..to]);
                from = null;
            }

            if (level > 0)
            {
                yield return new TextBlock(position, end, level, text[(position + level)..end].Trim().Trim('#').Trim());
            }
            else if (!text.AsSpan(position, end - position).IsWhiteSpace())
            {
                from ??= position;
                to = end;
            }

            position = end + 1;
        }

        if (from is { } last)
        {
            yield return new TextBlock(last, to, 0, text[last..to]);
        }
    }

    /// <summary>1 to 6 for a heading of Markdown, else 0.</summary>
    private static int LevelOf(ReadOnlySpan<char> line)
    {
        var level = line.IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && line[level] == ' ' && !line[level..].IsWhiteSpace() ? level : 0;
    }

    /// <summary>Places stay true where the text is as it stands in the file; of HTML each part has the place of the whole block.</summary>
    private static IEnumerable<TextBlock> Split(TextBlock block)
    {
        if (block.Level > 0 || block.Text.Length <= Longest)
        {
            yield return block;
            yield break;
        }

        var isAsWritten = block.To - block.From == block.Text.Length;
        for (var start = 0; start < block.Text.Length;)
        {
            var end = Math.Min(start + Wanted, block.Text.Length);
            if (end < block.Text.Length)
            {
                var sentence = SentenceEnd().Matches(block.Text[start..end]).LastOrDefault();
                var space = block.Text.LastIndexOf(' ', end - 1, end - start);
                end = sentence is not null ? start + sentence.Index + sentence.Length : space > start ? space + 1 : end - (char.IsHighSurrogate(block.Text[end - 1]) ? 1 : 0);
            }

            yield return isAsWritten
                ? new TextBlock(block.From + start, block.From + end, 0, block.Text[start..end])
                : block with { Text = block.Text[start..end] };
            start = end;
        }
    }

    [GeneratedRegex(@"[.!?\n]\s+", RegexOptions.NonBacktracking)]
    private static partial Regex SentenceEnd();
}
