namespace AiManager.Domain.Tests;

public sealed class WorkflowFoldTests
{
    private static readonly TaskId A = Given.Task("a");
    private static readonly CallId Call = Given.Call("c");
    private static readonly ApprovalId First = Given.Approval("ap1");

    [Fact]
    public void Nothing_happens_before_the_goal_is_submitted() =>
        new Story().Never([.. EventSamples.Full.Where(e => e is not GoalSubmitted)]);

    [Fact]
    public void A_goal_is_submitted_once_and_agreed_once() => Story.Agreed().Never(Given.Goal(), Given.Contract());

    [Fact]
    public void Tasks_become_ready_when_what_they_need_is_done()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b", "a"), Given.WorkTask("c", "a", "b"));
        Assert.Equal([WorkTaskStatus.Ready, WorkTaskStatus.Pending, WorkTaskStatus.Pending], story.State.Tasks.Select(t => t.Status));
        Finish(story, "a");
        Assert.Equal([WorkTaskStatus.Done, WorkTaskStatus.Ready, WorkTaskStatus.Pending], story.State.Tasks.Select(t => t.Status));
        Finish(story, "b");
        Assert.Equal(WorkTaskStatus.Ready, story.Status("c"));
    }

    [Fact]
    public void Tasks_are_cancelled_when_what_they_need_failed()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b", "a"), Given.WorkTask("c", "b"), Given.WorkTask("d")).Then(new TaskFailed(A, "no"));
        Assert.Equal(
            [WorkTaskStatus.Failed, WorkTaskStatus.Cancelled, WorkTaskStatus.Cancelled, WorkTaskStatus.Ready], story.State.Tasks.Select(t => t.Status));
    }

    public static TheoryData<Plan> UnsoundPlans =>
    [
        Given.Plan(Given.WorkTask("a", "a")),
        Given.Plan(Given.WorkTask("a", "b"), Given.WorkTask("b", "a")),
        Given.Plan(Given.WorkTask("a", "nothing")),
        Given.Plan(Given.WorkTask("a"), Given.WorkTask("a")),
        Given.Plan(Given.Template("a", "$inputs.list"), Given.WorkTask("a/1", "a") with { Template = A }),
        Given.Plan(Given.Template("a", "$inputs.list"), Given.WorkTask("b", "a"), Given.WorkTask("a/1", "b") with { Template = A }),
    ];

    [Theory, MemberData(nameof(UnsoundPlans))]
    public void A_plan_in_which_tasks_would_wait_for_one_another_is_never_adopted(Plan plan)
    {
        Story.Agreed().Never(new PlanAdopted(plan));
        Story.Planned(Given.WorkTask("x")).Never(new PlanRevised(plan with { Version = 2 }, "worse"));
    }

    [Fact]
    public void The_order_in_which_a_plan_names_its_tasks_does_not_matter() =>
        Assert.Equal(
            [WorkTaskStatus.Pending, WorkTaskStatus.Ready],
            Story.Agreed().Then(new PlanAdopted(Given.Plan(Given.WorkTask("a", "b"), Given.WorkTask("b")))).State.Tasks.Select(t => t.Status));

    [Fact]
    public void The_first_plan_has_a_version() => Story.Agreed().Never(new PlanAdopted(new Plan(0, [Given.WorkTask("a")])));

    [Fact]
    public void A_plan_needs_a_contract() => Story.Submitted().Never(new PlanAdopted(Given.Plan(Given.WorkTask("a"))));

    [Fact]
    public void A_revision_keeps_what_is_done_and_cancels_what_it_does_not_name()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b", "a"), Given.WorkTask("c"));
        Finish(story, "a");
        story.Never(new PlanRevised(new Plan(1, []), "same version"));
        story.Then(new PlanRevised(new Plan(2, [Given.WorkTask("b", "a"), Given.WorkTask("d", "b")]), "better"));
        Assert.Equal(
            [("a", WorkTaskStatus.Done), ("c", WorkTaskStatus.Cancelled), ("b", WorkTaskStatus.Ready), ("d", WorkTaskStatus.Pending)],
            story.State.Tasks.Select(t => (t.Task.Key, t.Status)));
    }

    [Fact]
    public void A_ready_task_that_is_to_need_more_is_no_longer_ready()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b"))
            .Then(new PlanRevised(new Plan(2, [Given.WorkTask("a"), Given.WorkTask("b", "a")]), "b needs a after all"));
        Assert.Equal([WorkTaskStatus.Ready, WorkTaskStatus.Pending], story.State.Tasks.Select(t => t.Status));
    }

    [Fact]
    public void A_revision_that_keeps_a_template_keeps_its_children()
    {
        var template = Given.Template("t", "$inputs.list");
        var story = Story.Planned(template, Given.WorkTask("end", "t"))
            .Then(new TaskExpanded(template.Id, [Given.Child("t", 1), Given.Child("t", 2)]), Given.Assigned("t/1"))
            .Then(new PlanRevised(new Plan(2, [Given.WorkTask("first"), template, Given.WorkTask("end", "t")]), "more"));
        Assert.Equal(
            [("first", WorkTaskStatus.Ready), ("t", WorkTaskStatus.Running), ("t/1", WorkTaskStatus.Running), ("t/2", WorkTaskStatus.Ready), ("end", WorkTaskStatus.Pending)],
            story.State.Tasks.Select(t => (t.Task.Key, t.Status)));
    }

    [Fact]
    public void What_has_begun_does_not_turn_into_a_template() =>
        Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a")).Never(new PlanRevised(new Plan(2, [Given.Template("a", "$inputs.list")]), "odd"));

    [Fact]
    public void A_template_runs_while_its_children_do_and_ends_with_them()
    {
        var story = Story.Planned(Given.Template("t", "$inputs.list"), Given.WorkTask("end", "t"))
            .Then(new TaskExpanded(Given.Task("t"), [Given.Child("t", 1), Given.Child("t", 2)]));
        Assert.Equal(
            [("t", WorkTaskStatus.Running), ("t/1", WorkTaskStatus.Ready), ("t/2", WorkTaskStatus.Ready), ("end", WorkTaskStatus.Pending)],
            story.State.Tasks.Select(t => (t.Task.Key, t.Status)));
        Finish(story, "t/1");
        Assert.Equal(WorkTaskStatus.Running, story.Status("t"));
        story.Then(new TaskFailed(Given.Task("t/2"), "one of them"));
        Assert.Equal([WorkTaskStatus.Done, WorkTaskStatus.Ready], [story.Status("t"), story.Status("end")]);
    }

    [Fact]
    public void A_template_over_an_empty_list_is_done_at_once() =>
        Assert.Equal(WorkTaskStatus.Ready, Story.Planned(Given.Template("t", "$inputs.list"), Given.WorkTask("end", "t")).Then(new TaskExpanded(Given.Task("t"), [])).Status("end"));

    [Fact]
    public void A_template_is_expanded_once_and_into_its_own_children_only()
    {
        var template = Given.Template("t", "$inputs.list");
        Story.Planned(template, Given.WorkTask("end", "t")).Never(
            new TaskExpanded(template.Id, [Given.WorkTask("t/1")]),
            new TaskExpanded(template.Id, [Given.Child("t", 1), Given.Child("t", 1)]),
            new TaskExpanded(template.Id, [Given.Child("t", 1) with { Id = Given.Task("end") }]),
            new TaskExpanded(template.Id, [Given.Child("t", 1) with { Needs = [template.Id] }]),
            new TaskExpanded(template.Id, [Given.Child("t", 1) with { Needs = [Given.Task("end")] }]),
            new TaskExpanded(Given.Task("end"), []),
            new TaskExpanded(Given.Task("nothing"), []))
            .Then(new TaskExpanded(template.Id, [Given.Child("t", 1), Given.Child("t", 2) with { Needs = [Given.Task("t/1")] }]))
            .Never(new TaskExpanded(template.Id, []));
    }

    [Fact]
    public void Nobody_does_a_template()
    {
        var story = Story.Planned(Given.Template("t", "$inputs.list")).Never(Given.Assigned("t"))
            .Then(new TaskExpanded(Given.Task("t"), [Given.Child("t", 1)]));
        story.Never(
            new DeliverableSubmitted(Given.Task("t"), JsonText.Null), new TaskBlocked(Given.Task("t"), "", false), new ReplyCorrected(Given.Task("t"), default, []),
            Given.Asked(Given.Id<AskId>("x"), "t"));
    }

    [Fact]
    public void A_template_that_was_blocked_can_be_expanded_after_all()
    {
        var story = Story.Planned(Given.Template("t", "$inputs.list")).Then(new TaskBlocked(Given.Task("t"), "no list", false)).Never(
            new TaskReassigned(Given.Task("t"), new Executor(Actor.Agent("x")), null, null, ""));
        Assert.Equal(WorkTaskStatus.Ready, story.Then(new TaskRetried(Given.Task("t"), "now")).Status("t"));
    }

    [Fact]
    public void A_task_that_nobody_could_take_is_ready_again_when_it_is_retried()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(new TaskBlocked(A, "nobody has the skill", false), new TaskRetried(A, "somebody has now"));
        Assert.Equal(WorkTaskStatus.Ready, story.Status("a"));
        story.Then(new TaskBlocked(A, "still nobody", false), new TaskReassigned(A, new Executor(Actor.Agent("new")), "default", null, "found one"));
        Assert.Equal(WorkTaskStatus.Running, story.Status("a"));
    }

    [Fact]
    public void A_task_that_was_blocked_before_it_began_waits_for_what_a_new_plan_has_it_need()
    {
        var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(
            new TaskBlocked(A, "nobody", false), new PlanRevised(new Plan(2, [Given.WorkTask("b"), Given.WorkTask("a", "b")]), "b first"), new TaskRetried(A, "now"));
        Assert.Equal(WorkTaskStatus.Pending, story.Status("a"));
    }

    [Fact]
    public void A_persons_task_goes_back_to_the_person_when_it_is_retried()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(
            Given.AssignedToPerson("a"), new DeliverableSubmitted(A, Given.Json("{}")), new DeliverableReviewed(A, Actor.System, false, ["incomplete"], []), new TaskRetried(A, "more"));
        Assert.Equal(WorkTaskStatus.WaitingPerson, story.Status("a"));
        Assert.True(story.State.WaitsForPeople);
        Assert.Empty(story.Commands());
    }

    [Fact]
    public void Nobody_reviews_their_own_work() =>
        Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), new DeliverableSubmitted(A, Given.Json("{}")))
            .Never(new DeliverableReviewed(A, Actor.Agent("purchaser"), true, [], []))
            .Then(new DeliverableReviewed(A, Actor.Agent("reviewer"), true, [], []));

    [Fact]
    public void Reassigning_begins_a_new_conversation()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"));
        var ask = AgentTurn.NextAsk(story.State.Tasks[0]);
        story.Then(Given.Asked(ask, "a"), Given.Replied(ask, "a", "hm"), new TaskBlocked(A, "stuck", false), new TaskReassigned(A, new Executor(Actor.Agent("other")), "m", new TurnLimits(3), "try"));
        var task = story.State.Tasks[0];
        Assert.Equal(TurnState.Empty, task.Turn);
        Assert.Equal((2, "m", 3), (task.Assignment, task.Model, task.Limits.Turns));
        Assert.Equal([Actor.Agent("purchaser"), Actor.Agent("other")], task.Tried.AsEnumerable());
    }

    [Fact]
    public void Nothing_starts_that_was_not_decided()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Proposed("c")).Never(Given.Started(Call));
        story.Then(Given.Decided(Call, Effect.Ask)).Never(Given.Started(Call), Given.Started(Call, First));
        story.Then(Given.Decided(Call, Effect.Allow), Given.Started(Call)).Never(Given.Started(Call));
    }

    [Fact]
    public void A_refused_call_never_starts()
    {
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Deny)).Never(
            Given.Started(Call), Given.Decided(Call, Effect.Allow), Given.Requested(First, Call), Given.Settled(Call));
        var rejected = Asked().Then(Given.Verdict(First, ApprovalVerdict.Rejected, reason: "too much")).Never(Given.Started(Call, First), Given.Decided(Call, Effect.Allow));
        Assert.Equal("lena rejected it: too much", rejected.State.Calls[Call].Refusal);
        Assert.True(rejected.State.Calls[Call].WasRejected);
    }

    [Fact]
    public void What_is_no_longer_wanted_does_not_start()
    {
        var story = Story.Planned(Given.WorkTask("a")).Then(Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow));
        story.Then(new PlanRevised(new Plan(2, []), "without")).Never(Given.Started(Call));
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), new GoalCancelled(Given.Words("stop"))).Never(Given.Started(Call));
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), new WorkflowPaused(Given.Words("stop"))).Never(Given.Started(Call));
    }

    [Fact]
    public void What_was_under_way_is_still_settled_when_all_is_over()
    {
        var story = Story.Submitted().Then(
            Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call, money: 50), new GoalCancelled(Given.Words("stop")), Given.Settled(Call, cost: "49.90"));
        Assert.Equal((WorkflowStatus.Cancelled, 49.90m, 0m), (story.State.Status, story.State.Spend.Spent.Money!.Value, story.State.Spend.ReservedMoney));
    }

    [Fact]
    public void A_person_is_asked_what_became_of_a_call_even_when_all_is_paused_or_over()
    {
        foreach (var stop in (WorkflowEvent[])[new WorkflowPaused(Given.Words("")), new GoalCancelled(Given.Words(""))])
        {
            var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call), stop, Given.Settled(Call, CallOutcome.Unknown))
                .Never(Given.Escalated("e", EscalationKind.Model)).Then(Given.Escalated("e", EscalationKind.UnknownCall, null, Call, "happened", "giveUp"));
            Assert.True(story.State.WaitsForPeople);
            story.Then(Given.Answered("e", "happened"), Given.Settled(Call));
        }
    }

    [Fact]
    public void Money_is_reserved_once_for_a_call_however_many_ledgers_hold_it_and_freed_when_it_ends()
    {
        var started = Given.Started(Call) with { Reserved = [Given.Reserved(50), Given.Reserved(50, "goal"), Given.Reserved(0, "x") with { Amounts = new Amounts(Tokens: 3) }] };
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), started);
        Assert.Equal(50, story.State.Spend.ReservedMoney);
        story.Then(Given.Settled(Call, CallOutcome.Unknown));
        Assert.Equal(50, story.State.Spend.ReservedMoney);
        story.Then(Given.Settled(Call, CallOutcome.Failed));
        Assert.Equal((0m, null), (story.State.Spend.ReservedMoney, story.State.Spend.Spent.Money));
    }

    [Theory]
    [InlineData("12,50")]
    [InlineData("")]
    [InlineData("1e3")]
    [InlineData("twelve")]
    [InlineData("1,000.00")]
    public void Money_that_cannot_be_read_is_no_legal_move(string amount)
    {
        var ask = Given.Id<AskId>("x");
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call), Given.Asked(ask, step: "outline"));
        story.Never(Given.Settled(Call, cost: amount), Given.Replied(ask, null, "") with { Cost = new Money(amount, "EUR") });
        story.Then(Given.Settled(Call, cost: "79228162514264337593543950335"), Given.Replied(ask, null, "") with { Cost = new Money("0.5", "EUR") });
        Assert.Equal(new Amounts(decimal.MaxValue, 0.5m, 120, 1), story.State.Spend.Spent);
    }

    [Fact]
    public void An_unknown_call_is_sent_again_only_when_a_person_says_so_and_under_what_was_reserved()
    {
        var story = Unknown().Never(Given.Started(Call));
        story.Then(Given.Escalated("e1", EscalationKind.UnknownCall, null, Call, "happened", "again", "giveUp")).Never(Given.Started(Call));
        story.Then(Given.Answered("e1", "again"), Given.Started(Call)).Never(Given.Started(Call));
        Assert.Equal(50, story.State.Spend.ReservedMoney);

        story.Then(Given.Settled(Call, CallOutcome.Unknown)).Never(Given.Started(Call));
        Assert.DoesNotContain(story.Commands(), c => c is WorkflowCommand.ResolveUnknown);   // the old answer was about the first time
        story.Then(Given.Escalated("e2", EscalationKind.UnknownCall, null, Call, "happened", "again", "giveUp"), Given.Answered("e2", "giveUp")).Never(Given.Started(Call));
        Assert.Contains(new WorkflowCommand.ResolveUnknown(Given.Id<EscalationId>("e2")), story.Commands());
        story.Then(Given.Settled(Call, CallOutcome.Failed));
        Assert.Equal(0, story.State.Spend.ReservedMoney);
    }

    [Fact]
    public void An_escalation_takes_one_answer_and_only_one_that_the_program_understands()
    {
        var story = Story.Submitted().Then(Given.Escalated("e", EscalationKind.Model), Given.Escalated("f", EscalationKind.Finding))
            .Never(Given.Answered("e", "whatever"), Given.Answered("nothing", "retry"), Given.Escalated("e", EscalationKind.Model))
            .Then(Given.Answered("e", "retry"), Given.Answered("f", "noted"))
            .Never(Given.Answered("e", "giveUp"));
        Assert.Equal("retry", story.State.Escalations[Given.Id<EscalationId>("e")].Choice);
    }

    [Fact]
    public void An_escalation_about_a_call_needs_the_call() =>
        Story.Submitted().Never(Given.Escalated("e", EscalationKind.UnknownCall, null, Given.Call("nothing")));

    [Fact]
    public void A_question_has_one_answer_and_an_id_of_its_own()
    {
        var ask = Given.Id<AskId>("x");
        var story = Story.Planned(Given.WorkTask("a")).Never(Given.Replied(ask, null, "")).Then(Given.Asked(ask, step: "outline")).Never(Given.Asked(ask, step: "outline"));
        story.Then(Given.Replied(ask, null, "yes"), Given.Assigned("a")).Never(Given.Replied(ask, null, "no"), Given.Asked(ask, "a"));
        var act = AgentTurn.NextAsk(story.State.Tasks[0]);
        story.Then(Given.Asked(act, "a")).Never(Given.Asked(act, step: "outline"), Given.Asked(Given.Id<AskId>("y"), "a"));
        story.Then(Given.Replied(act, "a", "…")).Never(Given.Replied(act, "a", "…"), Given.Asked(act, "a"));
    }

    [Fact]
    public void A_workflow_that_was_paused_goes_on_where_it_was()
    {
        Assert.Equal(WorkflowStatus.Planning, Story.Agreed().Then(new WorkflowPaused(Given.Words("")), new WorkflowResumed()).State.Status);
        Assert.Equal(WorkflowStatus.Running, Story.Planned().Then(new WorkflowPaused(Given.Words("")), new WorkflowResumed()).State.Status);
    }

    [Fact]
    public void What_is_open_when_a_workflow_ends_is_no_longer_wanted()
    {
        foreach (var end in (WorkflowEvent[])[new GoalCompleted("done"), new GoalFailed(GoalFailure.GivenUp, "no"), new GoalCancelled(Given.Words("stop"))])
        {
            var story = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(Given.Assigned("a"), end);
            Assert.All(story.State.Tasks, t => Assert.Equal(WorkTaskStatus.Cancelled, t.Status));
            Assert.NotNull(story.State.Ending);
        }
    }

    [Fact]
    public void Acceptance_is_checked_in_rounds_and_in_order()
    {
        var story = Story.Agreed(Given.Check(), Given.Check()).Then(new PlanAdopted(Given.Plan()));
        story.Never(Checked(1, 1), Checked(0, 2)).Then(Checked(0, 1)).Never(Checked(0, 1), Checked(1, 2)).Then(Checked(1, 1, false));
        Assert.Equal([true, false], story.State.Acceptance.Select(a => a.Held));
        story.Then(Checked(0, 2));
        Assert.Equal((2, 1), (story.State.AcceptanceRound, story.State.Acceptance.Length));
    }

    [Fact]
    public void A_call_knows_the_events_that_it_came_by()
    {
        var story = Approved().Then(Given.Decided(Call, Effect.Ask), Given.Started(Call, First), Given.Settled(Call));
        Assert.Equal([2, 3, 4, 6, 7, 8, 9], story.State.Calls[Call].Seqs.AsEnumerable());
    }

    private static AcceptanceChecked Checked(int index, int round, bool held = true) => new(index, round, null, held, "");

    private static Story Asked(params Seat[] seats) =>
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(First, Call, seats: seats));

    private static Story Approved() => Asked().Then(Given.Seat(First), Given.Verdict(First, ApprovalVerdict.Approved));

    private static Story Unknown() =>
        Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Allow), Given.Started(Call, money: 50), Given.Settled(Call, CallOutcome.Unknown));

    private static void Finish(Story story, string task) =>
        story.Then(Given.Assigned(task), new DeliverableSubmitted(Given.Task(task), Given.Json("{}")), new DeliverableReviewed(Given.Task(task), Actor.System, true, [], []));
}
