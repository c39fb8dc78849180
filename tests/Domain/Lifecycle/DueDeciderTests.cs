namespace AiManager.Domain.Tests;

/// <summary>What time asks for: rungs of an approval's ladder, and deadlines.</summary>
public sealed class DueDeciderTests
{
    private static readonly TaskId A = Given.Task("a");
    private static readonly CallId Call = Given.Call("c");
    private static readonly ApprovalId Approval = Given.Approval("ap");

    /// <summary>Remind after 1 h, stand-ins after 2 h, escalate after 4 h, expire after 48 h.</summary>
    public static TheoryData<double, string> Rungs => new()
    {
        { 0.99, "" },
        { 1, "Remind" },
        { 1.99, "Remind" },
        { 2, "Remind AdmitStandIns" },
        { 4, "Remind AdmitStandIns Escalate" },
        { 47.99, "Remind AdmitStandIns Escalate" },
        { 48, "Expire" },
        { 1000, "Expire" },
    };

    [Theory, MemberData(nameof(Rungs))]
    public void Every_rung_is_due_at_its_time_and_nothing_but_the_end_after_the_end(double hours, string commands) =>
        Assert.Equal(commands, string.Join(' ', Asked().Commands(Given.Noon.AddHours(hours)).Where(c => c is not WorkflowCommand.AgreeContract).Select(c => c.GetType().Name)));

    [Fact]
    public void A_rung_is_taken_once_and_in_any_case_before_the_next()
    {
        var story = Asked();
        var late = Given.Noon.AddHours(5);
        story.Then(new ApprovalReminded(Approval)).Never(new ApprovalReminded(Approval));
        Assert.DoesNotContain(new WorkflowCommand.Remind(Approval), story.Commands(late));
        story.Then(new StandInsAdmitted(Approval, [])).Never(new StandInsAdmitted(Approval, []));
        Assert.DoesNotContain(new WorkflowCommand.AdmitStandIns(Approval), story.Commands(late));
        story.Then(new ApprovalEscalated(Approval, "cfo")).Never(new ApprovalEscalated(Approval, "cfo"), new ApprovalEscalated(Approval, "lead"));
        Assert.DoesNotContain(new WorkflowCommand.Escalate(Approval), story.Commands(late));
    }

    [Fact]
    public void An_approval_without_a_ladder_as_old_journals_have_them_only_expires()
    {
        var story = Story.Submitted().Then(Given.Proposed("c"), Given.Decided(Call, Effect.Ask), Given.Requested(Approval, Call));
        Assert.Equal([new WorkflowCommand.AgreeContract()], story.Commands(Given.Noon.AddHours(47)));
        story.Never(new ApprovalReminded(Approval), new StandInsAdmitted(Approval, []), new ApprovalEscalated(Approval, "cfo"));
    }

    [Fact]
    public void Only_an_admitted_stand_in_sits_in_the_place_of_another_and_of_the_two_one()
    {
        var seat = Given.Seat(Approval, "omar") with { StandsInFor = "lena" };
        var story = Asked(new Seat("lead", 2)).Never(seat);
        story.Never(new StandInsAdmitted(Approval, [new StandIn("petra", "lena", "lead")]), new StandInsAdmitted(Approval, [new StandIn("omar", "petra", "lead")]));
        story.Then(new StandInsAdmitted(Approval, [new StandIn("omar", "lena", "lead")]));
        story.Never(seat with { StandsInFor = "nora" }, seat with { By = "nora" });
        story.Then(seat).Never(Given.Seat(Approval), Given.Seat(Approval, "omar"));
        story.Then(Given.Seat(Approval, "nora"), Given.Verdict(Approval, ApprovalVerdict.Approved));

        var other = Asked(new Seat("lead", 2)).Then(new StandInsAdmitted(Approval, [new StandIn("omar", "lena", "lead")]), Given.Seat(Approval));
        other.Never(seat);
    }

    [Fact]
    public void Another_role_sits_down_only_once_it_was_escalated_to_it_and_only_where_the_ladder_says()
    {
        var seat = Given.Seat(Approval, "carl") with { EscalatedTo = "cfo" };
        var story = Asked(new Seat("lead", 1), new Seat("warehouse", 1)).Never(seat);
        story.Then(new ApprovalEscalated(Approval, "cfo")).Never(seat with { Role = "warehouse" }, seat with { EscalatedTo = "ceo" }, seat with { By = "petra" });
        Assert.Equal("lead", Assert.Single(story.Then(seat).State.Approvals[Approval].Filled).Role);
        Assert.Equal(["warehouse"], story.State.Approvals[Approval].OpenRoles);
    }

    [Fact]
    public void A_deadline_is_noticed_at_its_time_and_once()
    {
        var story = Late();
        Assert.DoesNotContain(story.Commands(Given.Noon.AddHours(1).AddTicks(-10)), c => c is WorkflowCommand.NoticeDeadline);
        Assert.Contains(new WorkflowCommand.NoticeDeadline(A), story.Commands(Given.Noon.AddHours(1)));
        story.Never(new DeadlinePassed(A, Given.Noon), new DeadlinePassed(null, Given.Noon.AddHours(1)));
        story.Then(new DeadlinePassed(A, Given.Noon.AddHours(1))).Never(new DeadlinePassed(A, Given.Noon.AddHours(1)));
        Assert.DoesNotContain(story.Commands(Given.Noon.AddHours(9)), c => c is WorkflowCommand.NoticeDeadline);

        story.Then(new DeadlineExtended(A, Given.Noon.AddHours(3)));
        Assert.DoesNotContain(story.Commands(Given.Noon.AddHours(2)), c => c is WorkflowCommand.NoticeDeadline);
        Assert.Contains(new WorkflowCommand.NoticeDeadline(A), story.Commands(Given.Noon.AddHours(3)));
    }

    [Fact]
    public void A_deadline_finer_than_the_clock_of_the_stores_is_not_slept_over()
    {
        var deadline = Given.Noon.AddTicks(7);
        var story = Story.Planned(Given.WorkTask("a") with { Deadline = deadline });
        Assert.Contains(new WorkflowCommand.NoticeDeadline(A), story.Commands(Given.Noon));
        story.Then(new DeadlinePassed(A, deadline));
    }

    [Fact]
    public void What_is_done_cannot_be_late()
    {
        var story = Late().Then(new DeliverableSubmitted(A, Given.Json("{}")), new DeliverableReviewed(A, Actor.System, true, [], []));
        Assert.DoesNotContain(story.Commands(Given.Noon.AddDays(1)), c => c is WorkflowCommand.NoticeDeadline);
        story.Never(new DeadlinePassed(A, Given.Noon.AddHours(1)), new DeadlineExtended(A, Given.Noon.AddHours(2)));
    }

    [Fact]
    public void The_goals_own_deadline_is_the_contracts_or_the_submitted_one_or_a_persons()
    {
        var end = Given.Noon.AddHours(1);
        var story = new Story().Then(Given.Goal() with { Deadline = end });
        Assert.Contains(new WorkflowCommand.NoticeDeadline(null), story.Commands(end));
        story.Then(Given.Contract());
        Assert.Equal(end, story.State.Deadline);
        story.Then(new DeadlinePassed(null, end));
        Assert.DoesNotContain(story.Commands(end.AddDays(1)), c => c is WorkflowCommand.NoticeDeadline);
        story.Then(new DeadlineExtended(null, end.AddHours(1)));
        Assert.Contains(new WorkflowCommand.NoticeDeadline(null), story.Commands(end.AddHours(1)));
    }

    [Fact]
    public void What_a_person_said_of_a_late_task_is_carried_out_before_anything_else_is_done_with_it()
    {
        var story = Missed();
        story.Then(Given.Answered("late", "skip"));
        Assert.Equal(new WorkflowCommand.ObeyDeadline(Given.Id<EscalationId>("late")), story.Commands()[0]);
        story.Then(new TaskBlocked(A, "late", true), new TaskFailed(A, "late"));
        Assert.DoesNotContain(story.Commands(), c => c is WorkflowCommand.ObeyDeadline);
    }

    [Fact]
    public void What_was_handed_in_late_is_judged_before_it_is_taken_away()
    {
        var story = Missed().Then(new DeliverableSubmitted(A, Given.Json("{}")), Given.Answered("late", "skip"));
        Assert.Equal([new WorkflowCommand.Review(A)], story.Commands());
        story.Then(new DeliverableReviewed(A, Actor.System, false, ["no"], []));
        Assert.Equal([new WorkflowCommand.ObeyDeadline(Given.Id<EscalationId>("late"))], story.Commands());
    }

    [Fact]
    public void To_go_on_is_to_do_nothing_and_to_give_up_ends_the_goal()
    {
        foreach (var (choice, isEnd) in new[] { ("goOn", false), ("giveUp", true) })
        {
            var story = new Story().Then(Given.Goal() with { Deadline = Given.Noon.AddSeconds(1) }, new DeadlinePassed(null, Given.Noon.AddSeconds(1)))
                .Then(Given.Escalated("late", EscalationKind.MissedDeadline, null, null, "extend", "goOn", "giveUp"), Given.Answered("late", choice));
            Assert.Equal(isEnd, story.Commands().Any(c => c is WorkflowCommand.ObeyDeadline));
        }
    }

    [Fact]
    public void Nobody_is_asked_any_more_about_a_late_task_that_is_over()
    {
        var story = Missed();
        Assert.True(story.State.WaitsForPeople);
        story.Then(new DeliverableSubmitted(A, Given.Json("{}")), new DeliverableReviewed(A, Actor.System, true, [], []));
        Assert.False(story.State.WaitsForPeople);
    }

    [Fact]
    public void An_effect_without_an_end_is_seen_to_though_what_it_was_for_is_over()
    {
        var cancelled = Story.Planned(Given.WorkTask("a")).Then(Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Given.Started(Call, money: 50), new GoalCancelled(Given.Words("no")));
        Assert.Equal([new WorkflowCommand.TakeUp(Call)], cancelled.Commands());
        cancelled.Then(Given.Settled(Call, CallOutcome.Unknown), Given.Escalated("e", EscalationKind.UnknownCall, null, Call, "happened", "again", "giveUp"));
        Assert.Empty(cancelled.Commands());
        cancelled.Then(Given.Answered("e", "happened"));
        Assert.Equal([new WorkflowCommand.ResolveUnknown(Given.Id<EscalationId>("e"))], cancelled.Commands());
        Assert.Empty(cancelled.Then(Given.Settled(Call)).Commands());
        Assert.Equal(0, cancelled.State.Spend.ReservedMoney);

        var failed = Story.Planned(Given.WorkTask("a"), Given.WorkTask("b")).Then(Given.Assigned("a"), Given.Proposed("c", "a"), Given.Decided(Call, Effect.Allow), Given.Started(Call), new TaskBlocked(A, "", true), new TaskFailed(A, ""));
        Assert.Contains(new WorkflowCommand.TakeUp(Call), failed.Commands());
    }

    private static Story Asked(params Seat[] seats) => Story.Submitted().Then(
        Given.Proposed("c"),
        Given.Decided(Call, Effect.Ask),
        Given.Requested(Approval, Call, seats: seats) with
        {
            Ladder = new ApprovalLadder(Given.Noon.AddHours(1), Given.Noon.AddHours(2), Given.Noon.AddHours(4), [new SeatEscalation("lead", "cfo")]),
        });

    private static Story Late() => Story.Planned(Given.WorkTask("a") with { Deadline = Given.Noon.AddHours(1) }).Then(Given.Assigned("a"));

    private static Story Missed() => Late().Then(
        new DeadlinePassed(A, Given.Noon.AddHours(1)), Given.Escalated("late", EscalationKind.MissedDeadline, "a", null, "extend", "reassign", "skip", "giveUp"));
}
