using System.Collections.Immutable;

namespace AiManager.ManagerAgent.Tests;

/// <summary>What a playbook lets its tasks do, and how that is taken back.</summary>
public sealed class PlaybookGrantTests
{
    private static readonly ArgumentLimit Known = new("orders.create", "supplier", OneOf: [JsonText.Parse("\"acme\""), JsonText.Parse("\"globex\"")]);

    private readonly House _house = new(2);

    [Fact]
    public async Task A_plan_is_handed_its_grants_out_of_the_playbooks()
    {
        Allow("stock.low", "orders.create", "orders.find");
        var state = await _house.Start().SubmitAndRunAsync();

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal(state.SubmittedAt.AddHours(4), state.Agreed!.Contract.Grant!.Expires);
        Assert.All(state.Tasks, t => Assert.Equal(state.SubmittedAt.AddHours(4), t.Task.Grant.Expires));
        Assert.Equal("stock.low", Assert.Single(state.Tasks.First(t => t.Task.Key == "find").Task.Grant.Tools));
        Assert.Equal(3, state.Tasks.Count(t => t.Task.Key.StartsWith("order", StringComparison.Ordinal)));
        Assert.All(state.Tasks.Where(t => t.Task.Key.StartsWith("order", StringComparison.Ordinal)), t => Assert.Equal(Known.Arg, Assert.Single(t.Task.Grant.Limits!.Value).Arg));
    }

    [Fact]
    public void A_playbook_says_which_labels_its_tasks_take_in_and_let_out()
    {
        var here = new ConfigPlace("playbooks/restock.md", 2, 1);
        ConfigNode.List Texts(params string[] texts) => new(here, [.. texts.Select(t => new ConfigNode.Scalar(here, t, false))]);
        var grant = new ConfigNode.Map(
            here, [new ConfigEntry("tools", here, Texts("stock.low")), new ConfigEntry("reads", here, Texts("vetted")), new ConfigEntry("releases", here, Texts())]);
        var reader = new ConfigReader();

        var bound = PlaybookGrant.Optional(new ConfigNode.Map(here, [new ConfigEntry("grant", here, grant)]), reader)!.Grant;

        Assert.Empty(reader.Faults);
        Assert.Equal("vetted", Assert.Single(bound.Reads!.Value));
        Assert.Empty(bound.Releases!.Value);
    }

    [Fact]
    public async Task What_the_playbook_does_not_grant_is_nothing_to_plan_with()
    {
        Allow("stock.low");
        var state = await _house.Start().SubmitAndRunAsync();

        Assert.DoesNotContain(state.Tasks, t => t.Task.Grant.Tools.Contains("orders.create"));
        Assert.Empty(_house.Orders);
    }

    [Fact]
    public async Task Whoever_writes_their_own_contract_stays_in_the_envelope_of_the_playbook_they_follow()
    {
        Allow("stock.low", "orders.create", "orders.find");
        var contract = new Contract("Look.", [], [new AcceptanceCheck("stock.open", JsonText.EmptyObject, "size(result.rows) == 0", null)], null, null);
        var state = await _house.Start().SubmitAndRunAsync(change: r => r with { Playbook = "restock", Contract = contract });

        Assert.Equal("requester", state.Agreed!.Source);
        Assert.Equal(3, state.Agreed.Contract.Grant!.Tools.Length);
    }

    [Fact]
    public async Task A_grant_that_is_taken_back_ends_its_task_and_nobody_plans_around_it()
    {
        var driving = _house.Start();
        _house.Model.On("act", (question, state) => RevokeThenAct(driving, question, state));
        var state = await driving.SubmitAndRunAsync();

        var task = state.Tasks.Single(t => t.Task.Key == "order/1");
        Assert.Equal((WorkTaskStatus.Failed, "olga took back what it may do: Too much."), (task.Status, task.Reason));
        Assert.Equal("s2", Assert.Single(_house.Orders));
        Assert.Equal(1, state.PlanVersion);
        Assert.Contains(state.Escalations.Values, e => e.Raised.Kind == EscalationKind.UnmetGoal && e.Choice is null);
    }

    [Fact]
    public async Task What_is_over_has_nothing_to_take_back()
    {
        var driving = _house.Start();
        var state = await driving.SubmitAndRunAsync();

        Assert.Equal("The task is over; it can do nothing any more.", Assert.IsType<OutsideResult.Refused>(await RevokeAsync(state.Tasks[0].Task.Id)).Reason);
        Assert.IsType<OutsideResult.NotFound>(await RevokeAsync(default));

        Task<OutsideResult> RevokeAsync(TaskId task) => driving.Desk.RevokeAsync(state.Id, task, "Too much.", "olga", "api", default);
    }

    /// <summary>While the agent of the first order thinks, a person takes its grant back.</summary>
    private static ModelAnswer RevokeThenAct(Driving driving, ModelQuestion question, WorkflowState state)
    {
        if (state.Task(question.Task!.Value) is { Task.Key: "order/1", IsRevoked: false })
        {
            driving.Desk.RevokeAsync(state.Id, question.Task.Value, "Too much.", "olga", "api", default).Wait();
        }

        return House.Act(question, state);
    }

    private void Allow(params string[] tools) => _house.Playbooks =
    [
        _house.Playbooks[0] with
        {
            Grant = new PlaybookGrant(new Grant([.. tools], Limits: tools.Contains("orders.create") ? [Known] : null), TimeSpan.FromHours(4)),
        },
    ];
}
