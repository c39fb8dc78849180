namespace AiManager.ManagerAgent.Tests;

/// <summary>Nothing is done that nobody but the doer has seen.</summary>
public sealed class ReviewTests
{
    private readonly House _house = new(1);

    [Fact]
    public async Task Evidence_that_holds_ends_a_task_and_evidence_that_does_not_sends_it_back()
    {
        _house.ChangeTool("orders.find", t => t with { Run = _ => House.Rows([]) });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await driving.RunAsync(workflow);

        var reviews = (await driving.EventsAsync<DeliverableReviewed>(workflow)).Where(r => r.Reviewer == Actor.System);
        Assert.All(reviews, r => Assert.False(r.Accepted));
        Assert.Contains("orders.find does not show it: there are 0", reviews.First().Reasons[0]);
        Assert.NotEmpty(reviews.First().Evidence);
    }

    [Fact]
    public async Task What_a_person_wrote_instead_is_judged_as_what_was_agreed_to_and_not_by_evidence_for_what_was_planned()
    {
        var asked = new List<string>();
        _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s1" ? Effect.Ask : Effect.Allow });
        _house.Model.On("review", (question, _) =>
        {
            asked.Add(string.Join('\n', question.Messages.OfType<ModelMessage.User>().Select(m => m.Text)));
            return ModelDouble.Text("""{"accepted":true,"reasons":["Petra wanted it so."]}""");
        });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        var approval = Assert.Single((await driving.SnapshotAsync(workflow)).State.Approvals.Values).Requested;
        var args = JsonText.Parse(approval.Args.Text.Replace("s1", "s9", StringComparison.Ordinal));
        await driving.Outside.AppendAsync(
            workflow,
            _ => new OutsideDecision.Append(
            [
                new ApprovalDecided(approval.Approval, "petra", "api", ApprovalVerdict.Edited, null),
                new CallChanged(approval.Call, args, [], JsonText.EmptyObject, new ArgumentEdit(approval.Approval, "petra")),
            ]),
            Actor.Person("petra"),
            default);

        await driving.RunAsync(workflow);

        Assert.Contains("s9", _house.Orders);
        Assert.Contains(asked, a => a.Contains("\"editedBy\": \"petra\"", StringComparison.Ordinal) && a.Contains("orders.find does not show it", StringComparison.Ordinal));
        Assert.Contains(await driving.EventsAsync<DeliverableReviewed>(workflow), r => r.Accepted && r.Reasons.Contains("Petra wanted it so."));
    }

    [Fact]
    public async Task Evidence_that_cannot_be_read_is_none()
    {
        _house.ChangeTool("orders.find", t => t with { Ends = _ => CallOutcome.Failed });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await driving.RunAsync(workflow);

        Assert.Contains(await driving.EventsAsync<DeliverableReviewed>(workflow), r => !r.Accepted && r.Reasons[0].StartsWith("The evidence could not be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evidence_is_read_within_the_tasks_grant_and_what_the_playbook_lets_all_its_tasks_do()
    {
        var limit = new ArgumentLimit("orders.find", "supplier", OneOf: [JsonText.Parse("\"s1\"")]);
        var grant = new Grant(["stock.low", "orders.create", "orders.find"], Limits: [limit], Resources: ["supplier:*"], Reads: ["vetted"]);
        _house.Playbooks = [_house.Playbooks[0] with { Grant = new PlaybookGrant(grant, TimeSpan.FromHours(4)) }];
        Grant? given = null;
        _house.Tools.BeforeRun = call =>
        {
            given = call.Tool == "orders.find" ? call.Grant : given;
            return Task.CompletedTask;
        };
        var state = await _house.Start().SubmitAndRunAsync();

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal("orders.find", Assert.Single(given!.Tools));
        Assert.Equal(limit.Arg, Assert.Single(given.Limits!.Value).Arg);
        Assert.Equal(("supplier:*", "vetted", state.SubmittedAt.AddHours(4)), (Assert.Single(given.Resources!.Value), Assert.Single(given.Reads!.Value), given.Expires));
    }

    [Fact]
    public async Task What_an_acceptance_check_reads_with_is_no_evidence_where_the_playbook_does_not_grant_it()
    {
        _house.Playbooks = [_house.Playbooks[0] with { Grant = new PlaybookGrant(new Grant(["stock.low", "orders.create", "orders.find"]), null) }];
        _house.Model.On("detail", (question, _) => ModelDouble.Text(House.DetailOf(question).Replace("orders.find", "stock.open", StringComparison.Ordinal)));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        Assert.DoesNotContain((await driving.RunAsync(workflow)).Tasks, t => t.Task.Deliverable.Check?.Tool == "stock.open");
    }

    [Fact]
    public async Task What_evidence_shows_is_not_told_where_the_gate_keeps_it_from_the_task()
    {
        _house.ChangeTool("orders.find", t => t with { Run = _ => House.Rows([]), Withheld = ["customer-data"] });
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await driving.RunAsync(workflow);

        var reviews = (await driving.EventsAsync<DeliverableReviewed>(workflow)).Where(r => r.Reviewer == Actor.System);
        Assert.All(reviews, r => Assert.Equal("orders.find does not show it: what it shows is kept from this task (customer-data).", Assert.Single(r.Reasons)));
    }

    [Fact]
    public async Task Evidence_that_points_at_nothing_is_none()
    {
        _house.Model.On("detail", (question, _) => ModelDouble.Text(House.DetailOf(question).Replace("$item.supplier", "$deliverable.supplier", StringComparison.Ordinal)));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await driving.RunAsync(workflow);

        Assert.Contains(await driving.EventsAsync<DeliverableReviewed>(workflow), r => !r.Accepted && r.Reasons[0] == "The deliverable lacks what its evidence needs.");
    }

    [Fact]
    public async Task Evidence_that_does_not_apply_leaves_it_to_a_reviewer()
    {
        _house.Model.On("detail", (question, _) => ModelDouble.Text(House.DetailOf(question).Replace("\"is\":", "\"when\":\"$deliverable.nothing\",\"is\":", StringComparison.Ordinal)));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);

        Assert.All(await driving.EventsAsync<DeliverableReviewed>(workflow), r => Assert.Equal(Actor.Agent("reviewer"), r.Reviewer));
    }

    [Fact]
    public async Task Where_the_only_reviewer_did_the_work_the_manager_judges_it()
    {
        _house.Agents = [.. _house.Agents.Where(a => a.Name is not ("reviewer" or "analyst")), House.Agent("analyst", "analysis", "stock.low") with { Skills = ["analysis", "review"] }];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);

        Assert.Contains(await driving.EventsAsync<DeliverableReviewed>(workflow), r => r.Reviewer == Actor.Manager);
    }

    [Fact]
    public async Task Whoever_did_a_task_does_not_judge_the_goal()
    {
        _house.Agents = [.. _house.Agents.Where(a => a.Name is not ("reviewer" or "analyst")), House.Agent("analyst", "analysis", "stock.low") with { Skills = ["analysis", "review"] }];
        var contract = new Contract("Look.", [], [new AcceptanceCheck(null, JsonText.EmptyObject, null, "All is ordered.")], null, null);
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync("Order what is low.", r => r with { Contract = contract });

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);

        Assert.StartsWith("agent:manager: ", Assert.Single(await driving.EventsAsync<AcceptanceChecked>(workflow)).Reason);
    }

    [Fact]
    public async Task A_review_that_is_never_in_order_is_a_no()
    {
        _house.Model.On("review", "Looks good to me!");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        await driving.RunAsync(workflow);

        Assert.Contains(await driving.EventsAsync<DeliverableReviewed>(workflow), r => !r.Accepted && r.Reasons[0].StartsWith("The review was not in order", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_nobody_can_review_now_the_work_is_not_to_blame_and_is_not_done_again(bool wholeGoal)
    {
        var away = true;
        _house.Model.On("review", (question, _) => away && question.Task is null == wholeGoal ? ModelDouble.Away() : ModelDouble.Text("""{"accepted":true,"reasons":[]}"""));
        var contract = new Contract("Look.", [], [new AcceptanceCheck(null, JsonText.EmptyObject, null, "All is ordered.")], null, null);
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync("Order what is low.", r => r with { Contract = contract });

        var state = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.Equal(EscalationKind.Model, Assert.Single(state.Escalations.Values).Raised.Kind);
        away = false;
        await driving.AnswerAsync(workflow, EscalationKind.Model, "retry");
        state = await driving.RunAsync(workflow);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.All(state.Tasks, t => Assert.Equal(0, t.Retries));
        Assert.Equal(["s1"], _house.Orders);
    }

    [Fact]
    public async Task When_nobody_can_review_a_person_may_give_up()
    {
        _house.Model.On("review", (_, _) => ModelDouble.Away());
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);

        await driving.AnswerAsync(workflow, EscalationKind.Model, "giveUp");

        Assert.Equal(GoalFailure.GivenUp, (await driving.RunAsync(workflow)).Failure!.Kind);
    }

    [Fact]
    public async Task Every_round_of_acceptance_makes_all_checks_anew()
    {
        var readings = 0;
        _house.ChangeTool("stock.open", t => t with { Run = _ => House.Rows(Interlocked.Increment(ref readings) == 1 ? ["s9"] : []) });
        _house.Playbooks = [_house.Playbooks[0] with { Acceptance = [_house.Playbooks[0].Acceptance[0], new AcceptanceCheck(null, JsonText.EmptyObject, null, "All is ordered.")] }];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);

        Assert.Equal([(0, 1, false), (1, 1, true), (0, 2, true), (1, 2, true)], (await driving.EventsAsync<AcceptanceChecked>(workflow)).Select(c => (c.Index, c.Round, c.Held)));
    }
}
