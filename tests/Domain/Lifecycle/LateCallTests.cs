namespace AiManager.Domain.Tests;

/// <summary>What a host tells of a call that it made under a lease it had lost.</summary>
public sealed class LateCallTests
{
    private static readonly CallId Call = Given.Call("c");

    [Theory]
    [InlineData(CallOutcome.Unknown)]
    [InlineData(CallOutcome.Succeeded)]
    [InlineData(CallOutcome.Failed)]
    public void It_is_kept_once_for_each_start_and_moves_nothing(CallOutcome settled)
    {
        var story = Started().Never(Late(5)).Then(Given.Settled(Call, settled));
        var before = story.State.Calls[Call].Status;
        story.Then(Late(4)).Never(Late(4), Late(4) with { Outcome = CallOutcome.Failed });

        Assert.Equal(before, story.State.Calls[Call].Status);
        Assert.Equal([Late(4)], story.State.Calls[Call].Late.AsEnumerable());
    }

    [Fact]
    public void It_is_kept_when_the_goal_is_over_and_never_for_a_call_that_was_not_started()
    {
        Started().Then(new GoalCancelled(Given.Words("")), Late(4));
        Story.Submitted().Then(Given.Proposed("c")).Never(Late(1)).Then(Given.Decided(Call, Effect.Deny)).Never(Late(1));
    }

    [Fact]
    public void A_newer_question_about_a_call_takes_the_older_back()
    {
        var story = Started().Then(Given.Settled(Call, CallOutcome.Unknown), Ask("e1")).Then(Late(4), Ask("e2")).Never(Given.Answered("e1", "again"));
        Assert.Equal((EscalationState.AskedAnew, Actor.System), (story.State.Escalations[Given.Id<EscalationId>("e1")].Choice, story.State.Escalations[Given.Id<EscalationId>("e1")].By));
        Assert.DoesNotContain(story.Commands(), c => c is WorkflowCommand.ResolveUnknown);

        story.Then(Given.Answered("e2", "happened"));
        Assert.Equal([new WorkflowCommand.ResolveUnknown(Given.Id<EscalationId>("e2"))], story.Commands().OfType<WorkflowCommand.ResolveUnknown>());
    }

    [Fact]
    public void Streams_carry_who_can_read_them()
    {
        Assert.Equal(1, EventTypes.GenerationOf(nameof(CallSettled), 1));
        Assert.Equal(2, EventTypes.GenerationOf(nameof(CallEndedLate), 1));
        Assert.Equal(3, EventTypes.GenerationOf(nameof(CallSettled), 3));
        Assert.Equal(3, EventTypes.GenerationOf(nameof(WorkHeld), 1));
        Assert.Equal(3, EventTypes.NewestGeneration);
    }

    private static Story Started() => Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call));

    private static CallEndedLate Late(int start) => new(Call, CallOutcome.Succeeded, JsonText.EmptyObject, "host:1", start);

    private static Escalated Ask(string name) => Given.Escalated(name, EscalationKind.UnknownCall, null, Call, "happened", "again", "giveUp");
}
