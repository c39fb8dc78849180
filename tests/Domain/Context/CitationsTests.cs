namespace AiManager.Domain.Tests;

public sealed class CitationsTests
{
    private const string Found =
        """
        {"found":{"policy":[{"rank":2,"source":"knowledge/policy.md","from":0,"to":50,"text":"Orders are not split,\nwhether for faster handling or not."}],
                  "goods-in":[{"rank":1,"source":"knowledge/goods-in.md","from":0,"to":20,"text":"The yard takes four trucks."}]}}
        """;

    private readonly Story _story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"));

    [Theory]
    [InlineData("""{"answer":"no"}""")]
    [InlineData("""{"answer":{"source":"knowledge/policy.md","quote":"Orders are not split, whether"}}""")]
    [InlineData("""{"answers":[{"source":"knowledge/policy.md","quote":"  Orders are\n\tnot split, "},{"source":"knowledge/goods-in.md","quote":"four trucks"}]}""")]
    [InlineData("""{"source":"erp","quote":"12.50"}""")]
    [InlineData("""{"source":5,"quote":null}""")]
    public void What_is_cited_as_it_stands_there_or_not_at_all_is_in_order(string deliverable) => Assert.Empty(Citations.Faults(Searched(), Given.Json(deliverable)));

    [Theory]
    [InlineData("""{"source":"knowledge/policy.md","quote":"Orders may be split"}""", "knowledge/policy.md does not say “Orders may be split”.")]
    [InlineData("""{"deep":[{"er":{"source":"knowledge/policy.md","quote":"orders are not split"}}]}""", "knowledge/policy.md does not say “orders are not split”.")]
    [InlineData("""{"source":"knowledge/policy.md","quote":"The yard takes four trucks."}""", "knowledge/policy.md does not say “The yard takes four trucks.”.")]
    [InlineData("""{"source":"knowledge/policy.md"}""", "It cites knowledge/policy.md and does not quote it.")]
    [InlineData("""{"source":"knowledge/policy.md","quote":" \n "}""", "It cites knowledge/policy.md and does not quote it.")]
    [InlineData("""{"source":"knowledge/other.md","quote":"four trucks"}""", "It cites knowledge/other.md, of which nothing was found in this workflow.")]
    public void What_does_not_stand_where_it_says_is_told(string deliverable, string fault) => Assert.Equal([fault], Citations.Faults(Searched(), Given.Json(deliverable)).AsEnumerable());

    [Fact]
    public void What_another_tool_gave_proves_no_citation()
    {
        var call = Given.Proposed("c", "a", "erp.read");
        _story.Then(call, Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: Found));
        Assert.NotEmpty(Citations.Faults(_story.State, Given.Json("""{"source":"knowledge/policy.md","quote":"Orders are not split"}""")));
    }

    [Fact]
    public void Passages_come_best_first() =>
        Assert.Equal(["knowledge/goods-in.md", "knowledge/policy.md"], Citations.Passages(Given.Json(Found)).Select(p => p.Source));

    private WorkflowState Searched()
    {
        var call = Given.Proposed("c", "a", Citations.Tool);
        _story.Then(call, Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: Found));
        return _story.State;
    }
}
