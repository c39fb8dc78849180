namespace AiManager.ManagerAgent.Tests;

/// <summary>What time does to a workflow that nobody touches. Between one moment and the next no process runs: each is a new one on the same store.</summary>
public sealed class ClockTests
{
    private readonly House _house = new()
    {
        People = [House.Person("olga", "operator"), House.Person("petra", "lead") with { StandIn = "omar" }, House.Person("omar", "warehouse"), House.Person("carla", "cfo")],
    };

    [Fact]
    public async Task An_approval_reminds_admits_stand_ins_escalates_and_expires_with_nothing_running_meanwhile()
    {
        var workflow = await AskedAsync();
        var begin = _house.Time.GetUtcNow();
        var wanted = new (double Hours, string Line, WorkflowEvent? Event)[]
        {
            (0.99, "waiting for lead", null),
            (1, "waiting for lead", new ApprovalReminded(Id(workflow))),
            (1.5, "waiting for lead", null),
            (2, "waiting for lead or omar for petra", new StandInsAdmitted(Id(workflow), [new StandIn("omar", "petra", "lead")])),
            (4, "waiting for lead or omar for petra or cfo", new ApprovalEscalated(Id(workflow), "cfo")),
            (47.9, "waiting for lead or omar for petra or cfo", null),
        };
        var known = (await _house.Start().SnapshotAsync(workflow)).Events.Length;
        foreach (var (hours, line, fact) in wanted)
        {
            _house.Time.Advance(begin.AddHours(hours) - _house.Time.GetUtcNow());
            var driving = _house.Start($"node-{hours}");
            Assert.Equal(line, NowLine.Of(await driving.RunAsync(workflow), Plain.Words));
            var events = (await driving.SnapshotAsync(workflow)).Events;
            Assert.Equal(fact is null ? [] : [fact.ToString()], events.Skip(known).Select(e => e.Event.ToString()));
            known = events.Length;
        }

        _house.Time.Advance(TimeSpan.FromHours(1));
        var state = await _house.Start("last").RunAsync(workflow);
        Assert.Equal(ApprovalVerdict.Expired, Assert.Single(state.Approvals.Values).Verdict);
    }

    [Theory]
    [InlineData("2027-03-27T22:30:00Z")] // an hour is left out that night, in Europe
    [InlineData("2027-10-30T22:30:00Z")] // an hour comes twice
    [InlineData("2028-02-28T22:30:00Z")] // a day more than other years
    [InlineData("2027-12-31T22:30:00Z")]
    public async Task Rungs_and_deadlines_come_so_many_hours_later_whatever_clocks_on_walls_do(string begin)
    {
        _house.Time.Advance(DateTimeOffset.Parse(begin) - _house.Time.GetUtcNow());
        _house.Playbooks = [_house.Playbooks[0] with { Deadline = TimeSpan.FromDays(1) }];
        var workflow = await AskedAsync();
        var known = (await _house.Start().SnapshotAsync(workflow)).Events.Length;
        foreach (var (hours, type) in new[] { (1, nameof(ApprovalReminded)), (2, nameof(StandInsAdmitted)), (4, nameof(ApprovalEscalated)), (24, nameof(DeadlinePassed)) })
        {
            var moment = DateTimeOffset.Parse(begin).AddHours(hours);
            Assert.Equal(moment, _house.Store.NextDue());
            _house.Time.Advance(moment.AddSeconds(-1) - _house.Time.GetUtcNow());
            await _house.Start($"before-{hours}").RunAsync(workflow);
            Assert.Equal(known, (await _house.Start().SnapshotAsync(workflow)).Events.Length);

            _house.Time.Advance(TimeSpan.FromSeconds(1));
            await _house.Start($"at-{hours}").RunAsync(workflow);
            var events = (await _house.Start().SnapshotAsync(workflow)).Events;
            Assert.Equal((type, moment), (events[known].Event.GetType().Name, events[known].At));
            known = events.Length;
        }
    }

    [Fact]
    public async Task Rungs_that_passed_while_nothing_ran_are_taken_in_their_order()
    {
        var workflow = await AskedAsync();
        _house.Time.Advance(TimeSpan.FromHours(5));
        var driving = _house.Start();
        await driving.RunAsync(workflow);

        var rungs = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).Where(e => e is ApprovalReminded or StandInsAdmitted or ApprovalEscalated).Select(e => e.GetType().Name);
        Assert.Equal(["ApprovalReminded", "StandInsAdmitted", "ApprovalEscalated"], rungs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_dies_on_a_rung_leaves_it_to_the_next_and_it_is_taken_once(bool landsFirst)
    {
        var workflow = await AskedAsync();
        _house.Time.Advance(TimeSpan.FromHours(2));
        for (var append = 1; append <= 2; append++)
        {
            var doomed = _house.Start($"doomed-{append}");
            doomed.Journal.DieAt = landsFirst ? 1 : append;
            doomed.Journal.LandsFirst = landsFirst;
            await Assert.ThrowsAnyAsync<Exception>(() => doomed.Loop.RunUntilIdleAsync(workflow, default));
            _house.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var driving = _house.Start("heir");
        await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<ApprovalReminded>(workflow));
        Assert.Single(await driving.EventsAsync<StandInsAdmitted>(workflow));
    }

    [Fact]
    public async Task A_paused_workflow_climbs_no_rung_until_it_goes_on()
    {
        var workflow = await AskedAsync();
        var driving = _house.Start();
        await driving.Desk.PauseAsync(workflow, "Wait.", "olga", default);
        await driving.RunAsync(workflow);
        Assert.Null(_house.Store.NextDue());
        _house.Time.Advance(TimeSpan.FromHours(3));
        await driving.RunAsync(workflow);
        Assert.Empty(await driving.EventsAsync<ApprovalReminded>(workflow));
        await driving.Desk.ResumeAsync(workflow, "olga", default);
        await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<StandInsAdmitted>(workflow));
    }

    [Fact]
    public async Task A_playbooks_deadline_holds_from_the_submission_and_wakes_a_workflow_that_waits_for_people()
    {
        _house.Playbooks = [_house.Playbooks[0] with { Deadline = TimeSpan.FromHours(6) }];
        var workflow = await AskedAsync();
        Assert.Equal(_house.Time.GetUtcNow().AddHours(6), (await _house.Start().SnapshotAsync(workflow)).State.Deadline);

        _house.Time.Advance(TimeSpan.FromHours(6));
        var driving = _house.Start("later");
        var state = await driving.RunAsync(workflow);
        var asked = Assert.Single(state.Escalations.Values).Raised;
        Assert.Equal((EscalationKind.MissedDeadline, "operator", null), (asked.Kind, asked.Role, asked.Task));
        Assert.Equal(["extend", "goOn", "giveUp"], asked.Choices.AsEnumerable());
        _house.Time.Advance(TimeSpan.FromHours(1));
        await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<DeadlinePassed>(workflow));
    }

    [Theory]
    [InlineData(null, "Say until when")]
    [InlineData("next week", "'next week' is no deadline")]
    [InlineData("2026-11-22", "is no deadline")]
    [InlineData("2026-11-22T10:00:00", "is no deadline")]
    [InlineData("0h", "is no deadline")]
    [InlineData("2020-01-01T00:00:00Z", "has passed already")]
    [InlineData("4h", null)]
    [InlineData(" 2026-11-22T18:00:00+01:00 ", null)]
    public async Task More_time_is_given_in_words_that_say_until_when(string? words, string? refusal)
    {
        var workflow = await LateGoalAsync();
        var driving = _house.Start();
        var asked = Assert.Single((await driving.SnapshotAsync(workflow)).State.Escalations.Values).Raised.Escalation;
        var result = await driving.Answers.AnswerAsync(workflow, asked, "extend", words, "olga", "api", default);
        if (refusal is not null)
        {
            Assert.Contains(refusal, result.Why);
            return;
        }

        Assert.IsType<AnswerResult.Given>(result);
        var deadline = Assert.Single(await driving.EventsAsync<DeadlineExtended>(workflow)).Deadline;
        _house.Time.Advance(deadline - _house.Time.GetUtcNow() - TimeSpan.FromMinutes(1));
        await driving.RunAsync(workflow);
        Assert.Single(await driving.EventsAsync<DeadlinePassed>(workflow));
        _house.Time.Advance(TimeSpan.FromMinutes(1));
        await driving.RunAsync(workflow);
        Assert.Equal(2, (await driving.EventsAsync<DeadlinePassed>(workflow)).Length);
    }

    [Theory]
    [InlineData("goOn", WorkflowStatus.Waiting)]
    [InlineData("giveUp", WorkflowStatus.Failed)]
    public async Task A_goal_that_is_late_goes_on_or_is_given_up(string choice, WorkflowStatus status)
    {
        var workflow = await LateGoalAsync();
        var driving = _house.Start();
        await driving.AnswerAsync(workflow, EscalationKind.MissedDeadline, choice);
        var state = await driving.RunAsync(workflow);
        Assert.Equal(status, state.ShownStatus);
        if (choice == "goOn")
        {
            await driving.DecideAllAsync(workflow, approve: true);
            Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        }
    }

    [Fact]
    public async Task A_late_goal_that_is_reached_all_the_same_is_reached()
    {
        var workflow = await LateGoalAsync();
        var driving = _house.Start();
        await driving.DecideAllAsync(workflow, approve: true);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Theory]
    [InlineData("skip", WorkTaskStatus.Failed)]
    [InlineData("reassign", WorkTaskStatus.WaitingApproval)]
    [InlineData("giveUp", WorkTaskStatus.Cancelled)]
    [InlineData("extend", WorkTaskStatus.WaitingApproval)]
    public async Task A_late_task_is_dealt_with_as_a_person_says(string choice, WorkTaskStatus status)
    {
        var workflow = await AskedAsync();
        var late = await LateTaskAsync(workflow);
        var driving = _house.Start();
        await driving.AnswerAsync(workflow, EscalationKind.MissedDeadline, choice, choice == "extend" ? "2h" : null);
        var state = await driving.RunAsync(workflow);

        var task = state.Task(late)!;
        Assert.Equal((status, choice == "reassign" ? 2 : 1), (task.Status, task.Assignment));
        Assert.Null(task.Order);
        Assert.Equal(choice is "skip" or "reassign", state.Approvals.Values.Any(a => a.Verdict == ApprovalVerdict.Void));
        Assert.Equal(choice == "giveUp", state.Status == WorkflowStatus.Failed);
        if (choice == "reassign")
        {
            Assert.Equal("agent:purchaser-two", task.Executor!.Actor.Value);
            await driving.DecideAllAsync(workflow, approve: true);
            Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
            Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
        }
    }

    [Fact]
    public async Task Where_nobody_else_could_do_it_nobody_is_offered()
    {
        _house.Agents = [.. _house.Agents.Where(a => a.Name != "purchaser-two")];
        var workflow = await AskedAsync();
        await LateTaskAsync(workflow);
        var asked = (await _house.Start().SnapshotAsync(workflow)).State.Escalations.Values.Single(e => e.Choice is null);
        Assert.Equal(["extend", "skip", "giveUp"], asked.Raised.Choices.AsEnumerable());
    }

    [Fact]
    public async Task Who_was_to_take_over_and_has_gone_since_leaves_the_task_to_the_ladder()
    {
        var workflow = await AskedAsync();
        var late = await LateTaskAsync(workflow);
        _house.Agents = [.. _house.Agents.Where(a => a.Name != "purchaser-two")];
        var driving = _house.Start();
        await driving.AnswerAsync(workflow, EscalationKind.MissedDeadline, "reassign");
        var state = await driving.RunAsync(workflow);
        Assert.Contains(await driving.EventsAsync<TaskBlocked>(workflow), b => b.Task == late && b.Reason.Contains("nobody else", StringComparison.Ordinal));
        Assert.NotEqual(WorkflowStatus.Failed, state.Status);
    }

    [Fact]
    public async Task Whoever_was_to_take_over_does_not_begin_anew_what_went_on_behind_the_question()
    {
        // Once its order is placed, it wants another, and waits for somebody once more.
        _house.Model.On("act", (question, state) => state.Task(question.Task!.Value) is { Task.Skill: "purchasing" } task && state.EffectsOf(task).Any() && task.Task.Item.Text.Contains("s2", StringComparison.Ordinal)
            ? ModelDouble.Calls(("orders.create", """{"supplier":"s2","note":"and more"}"""))
            : House.Act(question, state));
        var workflow = await AskedAsync();
        var late = await LateTaskAsync(workflow);
        var driving = _house.Start();
        await driving.DecideAllAsync(workflow, approve: true);
        await driving.RunAsync(workflow);
        Assert.Contains("s2", _house.Orders);

        await driving.AnswerAsync(workflow, EscalationKind.MissedDeadline, "reassign");
        var state = await driving.RunAsync(workflow);
        Assert.Contains(await driving.EventsAsync<TaskBlocked>(workflow), b => b.Task == late && b.Reason.Contains("gone on before somebody else", StringComparison.Ordinal));
        Assert.Empty(await driving.EventsAsync<TaskReassigned>(workflow));
        Assert.Single(_house.Orders, "s2");
        Assert.Equal("agent:purchaser", state.Task(late)!.Executor!.Actor.Value); // who knows what they did
    }

    [Fact]
    public async Task A_late_task_that_is_done_meanwhile_needs_no_answer()
    {
        var workflow = await AskedAsync();
        await LateTaskAsync(workflow);
        var driving = _house.Start();
        var asked = (await driving.SnapshotAsync(workflow)).State.Escalations.Values.Single().Raised.Escalation;
        await driving.DecideAllAsync(workflow, approve: true);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Contains("nobody need answer", Assert.IsType<AnswerResult.Conflict>(await driving.Answers.AnswerAsync(workflow, asked, "skip", null, "olga", "api", default)).Reason);
    }

    [Fact]
    public async Task A_plan_gives_a_task_its_deadline_and_never_one_behind_the_goals()
    {
        _house.Model.On("detail", (question, _) => ModelDouble.Text(House.DetailOf(question).Replace("\"instruction\"", "\"within\":\"3h\",\"instruction\"", StringComparison.Ordinal)));
        Asks();
        var driving = _house.Start();
        var near = await driving.SubmitAndRunAsync(change: r => r with { Deadline = _house.Time.GetUtcNow().AddHours(2) });
        Assert.All(near.Tasks, t => Assert.Equal(near.Deadline, t.Task.Deadline));
    }

    [Fact]
    public async Task A_call_that_was_under_way_when_a_dead_process_was_cancelled_is_settled_once()
    {
        var house = new House(1);
        house.Tools.BeforeRun = call => call.Tool == "orders.create" ? throw new KilledException() : Task.CompletedTask;
        var doomed = house.Start("doomed");
        var workflow = await doomed.SubmitAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => doomed.Loop.RunUntilIdleAsync(workflow, default));
        house.Tools.BeforeRun = null;
        var driving = house.Start("heir");
        await driving.Desk.CancelAsync(workflow, "No.", "olga", default);
        house.Time.Advance(TimeSpan.FromMinutes(1));

        var state = await driving.RunAsync(workflow);
        Assert.Equal(CallStatus.Unknown, state.Calls.Values.Single(c => c.Proposed.Tool == "orders.create").Status);
        await driving.AnswerAsync(workflow, EscalationKind.UnknownCall, "again");
        state = await driving.RunAsync(workflow);
        Assert.Equal(CallStatus.Failed, state.Calls.Values.Single(c => c.Proposed.Tool == "orders.create").Status);
        Assert.Empty(house.Orders);
    }

    private void Asks() => _house.ChangeTool(
        "orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow });

    private async Task<WorkflowId> AskedAsync()
    {
        Asks();
        var driving = _house.Start("first");
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        return workflow;
    }

    private ApprovalId Id(WorkflowId workflow) => _house.Start().SnapshotAsync(workflow).GetAwaiter().GetResult().State.Approvals.Keys.Single();

    private async Task<WorkflowId> LateGoalAsync()
    {
        _house.Playbooks = [_house.Playbooks[0] with { Deadline = TimeSpan.FromHours(6) }];
        var workflow = await AskedAsync();
        _house.Time.Advance(TimeSpan.FromHours(6));
        await _house.Start("later").RunAsync(workflow);
        return workflow;
    }

    /// <summary>The task that waits for an approval has a deadline, and it passes.</summary>
    private async Task<TaskId> LateTaskAsync(WorkflowId workflow)
    {
        var driving = _house.Start("later");
        var late = (await driving.SnapshotAsync(workflow)).State.Tasks.Single(t => t.Status == WorkTaskStatus.WaitingApproval).Task.Id;
        await driving.Outside.AppendAsync(
            workflow, _ => new OutsideDecision.Append([new DeadlineExtended(late, _house.Time.GetUtcNow().AddMinutes(30))]), Actor.Person("olga"), default);
        await driving.RunAsync(workflow);
        _house.Time.Advance(TimeSpan.FromMinutes(30));
        await driving.RunAsync(workflow);
        return late;
    }
}
