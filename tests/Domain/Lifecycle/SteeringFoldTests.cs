namespace AiManager.Domain.Tests;

/// <summary>Whose words wait for an answer, and what a new plan may take the place of.</summary>
public sealed class SteeringFoldTests
{
    [Fact]
    public void Words_from_before_anybody_answered_wait_for_nobody_and_hide_none_that_do()
    {
        var old = new MessagePosted(Given.Words("Hurry."));
        var state = Story.Planned().Then(old).State;
        Assert.Equal((1, false), (state.HeardMessages, state.HasUnheard));

        state = Story.Planned().Then(old, new MessagePosted(Given.Words("Otherwise.")) { WantsAnswer = true }, old).State;
        Assert.Equal((1, true), (state.HeardMessages, state.HasUnheard));
        Assert.Contains(new WorkflowCommand.Hear(), Decider.Decide(state, state.UpdatedAt));
    }

    [Fact]
    public void A_blocked_task_is_replaced_only_if_it_has_called_nothing_and_nobody_has_spoken_about_it()
    {
        var blocked = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), new TaskBlocked(Given.Task("a"), "Stuck.", false)).State;
        var task = blocked.Task(Given.Task("a"))!;
        Assert.True(SteeringFold.IsReplaceable(blocked, task));
        Assert.False(SteeringFold.IsReplaceable(blocked, task with { HeldBy = "agent/a" }));
        Assert.False(SteeringFold.IsReplaceable(blocked, task with { Task = task.Task with { Template = Given.Task("t") } }));

        var called = blocked with { Calls = blocked.Calls.Add(Given.Call("c"), new CallState(Given.Proposed("c"), CallStatus.Succeeded) { Started = Given.Started(Given.Call("c")) }) };
        Assert.False(SteeringFold.IsReplaceable(called, task with { Calls = [Given.Call("c")] }));

        var told = new EscalationState(Given.Escalated("e", EscalationKind.BlockedTask, "a")) { Choice = "giveUp" };
        Assert.False(SteeringFold.IsReplaceable(blocked with { Escalations = blocked.Escalations.Add(told.Raised.Escalation, told) }, task));
    }
}
