namespace AiManager.Domain.Tests;

/// <summary>Approvals as the fold has them: who may sit where, what one is good for, and when it no longer stands.</summary>
public sealed class ApprovalFoldTests
{
    private static readonly CallId Call = Given.Call("c");
    private static readonly ApprovalId First = Given.Approval("ap1");
    private static readonly ApprovalId Second = Given.Approval("ap2");

    [Fact]
    public void An_approval_is_good_for_one_start_of_its_own_call()
    {
        var other = Given.Call("other");
        var story = Asked().Never(Given.Started(Call, First)).Then(Given.Seat(First)).Never(Given.Started(Call, First)).Then(Given.Verdict(First, ApprovalVerdict.Approved));
        story.Then(Given.Proposed("other"), Given.Decided(other, Effect.Ask)).Never(Given.Started(other, First), Given.Started(Call));
        story.Then(Given.Decided(Call, Effect.Ask), Given.Started(Call, First));
        Assert.True(story.State.Approvals[First].IsUsed);
        story.Never(Given.Started(other, First), Given.Verdict(First, ApprovalVerdict.Void), Given.Verdict(First, ApprovalVerdict.Rejected));
    }

    [Fact]
    public void An_approval_needs_all_its_seats_and_each_another_person()
    {
        var story = Asked(new Seat("lead", 1), new Seat("cfo", 2));
        story.Never(Given.Seat(First, "petra"), Given.Seat(First, "x", "janitor"), Given.Verdict(First, ApprovalVerdict.Approved));
        story.Then(Given.Seat(First)).Never(Given.Seat(First, "luke"), Given.Seat(First, "lena", "cfo"), Given.Verdict(First, ApprovalVerdict.Approved));
        story.Then(Given.Seat(First, "carl", "cfo")).Never(Given.Seat(First, "carl", "cfo"), Given.Verdict(First, ApprovalVerdict.Approved));
        story.Then(Given.Seat(First, "cora", "cfo"), Given.Verdict(First, ApprovalVerdict.Approved)).Never(Given.Seat(First, "carla", "cfo"), Given.Verdict(First, ApprovalVerdict.Rejected));
        Assert.Equal(CallStatus.Approved, story.State.Calls[Call].Status);
    }

    [Fact]
    public void Nobody_fills_a_seat_when_time_has_run_out()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(First, Call, expires: TimeSpan.FromSeconds(6)));
        Assert.NotNull(WorkflowFold.TryApply(story.State, new Recorded(5, 5, Given.Noon.AddSeconds(5.999), Actor.System, Given.Seat(First))));
        Assert.Null(WorkflowFold.TryApply(story.State, new Recorded(5, 5, Given.Noon.AddSeconds(6), Actor.System, Given.Seat(First))));
    }

    [Fact]
    public void An_approval_that_no_longer_stands_can_be_asked_for_anew()
    {
        var story = Approved().Then(Given.Verdict(First, ApprovalVerdict.Void, "system", "The quote expired."), Given.Decided(Call, Effect.Ask)).Never(Given.Started(Call, First), Given.Started(Call));
        story.Then(Given.Requested(Second, Call));
        Assert.Equal((CallStatus.Asked, Second), (story.State.Calls[Call].Status, story.State.Calls[Call].Approval));
        Assert.Equal(2, story.State.Calls[Call].ApprovalsAsked);
    }

    [Fact]
    public void Voiding_an_older_approval_takes_nothing_from_the_newer_one()
    {
        var story = Approved().Then(Given.Requested(Second, Call), Given.Verdict(First, ApprovalVerdict.Void));
        Assert.Equal(CallStatus.Asked, story.State.Calls[Call].Status);
        Assert.Null(story.State.Approvals[Second].Verdict);
        story.Then(Given.Seat(Second), Given.Verdict(Second, ApprovalVerdict.Approved), Given.Started(Call, Second));
    }

    [Fact]
    public void An_approval_that_a_later_denial_made_useless_can_still_be_voided()
    {
        var story = Approved().Then(Given.Decided(Call, Effect.Deny), Given.Verdict(First, ApprovalVerdict.Void));
        Assert.Equal((CallStatus.Refused, ApprovalVerdict.Void), (story.State.Calls[Call].Status, story.State.Approvals[First].Verdict));
        Assert.False(story.State.Calls[Call].WasRejected);
    }

    private static Story Asked(params Seat[] seats) =>
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(First, Call, seats: seats));

    private static Story Approved() => Asked().Then(Given.Seat(First), Given.Verdict(First, ApprovalVerdict.Approved));
}
