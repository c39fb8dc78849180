namespace AiManager.ManagerAgent.Tests;

/// <summary>What a playbook holds its goals to, whatever comes with them.</summary>
public sealed class ContractTests
{
    private static readonly AcceptanceCheck Nothing = new("stock.open", JsonText.EmptyObject, "size(result.rows) >= 0", null);

    private readonly House _house = new(1);

    public ContractTests() => _house.Playbooks = [_house.Playbooks[0] with { Budget = new Amounts(Money: 100, Tokens: 5_000_000) }];

    [Theory]
    [InlineData(1000, 100)]
    [InlineData(40, 40)]
    public async Task A_budget_that_comes_with_a_goal_lowers_its_playbooks_and_never_raises_it(int asked, int expected)
    {
        var state = await _house.Start().SubmitAndRunAsync(change: r => r with { Budget = new Amounts(Money: asked, Calls: 400) });

        Assert.Equal("restock", state.Agreed!.Playbook);
        Assert.Equal(new Amounts(Money: expected, Tokens: 5_000_000, Calls: 400), state.Agreed.Contract.Budget);
        Assert.Equal(state.Agreed.Contract.Budget, state.Budget);
    }

    [Theory]
    [InlineData("See to the store.", "restock")]
    [InlineData(House.Goal, null)]
    public async Task Whoever_writes_their_own_contract_is_held_to_what_the_playbook_holds_its_goals_to_as_well(string words, string? playbook)
    {
        var contract = new Contract("Look.", ["Be quick."], [Nothing], null, null);
        var state = await _house.Start().SubmitAndRunAsync(words, r => r with { Playbook = playbook, Contract = contract, Budget = new Amounts(Money: 1000) });

        Assert.Equal(("requester", "restock", "restock"), (state.Agreed!.Source, state.Agreed.Playbook, state.Agreed.Singleton));
        Assert.Equal(("Look.", "Be quick."), (state.Agreed.Contract.Outcome, Assert.Single(state.Agreed.Contract.Constraints)));
        Assert.Equal([Nothing, .. _house.Playbooks[0].Acceptance], state.Agreed.Contract.Acceptance.AsEnumerable());
        Assert.Equal(new Amounts(Money: 100, Tokens: 5_000_000), state.Agreed.Contract.Budget);
    }

    [Fact]
    public async Task Who_follows_no_playbook_is_held_to_what_they_wrote_and_submitted()
    {
        var contract = new Contract("Look.", [], [Nothing], null, null);
        var state = await _house.Start().SubmitAndRunAsync("Look after the store.", r => r with { Contract = contract, Budget = new Amounts(Money: 1000) });

        Assert.Equal((null, null), (state.Agreed!.Playbook, state.Agreed.Singleton));
        Assert.Equal(Nothing, Assert.Single(state.Agreed.Contract.Acceptance));
        Assert.Equal(new Amounts(Money: 1000), state.Agreed.Contract.Budget);
    }

    [Fact]
    public async Task A_goal_with_its_own_contract_runs_no_second_time_beside_one_of_its_playbook()
    {
        var driving = _house.Start();
        var first = await driving.SubmitAsync();
        var second = await driving.SubmitAsync(change: r => r with { Contract = new Contract("Look.", [], [], null, null) });
        await driving.Loop.RunUntilIdleAsync(second, default); // by itself: once the first is over, there is nothing to join
        await driving.Loop.RunUntilIdleAsync(null, default);

        var state = (await driving.SnapshotAsync(second)).State;
        Assert.Equal((GoalFailure.Joined, first), (state.Failure!.Kind, state.JoinedTo));
        Assert.Equal(["s1"], _house.Orders);
    }
}
