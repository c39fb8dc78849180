namespace AiManager.ManagerAgent.Tests;

/// <summary>From what a model says to a contract and a plan, and what happens when it says something else.</summary>
public sealed class PlanTests
{
    private const string Unlisted = "Please see that nothing runs out.";

    private readonly House _house = new();

    public static TheoryData<string, string> BadOutlines => new()
    {
        { House.Outline(("find", "analysis", ["order"], null), ("order", "purchasing", ["find"], null)), "circle" },
        { House.Outline(("find", "analysis", ["nowhere"], null)), "'nowhere', which is no task" },
        { House.Outline(("find", "cooking", [], null)), "'cooking', which nobody has" },
        { House.Outline(("find", "analysis", [], null), ("order", "purchasing", [], "$results.find.rows")), "with a KEY that it needs" },
        { House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$inputs.rows")), "with a KEY that it needs" },
        { House.Outline(("find", "analysis", [], null), ("find", "purchasing", [], null)), "is there 2 times" },
        { """{"tasks":[]}""", "at least 1" },
        { "I would first look at the stock, and then order.", "one JSON object" },
    };

    public static TheoryData<string, string> BadDetails => new()
    {
        { House.Detail(["stock.low", "stock.burn"], House.RowsSchema), "no tool 'stock.burn'" },
        { House.Detail(["stock.low"], """{"type":"object","$ref":"#/x"}"""), "'$ref' is not supported" },
        { House.Detail(["stock.low"], """{"type":"array"}"""), "an object" },
        { House.Detail(["stock.low"], House.RowsSchema, """{"tool":"stock.guess","args":{},"is":"true"}"""), "'stock.guess', which is no tool" },
        { House.Detail(["stock.low"], House.RowsSchema, """{"tool":"stock.low","args":{},"is":"size(result.rows) =="}"""), "is:" },
        { House.Detail(["stock.low", "orders.create"], House.RowsSchema), "nobody with the skill 'analysis'" },
    };

    [Fact]
    public async Task A_wording_that_a_playbook_lists_is_understood_without_a_question()
    {
        var state = await _house.Start().SubmitAndRunAsync("  restock what is  LOW!");

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal("playbook", state.Agreed!.Source);
        Assert.Empty(_house.Model.SentFor("understand"));
    }

    [Fact]
    public async Task The_requesters_own_contract_is_taken_as_it_is()
    {
        var contract = new Contract("Look.", [], [new AcceptanceCheck("stock.open", JsonText.EmptyObject, "size(result.rows) == 0", null)], null, null);

        var state = await _house.Start().SubmitAndRunAsync(change: r => r with { Contract = contract });

        Assert.Equal("requester", state.Agreed!.Source);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Empty(_house.Model.SentFor("understand"));
    }

    [Fact]
    public async Task A_goal_that_no_script_fits_ends_with_a_sentence_about_connecting_a_model()
    {
        _house.Model.On("understand", (_, _) => ModelDouble.NoScript());

        var state = await _house.Start().SubmitAndRunAsync("Write a poem.");

        Assert.Equal(GoalFailure.NoScript, state.Failure!.Kind);
        Assert.Contains("Connect a model", state.Ending);
    }

    [Theory]
    [InlineData("outline")]
    [InlineData("detail")]
    public async Task No_script_while_planning_ends_the_goal(string step)
    {
        _house.Model.On(step, (_, _) => ModelDouble.NoScript());

        Assert.Equal(GoalFailure.NoScript, (await _house.Start().SubmitAndRunAsync()).Failure!.Kind);
    }

    [Fact]
    public async Task Rubbish_about_the_goal_is_sent_back_once_and_then_the_words_themselves_are_the_contract()
    {
        _house.Model.On("understand", "{\"playbook\": ");

        var state = await _house.Start().SubmitAndRunAsync(Unlisted);

        Assert.Equal(2, _house.Model.SentFor("understand").Count());
        Assert.Contains("not in order", LastUserText(_house.Model.SentFor("understand").Last()));
        Assert.Equal(Unlisted, state.Agreed!.Contract.Outcome);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
    }

    [Fact]
    public async Task A_playbook_that_is_not_there_is_sent_back_with_the_names_that_are()
    {
        _house.Model.InTurn(
            "understand",
            ModelDouble.Text("""{"playbook":"restok","outcome":"x","constraints":[],"review":null}"""),
            ModelDouble.Text("""Sure! ```json {"playbook":"restock","outcome":"x","constraints":["at most 100"],"review":null} ```"""));

        var state = await _house.Start().SubmitAndRunAsync(Unlisted);

        Assert.Contains("there are: restock", LastUserText(_house.Model.SentFor("understand").Last()));
        Assert.Equal(["at most 100"], state.Agreed!.Contract.Constraints.ToArray());
    }

    [Theory, MemberData(nameof(BadOutlines))]
    public async Task An_outline_that_cannot_be_a_plan_is_sent_back_with_what_is_wrong(string outline, string error)
    {
        _house.Model.InTurn("outline", ModelDouble.Text(outline), ModelDouble.Text(House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"))));

        var state = await _house.Start().SubmitAndRunAsync();

        Assert.Contains(error, LastUserText(_house.Model.SentFor("outline").Last()));
        Assert.Equal(WorkflowStatus.Completed, state.Status);
    }

    [Theory, MemberData(nameof(BadDetails))]
    public async Task Details_that_cannot_be_carried_out_are_sent_back_with_what_is_wrong(string detail, string error)
    {
        _house.Model.On("detail", (question, _) => ModelDouble.Text(
            question.Messages.Length == 2 && House.DetailOf(question).Contains("stock.low", StringComparison.Ordinal) ? detail : House.DetailOf(question)));

        var state = await _house.Start().SubmitAndRunAsync();

        Assert.Contains(error, LastUserText(_house.Model.SentFor("detail").Single(q => q.Messages.Length > 2)));
        Assert.Equal(WorkflowStatus.Completed, state.Status);
    }

    [Theory]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":["string",5]}""")]
    [InlineData("""{"required":[5]}""")]
    [InlineData("""{"required":"x"}""")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"properties":{"a":{"pattern":5}}}""")]
    [InlineData("""{"properties":{"a":{"minLength":"x"}}}""")]
    [InlineData("""{"properties":{"a":{"enum":5}}}""")]
    [InlineData("""{"items":5}""")]
    [InlineData("""{"anyOf":[5]}""")]
    [InlineData("""{"cannot":"do this"}""")]
    public async Task A_contract_that_is_no_schema_ends_in_a_named_state_and_never_in_an_exception(string schema)
    {
        _house.Model.On("detail", (_, _) => ModelDouble.Text(House.Detail(["stock.low"], schema)));

        await _house.Start().SubmitAndRunAsync();
    }

    [Fact]
    public async Task A_task_that_stays_without_details_is_done_by_its_title_with_tools_that_whoever_has_the_skill_has()
    {
        _house.Model.On("detail", "no");
        _house.Agents = _house.Agents.Add(House.Agent("analyst-two", "analysis", "stock.low", "stock.open"));
        _house.Model.On("act", (_, _) => ModelDouble.Text("""{"summary":"Nothing."}"""));

        var state = await _house.Start().SubmitAndRunAsync();

        var find = state.Tasks.First(t => t.Task.Key == "find");
        Assert.Equal("Do find", find.Task.Instruction);
        Assert.Equal(["stock.low"], find.Task.Grant.Tools.ToArray());
        Assert.Equal(WorkTaskStatus.Done, find.Status);
    }

    [Fact]
    public async Task An_outline_that_stays_wrong_is_put_before_a_person_and_asked_for_anew_when_they_say_so()
    {
        _house.Model.InTurn("outline", ModelDouble.Text("no"), ModelDouble.Text("no"), ModelDouble.Text(House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows"))));
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();

        Assert.Equal(WorkflowStatus.Waiting, (await driving.RunAsync(workflow)).ShownStatus);
        await driving.AnswerAsync(workflow, EscalationKind.Model, "retry");

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Theory]
    [InlineData("understand")]
    [InlineData("outline")]
    [InlineData("detail")]
    public async Task When_the_model_is_away_a_person_may_have_it_tried_again(string step)
    {
        var away = true;
        var house = new House();
        var works = step switch
        {
            "understand" => """{"playbook":"restock","outcome":"x","constraints":[],"review":null}""",
            "outline" => House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows")),
            _ => null,
        };
        house.Model.On(step, (question, _) => away ? ModelDouble.Away() : ModelDouble.Text(works ?? House.DetailOf(question)));
        var driving = house.Start();
        var workflow = await driving.SubmitAsync(Unlisted);
        for (var time = 0; time < 3; time++)
        {
            var state = await driving.RunAsync(workflow);
            Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
            Assert.Equal("waiting for operator", NowLine.Of(state, Plain.Words));
            away = time < 2;
            await driving.AnswerAsync(workflow, EscalationKind.Model, "retry");
        }

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
    }

    [Theory]
    [InlineData(0, "understand")]
    [InlineData(2, "understand")]
    [InlineData(0, "outline")]
    public async Task When_the_model_is_away_a_person_may_give_up_and_it_is_not_asked_once_more(int retries, string step)
    {
        _house.Model.On(step, (_, _) => ModelDouble.Away());
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync(Unlisted);
        await driving.RunAsync(workflow);
        for (var retry = 0; retry < retries; retry++)
        {
            await driving.AnswerAsync(workflow, EscalationKind.Model, "retry");
            await driving.RunAsync(workflow);
        }

        var asked = _house.Model.Sent.Count;
        await driving.AnswerAsync(workflow, EscalationKind.Model, "giveUp");
        var state = await driving.RunAsync(workflow);

        Assert.Equal(GoalFailure.GivenUp, state.Failure!.Kind);
        Assert.Equal(asked, _house.Model.Sent.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(500)]
    public async Task A_template_becomes_a_task_for_each_element(int suppliers)
    {
        var house = new House(suppliers);

        var state = await house.Start().SubmitAndRunAsync();

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(suppliers, house.Orders.Count);
        Assert.Equal(suppliers, state.Tasks.Count(t => t.Task.Template is not null));
    }

    [Fact]
    public async Task A_template_over_more_than_can_be_worked_on_fails_with_the_number()
    {
        var house = new House(501);
        var driving = house.Start();

        var state = await driving.SubmitAndRunAsync();

        Assert.Empty(house.Orders);
        Assert.Equal(WorkflowStatus.Waiting, state.ShownStatus);
        Assert.Contains("501", Assert.Single(state.Escalations.Values).Raised.Question);
    }

    [Fact]
    public async Task A_template_over_something_that_is_no_list_fails_and_says_so()
    {
        _house.Model.On("outline", House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.lines")));

        var state = await _house.Start().SubmitAndRunAsync();

        Assert.Contains("There is no list at $results.find.lines", Assert.Single(state.Escalations.Values).Raised.Question);
    }

    private static string LastUserText(ModelQuestion question) => question.Messages.OfType<ModelMessage.User>().Last().Text;
}
