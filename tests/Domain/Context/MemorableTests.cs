using System.Collections.Immutable;

namespace AiManager.Domain.Tests;

/// <summary>Whose words may be in what is remembered, and what is confidential about it.</summary>
public sealed class MemorableTests
{
    [Fact]
    public void Everybody_whose_words_were_read_counts_for_every_entry()
    {
        var (call, approval) = (Given.Call("c"), Given.Approval("ap"));
        var story = Story.Planned(Given.WorkTask("a")).Then(
            new MessagePosted(Given.Words("Hurry.", "marta")),
            Given.Assigned("a"),
            Given.Proposed("c", "a"),
            Given.Decided(call, Effect.Ask),
            Given.Requested(approval, call),
            new SeatFilled(approval, "lead", "lena", "api", Given.Words("Fine.", "lena")),
            new ApprovalDecided(approval, "carl", "api", ApprovalVerdict.Rejected, Given.Words("Too dear.", "carl")),
            Given.Escalated("e", EscalationKind.Finding));
        var answered = WorkflowFold.Apply(story.State, story.Next(new EscalationAnswered(Given.Id<EscalationId>("e"), "noted", Given.Words("Seen.", "olga")), Actor.Person("olga")));
        Assert.All(Memorable.Of(answered), e => Assert.Equal(["carl", "lena", "marta", "olga", "petra"], e.People.AsEnumerable()));
        Assert.Equal([MemoryKind.Workflow, MemoryKind.Decision, MemoryKind.Decision], Memorable.Of(answered).Select(e => e.Kind));
    }

    [Theory]
    [InlineData(ApprovalVerdict.Approved, "approved\nFine.\n{\"quantity\":40}")]
    [InlineData(ApprovalVerdict.Rejected, "rejected\nFine.\ncarl rejected it: Too dear.\n{\"quantity\":40}")]
    [InlineData(ApprovalVerdict.Responded, "answered instead of having it called\nFine.\ncarl answers instead of having it called: Too dear.\n{\"quantity\":40}")]
    [InlineData(ApprovalVerdict.Expired, null)]
    [InlineData(ApprovalVerdict.Void, null)]
    public void What_people_decided_about_a_call_is_remembered_with_their_reasons_and_what_time_decided_is_not(ApprovalVerdict verdict, string? text)
    {
        var (call, approval) = (Given.Call("c"), Given.Approval("ap"));
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.Assigned("a"),
            Given.Proposed("c", "a", args: """{"quantity":40}""") with { Labels = ["prices"] },
            Given.Decided(call, Effect.Ask),
            Given.Requested(approval, call) with { Args = Given.Json("""{"quantity":40}""") },
            new SeatFilled(approval, "lead", "lena", "api", Given.Words("Fine.", "lena")));
        Assert.DoesNotContain(Memorable.Of(story.State), e => e.Kind == MemoryKind.Decision);
        Assert.True(Memorable.IsIn(nameof(ApprovalDecided)));

        story.Then(new ApprovalDecided(approval, "carl", "api", verdict, verdict == ApprovalVerdict.Approved ? null : Given.Words("Too dear.", "carl")));
        var entry = Memorable.Of(story.State).SingleOrDefault(e => e.Kind == MemoryKind.Decision);
        if (text is null)
        {
            Assert.Null(entry);
            return;
        }

        Assert.Equal((approval.ToString(), "erp.order: It is much.", text, "prices"), (entry!.Id, entry.Title, entry.Text, Assert.Single(entry.Labels)));
    }

    [Fact]
    public void Who_changed_the_arguments_is_remembered_with_theirs_and_with_nothing_that_was_decided_afterwards()
    {
        var (call, first, second, third) = (Given.Call("c"), Given.Approval("ap"), Given.Approval("ap2"), Given.Approval("ap3"));
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.Assigned("a"),
            Given.Proposed("c", "a", args: """{"quantity":40}"""),
            Given.Decided(call, Effect.Ask),
            Given.Requested(first, call) with { Args = Given.Json("""{"quantity":40}""") },
            new ApprovalDecided(first, "carl", "api", ApprovalVerdict.Edited, Given.Words("Too many.", "carl")),
            new CallChanged(call, Given.Json("""{"quantity":20}"""), [], JsonText.EmptyObject, new ArgumentEdit(first, "carl")));
        Assert.True(Memorable.IsIn(nameof(CallChanged)));
        Assert.Equal(["changed the arguments\nToo many.\n{\"quantity\":20}"], Told());

        story.Then(
            Given.Decided(call, Effect.Ask),
            Given.Requested(second, call) with { Args = Given.Json("""{"quantity":20}""") },
            new ApprovalDecided(second, "lena", "api", ApprovalVerdict.Rejected, Given.Words("Too dear.", "lena")));
        Assert.Equal(["changed the arguments\nToo many.\n{\"quantity\":20}", "rejected\nlena rejected it: Too dear.\n{\"quantity\":20}"], Told());

        var again = Story.Planned(Given.WorkTask("a")).Then(
            Given.Assigned("a"),
            Given.Proposed("c", "a"),
            Given.Decided(call, Effect.Ask),
            Given.Requested(first, call),
            new ApprovalDecided(first, "carl", "api", ApprovalVerdict.Edited, null),
            new CallChanged(call, Given.Json("""{"quantity":20}"""), [], JsonText.EmptyObject, new ArgumentEdit(first, "carl")),
            Given.Decided(call, Effect.Ask),
            Given.Requested(third, call),
            new ApprovalDecided(third, "lena", "api", ApprovalVerdict.Edited, null),
            new CallChanged(call, Given.Json("""{"quantity":10}"""), [], JsonText.EmptyObject, new ArgumentEdit(third, "lena")));
        Assert.Equal(["changed the arguments", "changed the arguments\n{\"quantity\":10}"], Memorable.Of(again.State).Where(e => e.Kind == MemoryKind.Decision).Select(e => e.Text).Order(StringComparer.Ordinal));

        IEnumerable<string> Told() => Memorable.Of(story.State).Where(e => e.Kind == MemoryKind.Decision).Select(e => e.Text).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_confidential_about_results_and_about_what_was_recalled_is_kept_and_integrity_is_not()
    {
        var call = Given.Call("c");
        var state = Story.Agreed().Then(
            new WorkRecalled([new RecalledWork(Given.Id<WorkflowId>("other"), "like", "completed", "It is done.", null, ["patients"])]),
            new PlanAdopted(Given.Plan(Given.WorkTask("a"))),
            Given.Assigned("a"),
            Given.Proposed("c", "a") with { Labels = ["prices", "unknown"] },
            Given.Decided(call, Effect.Allow),
            Given.Started(call),
            Given.Settled(call) with { Labels = ["customer-data"] }).State;
        Assert.Equal(["customer-data", "patients", "prices"], Memorable.LabelsOf(state).AsEnumerable());
        Assert.Equal(["customer-data", "patients", "prices"], Assert.Single(Memorable.Of(state)).Labels.AsEnumerable());
    }

    [Theory]
    [InlineData(null, false, CallOutcome.Succeeded, "unlabelled")]
    [InlineData("", false, CallOutcome.Succeeded, "")]
    [InlineData("prices", false, CallOutcome.Succeeded, "prices")]
    [InlineData(null, true, CallOutcome.Succeeded, "")]
    [InlineData(null, false, CallOutcome.Failed, "")]
    public void A_result_of_which_nobody_wrote_down_what_is_confidential_about_it_may_be_anything(string? labels, bool isWithheld, CallOutcome outcome, string expected)
    {
        var call = Given.Call("c");
        var settled = Given.Settled(call) with { Outcome = outcome, Labels = labels?.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray(), Withheld = isWithheld ? ["prices"] : null };
        var state = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(call, Effect.Allow), Given.Started(call), settled).State;
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), Memorable.LabelsOf(state).AsEnumerable());
    }
}
