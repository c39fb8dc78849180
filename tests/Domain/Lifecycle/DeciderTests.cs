namespace AiManager.Domain.Tests;

public sealed class DeciderTests
{
    private static readonly TaskId A = Given.Task("a");
    private static readonly CallId Call = Given.Call("c");

    [Fact]
    public void A_goal_is_first_understood_and_then_planned()
    {
        Assert.Empty(new Story().Commands());
        Assert.Equal([new WorkflowCommand.AgreeContract()], Story.Submitted().Commands());
        Assert.Equal([new WorkflowCommand.MakePlan()], Story.Agreed().Commands());
    }

    [Fact]
    public void When_the_goals_budget_is_used_up_nothing_is_begun_and_what_is_under_way_is_brought_to_its_end()
    {
        var notice = new BudgetNotice("per-goal", null, "It is used up.");
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(
            Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Given.Started(Call), Given.Asked(Given.Id<AskId>("q")),
            Given.Replied(Given.Id<AskId>("q"), null, null) with { Outcome = ModelOutcome.Refused, UsedUp = notice });

        Assert.Equal([new WorkflowCommand.EndAtLimit()], story.Commands());
        story.Then(new GoalFailed(GoalFailure.Limit, notice.Words));
        Assert.Equal([new WorkflowCommand.TakeUp(Call)], story.Commands());
        Assert.Empty(story.Then(Given.Settled(Call)).Commands());
    }

    [Fact]
    public void A_tasks_own_budget_that_is_used_up_does_not_end_the_goal()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(
            Given.Assigned("a"), Given.Asked(Given.Id<AskId>("q"), "a"),
            Given.Replied(Given.Id<AskId>("q"), "a", null) with { Outcome = ModelOutcome.Refused, UsedUp = new BudgetNotice("task", A, "It is used up.") });

        Assert.Contains(new WorkflowCommand.Assign(Given.Task("b")), story.Commands());
    }

    [Fact]
    public void A_budget_that_runs_low_is_noted_once_from_questions_and_from_calls()
    {
        var (tokens, calls) = (new BudgetNotice("per-goal", null, "Little is left."), new BudgetNotice("counted", null, "Little is left of that too."));
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.Asked(Given.Id<AskId>("q")) with { Low = tokens }, Given.Asked(Given.Id<AskId>("r")) with { Low = tokens with { Words = "Less." } },
            Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Given.Started(Call) with { Low = calls });

        Assert.Equal([tokens, calls], story.State.LowBudgets.AsEnumerable());
    }

    [Fact]
    public void Planning_waits_while_a_person_is_asked_about_the_model()
    {
        var story = Story.Submitted().Then(Given.Escalated("e", EscalationKind.Model));
        Assert.Empty(story.Commands());
        Assert.Equal(WorkflowStatus.Waiting, story.State.ShownStatus);
        Assert.Equal([new WorkflowCommand.AgreeContract()], story.Then(Given.Answered("e", "retry")).Commands());
    }

    [Fact]
    public void All_that_is_ready_goes_on_side_by_side()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b"), Given.Template("t", "$inputs.list"), Given.WorkTask("later", "a")).Then(Given.Assigned("b"));
        Assert.Equal([new WorkflowCommand.Assign(A), new WorkflowCommand.Step(Given.Task("b")), new WorkflowCommand.Expand(Given.Task("t"))], story.Commands());
    }

    [Fact]
    public void A_deliverable_is_reviewed_and_a_blocked_task_climbs()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), new DeliverableSubmitted(A, Given.Json("{}")));
        Assert.Equal([new WorkflowCommand.Review(A)], story.Commands());
        story.Then(new DeliverableReviewed(A, Actor.System, false, ["no"], []));
        Assert.Equal([new WorkflowCommand.Climb(A)], story.Commands());
    }

    [Theory]
    [InlineData(EscalationKind.BlockedTask, "a")]
    [InlineData(EscalationKind.Model, null)]
    public void What_a_person_is_asked_about_is_not_tried_meanwhile(EscalationKind kind, string? task)
    {
        foreach (var story in (Story[])[
            Story.Planned(Given.WorkTask("a")),
            Story.Planned(Given.Template("a", "$inputs.list")),
            Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), new DeliverableSubmitted(A, Given.Json("{}"))),
            Story.Planned(Given.WorkTask("a")).Then(new TaskBlocked(A, "nobody", false))])
        {
            Assert.Single(story.Commands());
            Assert.Empty(story.Then(Given.Escalated("e", kind, task, null, "retry", "giveUp")).Commands());
            Assert.Equal(WorkflowStatus.Waiting, story.State.ShownStatus);
            Assert.Single(story.Then(Given.Answered("e", "retry")).Commands());
        }
    }

    [Fact]
    public void A_question_about_one_task_does_not_hold_up_another()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(new TaskBlocked(A, "", false), Given.Escalated("e", EscalationKind.BlockedTask, "a"));
        Assert.Equal([new WorkflowCommand.Assign(Given.Task("b"))], story.Commands());
        Assert.Equal(WorkflowStatus.Running, story.State.ShownStatus);
    }

    [Fact]
    public void An_approval_that_nobody_decided_expires_at_its_time()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(Given.Approval("ap"), Call));
        Assert.DoesNotContain(story.Commands(Given.Noon.AddDays(2).AddTicks(-1)), c => c is WorkflowCommand.Expire);
        Assert.Contains(new WorkflowCommand.Expire(Given.Approval("ap")), story.Commands(Given.Noon.AddDays(2)));
        story.Then(Given.Verdict(Given.Approval("ap"), ApprovalVerdict.Expired, "system"));
        Assert.DoesNotContain(story.Commands(Given.Noon.AddDays(3)), c => c is WorkflowCommand.Expire);
        Assert.Equal("Nobody approved it in time.", story.State.Calls[Call].Refusal);
    }

    [Fact]
    public void What_a_person_said_about_an_unknown_call_is_carried_out()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call), Given.Settled(Call, CallOutcome.Unknown))
            .Then(Given.Escalated("e", EscalationKind.UnknownCall, null, Call, "happened", "again", "giveUp"), Given.Answered("e", "happened"));
        Assert.Contains(new WorkflowCommand.ResolveUnknown(Given.Id<EscalationId>("e")), story.Commands());
        story.Then(Given.Settled(Call));
        Assert.DoesNotContain(story.Commands(), c => c is WorkflowCommand.ResolveUnknown);
    }

    [Fact]
    public void A_goal_ends_when_all_its_checks_hold()
    {
        var story = Story.Agreed(Given.Check(), Given.Check()).Then(new PlanAdopted(Given.Plan()));
        Assert.Equal([new WorkflowCommand.Accept()], story.Commands());
        story.Then(new AcceptanceChecked(0, 1, null, true, ""));
        Assert.Equal([new WorkflowCommand.Accept()], story.Commands());
        story.Then(new AcceptanceChecked(1, 1, null, false, "3 rows"));
        Assert.Equal([new WorkflowCommand.Reconsider()], story.Commands());
        Assert.Empty(story.Then(Given.Escalated("e", EscalationKind.UnmetGoal)).Commands());
        Assert.Equal([new WorkflowCommand.Reconsider()], story.Then(Given.Answered("e", "retry")).Commands());
        story.Then(new AcceptanceChecked(0, 2, null, true, ""), new AcceptanceChecked(1, 2, null, true, ""));
        Assert.Equal([new WorkflowCommand.Complete()], story.Commands());
    }

    [Fact]
    public void Without_checks_a_goal_is_met_when_nothing_failed()
    {
        Assert.Equal([new WorkflowCommand.Complete()], Story.Planned().Commands());
        Assert.Equal([new WorkflowCommand.Reconsider()], Story.Planned(Given.WorkTask("a")).Then(new TaskFailed(A, "no")).Commands());
    }

    [Fact]
    public void A_revised_plan_is_checked_anew()
    {
        var story = Story.Agreed(Given.Check()).Then(new PlanAdopted(Given.Plan()), new AcceptanceChecked(0, 1, null, false, ""), new PlanRevised(new Plan(2, []), "again"));
        Assert.Equal([new WorkflowCommand.Accept()], story.Commands());
        story.Then(new AcceptanceChecked(0, 2, null, true, ""));
        Assert.Equal([new WorkflowCommand.Complete()], story.Commands());
    }

    [Fact]
    public void A_finding_holds_nothing_up_and_can_be_answered_when_all_is_over()
    {
        var story = Story.Planned().Then(Given.Escalated("f", EscalationKind.Finding));
        Assert.Equal([new WorkflowCommand.Complete()], story.Commands());
        Assert.False(story.State.WaitsForPeople);
        story.Then(new GoalCompleted("Done."), Given.Answered("f", "noted"));
        Assert.Equal((WorkflowStatus.Completed, "noted"), (story.State.Status, story.State.Escalations.Values.Single().Choice));
    }

    [Fact]
    public void A_check_of_the_system_that_waits_for_an_approval_is_not_made_over_and_over()
    {
        var goal = Story.Agreed(Given.Check()).Then(new PlanAdopted(Given.Plan()), Given.Proposed("c", agent: "system"), Given.Decided(Call, Effect.Ask));
        Assert.Equal([new WorkflowCommand.Accept()], goal.Commands());
        Assert.Empty(goal.Then(Given.Requested(Given.Approval("ap"), Call)).Commands());
        goal.Then(Given.Seat(Given.Approval("ap")), Given.Verdict(Given.Approval("ap"), ApprovalVerdict.Approved));
        Assert.Equal([new WorkflowCommand.Accept()], goal.Commands());

        var task = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), new DeliverableSubmitted(A, Given.Json("{}")), Given.Proposed("c", "a", agent: "system"), Given.Decided(Call, Effect.Ask));
        Assert.Equal([new WorkflowCommand.Review(A)], task.Commands());
        Assert.Empty(task.Then(Given.Requested(Given.Approval("ap"), Call)).Commands());
    }

    [Fact]
    public void An_effect_without_an_end_is_taken_up_even_by_another_executor()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"));
        var ask = AgentTurn.NextAsk(story.State.Tasks[0]);
        story.Then(Given.Asked(ask, "a"), Given.Replied(ask, "a", null, Given.Wants()));
        var call = ((TurnItem.Reply)story.State.Tasks[0].Turn.Items[0]).Calls[0].Call;
        story.Then(
            new CallProposed(call, A, "purchaser", "erp.order", Given.Json("""{"n":1}"""), []), Given.Decided(call, Effect.Allow), Given.Started(call),
            new TaskBlocked(A, "broken", false), new TaskReassigned(A, new Executor(Actor.Agent("other")), "default", null, "goes on"));
        var move = Assert.IsType<TurnMove.CallTool>(Assert.Single(AgentTurn.Decide(story.State, story.State.Tasks[0])));
        Assert.Equal((call, "erp.order", """{"n":1}"""), (move.Call.Call, move.Call.Proposed.Tool, move.Call.Proposed.Args.Text));
    }

    [Fact]
    public void Nothing_is_commanded_while_it_is_paused_or_over()
    {
        foreach (var end in (WorkflowEvent[])[
            new WorkflowPaused(Given.Words("")), new GoalFailed(GoalFailure.GivenUp, ""), new GoalCancelled(Given.Words("")), new GoalCompleted("")])
        {
            var story = Story.Planned(Given.WorkTask("a")).Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(Given.Approval("ap"), Call), end);
            Assert.Empty(story.Commands(Given.Noon.AddDays(9)));
        }
    }
}
