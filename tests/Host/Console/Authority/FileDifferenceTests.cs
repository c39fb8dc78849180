using System.Collections.Immutable;

namespace AiManager.Host.Tests;

/// <summary>How a file became another: what is gone, what is new, and as much around it as says where.</summary>
public sealed class FileDifferenceTests
{
    [Theory]
    [InlineData("a\nb\nc", "a\nx\nc", " a|-b|+x| c")]
    [InlineData("", "a\nb\n", "+a|+b")]
    [InlineData("a\r\nb", "a\nb", "")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\n6\n7\n8\nx", " 6| 7| 8|-9|+x")]
    [InlineData("x\n2\n3\n4\n5\n6\n7\n8\n9\ny", "a\n2\n3\n4\n5\n6\n7\n8\n9\nb", "-x|+a| 2| 3| 4|…| 7| 8| 9|-y|+b")]
    [InlineData("a\nb\nc\nd", "b\nc\na\nd", "-a| b| c|+a| d")]
    public void Lines_that_both_have_stay_and_others_are_gone_or_new(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join('|', FileDifference.Of("f", before, after).Lines.Select(l => l.Kind + l.Text)));

    [Fact]
    public void Texts_too_long_to_hold_against_one_another_are_told_whole()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 2100).Select(i => $"a{i}")), string.Join('\n', Enumerable.Range(0, 2100).Select(i => $"b{i}")));
        var told = FileDifference.Of("f", before, after);
        Assert.Equal((2100, 2100, DifferentLine.Gone, DifferentLine.New), (told.Added, told.Removed, told.Lines[0].Kind, told.Lines[^1].Kind));
    }

    [Fact]
    public void Files_that_are_the_same_are_left_out_and_the_rules_come_first()
    {
        var before = ImmutableDictionary<string, string>.Empty.Add("authority.yaml", "a").Add("company.yaml", "a").Add("people.yaml", "a").Add("agents/x.md", "a");
        var after = before.SetItem("authority.yaml", "b").SetItem("people.yaml", "b").Remove("agents/x.md").Add("zoo.md", "b");
        Assert.Equal(["authority.yaml", "agents/x.md", "people.yaml", "zoo.md"], FileDifference.Between(before, after).Select(f => f.File));
    }
}
