using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

/// <summary>Which records a workflow holds on to, and what others see of it.</summary>
public sealed class RecordHoldsTests
{
    private static readonly CallId Call = Given.Call("c");
    private static readonly Reservation Ledger = new(RecordHolds.Ledger, "order:1", RecordHolds.Window, new Amounts(ToolCalls: 1), new Amounts(ToolCalls: 1));

    [Fact]
    public void It_holds_a_record_from_the_question_until_it_is_over()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), Given.Proposed("c", "a"));
        Assert.Empty(RecordHolds.Of(story.State));
        Assert.Equal([new ReadModelChange.PutDue(story.State.Id.ToString(), RecordHolds.Wanted, "order:1", RecordHolds.Never)], Marks(Tell(story, Decided(Effect.Ask), Given.Requested(Given.Approval("ap"), Call))));
        Assert.Equal([KeyValuePair.Create("order:1", false)], RecordHolds.Of(story.State));

        Tell(story, new WorkflowPaused(Given.Words("")), new WorkflowResumed());
        Assert.Equal([KeyValuePair.Create("order:1", false)], RecordHolds.Of(story.State));

        story.Then(Given.Seat(Given.Approval("ap")), Given.Verdict(Given.Approval("ap"), ApprovalVerdict.Approved));
        var started = Tell(story, Decided(Effect.Ask), Given.Started(Call, Given.Approval("ap")) with { Reserved = [Ledger] });
        Assert.Equal(
            [new ReadModelChange.ClearDue(story.State.Id.ToString(), RecordHolds.Wanted, "order:1"), new ReadModelChange.PutDue(story.State.Id.ToString(), RecordHolds.Changed, "order:1", RecordHolds.Never)],
            Marks(started));
        Assert.Equal(1, RecordHolds.Begun(story.State, "order:1"));

        var settled = Tell(story, Given.Settled(Call) with { Settled = [Ledger] });
        Assert.Equal(1, Assert.Single(settled.OfType<ReadModelChange.Settle>()).Actual.Amounts.ToolCalls);
        Assert.Equal([KeyValuePair.Create("order:1", true)], RecordHolds.Of(story.State));

        var over = Tell(story, new GoalCancelled(Given.Words("Enough.")));
        Assert.Empty(RecordHolds.Of(story.State));
        Assert.Equal(new ReadModelChange.ClearDue(story.State.Id.ToString(), RecordHolds.Changed, "order:1"), Assert.Single(Marks(over)));
        Assert.Equal(0, Assert.Single(over.OfType<ReadModelChange.Settle>()).Actual.Amounts.ToolCalls);
    }

    [Theory]
    [InlineData(CallOutcome.Failed, 0)]
    [InlineData(CallOutcome.Unknown, 1)]
    public void A_call_that_changed_nothing_holds_nothing_and_of_one_that_nobody_knows_of_all(CallOutcome outcome, int begun)
    {
        var story = Begun();
        var settled = Tell(story, Given.Settled(Call, outcome) with { Settled = outcome == CallOutcome.Unknown ? [] : [Ledger] });
        Assert.Equal(begun, RecordHolds.Begun(story.State, "order:1"));
        Assert.Equal(begun, RecordHolds.Of(story.State).Count);
        Assert.All(settled.OfType<ReadModelChange.Settle>(), s => Assert.Equal(0, s.Actual.Amounts.ToolCalls));
    }

    [Fact]
    public void What_ends_after_its_workflow_is_given_back_then_and_not_before()
    {
        var story = Begun();
        Assert.Empty(Tell(story, new GoalCancelled(Given.Words("Enough."))).OfType<ReadModelChange.Settle>());
        Assert.Equal(0, Assert.Single(Tell(story, Given.Settled(Call) with { Settled = [Ledger] }).OfType<ReadModelChange.Settle>()).Actual.Amounts.ToolCalls);
    }

    [Fact]
    public void A_call_that_nobody_knows_the_outcome_of_keeps_no_record_beyond_the_end_of_its_workflow()
    {
        var story = Begun();
        Tell(story, Given.Settled(Call, CallOutcome.Unknown) with { Settled = [] });
        Assert.Equal(0, Assert.Single(Tell(story, new GoalCancelled(Given.Words("Enough."))).OfType<ReadModelChange.Settle>()).Actual.Amounts.ToolCalls);
    }

    [Fact]
    public void A_budget_of_the_same_name_is_no_hold()
    {
        var (own, story) = (Ledger with { Window = "day" }, Story.Planned(Given.WorkTask("a")));
        story.Then(Given.Assigned("a"), Given.Proposed("c", "a"), Decided(Effect.Allow), Given.Started(Call) with { Reserved = [own] });
        Assert.Equal(0, RecordHolds.Begun(story.State, "order:1"));
        Assert.Equal(1, Assert.Single(Tell(story, Given.Settled(Call, CallOutcome.Failed) with { Settled = [own] }).OfType<ReadModelChange.Settle>()).Actual.Amounts.ToolCalls);
        Assert.Empty(Tell(story, new GoalCancelled(Given.Words("Enough."))).OfType<ReadModelChange.Settle>());
    }

    private static Story Begun() => Story.Planned(Given.WorkTask("a")).Then(
        Given.Assigned("a"), Given.Proposed("c", "a"), Decided(Effect.Allow), Given.Started(Call) with { Reserved = [Ledger] });

    private static CallDecided Decided(Effect effect) => Given.Decided(Call, effect) with { Records = ["order:1"] };

    private static ImmutableArray<ReadModelChange> Tell(Story story, params WorkflowEvent[] facts)
    {
        var (before, count) = (story.State, story.Events.Count);
        story.Then(facts);
        return WorkflowView.Changes(before, story.Events.Skip(count), story.State);
    }

    private static IEnumerable<ReadModelChange> Marks(IEnumerable<ReadModelChange> changes) =>
        changes.Where(c => c is ReadModelChange.PutDue { Kind: RecordHolds.Wanted or RecordHolds.Changed } or ReadModelChange.ClearDue { Kind: RecordHolds.Wanted or RecordHolds.Changed });
}
