using System.Diagnostics;

namespace AiManager.Domain.Tests;

public sealed class WhenPatternTests
{
    [Theory]
    [InlineData("^[a-z]+$", "acme", true)]
    [InlineData("^[a-z]+$", "acme\n", false)]
    [InlineData("cm", "acme", true)]
    [InlineData("^cm", "acme", false)]
    [InlineData(@"^\d+$", "123", true)]
    [InlineData(@"^\d+$", "١٢٣", false)]
    [InlineData(@"^\w+$", "ž", false)]
    [InlineData(@"^[\w.]+$", "a_1.b", true)]
    [InlineData(@"^\s$", "\u00A0", false)]
    [InlineData(@"^\s$", "\v", false)]
    [InlineData(@"^\D\W\S$", "a-b", true)]
    [InlineData(@"^[\D]$", "1", false)]
    [InlineData(@"^[\W]$", "_", false)]
    [InlineData(@"^[\W]$", "-", true)]
    [InlineData(@"^[\S]$", " ", false)]
    [InlineData(@"^[^\d]$", "1", false)]
    [InlineData("^(?i)ACME$", "acme", true)]
    [InlineData("^(?i:AC)me$", "acme", true)]
    [InlineData("^a(?s).b$", "a\nb", true)]
    [InlineData("^a.b$", "a\nb", false)]
    [InlineData("^(?:ab){2}$", "abab", true)]
    [InlineData("^(a|b)*?c$", "abc", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]$", "]", false)]
    [InlineData("^[a-z-[b]$", "[", true)]
    [InlineData("^[$]$", "$", true)]
    [InlineData(@"^\$\.\_\-$", "$._-", true)]
    [InlineData(@"^\x41\p{Lu}\P{Lu}\z", "AZz", true)]
    [InlineData(@"\A\t\n\r\f\v\a$", "\t\n\r\f\v\a", true)]
    [InlineData("^😀+$", "😀😀", true)]
    [InlineData("", "anything", true)]
    public void A_pattern_means_what_it_means_in_RE2(string pattern, string text, bool matches)
    {
        var facts = new WhenFacts { Args = new WhenText(text) };
        var condition = Conditions.Read($"args.matches({new WhenText(pattern)})");
        Assert.Equal(matches ? "true" : "false", Conditions.Show(condition.Evaluate(facts)));
    }

    [Theory]
    [InlineData("a(?=b)", "no lookaround")]
    [InlineData("(?<!a)b", "no lookaround")]
    [InlineData("(?>a)", "no lookaround")]
    [InlineData("(?P<name>a)", "no names")]
    [InlineData("(?<name>a)", "no names")]
    [InlineData("(?m)^a$", "no other options")]
    [InlineData("(?x) a", "no other options")]
    [InlineData(@"(a)\1", @"`\1` is not supported")]
    [InlineData(@"\bword\b", @"`\b` is not supported")]
    [InlineData(@"\Z", @"`\Z` is not supported")]
    [InlineData(@"\G", @"`\G` is not supported")]
    [InlineData(@"\Qa\E", @"`\Q` is not supported")]
    [InlineData(@"\u0041", @"`\u` is not supported")]
    [InlineData(@"[\b]", @"`\b` is not supported")]
    [InlineData(@"[\z]", @"`\z` is not supported")]
    [InlineData("[[:alpha:]]", "[:alpha:]")]
    [InlineData("[😀]", "beyond U+FFFF")]
    [InlineData("[a", "has no ]")]
    [InlineData("[", "has no ]")]
    [InlineData("[^", "has no ]")]
    [InlineData("a\\", "ends with a backslash")]
    [InlineData("(a", "cannot be read")]
    [InlineData("a)", "cannot be read")]
    [InlineData("*a", "cannot be read")]
    [InlineData("[b-a]", "cannot be read")]
    [InlineData(@"\p{Nonsense}", "cannot be read")]
    [InlineData("(((a{100}){100}){100}){100}", "too large")]
    public void A_pattern_that_could_mean_something_else_is_refused_when_loaded(string pattern, string message)
    {
        var refusal = Conditions.Refusal($"args.a.matches({new WhenText(pattern)})");
        Assert.StartsWith("1:16: ", refusal);
        Assert.Contains(message, refusal);
    }

    [Fact]
    public void A_pattern_longer_than_a_thousand_characters_is_refused() =>
        Assert.Contains("at most 1000", Conditions.Refusal($"args.matches('{new string('a', 1001)}')"));

    [Fact]
    public void A_deeply_nested_pattern_ends_in_an_answer()
    {
        var nested = new string('(', 500) + new string(')', 500);
        Assert.NotNull(When.Parse($"args.matches('{nested}')", WhenPosition.Start));
    }

    [Fact]
    public void Hostile_text_is_matched_in_linear_time()
    {
        var condition = Conditions.Read("args.matches('^(a+)+$')");
        var facts = new WhenFacts { Args = new WhenText(new string('a', 100_000) + "b") };
        var watch = Stopwatch.StartNew();
        Assert.Equal("false", Conditions.Show(condition.Evaluate(facts)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), "backtracking would take longer than the universe has");
    }
}
