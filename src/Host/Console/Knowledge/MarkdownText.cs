using System.Collections.Immutable;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AiManager.Host;

/// <summary>
/// Markdown as pages show it. Whoever writes an article writes data and not a page: HTML in it is text, links lead to where a browser may go and nowhere else, pictures are their
/// words, and nothing carries a style. Pure.
/// </summary>
internal static class MarkdownText
{
    private const string Fence = "---";

    /// <summary>An article's headings stand below those of its page.</summary>
    private const int HeadingsBelow = 2;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    /// <summary>Where the text begins behind its front matter; 0 without any.</summary>
    public static int BodyOf(string text)
    {
        if (!text.StartsWith(Fence, StringComparison.Ordinal))
        {
            return 0;
        }

        var end = text.IndexOf("\n" + Fence, StringComparison.Ordinal);
        var line = end < 0 ? -1 : text.IndexOf('\n', end + 1);
        return end < 0 ? 0 : line < 0 ? text.Length : line + 1;
    }

    /// <summary>As HTML that may stand on a page.</summary>
    public static string Html(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(6, heading.Level + HeadingsBelow);
        }

        foreach (var column in document.Descendants<Table>().SelectMany(t => t.ColumnDefinitions))
        {
            column.Alignment = null; // it would be written as a style
        }

        foreach (var link in document.Descendants<LinkInline>().ToImmutableArray())
        {
            if (link.IsImage || !LeadsOut(link.Url))
            {
                link.MoveChildrenAfter(link);
                link.Remove();
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>().Where(l => !l.IsEmail && !LeadsOut(l.Url)).ToImmutableArray())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }

        return document.ToHtml(Pipeline);
    }

    /// <summary>Its words without marks, a line for each paragraph, point of a list and row of a table.</summary>
    public static string Plain(string markdown) => string.Join('\n', Lines(Markdown.Parse(markdown, Pipeline)));

    private static IEnumerable<string> Lines(ContainerBlock container) => container.SelectMany(block => block switch
    {
        ListBlock list => list.OfType<ListItemBlock>().Select((item, at) => $"{(list.IsOrdered ? $"{at + 1}." : "•")} {string.Join(' ', Lines(item))}"),
        Table table => table.OfType<TableRow>().Where(r => !r.IsHeader || table.Count == 1).Select(row => string.Join(" · ", row.OfType<TableCell>().Select(c => string.Join(' ', Lines(c))))),
        ContainerBlock inner => Lines(inner),
        LeafBlock { Inline: { } inline } => [Words(inline)],
        CodeBlock code => [code.Lines.ToString()],
        _ => [],
    });

    private static string Words(ContainerInline inlines) => string.Concat(inlines.Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        LineBreakInline => " ",
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        AutolinkInline link => link.Url,
        ContainerInline inner => Words(inner),
        _ => string.Empty,
    }));

    private static bool LeadsOut(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeMailto);
}
