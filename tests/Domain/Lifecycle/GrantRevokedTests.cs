namespace AiManager.Domain.Tests;

public sealed class GrantRevokedTests
{
    private static readonly TaskId A = Given.Task("a");
    private static readonly CallId Call = Given.Call("c");

    [Fact]
    public void A_task_whose_grant_is_taken_back_fails_at_once_and_what_needs_it_is_cancelled()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b", "a"), Given.WorkTask("c")).Then(Given.Assigned("a"), Revoked("a"));
        Assert.Equal([WorkTaskStatus.Failed, WorkTaskStatus.Cancelled, WorkTaskStatus.Ready], story.State.Tasks.Select(t => t.Status));
        Assert.True(story.State.Task(A)!.IsRevoked);
        Assert.Contains("took back what it may do: It asks too much.", story.State.Task(A)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_it_starts_after_that_whatever_was_decided_before()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Revoked("a"));
        story.Never(Given.Started(Call));
    }

    [Fact]
    public void What_was_under_way_is_still_settled()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Given.Started(Call), Revoked("a"), Given.Settled(Call));
        Assert.Equal(CallStatus.Succeeded, story.State.Calls[Call].Status);
    }

    [Fact]
    public void It_cascades_to_the_children_of_a_template_and_leaves_what_is_done()
    {
        var story = Story.Planned(Given.Template("a", "$inputs.list"), Given.WorkTask("b")).Then(
            new TaskExpanded(A, [Given.Child("a", 1), Given.Child("a", 2), Given.Child("a", 3)]),
            Given.Assigned("a/1"), new DeliverableSubmitted(Given.Task("a/1"), Given.Json("""{"answer":"x"}""")), new DeliverableReviewed(Given.Task("a/1"), Actor.System, true, [], []),
            Given.Assigned("a/2"),
            Revoked("a"));
        Assert.Equal(WorkTaskStatus.Done, story.Status("a/1"));
        Assert.Equal(WorkTaskStatus.Failed, story.Status("a/2"));
        Assert.Equal(WorkTaskStatus.Failed, story.Status("a/3"));
        Assert.Equal(WorkTaskStatus.Ready, story.Status("b"));
        story.Never(Revoked("a/1"), Revoked("a/2"));
    }

    private static GrantRevoked Revoked(string task) => new(Given.Task(task), Given.Words("It asks too much."));
}
