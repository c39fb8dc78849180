namespace AiManager.ExecutionAgents.Tests;

public sealed class TaskPatternTests
{
    [Theory]
    [InlineData("receive", "receive", true)]
    [InlineData("receive", "Receive", true)]
    [InlineData("receive", "receive/1", false)]
    [InlineData("order/*", "order/north", true)]
    [InlineData("order/*", "order/", true)]
    [InlineData("order/*", "reorder/north", false)]
    [InlineData("*", "", true)]
    [InlineData("*/north", "order/north", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-c", false)]
    [InlineData("a*bc*c", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void A_star_stands_for_any_run_of_characters_and_nothing_else_is_special(string pattern, string key, bool fits) => Assert.Equal(fits, new TaskPattern(pattern).IsMatch(key));
}
