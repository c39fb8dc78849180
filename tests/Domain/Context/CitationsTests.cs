using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

public sealed class CitationsTests
{
    private const string Found =
        """
        {"found":{"policy":[{"rank":2,"source":"knowledge/policy.md","version":"v1","from":0,"to":50,"text":"Orders are not split,\nwhether for faster handling or not."}],
                  "goods-in":[{"rank":1,"source":"knowledge/goods-in.md","version":"v1","from":0,"to":20,"text":"The yard takes four trucks."}]}}
        """;

    private const string Deliverable = """{"source":"knowledge/policy.md","quote":"Orders are not split"}""";

    private static readonly DateOnly Today = new(2026, 11, 27);

    private readonly Story _story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"));

    [Theory]
    [InlineData("""{"answer":"no"}""")]
    [InlineData("""{"answer":{"source":"knowledge/policy.md","quote":"Orders are not split, whether"}}""")]
    [InlineData("""{"answers":[{"source":"knowledge/policy.md","quote":"  Orders are\n\tnot split, "},{"source":"knowledge/goods-in.md","quote":"four trucks"}]}""")]
    [InlineData("""{"source":"erp","quote":"12.50"}""")]
    [InlineData("""{"source":5,"quote":null}""")]
    public void What_is_cited_as_it_stands_there_or_not_at_all_is_in_order(string deliverable) => Assert.Empty(Faults(Searched(), deliverable));

    [Theory]
    [InlineData("""{"source":"knowledge/policy.md","quote":"Orders may be split"}""", "knowledge/policy.md does not say “Orders may be split”.")]
    [InlineData("""{"deep":[{"er":{"source":"knowledge/policy.md","quote":"orders are not split"}}]}""", "knowledge/policy.md does not say “orders are not split”.")]
    [InlineData("""{"source":"knowledge/policy.md","quote":"The yard takes four trucks."}""", "knowledge/policy.md does not say “The yard takes four trucks.”.")]
    [InlineData("""{"source":"knowledge/policy.md"}""", "It cites knowledge/policy.md and does not quote it.")]
    [InlineData("""{"source":"knowledge/policy.md","quote":" \n "}""", "It cites knowledge/policy.md and does not quote it.")]
    [InlineData("""{"source":"knowledge/other.md","quote":"four trucks"}""", "It cites knowledge/other.md, of which nothing was found in this workflow.")]
    public void What_does_not_stand_where_it_says_is_told(string deliverable, string fault) => Assert.Equal([fault], Faults(Searched(), deliverable).AsEnumerable());

    [Fact]
    public void What_another_tool_gave_proves_no_citation()
    {
        var call = Given.Proposed("c", "a", "erp.read");
        _story.Then(call, Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: Found));
        Assert.NotEmpty(Faults(_story.State, """{"source":"knowledge/policy.md","quote":"Orders are not split"}"""));
    }

    [Theory]
    [InlineData("2026-11-27", "2026-11-27", "v1", null)]
    [InlineData("2026-11-20", "2026-11-26", "v1", "knowledge/policy.md does not hold any more: look up what does.")]
    [InlineData("2026-11-28", "2026-12-31", "v1", "knowledge/policy.md does not hold any more: look up what does.")]
    [InlineData(null, null, "v2", "knowledge/policy.md has been changed since it was found: look it up again.")]
    public void What_held_when_it_was_found_must_hold_as_it_was_when_it_is_cited(string? from, string? until, string version, string? fault)
    {
        var policy = new KnowledgeSource("policy", "knowledge/policy.md", version, null, "jana", Day(from), Day(until), [], []);
        var faults = Citations.Faults(Searched(), Given.Json(Deliverable), [policy], Today);
        Assert.Equal(fault is null ? [] : [fault], faults.AsEnumerable());

        static DateOnly? Day(string? written) => written is null ? null : DateOnly.ParseExact(written, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void What_was_taken_away_or_is_approved_no_longer_since_it_was_found_is_no_source()
    {
        var policy = new KnowledgeSource("policy", "knowledge/policy.md", "v1", null, null, null, null, [], []);
        string[] fault = ["knowledge/policy.md does not hold any more: look up what does."];
        Assert.Equal(fault, Citations.Faults(Searched(), Given.Json(Deliverable), [policy], Today).AsEnumerable());
        Assert.Equal(fault, Citations.Faults(_story.State, Given.Json(Deliverable), [], Today).AsEnumerable());
    }

    [Fact]
    public void Days_are_those_of_the_companys_zone()
    {
        var books = new Books([new KnowledgeSource("policy", "knowledge/policy.md", "v1", null, "jana", null, new DateOnly(2026, 11, 27), [], [])]);
        var (state, last) = (Searched(), new DateTimeOffset(2026, 11, 27, 22, 30, 0, TimeSpan.Zero));
        Assert.Empty(new KnowledgeInForce(books, TimeZoneInfo.Utc).FaultsOf(state, Given.Json(Deliverable), last));
        Assert.NotEmpty(new KnowledgeInForce(books, TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east")).FaultsOf(state, Given.Json(Deliverable), last));
    }

    [Fact]
    public void Passages_come_best_first() =>
        Assert.Equal(["knowledge/goods-in.md", "knowledge/policy.md"], Citations.Passages(Given.Json(Found)).Select(p => p.Source));

    private static ImmutableArray<string> Faults(WorkflowState state, string deliverable)
    {
        KnowledgeSource policy = new("policy", "knowledge/policy.md", "v1", null, "jana", null, null, [], []);
        return Citations.Faults(state, Given.Json(deliverable), [policy, policy with { Path = "knowledge/goods-in.md" }], Today);
    }

    private WorkflowState Searched()
    {
        var call = Given.Proposed("c", "a", Citations.Tool);
        _story.Then(call, Given.Decided(call.Call, Effect.Allow), Given.Started(call.Call), Given.Settled(call.Call, result: Found));
        return _story.State;
    }

    private sealed record Books(ImmutableArray<KnowledgeSource> Sources) : IKnowledge
    {
        public ImmutableArray<FoundPassage> Search(KnowledgeQuestion question) => throw new NotSupportedException();
    }
}
