namespace AiManager.Domain.Tests;

/// <summary>What rules make of a call on its way: changed, put off, held back, rehearsed, looked at.</summary>
public sealed class DecisionFoldTests
{
    private static readonly CallId Call = Given.Call("call");
    private static readonly JsonText Less = Given.Json("""{"quantity":100}""");

    [Fact]
    public void A_changed_call_is_the_changed_one_from_then_on()
    {
        var state = Fold(Given.Proposed("call", args: """{"quantity":500}"""), Changed(), Given.Decided(Call, Effect.Transform), Given.Started(Call));

        Assert.Equal((Less, CallStatus.Started), (state.Calls[Call].Args, state.Calls[Call].Status));
        Assert.Equal("""{"quantity":500}""", state.Calls[Call].Proposed.Args.Text);
    }

    [Fact]
    public void What_was_approved_is_not_changed_any_more()
    {
        var approval = Given.Approval("ap");
        var state = Fold(
            Given.Proposed("call"), Given.Decided(Call, Effect.Ask), Given.Requested(approval, Call), Given.Seat(approval), Given.Verdict(approval, ApprovalVerdict.Approved));

        Assert.Null(WorkflowFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon, Actor.System, Changed())));
    }

    [Fact]
    public void A_person_who_is_asked_changes_it_once_by_ending_what_they_are_asked()
    {
        var approval = Given.Approval("ap");
        var edit = Changed() with { Edit = new ArgumentEdit(approval, "lena") };
        var asked = Fold(Given.Proposed("call", args: """{"quantity":500}"""), Given.Decided(Call, Effect.Ask), Given.Requested(approval, Call));
        Assert.Null(Then(asked, edit));

        var ended = Then(asked, Given.Verdict(approval, ApprovalVerdict.Edited, "lena"))!;
        Assert.Null(Then(ended, edit with { Edit = new ArgumentEdit(approval, "petra") }));
        var edited = Then(ended, edit)!;
        Assert.Null(Then(edited, edit));
        Assert.Equal((CallStatus.Proposed, Less, Less), (edited.Calls[Call].Status, edited.Calls[Call].Args, edited.Calls[Call].Wanted));

        var capped = Then(edited, Changed() with { Args = Given.Json("""{"quantity":10}""") })!;
        Assert.Equal((Less, """{"quantity":10}"""), (capped.Calls[Call].Wanted, capped.Calls[Call].Args.Text));
    }

    [Theory]
    [InlineData(ApprovalVerdict.Edited)]
    [InlineData(ApprovalVerdict.Responded)]
    public void Whoever_asked_does_not_write_other_arguments_or_answer(ApprovalVerdict verdict)
    {
        var approval = Given.Approval("ap");
        var asked = Fold(Given.Proposed("call"), Given.Decided(Call, Effect.Ask), Given.Requested(approval, Call));
        Assert.Null(Then(asked, Given.Verdict(approval, verdict, "petra")));
        Assert.NotNull(Then(asked, Given.Verdict(approval, verdict, "lena")));
    }

    private static WorkflowState? Then(WorkflowState state, WorkflowEvent fact) =>
        WorkflowFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon, Actor.System, fact));

    [Fact]
    public void A_call_that_is_put_off_is_a_due_row_and_a_command_when_its_time_has_come()
    {
        var until = Given.Noon.AddMinutes(15);
        var before = Fold(Given.Proposed("call"), Given.Decided(Call, Effect.Defer));
        var deferral = new Recorded(0, before.Seq + 1, Given.Noon, Actor.System, new CallDeferred(Call, DeferralKind.Defer, until));
        var after = WorkflowFold.TryApply(before, deferral)!;

        Assert.Contains(new ReadModelChange.PutDue(after.Id.ToString(), "callDeferred", Call.ToString(), until), WorkflowView.Changes(before, [deferral], after));
        Assert.DoesNotContain(new WorkflowCommand.EndDeferral(Call), Decider.Decide(after, until.AddTicks(-1)));
        Assert.Contains(new WorkflowCommand.EndDeferral(Call), Decider.Decide(after, until));
        var ended = new Recorded(0, after.Seq + 1, until, Actor.System, new DeferralEnded(Call));
        var again = WorkflowFold.TryApply(after, ended)!;
        Assert.Equal((CallStatus.Proposed, 1), (again.Calls[Call].Status, again.Calls[Call].Deferrals));
        Assert.Contains(new ReadModelChange.ClearDue(after.Id.ToString(), "callDeferred", Call.ToString()), WorkflowView.Changes(after, [ended], again));
    }

    [Fact]
    public void What_was_approved_before_it_was_held_back_still_is()
    {
        var approval = Given.Approval("ap");
        var state = Fold(
            Given.Proposed("call"), Given.Decided(Call, Effect.Ask), Given.Requested(approval, Call), Given.Seat(approval), Given.Verdict(approval, ApprovalVerdict.Approved),
            Given.Decided(Call, Effect.Ask), new CallDeferred(Call, DeferralKind.Hold, Given.Noon.AddMinutes(10)), new DeferralEnded(Call));

        Assert.Equal((CallStatus.Approved, Given.Noon.AddMinutes(10)), (state.Calls[Call].Status, state.Calls[Call].HeldUntil!.Value));
    }

    [Fact]
    public void A_call_is_only_rehearsed_in_a_run_that_is_in_shadow()
    {
        var state = Fold(Given.Proposed("call"), Given.Decided(Call, Effect.Allow));

        Assert.Null(WorkflowFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon, Actor.System, new CallShadowed(Call, [], null))));
    }

    [Fact]
    public void A_second_look_stays_open_when_the_goal_is_over_and_a_notice_does_not()
    {
        var look = new LookAsked(Given.Id<EscalationId>("look"), Call, "lead", true, "Look.");
        var notice = new LookAsked(Given.Id<EscalationId>("notice"), Call, "cfo", false, "Know.");
        var before = Fold(Given.Proposed("call"), look, notice);
        Assert.False(before.WaitsForPeople);
        var cancelled = new Recorded(0, before.Seq + 1, Given.Noon, Actor.Person("petra"), new GoalCancelled(Given.Words("Enough")));

        var changes = WorkflowView.Changes(before, [cancelled], WorkflowFold.TryApply(before, cancelled)!);

        Assert.Equal("closed", Assert.Single(changes.OfType<ReadModelChange.PutEscalation>()).Row.Status);
        Assert.Equal(notice.Escalation, changes.OfType<ReadModelChange.PutEscalation>().Single().Row.Escalation);
    }

    private static CallChanged Changed() => new(Call, Less, [new ArgumentChange("quantity", "at most 100", ["cap"])], JsonText.EmptyObject);

    private static WorkflowState Fold(params WorkflowEvent[] events)
    {
        WorkflowEvent[] all = [Given.Goal(), Given.Contract(), new PlanAdopted(Given.Plan(Given.WorkTask("a"))), .. events];
        var state = WorkflowFold.Start(Given.Workflow);
        foreach (var fact in all)
        {
            state = WorkflowFold.TryApply(state, new Recorded(0, state.Seq + 1, Given.Noon, Actor.System, fact)) ?? throw new InvalidOperationException($"Not a legal move: {fact}");
        }

        return state;
    }
}
