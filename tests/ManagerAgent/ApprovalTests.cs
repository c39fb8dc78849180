using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>Calls that need people, calls that are refused, and calls that nobody knows the end of.</summary>
public sealed class ApprovalTests
{
    private readonly House _house = new();

    [Fact]
    public async Task A_call_that_is_asked_waits_holds_up_no_other_and_goes_on_when_approved()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.Equal("waiting for lead", NowLine.Of(state, Plain.Words));
        Assert.Equal(["s1", "s3"], _house.Orders.Order());
        await driving.DecideAllAsync(workflow, approve: true);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
    }

    [Theory]
    [InlineData("orders.find", CallStatus.Succeeded)]
    [InlineData("orders.gone", CallStatus.Refused)]
    public async Task What_a_call_would_do_is_found_out_once_while_it_waits_and_holds_nothing_up(string tool, CallStatus becomes)
    {
        Asks("orders.create", "s2");
        _house.ChangeTool("orders.create", t => t with { Preview = args => new EffectPreview(tool, args) });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        var state = await driving.RunAsync(workflow);
        var shown = state.Calls[Assert.Single(state.Approvals.Values).PreviewCall!.Value];
        Assert.Equal((WorkflowStatus.Waiting, becomes, null, "system"), (state.ShownStatus, shown.Status, shown.Proposed.Task, shown.Proposed.Agent));
        Assert.True(state.IsPreview(shown));
        Assert.False(state.IsPreview(state.Calls.Values.First(c => c.Proposed.Tool == "orders.create")));

        await driving.DecideAllAsync(workflow, approve: true);
        state = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Single(state.Calls.Values, state.IsPreview);
    }

    [Fact]
    public async Task A_preview_may_let_out_what_its_task_may_and_nothing_else_of_the_tasks_grant_binds_it()
    {
        Asks("orders.create", "s2");
        _house.Playbooks = [_house.Playbooks[0] with { Grant = new PlaybookGrant(new Grant(["stock.low", "orders.create"], Releases: ["user"]), TimeSpan.FromHours(4)) }];
        _house.ChangeTool("orders.create", t => t with { Preview = _ => new EffectPreview("orders.find", JsonText.Parse("""{"supplier":"s2"}""")) });
        ToolCall? shown = null;
        _house.Tools.BeforeRun = call =>
        {
            shown = call.Tool == "orders.find" ? call : shown;
            return Task.CompletedTask;
        };
        var driving = _house.Start();
        await driving.RunAsync(await driving.SubmitAsync());
        Assert.Equal(["user"], shown!.Grant!.Releases!.Value.AsEnumerable());
        Assert.Equal(["orders.find"], shown.Grant.Tools.AsEnumerable());
        Assert.Null(shown.Grant.Expires);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_standing_rule_that_was_wanted_with_a_yes_is_settled_by_whoever_drives_also_when_the_goal_is_over(bool isCancelled)
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var id = Assert.Single((await driving.RunAsync(workflow)).Approvals.Keys);
        ImmutableArray<WorkflowEvent> yes =
        [
            new SeatFilled(id, "lead", "petra", "api", null) { Standing = new StandingTerms(null, 5) }, new ApprovalDecided(id, "petra", "api", ApprovalVerdict.Approved, null),
            .. isCancelled ? [new GoalCancelled(new PrivateText("petra", "No."))] : Array.Empty<WorkflowEvent>(),
        ];
        Assert.IsType<OutsideResult.Appended>(await driving.Outside.AppendAsync(workflow, _ => new OutsideDecision.Append(yes), Actor.Person("petra"), default));

        var state = await driving.RunAsync(workflow);
        Assert.Equal(new StandingSettled(id, null, "Nobody takes standing rules here."), state.Approvals[id].Standing);
        Assert.Equal(isCancelled ? WorkflowStatus.Cancelled : WorkflowStatus.Completed, state.Status);
        Assert.Single(await driving.EventsAsync<StandingSettled>(workflow));
    }

    [Fact]
    public async Task A_rejected_call_fails_its_task_for_good_and_a_person_decides_about_the_goal()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.DecideAllAsync(workflow, approve: false);
        var state = await driving.RunAsync(workflow);

        Assert.Equal(WorkTaskStatus.Failed, state.Tasks.Single(t => t.Task.Key == "order/2").Status);
        Assert.Equal(0, state.Tasks.Single(t => t.Task.Key == "order/2").Retries);
        Assert.Equal(1, state.PlanVersion);
        var asked = Assert.Single(state.Escalations.Values);
        Assert.Equal(EscalationKind.UnmetGoal, asked.Raised.Kind);
        Assert.Contains("petra rejected it", asked.Raised.Question);
    }

    [Fact]
    public async Task After_a_no_a_person_may_have_all_of_it_tried_again_and_it_is_asked_again()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.DecideAllAsync(workflow, approve: false);
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "retry");
        var state = await driving.RunAsync(workflow);
        Assert.Equal(2, state.PlanVersion);
        Assert.Single(state.Approvals.Values, a => a.Verdict is null);
        await driving.DecideAllAsync(workflow, approve: true);

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
    }

    [Fact]
    public async Task Silence_is_a_no_once_the_time_is_over()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        _house.Time.Advance(TimeSpan.FromDays(2));
        var state = await driving.RunAsync(workflow);

        var approval = Assert.Single(state.Approvals.Values);
        Assert.Equal(ApprovalVerdict.Expired, approval.Verdict);
        Assert.Equal(WorkTaskStatus.Failed, state.Tasks.Single(t => t.Task.Key == "order/2").Status);
    }

    [Fact]
    public async Task What_expires_while_it_is_paused_is_a_no_when_it_goes_on()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.Desk.PauseAsync(workflow, "Wait.", "petra", default);
        await driving.RunAsync(workflow);

        _house.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(WorkflowStatus.Paused, (await driving.RunAsync(workflow)).Status);
        await driving.Desk.ResumeAsync(workflow, "petra", default);

        Assert.Equal(ApprovalVerdict.Expired, Assert.Single((await driving.RunAsync(workflow)).Approvals.Values).Verdict);
    }

    [Fact]
    public async Task A_cancelled_goal_leaves_nothing_to_wake_for()
    {
        Asks("orders.create", "s2");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.Desk.CancelAsync(workflow, "No.", "petra", default);
        await driving.RunAsync(workflow);

        Assert.Null(_house.Store.NextDue());
        _house.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(WorkflowStatus.Cancelled, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task A_denied_call_is_told_to_the_agent_and_tried_by_the_ladder()
    {
        var house = new House(1);
        house.ChangeTool("orders.create", t => t with { Decide = _ => Effect.Deny });

        var state = await house.Start().SubmitAndRunAsync();

        Assert.Empty(house.Orders);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.All(state.Calls.Values.Where(c => c.Proposed.Tool == "orders.create"), c => Assert.Equal(CallStatus.Refused, c.Status));
    }

    [Theory]
    [InlineData("happened", 3)]
    [InlineData("again", 4)]
    [InlineData("giveUp", 3)]
    public async Task A_call_that_nobody_knows_the_end_of_is_put_before_a_person_and_ends_as_they_say(string choice, int effects)
    {
        // The second order is made, and its answer is lost.
        var lost = true;
        _house.ChangeTool("orders.create", t => t with
        {
            Ends = args =>
            {
                if (!lost || args.GetProperty("supplier").GetString() != "s2")
                {
                    return CallOutcome.Succeeded;
                }

                lost = false;
                t.Run(args);
                return CallOutcome.Unknown;
            },
        });
        _house.ChangeTool("orders.find", t => t with { Run = args => House.Rows([args.GetProperty("supplier").GetString()!]) });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var state = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.Equal(EscalationKind.UnknownCall, Assert.Single(state.Escalations.Values).Raised.Kind);
        Assert.Equal(3, _house.Orders.Count);

        await driving.AnswerAsync(workflow, EscalationKind.UnknownCall, choice);
        state = await driving.RunAsync(workflow);

        Assert.Equal(effects, _house.Orders.Count);
        Assert.Equal(choice == "giveUp" ? CallStatus.Failed : CallStatus.Succeeded, state.Calls.Values.First(c => c.Proposed.Args.Text.Contains("s2", StringComparison.Ordinal) && c.Started is { IsRepeatable: false }).Status);
    }

    [Fact]
    public async Task Whoever_cannot_approve_a_call_does_not_have_it_sent_again_either()
    {
        _house.People = [.. _house.People.Select(p => p with { Roles = ["operator", "lead"] })];
        _house.ChangeTool("orders.create", t => t with
        {
            Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow,
            Ends = args => args.GetProperty("supplier").GetString() == "s2" ? CallOutcome.Unknown : CallOutcome.Succeeded,
        });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.DecideAllAsync(workflow, approve: true);
        var state = await driving.RunAsync(workflow);
        var asked = Assert.Single(state.Escalations.Values).Raised;
        Assert.Equal(EscalationKind.UnknownCall, asked.Kind);

        foreach (var choice in (string[])[WorkflowState.Again, WorkflowState.Happened])
        {
            Assert.Contains("cannot approve", Assert.IsType<AnswerResult.Forbidden>(await driving.Answers.AnswerAsync(workflow, asked.Escalation, choice, null, "olga", "api", default)).Why, StringComparison.Ordinal);
        }

        Assert.IsType<AnswerResult.Given>(await driving.Answers.AnswerAsync(workflow, asked.Escalation, WorkflowState.Happened, null, "petra", "api", default));
    }

    [Fact]
    public async Task A_call_that_is_sent_once_more_is_not_taken_up_by_its_task_at_the_same_time()
    {
        var house = new House(1);
        var sent = 0;
        var running = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        house.ChangeTool("orders.create", t => t with { Ends = _ => sent == 1 ? CallOutcome.Unknown : CallOutcome.Succeeded });
        house.Tools.BeforeRun = async call =>
        {
            if (call.Tool == "orders.create" && ++sent == 2)
            {
                running.SetResult();
                await goOn.Task;
            }
        };
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.UnknownCall, "again");
        var run = driving.RunAsync(workflow);
        await running.Task;

        // The driver wakes while the call is under way, and sees it started.
        await driving.Desk.MessageAsync(workflow, "How is it going?", "petra", default);
        house.Time.Advance(TimeSpan.FromSeconds(5));
        goOn.SetResult();

        Assert.Equal(WorkflowStatus.Completed, (await run).Status);
        Assert.Equal((2, 1), (sent, house.Orders.Count));
        Assert.Single(await driving.EventsAsync<Escalated>(workflow));
    }

    [Theory]
    [InlineData("orders.find", true)]
    [InlineData("orders.find", false)]
    [InlineData("stock.open", true)]
    [InlineData("stock.open", false)]
    public async Task A_check_that_is_itself_asked_waits_for_people_like_any_call(string tool, bool approve)
    {
        var house = new House(1);
        house.ChangeTool(tool, t => t with { Decide = _ => Effect.Ask });
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();

        Assert.Equal(WorkflowStatus.Waiting, (await driving.RunAsync(workflow)).ShownStatus);
        await driving.DecideAllAsync(workflow, approve);
        var state = await driving.RunAsync(workflow);

        Assert.Equal(approve, state.Status == WorkflowStatus.Completed);
    }

    private void Asks(string tool, string supplier) => _house.ChangeTool(
        tool, t => t with { Decide = args => args.GetProperty("supplier").GetString() == supplier ? Effect.Ask : Effect.Allow });
}
