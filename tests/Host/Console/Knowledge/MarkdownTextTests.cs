namespace AiManager.Host.Tests;

/// <summary>Articles as pages show them: what they say, and nothing that a page could be taken over with.</summary>
public sealed class MarkdownTextTests
{
    private const string Article = "---\nowner: petra\n---\n# Limits\n\n| total | who |\n|---|--:|\n| up to 5 | purchasing |\n\n- **Acme** (Brno): `bolts`\n- *Globex*\n\n1. First\n2. Second\n\nSee [the rules](https://example.com/rules).\n";

    [Fact]
    public void Words_lose_their_marks_and_keep_their_lines() => Assert.Equal(
        "Limits\nup to 5 · purchasing\n• Acme (Brno): bolts\n• Globex\n1. First\n2. Second\nSee the rules.", MarkdownText.Plain(Article[MarkdownText.BodyOf(Article)..]));

    [Fact]
    public void A_page_has_the_articles_headings_below_its_own_and_no_style()
    {
        var html = MarkdownText.Html(Article[MarkdownText.BodyOf(Article)..]);
        Assert.Contains("<h3>Limits</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<td>purchasing</td>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.com/rules\">the rules</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("owner", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("before <img src=x onerror=alert(1)> after")]
    [InlineData("[words](javascript:alert(1))")]
    [InlineData("[words](JaVaScRiPt&colon;alert(1))")]
    [InlineData("[words](data:text/html,<script>alert(1)</script>)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![words](https://elsewhere.example/pixel.png)")]
    [InlineData("[words](//elsewhere.example/)")]
    [InlineData("[words]: javascript:alert(1)\n\n[words]")]
    [InlineData("| a |\n|---|\n| <b onclick=alert(1)>x</b> |")]
    public void What_could_take_a_page_over_is_text(string markdown)
    {
        var html = MarkdownText.Html(markdown);
        Assert.DoesNotMatch("(?i)<(script|img|b|iframe)[ >]", html);
        Assert.DoesNotMatch("(?i)href=", html);
        Assert.DoesNotMatch("(?i)<[^>]+ on[a-z]+=", html);
    }

    [Theory]
    [InlineData("no front matter", 0)]
    [InlineData("---\nnever closed", 0)]
    [InlineData("---\na: b\n---", 12)]
    [InlineData("---\na: b\n---\nText", 13)]
    [InlineData("", 0)]
    public void A_text_begins_behind_its_front_matter(string text, int at) => Assert.Equal(at, MarkdownText.BodyOf(text));
}
