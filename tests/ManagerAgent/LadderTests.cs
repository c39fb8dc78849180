namespace AiManager.ManagerAgent.Tests;

/// <summary>What happens when a task does not work out: feedback, another executor, another plan, a person.</summary>
public sealed class LadderTests
{
    private readonly House _house = new(1);

    [Fact]
    public async Task The_rungs_come_in_order_and_nobody_who_tried_is_chosen_again()
    {
        Blocks(t => t.Task.Skill == "purchasing");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        var order = TasksOf(state, 1).Last();
        Assert.Equal([Actor.Agent("purchaser"), Actor.Agent("purchaser-two")], order.Tried.ToArray());
        var rungs = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).Where(e => e is TaskRetried or TaskReassigned or PlanRevised or Escalated);
        Assert.Equal(
            [nameof(TaskRetried), nameof(TaskReassigned), nameof(TaskRetried), nameof(PlanRevised), nameof(TaskRetried), nameof(TaskReassigned), nameof(TaskRetried), nameof(Escalated)],
            rungs.Select(r => r.GetType().Name));
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
    }

    [Fact]
    public async Task A_goal_whose_budget_is_used_up_ends_in_the_middle_and_tells_what_is_done_what_is_left_and_which_budget_it_was()
    {
        var acts = 0;
        _house.Model.UsedUp = q => q.Step == "act" && Interlocked.Increment(ref acts) > 1 ? new BudgetNotice("per-goal", null, "The budget 'per-goal' is used up.") : null;
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal((WorkflowStatus.Failed, GoalFailure.Limit, "The budget 'per-goal' is used up."), (state.Status, state.Failure!.Kind, state.Ending));
        var events = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).ToList();
        Assert.DoesNotContain(events, e => e is TaskRetried or TaskReassigned or PlanRevised or Escalated { Kind: EscalationKind.BlockedTask or EscalationKind.Model });
        Assert.DoesNotContain(events.SkipWhile(e => e is not ModelReplied { UsedUp: not null }), e => e is TaskAssigned or TaskExpanded);
        var lines = StatusReport.Of(await driving.SnapshotAsync(workflow), "EUR", Plain.Words, 0).Lines;
        Assert.Contains(lines, l => l.Kind == ReportKind.NotDone && l.Text.Contains("per-goal", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Kind == ReportKind.NotDone && l.Text.EndsWith(": begun, and not brought to an end.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_try_is_told_what_was_wrong_with_the_first()
    {
        _house.Model.InTurn("review", ModelDouble.Text("""{"accepted":false,"reasons":["One row is missing."]}"""), ModelDouble.Text("""{"accepted":true,"reasons":[]}"""));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Contains("One row is missing.", Assert.Single(await driving.EventsAsync<TaskRetried>(workflow)).Feedback);
    }

    [Fact]
    public async Task What_a_task_has_done_already_nobody_else_begins_anew_before_a_person_has_looked()
    {
        _house.Model.On("act", (question, state) => state.Task(question.Task!.Value) is { Task.Skill: "purchasing" } task
            ? House.Act(state, task, ("orders.create", task.Task.Item.Text), _ => """{"cannot":"The answer makes no sense."}""")
            : House.Act(question, state));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(["s1"], _house.Orders);
        Assert.Equal(1, state.PlanVersion);
        Assert.Empty(await driving.EventsAsync<TaskReassigned>(workflow));
        Assert.Single(await driving.EventsAsync<TaskRetried>(workflow));
        var asked = Assert.Single(state.Escalations.Values, e => e.Raised.Kind == EscalationKind.BlockedTask);
        Assert.Contains("Done already, and it stays done: orders.create for 10 EUR. Try again", asked.Raised.Question, StringComparison.Ordinal);

        // Skipped, it is in the report, the question about the goal says so too, and no other plan does it once more.
        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "skip");
        _house.ChangeTool("stock.open", t => t with { Run = _ => House.Rows(["s9"]) });
        state = await driving.RunAsync(workflow);
        Assert.Equal((1, WorkflowStatus.Waiting), (state.PlanVersion, state.ShownStatus));
        Assert.Contains("it stays done: orders.create for 10 EUR.", Assert.Single(state.Escalations.Values, e => e.Raised.Kind == EscalationKind.UnmetGoal).Raised.Question, StringComparison.Ordinal);

        // Nor does one that people wish for: they may not know of it.
        _house.Model.On("hear", (_, _) => ModelDouble.Text("""{"action":"revise","answer":"I try."}"""));
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Do it otherwise.", "petra", default));
        Assert.Equal(1, (await driving.RunAsync(workflow)).PlanVersion);
        Assert.Contains("it stays done: orders.create for 10 EUR.", Assert.Single(await driving.EventsAsync<PlanKept>(workflow)).Reason, StringComparison.Ordinal);

        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "accept");
        state = await driving.RunAsync(workflow);
        Assert.True(state.IsTakenAsItIs);
        Assert.Contains(StatusReport.Of(await driving.SnapshotAsync(workflow), "EUR", Plain.Words, 0).Lines, l => l.Kind == ReportKind.Done && l.Text.EndsWith("done all the same: orders.create for 10 EUR; orders.cancel undoes it.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_may_have_a_blocked_task_tried_again_and_is_heard()
    {
        var blocks = true;
        Blocks(t => blocks && t.Task.Skill == "purchasing");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry", "The supplier is back.");
        Assert.Equal(WorkflowStatus.Waiting, (await driving.RunAsync(workflow)).ShownStatus);
        blocks = false;
        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry", "Now it is.");

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Contains(await driving.EventsAsync<TaskRetried>(workflow), r => r.Feedback.Contains("Now it is.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_may_have_a_task_tried_again_that_had_used_up_its_questions()
    {
        var endless = true;
        _house.Agents = [.. _house.Agents.Where(a => a.Name != "purchaser-two").Select(a => a with { Limits = new TurnLimits(3) })];
        _house.Model.On("act", (question, state) => endless && state.Task(question.Task!.Value)!.Task.Skill == "purchasing"
            ? ModelDouble.Calls(("orders.find", $$"""{"supplier":"x{{state.Task(question.Task.Value)!.Turn.Asks}}"}"""))
            : House.Act(question, state));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        Assert.Equal(WorkflowStatus.Waiting, (await driving.RunAsync(workflow)).ShownStatus);

        endless = false;
        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry");

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task A_skipped_task_fails_and_the_goal_is_judged_without_it()
    {
        Blocks(t => t.Task.Skill == "purchasing");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "skip");
        var state = await driving.RunAsync(workflow);

        Assert.Contains(state.Tasks, t => t.Status == WorkTaskStatus.Failed && t.Reason!.Contains("skipped", StringComparison.Ordinal));
        Assert.Contains(state.Escalations.Values, e => e is { Raised.Kind: EscalationKind.UnmetGoal, Choice: null });
    }

    [Fact]
    public async Task Giving_up_a_task_ends_the_goal()
    {
        Blocks(t => t.Task.Skill == "purchasing");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "giveUp");

        Assert.Equal(GoalFailure.GivenUp, (await driving.RunAsync(workflow)).Failure!.Kind);
    }

    [Fact]
    public async Task A_task_that_nobody_can_take_waits_for_a_person_and_is_taken_once_somebody_can()
    {
        _house.Agents = [.. _house.Agents.Where(a => !a.Skills.Contains("purchasing"))];
        var people = _house.People;
        _house.People = people.Add(House.Person("paul", "buyer", "purchasing"));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        // Paul leaves after the plan was made.
        _house.People = people;
        driving.Journal.DieAtPoint = CrashPoint.AfterPlanAdopted;
        await Assert.ThrowsAsync<KilledException>(() => driving.Loop.RunUntilIdleAsync(null, default));
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        var without = _house.Start("node-2");
        Assert.Equal(WorkflowStatus.Waiting, (await without.RunAsync(workflow)).ShownStatus);
        await without.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry");
        Assert.Equal(WorkflowStatus.Waiting, (await without.RunAsync(workflow)).ShownStatus);

        _house.Agents = _house.Agents.Add(House.Agent("purchaser", "purchasing", "orders.create", "orders.find"));
        var with = _house.Start("node-3");
        await with.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry");

        Assert.Equal(WorkflowStatus.Completed, (await with.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task A_revised_plan_keeps_what_is_done_and_repeats_only_the_rest()
    {
        Blocks(t => t.Task.Skill == "purchasing", untilVersion: 2);
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(2, state.PlanVersion);
        Assert.Single(state.Tasks, t => t.Task.Key == "find");
        Assert.Equal(["s1"], _house.Orders);
    }

    [Fact]
    public async Task A_new_plan_repeats_only_those_elements_of_a_list_that_are_not_done()
    {
        var house = new House { MaxParallelSteps = 1 };
        house.Model.On("act", (question, state) => state.PlanVersion == 1 && state.Task(question.Task!.Value)!.Task.Key == "order/3"
            ? ModelDouble.Text("""{"cannot":"The supplier does not answer."}""")
            : House.Act(question, state));

        var state = await house.Start().SubmitAndRunAsync();

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(2, state.PlanVersion);
        Assert.Equal(["s1", "s2", "s3"], house.Orders);
    }

    [Fact]
    public async Task A_plan_is_not_torn_up_under_work_that_goes_on()
    {
        var house = new House(2);
        house.ChangeTool("orders.create", t => t with { Decide = _ => Effect.Ask });
        house.Model.On("act", (question, state) => state.Task(question.Task!.Value)!.Task.Key == "order/2" && state.Approvals.IsEmpty
            ? ModelDouble.Calls(("orders.find", """{"supplier":"s2"}"""))
            : state.Task(question.Task!.Value)!.Task.Key == "order/2" ? ModelDouble.Text("""{"cannot":"The supplier does not answer."}""") : House.Act(question, state));
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(1, state.PlanVersion);
        Assert.Contains(state.Tasks, t => t.Status == WorkTaskStatus.WaitingApproval);
        Assert.Contains(state.Escalations.Values, e => e.Raised.Kind == EscalationKind.BlockedTask);
        await driving.DecideAllAsync(workflow, approve: true);
        await driving.RunAsync(workflow);
        Assert.Equal(["s1"], house.Orders);
    }

    [Fact]
    public async Task A_goal_that_is_not_met_gets_a_new_plan_once_and_then_a_person_decides()
    {
        _house.ChangeTool("stock.open", t => t with { Run = _ => House.Rows(["s9"]) });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(2, state.PlanVersion);
        Assert.Equal(2, state.AcceptanceRound);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "accept");
        state = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Contains("person:olga", state.Ending);
    }

    [Fact]
    public async Task An_unmet_goal_may_be_given_up()
    {
        _house.ChangeTool("stock.open", t => t with { Run = _ => House.Rows(["s9"]) });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "giveUp");

        Assert.Equal(GoalFailure.GivenUp, (await driving.RunAsync(workflow)).Failure!.Kind);
    }

    [Fact]
    public async Task Trying_an_unmet_goal_again_repeats_the_whole_plan_with_what_was_cancelled()
    {
        var blocks = true;
        Blocks(t => blocks && t.Task.Skill == "analysis");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "skip");
        Assert.Equal(WorkflowStatus.Waiting, (await driving.RunAsync(workflow)).ShownStatus);

        blocks = false;
        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "retry");
        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(["s1"], _house.Orders);
    }

    [Fact]
    public async Task Where_no_check_is_agreed_a_plan_that_mends_a_failure_meets_the_goal()
    {
        var first = true;
        _house.Model.On("outline", (_, _) => ModelDouble.Text(House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], first ? "$results.find.lines" : "$results.find.rows"))));
        _house.Model.BeforeSend = question =>
        {
            first &= question.Step != "act";
            return Task.CompletedTask;
        };

        var state = await _house.Start().SubmitAndRunAsync("Order what is low.", r => r with { Contract = new Contract("Order it.", [], [], null, null) });

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(2, state.PlanVersion);
        Assert.Equal(["s1"], _house.Orders);
    }

    private static IEnumerable<TaskState> TasksOf(WorkflowState state, int number) => state.Tasks.Where(t => t.Task.Key == $"order/{number}");

    private void Blocks(Func<TaskState, bool> when, int untilVersion = int.MaxValue) => _house.Model.On(
        "act",
        (question, state) => state.PlanVersion < untilVersion && when(state.Task(question.Task!.Value)!) ? ModelDouble.Text("""{"cannot":"The supplier does not answer."}""") : House.Act(question, state));
}
