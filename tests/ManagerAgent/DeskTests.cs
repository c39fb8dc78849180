namespace AiManager.ManagerAgent.Tests;

/// <summary>What people may do with a workflow, and what they are told when they may not.</summary>
public sealed class DeskTests
{
    private static readonly AcceptanceCheck Sound = new("stock.open", JsonText.EmptyObject, "size(result.rows) == 0", null);

    private readonly House _house = new(1);

    public static TheoryData<string> BadRequests => ["blank", "long", "stranger", "playbook", "inputs", "half", "both", "neither", "condition"];

    [Theory, MemberData(nameof(BadRequests))]
    public async Task A_request_that_cannot_be_pursued_is_not_taken(string what)
    {
        var sound = new SubmitRequest(House.Goal, "olga", "bundle");
        var request = what switch
        {
            "blank" => sound with { Goal = " \n " },
            "long" => sound with { Goal = new string('x', WorkflowDesk.LongestGoal + 1) },
            "stranger" => sound with { Requester = "mallory" },
            "playbook" => sound with { Playbook = "cook" },
            "inputs" => sound with { Inputs = JsonText.Parse("[1]") },
            "half" => sound with { Contract = Of(Sound with { Is = null }) },
            "both" => sound with { Contract = Of(Sound with { Review = "And it looks good." }) },
            "neither" => sound with { Contract = Of(new AcceptanceCheck(null, JsonText.EmptyObject, null, null)) },
            _ => sound with { Contract = Of(Sound with { Is = "size(result.rows ==" }) },
        };

        Assert.NotEmpty(Assert.IsType<SubmitResult.Invalid>(await _house.Start().Desk.SubmitAsync(request, default)).Reason);
    }

    [Fact]
    public async Task The_same_idempotency_key_of_the_same_person_is_the_same_workflow_for_ever()
    {
        var driving = _house.Start();
        var first = await driving.SubmitAsync(change: r => r with { IdempotencyKey = "monday" });

        Assert.Equal(new SubmitResult.Joined(first), await SubmitAsync(driving, "olga", "monday"));
        await driving.RunAsync(first);
        Assert.Equal(new SubmitResult.Joined(first), await SubmitAsync(driving, "olga", "monday"));

        // Another one holds the singleton by now; the key still means the first.
        Assert.IsType<SubmitResult.Created>(await SubmitAsync(driving, "petra", "monday"));
        Assert.Equal(new SubmitResult.Joined(first), await SubmitAsync(driving, "olga", "monday"));
    }

    [Theory]
    [InlineData("goal")]
    [InlineData("playbook")]
    [InlineData("inputs")]
    [InlineData("deadline")]
    [InlineData("budget")]
    [InlineData("contract")]
    [InlineData("acceptance")]
    public async Task A_key_that_comes_with_something_else_is_told_so_and_begins_nothing(string part)
    {
        var (driving, moment) = (_house.Start(), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var asked = new SubmitRequest("Count the bolts.", "olga", "bundle")
        {
            IdempotencyKey = "monday",
            Inputs = JsonText.Parse("""{"hall":3,"rows":[1]}"""),
            Deadline = moment,
            Budget = new Amounts(Money: 10),
            Contract = Of(Sound),
        };
        var first = Assert.IsType<SubmitResult.Created>(await driving.Desk.SubmitAsync(asked, default)).Workflow;
        var again = asked with { Goal = " Count the bolts. ", Inputs = JsonText.Parse("""{"rows":[1],"hall":3}"""), Contract = Of(Sound with { }) };
        Assert.Equal(new SubmitResult.Joined(first), await driving.Desk.SubmitAsync(again, default));

        var other = part switch
        {
            "goal" => asked with { Goal = "Count the nuts." },
            "playbook" => asked with { Playbook = _house.Playbooks[0].Name },
            "inputs" => asked with { Inputs = JsonText.Parse("""{"hall":4,"rows":[1]}""") },
            "deadline" => asked with { Deadline = moment.AddHours(1) },
            "budget" => asked with { Budget = new Amounts(Money: 11) },
            "contract" => asked with { Contract = null },
            _ => asked with { Contract = Of(Sound with { Is = "size(result.rows) > 7" }) },
        };
        Assert.Equal(first, Assert.IsType<SubmitResult.Reused>(await driving.Desk.SubmitAsync(other, default)).Workflow);

        // What the company fills in may be another by now: that is no other goal.
        Assert.Equal(new SubmitResult.Joined(first), await driving.Desk.SubmitAsync(asked with { Company = "newer", Budget = new Amounts(Money: 99) }, default));
    }

    [Fact]
    public async Task A_message_with_a_key_is_said_once_and_other_words_under_it_are_refused()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Hurry.", "olga", "k", default));
        await driving.Desk.MessageAsync(workflow, "Mind the budget.", "olga", "l", default);
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Hurry.", "olga", "k", default));
        Assert.True(Assert.IsType<OutsideResult.Refused>(await driving.Desk.MessageAsync(workflow, "Wait.", "olga", "k", default)).IsReusedKey);
        await driving.Desk.MessageAsync(workflow, "Wait.", "petra", "k", default);

        var said = (await driving.Desk.FindAsync(workflow, default))!.State.Messages;
        Assert.Equal(["Hurry.", "Mind the budget.", "Wait."], said.Select(m => m.Text.Words));
        Assert.All(said, m => Assert.Matches("^[0-9a-f]{64}$", m.Key));

        await driving.RunAsync(workflow);
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Hurry.", "olga", "k", default));
    }

    [Fact]
    public async Task A_key_whose_goal_joined_another_means_that_one_for_ever()
    {
        var driving = _house.Start();
        var first = await driving.SubmitAsync();
        Assert.Equal(new SubmitResult.Joined(first), await KeptAsync("monday"));
        Assert.Equal(new SubmitResult.Joined(first), await KeptAsync("monday"));

        // The sender, whose reply was lost, asks again when that one is over: it begins nothing, and no other goal passes for it.
        await driving.Desk.CancelAsync(first, "Enough.", "olga", default);
        Assert.Equal(new SubmitResult.Joined(first), await KeptAsync("monday"));
        Assert.Equal(new SubmitResult.Reused(first), await KeptAsync("monday", "Mow the lawn."));
        Assert.IsType<SubmitResult.Created>(await KeptAsync("tuesday"));

        Task<SubmitResult> KeptAsync(string key, string goal = House.Goal) =>
            driving.Desk.SubmitAsync(new SubmitRequest(goal, "petra", "bundle") { IdempotencyKey = key, KeepsKey = true }, default);
    }

    [Fact]
    public async Task Equal_goals_join_when_they_are_submitted()
    {
        var driving = _house.Start();
        var first = await driving.SubmitAsync();

        Assert.Equal(new SubmitResult.Joined(first), await SubmitAsync(driving, "petra", null));
        await driving.RunAsync(first);
        Assert.IsType<SubmitResult.Created>(await SubmitAsync(driving, "petra", null));
    }

    [Fact]
    public async Task A_workflow_joins_another_which_is_told_what_was_asked_for()
    {
        var driving = _house.Start();
        var (first, second) = (await driving.SubmitAsync(), await driving.SubmitAsync("Order bolts for hall 3.", r => r with { Requester = "petra" }));

        var joined = Assert.IsType<OutsideResult.Appended>(await driving.Desk.JoinAsync(second, first, "petra", default)).State;
        Assert.Equal((WorkflowStatus.Cancelled, first, $"joined {first}"), (joined.Status, joined.JoinedTo!.Value, joined.Ending));
        var message = Assert.Single((await driving.SnapshotAsync(first)).State.Messages).Text;
        Assert.Equal(("petra", $"{second} was joined to this workflow. What was asked for there: Order bolts for hall 3."), (message.Person, message.Words));

        Assert.Equal($"It has joined {first} already.", Assert.IsType<OutsideResult.Refused>(await driving.Desk.JoinAsync(second, first, "petra", default)).Reason);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(first)).Status);
    }

    [Fact]
    public async Task A_join_that_a_crash_cut_short_is_ended_and_tells_nothing_twice()
    {
        var driving = _house.Start();
        var (first, second) = (await driving.SubmitAsync(), await driving.SubmitAsync("Order bolts for hall 3."));
        await driving.Desk.MessageAsync(first, $"{second} was joined to this workflow. What was asked for there: Order bolts for hall 3.", "olga", default);
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.JoinAsync(second, first, "olga", default));
        Assert.Single((await driving.SnapshotAsync(first)).State.Messages);
    }

    [Fact]
    public async Task Of_two_that_join_each_other_one_goes_on()
    {
        var driving = _house.Start();
        var (first, second) = (await driving.SubmitAsync(), await driving.SubmitAsync("Order bolts for hall 3."));
        foreach (var (told, of) in new[] { (first, second), (second, first) })
        {
            await driving.Desk.MessageAsync(told, $"{of} was joined to this workflow. What was asked for there: {(of == first ? House.Goal : "Order bolts for hall 3.")}", "olga", default);
        }

        var results = new[] { await driving.Desk.JoinAsync(first, second, "olga", default), await driving.Desk.JoinAsync(second, first, "olga", default) };
        Assert.Single(results.OfType<OutsideResult.Appended>());
        Assert.Single(results.OfType<OutsideResult.Refused>());
    }

    [Fact]
    public async Task Nothing_joins_itself_nor_what_is_over_or_not_there_and_what_is_over_joins_nothing()
    {
        var driving = _house.Start();
        var (first, second) = (await driving.SubmitAsync(), await driving.SubmitAsync("Order bolts for hall 3."));
        var nobody = WorkflowId.Of(Guid.Parse("01932c07-0000-7000-8000-000000000009"));
        Assert.Equal("A workflow cannot join itself.", Assert.IsType<OutsideResult.Refused>(await driving.Desk.JoinAsync(first, first, "olga", default)).Reason);
        Assert.Equal($"There is no workflow {nobody}.", Assert.IsType<OutsideResult.Refused>(await driving.Desk.JoinAsync(first, nobody, "olga", default)).Reason);
        Assert.IsType<OutsideResult.NotFound>(await driving.Desk.JoinAsync(nobody, first, "olga", default));
        await driving.Desk.CancelAsync(second, "Enough.", "olga", default);
        Assert.Equal($"{second} is over; there is nothing to join.", Assert.IsType<OutsideResult.Refused>(await driving.Desk.JoinAsync(first, second, "olga", default)).Reason);
        Assert.Equal("It is over; it can join nothing any more.", Assert.IsType<OutsideResult.Refused>(await driving.Desk.JoinAsync(second, first, "olga", default)).Reason);
        Assert.Empty((await driving.SnapshotAsync(first)).State.Messages);
    }

    [Fact]
    public async Task Equal_goals_join_when_they_turn_out_to_be_equal()
    {
        _house.ChangeTool("orders.create", t => t with { Decide = _ => Effect.Ask });
        var driving = _house.Start();
        var first = await driving.SubmitAsync();
        await driving.RunAsync(first);

        var state = await driving.SubmitAndRunAsync("Please see that nothing runs out.");

        Assert.Equal((GoalFailure.Joined, first), (state.Failure!.Kind, state.Failure.Joined!.Value));
    }

    [Fact]
    public async Task An_answer_that_is_not_offered_or_comes_too_late_or_from_the_wrong_person_is_refused()
    {
        _house.Model.On("outline", (_, _) => ModelDouble.Away());
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var open = (await driving.RunAsync(workflow)).Escalations.Keys.Single();

        await RefusedAsync("There is no such question", driving.Answers.AnswerAsync(workflow, PrefixedId.Derive<EscalationId>(workflow.Value, "x"), "retry", null, "olga", "api", default));
        await RefusedAsync("Only somebody with the role 'operator'", driving.Answers.AnswerAsync(workflow, open, "retry", null, "petra", "api", default));
        await RefusedAsync("retry, giveUp", driving.Answers.AnswerAsync(workflow, open, "maybe", null, "olga", "api", default));
        Assert.IsType<AnswerResult.Given>(await driving.Answers.AnswerAsync(workflow, open, "giveUp", "Enough.", "olga", "api", default));
        await RefusedAsync("already answered 'giveUp'", driving.Answers.AnswerAsync(workflow, open, "retry", null, "olga", "api", default));
        Assert.IsType<AnswerResult.NotFound>(await driving.Answers.AnswerAsync(WorkflowId.Of(Guid.Empty), open, "retry", null, "olga", "api", default));
    }

    [Fact]
    public async Task Where_nobody_holds_the_role_anybody_who_works_here_may_answer_and_no_stranger()
    {
        _house.People = [House.Person("olga", "boss"), House.Person("petra", "lead")];
        _house.Model.On("outline", (_, _) => ModelDouble.Away());
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var open = (await driving.RunAsync(workflow)).Escalations.Keys.Single();

        await RefusedAsync("operator", driving.Answers.AnswerAsync(workflow, open, "retry", null, "mallory", "api", default));
        Assert.IsType<AnswerResult.Given>(await driving.Answers.AnswerAsync(workflow, open, "giveUp", null, "petra", "api", default));
    }

    [Fact]
    public async Task A_finding_takes_any_words_and_the_goal_ends_without_them()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var finding = PrefixedId.Derive<EscalationId>(workflow.Value, "finding");
        await driving.Outside.AppendAsync(
            workflow,
            _ => new OutsideDecision.Append([new Escalated(finding, EscalationKind.Finding, null, null, "A supplier asks for a bribe.", ["noted"], "lead", null)]),
            Actor.Agent("analyst"),
            default);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).ShownStatus);

        Assert.IsType<AnswerResult.Given>(await driving.Answers.AnswerAsync(workflow, finding, "I have called them.", "Twice.", "petra", "api", default));
        var state = await driving.RunAsync(workflow);
        Assert.Equal(("noted", "I have called them.\nTwice."), (state.Escalations[finding].Choice, state.Escalations[finding].Answer));
    }

    [Fact]
    public async Task A_person_hands_in_what_satisfies_the_contract_and_nothing_else()
    {
        WithBuyers();
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var state = await driving.RunAsync(workflow);
        var task = state.Tasks.Single(t => t.Status == WorkTaskStatus.WaitingPerson).Task.Id;
        Assert.Equal("waiting for Paul Pavel", NowLine.Of(state, new PlainWords(id => id == "paul" ? "Paul Pavel" : null)));

        await RefusedAsync("does not wait for you", DeliverAsync(driving, workflow, task, """{"order":"PO-1"}""", "petra"));
        await RefusedAsync("$.order: is missing", DeliverAsync(driving, workflow, task, """{"orders":"PO-1"}""", "paul"));
        await RefusedAsync("one JSON object", DeliverAsync(driving, workflow, task, "[]", "paul"));
        await RefusedAsync("does not wait for you", DeliverAsync(driving, workflow, state.Tasks[0].Task.Id, """{"order":"PO-1"}""", "paul"));
        _house.Orders.Add("s1");
        Assert.IsType<OutsideResult.Appended>(await DeliverAsync(driving, workflow, task, """{"order":"PO-1"}""", "paul"));

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task A_person_whose_work_is_sent_back_gives_way_to_another_and_may_be_asked_again()
    {
        WithBuyers("paul", "quentin");
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        var task = await DeliverNothingAsync(driving, workflow, "paul");
        await DeliverNothingAsync(driving, workflow, "quentin");
        for (var more = 0; more < 2; more++)
        {
            // The new plan's task takes the same way.
            var open = (await driving.SnapshotAsync(workflow)).State.Tasks.FirstOrDefault(t => t.Status == WorkTaskStatus.WaitingPerson);
            if (open is not null)
            {
                await DeliverNothingAsync(driving, workflow, open.Executor!.Actor.PersonId!);
            }
        }

        await driving.AnswerAsync(workflow, EscalationKind.BlockedTask, "retry", "Look once more.");
        var state = await driving.RunAsync(workflow);

        var waiting = Assert.Single(state.Tasks, t => t.Status == WorkTaskStatus.WaitingPerson);
        Assert.Equal("quentin", waiting.Executor!.Actor.PersonId);
        _house.Orders.Add("s1");
        Assert.IsType<OutsideResult.Appended>(await DeliverAsync(driving, workflow, waiting.Task.Id, """{"order":"PO-1"}""", "quentin"));
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.NotEqual(default, task);
    }

    [Fact]
    public async Task A_person_may_say_that_it_cannot_be_done()
    {
        WithBuyers();
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var task = (await driving.RunAsync(workflow)).Tasks.Single(t => t.Status == WorkTaskStatus.WaitingPerson).Task.Id;

        Assert.IsType<OutsideResult.Appended>(await DeliverAsync(driving, workflow, task, """{"cannot":"The supplier is closed."}""", "paul"));

        Assert.Contains((await driving.RunAsync(workflow)).Tasks, t => t.Reason == "The supplier is closed." || t.Status == WorkTaskStatus.Cancelled);
    }

    [Fact]
    public async Task What_is_over_or_not_paused_cannot_be_paused_resumed_or_cancelled()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await RefusedAsync("moved on", driving.Desk.ResumeAsync(workflow, "olga", default));
        await driving.RunAsync(workflow);

        await RefusedAsync("moved on", driving.Desk.PauseAsync(workflow, "Wait.", "olga", default));
        await RefusedAsync("moved on", driving.Desk.CancelAsync(workflow, "Stop.", "olga", default));
        await RefusedAsync("1 to", driving.Desk.MessageAsync(workflow, " ", "olga", default));
        await RefusedAsync("nobody reads", driving.Desk.MessageAsync(workflow, "One more thing.", "olga", default));
        Assert.Null(await driving.Desk.FindAsync(WorkflowId.Of(Guid.Empty), default));
    }

    [Fact]
    public async Task A_message_is_in_every_later_question()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.Desk.MessageAsync(workflow, "Mind the budget.", "petra", default);

        await driving.RunAsync(workflow);

        Assert.All(_house.Model.Sent.Where(q => q.Step != "act"), q => Assert.Contains("Mind the budget.", q.Messages.OfType<ModelMessage.User>().First().Text));
    }

    private static Contract Of(AcceptanceCheck check) => new("Look.", [], [check], null, null);

    private static async Task RefusedAsync(string reason, Task<OutsideResult> result) => Assert.Contains(reason, Assert.IsType<OutsideResult.Refused>(await result).Reason);

    private static async Task RefusedAsync(string reason, Task<AnswerResult> result) => Assert.Contains(reason, (await result).Why);

    private static Task<SubmitResult> SubmitAsync(Driving driving, string person, string? key) =>
        driving.Desk.SubmitAsync(new SubmitRequest(House.Goal, person, "bundle") { IdempotencyKey = key }, default);

    private static Task<OutsideResult> DeliverAsync(Driving driving, WorkflowId workflow, TaskId task, string deliverable, string person) =>
        driving.Answers.DeliverAsync(workflow, task, JsonText.Parse(deliverable), person, default);

    /// <summary>Somebody claims an order that the world does not have.</summary>
    private static async Task<TaskId> DeliverNothingAsync(Driving driving, WorkflowId workflow, string person)
    {
        var task = (await driving.SnapshotAsync(workflow)).State.Tasks.Single(t => t.Status == WorkTaskStatus.WaitingPerson).Task.Id;
        Assert.IsType<OutsideResult.Appended>(await DeliverAsync(driving, workflow, task, """{"order":"PO-0"}""", person));
        await driving.RunAsync(workflow);
        return task;
    }

    private void WithBuyers(params string[] names)
    {
        _house.Agents = [.. _house.Agents.Where(a => !a.Skills.Contains("purchasing")), House.Agent("clerk", "filing", "orders.find", "orders.create")];
        _house.People = _house.People.AddRange((names is [] ? ["paul"] : names).Select(n => House.Person(n, "buyer", "purchasing")));
    }
}
