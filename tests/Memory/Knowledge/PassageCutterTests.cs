namespace AiManager.Memory.Tests;

public sealed class PassageCutterTests
{
    [Fact]
    public void Blocks_are_put_together_until_they_are_long_enough_and_never_across_a_heading()
    {
        var text = "# A\n\none\n\ntwo\n\n## B\n\n" + new string('x', 600) + "\n\n" + new string('y', 600) + "\n\n# C\n\nthree\n";
        Assert.Equal(
            [("A", "one\n\ntwo"), ("A › B", new string('x', 600)), ("A › B", new string('y', 600)), ("C", "three")],
            PassageCutter.Cut("knowledge/a.md", text, 0).Select(p => (p.Heading, p.Text)));
    }

    [Fact]
    public void A_long_block_is_cut_at_the_ends_of_its_sentences_and_every_part_stands_where_it_says()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"Sentence number {i} stands here. "));
        var passages = PassageCutter.Cut("knowledge/a.txt", text, 0).ToList();
        Assert.True(passages.Count > 3);
        Assert.All(passages, p => Assert.True(p.Text.Length <= 1_400 && p.Text.TrimEnd().EndsWith('.')));
        Assert.Equal(text.TrimEnd(), string.Concat(passages.Select(p => text[p.From..p.To])).TrimEnd());
    }

    [Fact]
    public void Text_without_any_place_to_cut_is_cut_all_the_same_and_no_character_in_half()
    {
        var text = string.Concat(Enumerable.Repeat("\ud83d\udce6", 3_000));
        var passages = PassageCutter.Cut("knowledge/a.txt", text, 0).ToList();
        Assert.All(passages, p => Assert.True(p.Text.Length <= 1_400 && !char.IsLowSurrogate(p.Text[0])));
        Assert.Equal(text.Length, passages.Sum(p => p.To - p.From));
    }

    [Theory]
    [InlineData("<p>open", "open")]
    [InlineData("<p", "")]
    [InlineData("<script>while(1)", "")]
    [InlineData("a < b", "a")]
    [InlineData("<!-- never closed <p>text</p>", "")]
    [InlineData("<div><p>one</p><p>two &lt;b&gt;</p></div>", "one|two <b>")]
    [InlineData("<STYLE>p{}</STYLE><P>loud</P>", "loud")]
    public void Broken_HTML_is_read_to_its_end(string html, string blocks) => Assert.Equal(blocks, string.Join('|', HtmlText.Blocks(html, 0).Select(b => b.Text)));
}
