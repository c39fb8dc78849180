using System.Text.Json;
using System.Text.Json.Nodes;

namespace AiManager.ManagerAgent.Tests;

/// <summary>From a playbook's grant, the goal's inputs and what the plan asks for to what each task may do.</summary>
public sealed class TaskGrantPlanTests
{
    private const string Each = """
        {"tools":["stock.low","orders.create","orders.find"],"budget":{"tokens":50000},"expiresAfter":"4h",
         "tasks":{"order":{"tools":["orders.create"],"limits":[{"tool":"orders.create","arg":"supplier","oneOf":["{{first}}","{{second}}"]},{"tool":"orders.create","arg":"total","atMost":"{{amount}}"}],
           "resources":["supplier:{{first}}"],"budget":{"money":"{{amount}}","toolCalls":9},"expiresAfter":"1h"}}}
        """;

    private const string Inputs = """{"first":"s1","second":"5","amount":99.5}""";

    private readonly House _house = new(2);

    public static TheoryData<string, string> Unsaid => new()
    {
        { "{}", "the input 'first' is missing" },
        { """{"first":"s1","second":"5","amount":null}""", "the input 'amount' is missing" },
        { """{"first":"s1","second":"5","amount":"99"}""", "'atMost' must be a number." },
        { """{"first":"s1","second":"5","amount":-1}""", "'money' must not be negative." },
        { """{"first":"","second":"5","amount":1}""", "the input 'first' is not a single value" },
        { """{"first":["s1","s2"],"second":"5","amount":1}""", "the input 'first' is not a single value" },
        { """{"first":"s*","second":"5","amount":1}""", "the input 'first' has a star in it" },
    };

    public static TheoryData<string, string> Faults => new()
    {
        { """{"tools":["{{tool}}"]}""", "An input has no place in 'tools'." },
        { """{"tools":["a"],"expiresAfter":"{{time}}"}""", "An input has no place in 'expiresAfter'." },
        { """{"tools":["a"],"resources":["x:{{goal.id}}"]}""", "names no input" },
        { """{"tools":["a"],"budget":{"money":"{{a}}0"}}""", "'money' must be a number." },
        { """{"tools":["a"],"budget":{}}""", "A budget caps something" },
        { """{"tools":["a"],"tasks":{"Order it":{}}}""", "cannot be a task's key" },
        { """{"tools":["a"],"tasks":{"order":{"tools":["b"]}}}""", "does not name the tool 'b', so it cannot hand it on" },
        { """{"tools":["a","b"],"tasks":{"order":{"tools":["a"],"limits":[{"tool":"b","arg":"x","atMost":1}]}}}""", "The grant does not name the tool 'b'." },
        { """{"tools":["a"],"tasks":{"order":5}}""", "must be a map of what the task may do" },
        { """{"tools":["a"],"tasks":{"order":{"tasks":{}}}}""", "Unknown key 'tasks'" },
    };

    public static TheoryData<string, string> Asked => new()
    {
        { """{"limits":[{"tool":"orders.find","arg":"supplier","oneOf":["s1"]}]}""", "grant limits: 'orders.find' is none of the task's tools" },
        { """{"limits":[{"tool":"orders.create","arg":"supplier"}]}""", "says none of atLeast, atMost, oneOf, startsWith" },
        { """{"limits":[{"tool":"orders.create","arg":"total","atLeast":5,"atMost":4}]}""", "nothing at all fits 'total'" },
        { """{"limits":[{"tool":"orders.create","arg":"supplier","oneOf":["s9"]}]}""", "grant: Nothing of orders.create lies within" },
        { """{"resources":["supplier:s1","supplier:*"]}""", "grant: It may not reach supplier:*, or not all of it." },
        { """{"budget":{"tokens":0}}""", "$.grant.budget.tokens" },
    };

    [Fact]
    public async Task Each_task_is_handed_what_the_playbook_and_the_goals_inputs_let_it_do_and_no_more()
    {
        Allow(Each);
        var state = await RunAsync(Inputs);

        var (find, order) = (Of(state, "find"), Of(state, "order"));
        Assert.Equal((new Amounts(Tokens: 50000), state.SubmittedAt.AddHours(4)), (find.Budget, find.Expires!.Value));
        Assert.Null(find.Limits);
        Assert.Equal((new Amounts(Money: 99.5m, Tokens: 50000, ToolCalls: 9), state.SubmittedAt.AddHours(1)), (order.Budget, order.Expires!.Value));
        Assert.Equal(["\"s1\"", "\"5\""], order.Limits!.Value.Single(l => l.Arg == "supplier").OneOf!.Value.Select(v => v.Text));
        Assert.Equal(99.5m, order.Limits.Value.Single(l => l.Arg == "total").AtMost);
        Assert.Equal(["supplier:s1"], order.Resources!.Value.AsEnumerable());
        Assert.All(state.Tasks.Where(t => t.Task.Template is not null), t => Assert.Equal(order.Budget, t.Task.Grant.Budget));
    }

    [Theory]
    [MemberData(nameof(Unsaid))]
    public async Task A_goal_that_does_not_say_what_holds_its_tasks_ends_with_that_reason(string inputs, string reason)
    {
        Allow(Each);
        var state = await RunAsync(inputs);

        Assert.Equal((WorkflowStatus.Failed, GoalFailure.NoPlan), (state.Status, state.Failure!.Kind));
        Assert.Contains(reason, state.Ending, StringComparison.Ordinal);
        Assert.Empty(_house.Model.SentFor("outline"));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_grant_that_means_nothing_is_refused_when_the_file_is_read(string grant, string fault)
    {
        var reader = new ConfigReader();
        Bind(grant, reader);

        Assert.Contains(reader.Faults, f => f.Message.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_that_the_playbook_does_not_name_only_reads_whatever_the_plan_calls_it()
    {
        Allow("""{"tools":["stock.low","orders.create","orders.find"],"tasks":{"buy":{}}}""");
        var state = await RunAsync("{}");

        Assert.Equal(["orders.find"], Of(state, "order").Tools.AsEnumerable());
        Assert.Empty(_house.Orders);
        Assert.Contains(
            "grant: orders.create changes something, and the playbook lets only the task 'buy' do that; 'order' may only read.",
            Repair("'order'"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task What_a_plan_asks_for_and_cannot_be_proved_narrower_is_sent_back_with_the_reason(string asked, string reason)
    {
        Allow("""{"tools":["stock.low","orders.create","orders.find"],"limits":[{"tool":"orders.create","arg":"supplier","oneOf":["s1","s2"]}],"resources":["supplier:s1","supplier:s2"]}""");
        Ask(asked, isRepaired: true);
        var state = await RunAsync("{}");

        Assert.Contains(reason, Repair("'order'"), StringComparison.Ordinal);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
    }

    [Fact]
    public async Task A_plan_may_ask_for_less_and_is_handed_the_meet()
    {
        Allow("""{"tools":["stock.low","orders.create","orders.find"],"budget":{"money":50},"expiresAfter":"4h"}""");
        Ask("""{"limits":[{"tool":"orders.create","arg":"supplier","oneOf":["s1"],"atMost":null}],"budget":{"money":900,"toolCalls":3},"reads":["vetted"],"expiresAfter":"2h"}""", isRepaired: false);
        var state = await RunAsync("{}");

        var order = Of(state, "order");
        Assert.Equal(new Amounts(Money: 50, ToolCalls: 3), order.Budget);
        Assert.Equal("\"s1\"", Assert.Single(Assert.Single(order.Limits!.Value).OneOf!.Value).Text);
        Assert.Equal(["vetted"], order.Reads!.Value.AsEnumerable());
        Assert.InRange(order.Expires!.Value, state.SubmittedAt.AddHours(2), state.SubmittedAt.AddHours(2).AddMinutes(1));
    }

    [Fact]
    public async Task Where_nobody_says_anything_a_task_whose_tools_do_not_spend_may_spend_nothing()
    {
        _house.ChangeTool("stock.low", t => t with { MaySpend = false });
        var state = await RunAsync("{}");

        Assert.Equal(new Amounts(Money: 0), Of(state, "find").Budget);
        Assert.Null(Of(state, "order").Budget);
    }

    private static Grant Of(WorkflowState state, string key) => state.Tasks.Single(t => t.Task.Key == key).Task.Grant;

    private Task<WorkflowState> RunAsync(string inputs) => _house.Start().SubmitAndRunAsync(change: r => r with { Inputs = JsonText.Parse(inputs) });

    /// <summary>What was said about the details of a task that were sent back.</summary>
    private string Repair(string task) => _house.Model.SentFor("detail")
        .First(q => q.Messages.Length > 2 && q.Messages.OfType<ModelMessage.User>().First().Text.Contains($"the task {task}", StringComparison.Ordinal))
        .Messages.OfType<ModelMessage.User>().Last().Text;

    /// <summary>The order's details ask for a grant; once they are sent back they do not.</summary>
    private void Ask(string grant, bool isRepaired) => _house.Model.On("detail", (question, _) =>
    {
        var detail = JsonNode.Parse(House.DetailOf(question))!.AsObject();
        if (detail["tools"]!.ToJsonString().Contains("orders.create", StringComparison.Ordinal) && !(isRepaired && question.Messages.Length > 2))
        {
            detail["grant"] = JsonNode.Parse(grant);
        }

        return ModelDouble.Text(detail.ToJsonString());
    });

    private void Allow(string grant)
    {
        var reader = new ConfigReader();
        var bound = Bind(grant, reader);
        Assert.Empty(reader.Faults);
        _house.Playbooks = [_house.Playbooks[0] with { Grant = bound }];
    }

    private static PlaybookGrant? Bind(string grant, ConfigReader reader)
    {
        var here = new ConfigPlace("playbooks/restock.md", 2, 1);
        return PlaybookGrant.Optional(new ConfigNode.Map(here, [new ConfigEntry("grant", here, Node(JsonText.Parse(grant).ToElement()))]), reader);

        ConfigNode Node(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => new ConfigNode.Map(here, [.. json.EnumerateObject().Select(f => new ConfigEntry(f.Name, here, Node(f.Value)))]),
            JsonValueKind.Array => new ConfigNode.List(here, [.. json.EnumerateArray().Select(Node)]),
            JsonValueKind.String => new ConfigNode.Scalar(here, json.GetString()!, IsQuoted: true),
            _ => new ConfigNode.Scalar(here, json.GetRawText(), IsQuoted: false),
        };
    }
}
