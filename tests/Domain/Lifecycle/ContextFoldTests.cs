namespace AiManager.Domain.Tests;

/// <summary>Summaries, what was recalled, and what joins: what may happen once, and to whom.</summary>
public sealed class ContextFoldTests
{
    private static readonly WorkRecalled Recalled = new([new RecalledWork(Given.Id<WorkflowId>("other"), "same", "completed", "It is done.", null, [])]);

    [Fact]
    public void What_is_remembered_is_recalled_once_and_before_there_is_a_plan()
    {
        Assert.Same(Recalled, Story.Agreed().Then(Recalled).Never(Recalled).State.Recalled);
        Story.Planned(Given.WorkTask("a")).Never(Recalled);
    }

    [Fact]
    public void A_summary_goes_on_where_the_last_one_ended_and_covers_only_what_was_said()
    {
        var story = Working().Never(Summary(0, 4), Summary(1, 2), Summary(0, 0), Summary(0, 2) with { Assignment = 2 }, Summary(0, 2) with { Task = Given.Task("b") });
        // The same again is what a second host makes that was asked for it too.
        story.Then(Summary(0, 2)).Never(Summary(0, 2), Summary(0, 3), Summary(2, 2)).Then(Summary(2, 3));
        Assert.Equal(3, story.State.Task(Given.Task("a"))!.Turn.Summary!.To);
        Assert.Equal(3, story.State.Task(Given.Task("a"))!.Turn.Items.Length);
    }

    [Fact]
    public void Whoever_takes_a_task_over_begins_a_conversation_without_a_summary()
    {
        var story = Working().Then(Summary(0, 2), new TaskBlocked(Given.Task("a"), "Stuck.", false), new TaskReassigned(Given.Task("a"), new Executor(Actor.Agent("other")), "default", null, ""));
        Assert.Null(story.State.Task(Given.Task("a"))!.Turn.Summary);
    }

    [Fact]
    public void A_workflow_that_joined_another_is_cancelled_and_says_which()
    {
        var other = Given.Id<WorkflowId>("other");
        var state = Story.Agreed().Then(new GoalCancelled(new PrivateText("system", $"joined {other}"), other)).State;
        Assert.Equal((WorkflowStatus.Cancelled, other, $"joined {other}"), (state.Status, state.JoinedTo!.Value, state.Ending));
    }

    private static HistorySummarised Summary(int from, int to) => new(Given.Task("a"), 1, from, to, "It asked.", [], Given.Id<AskId>("s"));

    /// <summary>Three things were said: a reply, what is wrong with it, and another.</summary>
    private static Story Working()
    {
        var (first, second) = (Given.Id<AskId>("first"), Given.Id<AskId>("second"));
        return Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(
            Given.Assigned("a"),
            Given.Assigned("b"),
            Given.Asked(first, "a"),
            Given.Replied(first, "a", "{}"),
            new ReplyCorrected(Given.Task("a"), first, ["Again."]),
            Given.Asked(second, "a"),
            Given.Replied(second, "a", "{}"));
    }
}
