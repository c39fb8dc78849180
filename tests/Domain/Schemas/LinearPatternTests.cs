using System.Text.RegularExpressions;

namespace AiManager.Domain.Tests;

public sealed class LinearPatternTests
{
    /// <summary>Everything that the engine refuses must be refused, although most expressions are only parsed.</summary>
    [Theory]
    [InlineData("a+b*|[c-e]?")]
    [InlineData("\\bT-[0-9]{4}\\b.*\\w\\d\\.")]
    [InlineData("(?i:a)(?:b)(?<name>c)")]
    [InlineData("[(?=a)]\\\\1")]
    [InlineData("^$\\A\\z\\Z\\B")]
    [InlineData("(")]
    [InlineData("a**")]
    [InlineData("[z-a]")]
    [InlineData("\\")]
    [InlineData("(?=a)b")]
    [InlineData("(?!a)b")]
    [InlineData("(?<=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a*)b")]
    [InlineData("(a)?(?(1)b|c)")]
    [InlineData("(?<o>a)(?<-o>b)")]
    [InlineData("(a)\\1")]
    [InlineData("(?<n>a)\\k<n>")]
    [InlineData("\\Ga")]
    [InlineData("(a{1000}){1000}")]
    public void An_expression_is_refused_exactly_when_the_engine_that_runs_in_linear_time_refuses_it(string pattern)
    {
        Assert.Equal(Refusal(pattern, RegexOptions.IgnoreCase), LinearPattern.Fault(pattern, RegexOptions.IgnoreCase));
        Assert.Equal(Refusal(pattern, RegexOptions.None), LinearPattern.Fault(pattern, RegexOptions.NonBacktracking));
    }

    [Fact]
    public void The_longest_that_is_only_parsed_can_be_built()
    {
        foreach (var part in (string[])["\\w*\\s", "[^a]+", "(a|b)*", ".*\\b"])
        {
            var pattern = string.Concat(Enumerable.Repeat(part, 500 / part.Length));
            Assert.Null(LinearPattern.Fault(pattern, RegexOptions.IgnoreCase));
            Assert.Null(Refusal(pattern, RegexOptions.IgnoreCase));
        }
    }

    private static string? Refusal(string pattern, RegexOptions options)
    {
        try
        {
            _ = new Regex(pattern, options | RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return refused.Message;
        }
    }
}
