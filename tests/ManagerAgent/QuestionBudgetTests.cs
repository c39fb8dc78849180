using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent.Tests;

public sealed class QuestionBudgetTests
{
    [Fact]
    public void What_fits_is_told_whole()
    {
        var context = Context();
        Assert.Equal(context.ToJsonString(ContextJson.Options), QuestionBudget.Write(context, 1_000_000));
    }

    [Fact]
    public void Calls_are_given_up_before_results_and_results_before_messages_and_the_contract_never()
    {
        var context = Context();
        string[] order = [new string('c', 2_000), new string('r', 2_000), new string('m', 2_000), new string('k', 2_000)];
        var kept = Enumerable.Range(0, 100).Select(i => QuestionBudget.Write(context, i * 100)).Select(text => order.Select(o => text.Contains(o, StringComparison.Ordinal)).ToArray()).ToList();
        Assert.All(kept, k => Assert.Equal(k.OrderBy(isKept => isKept), k));
        Assert.All(kept, k => Assert.True(k[3]));
        Assert.Equal(4, kept.Select(k => k.Count(isKept => isKept)).Distinct().Count());
    }

    [Fact]
    public void It_is_never_longer_than_it_may_be_while_something_can_be_given_up()
    {
        var context = Context();
        var least = QuestionBudget.Write(context, 0);
        for (var bytes = 0; bytes < 10_000; bytes += 37)
        {
            var text = QuestionBudget.Write(context, bytes);
            Assert.True(BriefText.Bytes(text) <= bytes || text == least, $"{BriefText.Bytes(text)} > {bytes}");
            Assert.NotNull(JsonNode.Parse(text));
        }
    }

    private static JsonObject Context() => new()
    {
        ["goal"] = "Restock",
        ["messages"] = new JsonArray("old", new string('m', 2_000)),
        ["contract"] = new string('k', 2_000),
        ["results"] = new JsonObject { ["quotes"] = new JsonObject { ["rows"] = new string('r', 2_000) }, ["small"] = 1 },
        ["made"] = new JsonArray(new JsonObject { ["tool"] = "erp.read", ["result"] = new JsonObject { ["text"] = new string('c', 2_000) } }, new JsonObject { ["tool"] = "erp.order", ["result"] = null }),
    };
}
