using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What people say while work goes on, and what the manager makes of it.</summary>
public sealed class SteeringTests
{
    private readonly House _house = new();

    public SteeringTests() => _house.ChangeTool("orders.create", t => t with { Decide = args => args.GetProperty("supplier").GetString() == "s2" ? Effect.Ask : Effect.Allow });

    [Fact]
    public async Task A_remark_is_answered_once_and_changes_nothing()
    {
        var (driving, workflow, _) = await SayAsync("How far are you?", Reply("none", "Two of three orders are placed."));
        var state = await driving.RunAsync(workflow);

        Assert.Equal((1, WorkflowStatus.Waiting, 1, false), (state.HeardMessages, state.ShownStatus, state.PlanVersion, state.WantsPlan));
        Assert.Equal(["Two of three orders are placed."], await AnswersAsync(driving, workflow));
        var asked = Assert.Single(_house.Model.SentFor("hear")).Messages.OfType<ModelMessage.User>().Single().Text;
        Assert.Contains("How far are you?", asked, StringComparison.Ordinal);
        Assert.Contains("order/2", asked, StringComparison.Ordinal);
        Assert.Contains("\"now\": \"waiting for lead\"", asked, StringComparison.Ordinal); // and not that it is being heard
        await driving.DecideAllAsync(workflow, approve: true);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Fact]
    public async Task What_is_to_be_left_out_is_taken_back_with_whatever_was_asked_for_it()
    {
        var (driving, workflow, _) = await SayAsync("Leave s2 out.", Reply("drop", "I leave it out.", ("drop", new JsonArray("order/2"))));
        var state = await driving.RunAsync(workflow);

        Assert.Equal(ApprovalVerdict.Void, Assert.Single(state.Approvals.Values).Verdict);
        var dropped = Assert.Single(state.Tasks, t => t.IsRevoked);
        Assert.Equal(("order/2", WorkTaskStatus.Failed), (dropped.Task.Key, dropped.Status));
        Assert.Equal(["s1", "s3"], _house.Orders.Order());
        Assert.Contains("Left out: ", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);
        Assert.Equal(EscalationKind.UnmetGoal, Assert.Single(state.Escalations.Values).Raised.Kind); // whoever wanted it so says whether that is enough
    }

    [Fact]
    public async Task A_new_plan_waits_for_what_is_under_way_and_nothing_else_begins_until_then()
    {
        Plan(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"), ("last", "analysis", ["order"], null));
        var (driving, workflow, _) = await SayAsync("Count them again at the end.", Reply("revise", "I see to it."));
        Plan(("count", "analysis", [], null));
        var state = await driving.RunAsync(workflow);

        Assert.Equal((true, 1, WorkflowStatus.Waiting), (state.WantsPlan, state.PlanVersion, state.ShownStatus));
        Assert.Contains("nothing else is begun until then", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);

        await driving.DecideAllAsync(workflow, approve: true);
        state = await driving.RunAsync(workflow);
        Assert.Equal((false, 2, WorkflowStatus.Completed), (state.WantsPlan, state.PlanVersion, state.Status));
        Assert.Equal(WorkTaskStatus.Cancelled, state.Tasks.Single(t => t.Task.Key == "last").Status);
        Assert.Equal(WorkTaskStatus.Done, state.Tasks.Single(t => t.Task.Key == "count").Status);
        Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
    }

    [Fact]
    public async Task A_goal_that_was_not_met_is_pursued_otherwise_and_nobody_is_asked_about_the_plan_before()
    {
        var (driving, workflow, _) = await SayAsync("Leave s2 out.", Reply("drop", "I leave it out.", ("drop", new JsonArray("order/2"))));
        Assert.Equal("waiting for operator", NowLine.Of(await driving.RunAsync(workflow), Plain.Words));

        _house.Low = [.. _house.Low.Where(s => s != "s2")];
        Plan(("count", "analysis", [], null));
        _house.Model.On("hear", (_, _) => Reply("revise", "I look again."));
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Nobody sells that any more: look again.", "petra", default));
        var state = await driving.RunAsync(workflow);

        Assert.Equal((WorkflowStatus.Completed, 2), (state.Status, state.PlanVersion));
        Assert.Equal(EscalationState.AskedAnew, Assert.Single(state.Escalations.Values).Choice);
    }

    [Fact]
    public async Task Where_no_other_plan_comes_out_the_old_one_goes_on_and_says_so()
    {
        var outline = _house.Model.RuleOf("outline");
        var (driving, workflow, _) = await SayAsync("Do it otherwise.", Reply("revise", "I try."));
        _house.Model.On("outline", (question, state) => state.PlanVersion == 0 ? outline(question, state) : ModelDouble.NoScript());
        await driving.DecideAllAsync(workflow, approve: true);
        var state = await driving.RunAsync(workflow);

        Assert.Equal((WorkflowStatus.Completed, 1, false), (state.Status, state.PlanVersion, state.WantsPlan));
        Assert.Single(await driving.EventsAsync<PlanKept>(workflow));
    }

    [Fact]
    public async Task Another_wish_is_another_question_though_the_plan_is_of_the_same_version()
    {
        var outline = _house.Model.RuleOf("outline");
        _house.Model.On("outline", (question, state) => state.PlanVersion == 0 ? outline(question, state) : ModelDouble.NoScript());
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        _house.Model.On("hear", (_, _) => Reply("revise", "I try."));
        _house.Model.BeforeSend = async question =>
        {
            // Said before anything has begun, so that each wish is looked at there and then.
            if (question.Step == "detail" && question.Messages.OfType<ModelMessage.User>().First().Text.Contains("the task 'find'", StringComparison.Ordinal)
                && (await driving.SnapshotAsync(workflow)).State.Messages.IsEmpty)
            {
                await driving.Desk.MessageAsync(workflow, "Do it otherwise.", "petra", default);
                await driving.Desk.MessageAsync(workflow, "And otherwise again.", "olga", default);
            }
        };
        await driving.RunAsync(workflow);

        Assert.Equal(2, (await driving.EventsAsync<MessageAnswered>(workflow)).Length);
        Assert.Equal(["petra", "olga"], (await driving.EventsAsync<MessageAnswered>(workflow)).Select(m => m.Answer.Person));
        Assert.NotEmpty(await driving.EventsAsync<PlanKept>(workflow));
        Assert.Equal(_house.Model.SentFor("outline").Count(), _house.Model.SentFor("outline").Select(q => q.Ask).Distinct().Count());
    }

    [Fact]
    public async Task What_cannot_begin_without_what_is_left_out_falls_with_it_and_is_named()
    {
        Plan(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"), ("last", "analysis", ["order"], null), ("end", "analysis", ["last"], null));
        var (driving, workflow, _) = await SayAsync("Leave the last two out.", Reply("drop", "I leave them out.", ("drop", new JsonArray("last", "end"))));
        var state = await driving.RunAsync(workflow);

        Assert.Equal((WorkTaskStatus.Failed, WorkTaskStatus.Cancelled), (state.Tasks.Single(t => t.Task.Key == "last").Status, state.Tasks.Single(t => t.Task.Key == "end").Status));
        Assert.EndsWith("Left out: Do last, Do end.", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
    }

    [Fact]
    public async Task A_plan_that_was_done_anew_and_is_then_wanted_otherwise_keeps_what_was_done_last()
    {
        var (driving, workflow, _) = await SayAsync("Leave s2 out.", Reply("drop", "I leave it out.", ("drop", new JsonArray("order/2"))));
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.UnmetGoal, "retry");
        var again = await driving.RunAsync(workflow);
        Assert.Equal(2, again.PlanVersion);

        Plan(("count", "analysis", [], null));
        _house.Model.On("hear", (_, _) => Reply("revise", "Otherwise, then."));
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Count them at the end.", "petra", default));
        await driving.DecideAllAsync(workflow, approve: true);
        var state = await driving.RunAsync(workflow);
        Assert.Equal((WorkflowStatus.Completed, 3), (state.Status, state.PlanVersion));
    }

    [Fact]
    public async Task Nothing_of_a_list_begins_either_while_somebody_waits_for_an_answer()
    {
        var house = new House(suppliers: 6) { MaxParallelSteps = 1 };
        var driving = house.Start();
        var workflow = await driving.SubmitAsync();
        house.Tools.BeforeRun = async call =>
        {
            if (call.Tool == "orders.create" && (await driving.SnapshotAsync(workflow)).State.Messages.IsEmpty)
            {
                await driving.Desk.MessageAsync(workflow, "Stop ordering.", "petra", default);
            }
        };
        await driving.RunAsync(workflow);

        var events = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).ToList();
        Assert.DoesNotContain(events[events.FindIndex(e => e is MessagePosted)..events.FindIndex(e => e is MessageAnswered)], e => e is TaskAssigned);
    }

    [Fact]
    public async Task Signed_terms_that_no_plan_comes_out_for_are_put_before_people_and_nothing_goes_on_by_the_old_plan()
    {
        var (driving, workflow, _) = await SayAsync("Only from s1.", Reply("contract", "That is another agreement.", ("constraints", new JsonArray("Only s1."))));
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.ContractChange, "agree");
        await driving.DecideAllAsync(workflow, approve: false);
        _house.Model.On("outline", (_, _) => ModelDouble.Away());
        var state = await driving.RunAsync(workflow);

        Assert.True(state.HasNewTerms);
        Assert.Contains(state.Escalations.Values, e => e.Choice is null && e.Raised.Kind == EscalationKind.Model);
        Plan(("count", "analysis", [], null));
        await driving.AnswerAsync(workflow, EscalationKind.Model, "retry");
        Assert.Equal((2, false), ((await driving.RunAsync(workflow)) is var after ? after.PlanVersion : 0, after.HasNewTerms));
    }

    [Fact]
    public async Task Of_two_proposals_the_later_one_stands_alone()
    {
        var (driving, workflow, _) = await SayAsync("Only from s1.", Reply("contract", "That is another agreement.", ("constraints", new JsonArray("Only s1."))));
        await driving.RunAsync(workflow);
        _house.Model.On("hear", (_, _) => Reply("contract", "And another.", ("constraints", new JsonArray("Only s1 and s3."))));
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Or s3 too.", "petra", default));
        var state = await driving.RunAsync(workflow);

        Assert.Equal(["askedAnew", null], state.Escalations.Values.OrderBy(e => e.RaisedSeq).Select(e => e.Choice));
        Assert.Equal("Only s1 and s3.", Assert.Single(Assert.Single(state.Proposals.Values).Constraints));
    }

    [Fact]
    public async Task What_was_agreed_changes_when_it_is_signed_and_the_plan_is_made_anew_for_it()
    {
        var (driving, workflow, _) = await SayAsync("Only from s1 and s3 from now on.", Reply("contract", "That is another agreement.", ("constraints", new JsonArray("Only s1 and s3."))));
        var state = await driving.RunAsync(workflow);
        var asked = Assert.Single(state.Escalations.Values);

        Assert.Equal((EscalationKind.ContractChange, "operator"), (asked.Raised.Kind, asked.Raised.Role));
        Assert.Contains("'Only s1 and s3.'", asked.Raised.Question, StringComparison.Ordinal);
        Assert.Empty(state.Agreed!.Contract.Constraints);

        await driving.AnswerAsync(workflow, EscalationKind.ContractChange, "agree");
        await driving.DecideAllAsync(workflow, approve: true);
        Plan(("count", "analysis", [], null));
        state = await driving.RunAsync(workflow);
        Assert.Equal("Only s1 and s3.", Assert.Single(state.Agreed!.Contract.Constraints));
        Assert.Equal(("Everything low is ordered.", 2), (state.Agreed.Contract.Outcome, state.PlanVersion));
        Assert.Single(await driving.EventsAsync<ContractChanged>(workflow));
    }

    [Fact]
    public async Task What_nobody_signs_changes_nothing()
    {
        var (driving, workflow, _) = await SayAsync("Only from s1.", Reply("contract", "That is another agreement.", ("constraints", new JsonArray("Only s1."))));
        await driving.RunAsync(workflow);
        await driving.AnswerAsync(workflow, EscalationKind.ContractChange, "keep");
        await driving.DecideAllAsync(workflow, approve: true);
        var state = await driving.RunAsync(workflow);

        Assert.Equal((WorkflowStatus.Completed, 1), (state.Status, state.PlanVersion));
        Assert.Empty(state.Agreed!.Contract.Constraints);
        Assert.Empty(await driving.EventsAsync<ContractChanged>(workflow));
    }

    [Theory]
    [InlineData("contract", "outcome", "\"Something else.\"")] // the outcome is the playbook's
    [InlineData("contract", "outcome", "null")]
    [InlineData("drop", "drop", "[]")]
    [InlineData("drop", "drop", """["order/9"]""")]
    [InlineData("delete", "drop", "null")]
    public async Task An_answer_that_means_nothing_is_sent_back_once_and_then_only_noted(string action, string field, string value)
    {
        var (driving, workflow, _) = await SayAsync("Hm.", Reply(action, "Done!", (field, JsonNode.Parse(value))));
        var state = await driving.RunAsync(workflow);

        Assert.Equal(2, _house.Model.SentFor("hear").Count());
        Assert.StartsWith("I could not make out whether it changes the plan", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);
        Assert.Equal((1, WorkflowStatus.Waiting, false), (state.HeardMessages, state.ShownStatus, state.WantsPlan));
        Assert.Empty(state.Escalations);
    }

    [Fact]
    public async Task A_model_that_has_nothing_to_say_to_it_holds_up_nothing()
    {
        var (driving, workflow, _) = await SayAsync("Hurry.", ModelDouble.NoScript());
        await driving.DecideAllAsync(workflow, approve: true);

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Equal(
            ["No script or model here can answer that or change the plan for it; a connected model can. Whoever works on this goal is told of it from their next step on."],
            await AnswersAsync(driving, workflow));
    }

    [Fact]
    public async Task Where_nobody_works_any_more_nobody_is_promised_that_they_are_told()
    {
        var (driving, workflow, _) = await SayAsync("Leave s2 out.", Reply("drop", "I leave it out.", ("drop", new JsonArray("order/2"))));
        await driving.RunAsync(workflow);
        _house.Model.On("hear", (_, _) => ModelDouble.NoScript());
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, "Why was s2 not ordered?", "petra", default));
        await driving.RunAsync(workflow);

        Assert.EndsWith("a connected model can. Nobody works on this goal now, so it is only kept.", (await AnswersAsync(driving, workflow)).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ended_before_it_could_be_left_out_is_not_undone_and_the_answer_says_so()
    {
        var (driving, workflow, _) = await SayAsync("Leave s1 out.", Reply("drop", "I leave it out.", ("drop", new JsonArray("order/1"))));
        var state = await driving.RunAsync(workflow);

        Assert.Contains("has ended already", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);
        Assert.DoesNotContain(state.Tasks, t => t.IsRevoked);
    }

    [Fact]
    public async Task Nothing_is_begun_between_a_message_and_its_answer()
    {
        var driving = _house.Start();
        var outside = _house.Start("outside");
        var workflow = await driving.SubmitAsync();
        _house.Model.BeforeSend = async question =>
        {
            if (question.Step == "detail" && (await outside.SnapshotAsync(workflow)).State.Messages.IsEmpty)
            {
                await outside.Desk.MessageAsync(workflow, "Hurry.", "petra", default);
            }
        };
        await driving.RunAsync(workflow);

        var events = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).ToList();
        var (adopted, answered) = (events.FindIndex(e => e is PlanAdopted), events.FindIndex(e => e is MessageAnswered));
        Assert.InRange(adopted, events.FindIndex(e => e is MessagePosted), answered);
        Assert.DoesNotContain(events[adopted..answered], e => e is TaskAssigned or TaskExpanded);
    }

    [Fact]
    public async Task What_was_said_before_the_first_plan_is_in_its_question_and_heard_once_the_plan_stands()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        _house.Model.On("hear", (_, _) => Reply("none", "The plan has it so."));
        await driving.Desk.MessageAsync(workflow, "Only from suppliers that we know.", "petra", default);
        await driving.Desk.MessageAsync(workflow, "And cheap ones first.", "petra", default);
        await driving.Desk.MessageAsync(workflow, "No more than three.", "olga", default);
        var state = await driving.RunAsync(workflow);

        Assert.Contains("No more than three.", Assert.Single(_house.Model.SentFor("outline")).Messages.OfType<ModelMessage.User>().Single().Text, StringComparison.Ordinal);
        Assert.Equal([(2, "petra", "The plan has it so."), (3, "olga", "The plan has it so.")], (await driving.EventsAsync<MessageAnswered>(workflow)).Select(a => (a.Upto, a.Answer.Person, a.Answer.Words)));
        var events = (await driving.SnapshotAsync(workflow)).Events.Select(e => e.Event).ToList();
        Assert.InRange(events.FindIndex(e => e is MessageAnswered), events.FindIndex(e => e is PlanAdopted), events.FindIndex(e => e is TaskAssigned));
        Assert.Equal((3, WorkflowStatus.Waiting), (state.HeardMessages, state.ShownStatus));
    }

    /// <summary>A scripted outline looks at no message, and a model may not have taken it in: whoever said it must be obeyed all the same.</summary>
    [Fact]
    public async Task What_is_to_be_left_out_may_be_said_before_there_is_a_plan()
    {
        Plan(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        _house.Model.On("hear", (_, _) => Reply("drop", "Nothing is ordered.", ("drop", new JsonArray("order"))));
        await driving.Desk.MessageAsync(workflow, "Order nothing, only look.", "petra", default);
        var state = await driving.RunAsync(workflow);

        Assert.Empty(_house.Orders);
        Assert.True(Assert.Single(state.Tasks, t => t.Task.Key == "order").IsRevoked);
        Assert.Contains("Left out: ", Assert.Single(await AnswersAsync(driving, workflow)), StringComparison.Ordinal);
    }

    private static ModelAnswer Reply(string action, string answer, params (string Name, JsonNode? Value)[] more)
    {
        var reply = new JsonObject { ["action"] = action, ["answer"] = answer };
        foreach (var (name, value) in more)
        {
            reply[name] = value;
        }

        return ModelDouble.Text(reply.ToJsonString());
    }

    private void Plan(params (string Key, string Skill, string[] Needs, string? ForEach)[] tasks)
    {
        _house.Model.On("outline", House.Outline(tasks));
        _house.Model.On("detail", (question, _) => ModelDouble.Text(
            question.Messages.OfType<ModelMessage.User>().First().Text.Contains("the task 'order'", StringComparison.Ordinal)
                ? House.DetailOf(question)
                : House.Detail(["stock.low"], House.RowsSchema, review: "The rows are those of the stock.")));
    }

    /// <summary>A workflow that waits for an approval of s2, and somebody who says something to it then.</summary>
    private async Task<(Driving Driving, WorkflowId Workflow, WorkflowState Before)> SayAsync(string words, ModelAnswer heard)
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        var before = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Waiting, before.ShownStatus);
        _house.Model.On("hear", (_, _) => heard);
        Assert.IsType<OutsideResult.Appended>(await driving.Desk.MessageAsync(workflow, words, "petra", default));
        return (driving, workflow, before);
    }

    private static async Task<string[]> AnswersAsync(Driving driving, WorkflowId workflow) => [.. (await driving.EventsAsync<MessageAnswered>(workflow)).Select(a => a.Answer.Words)];
}
