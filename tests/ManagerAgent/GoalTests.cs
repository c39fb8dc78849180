namespace AiManager.ManagerAgent.Tests;

/// <summary>A goal from its wording to its end.</summary>
public sealed class GoalTests
{
    private readonly House _house = new();

    [Fact]
    public async Task A_goal_is_understood_planned_delegated_reviewed_proved_and_completed()
    {
        var state = await _house.Start().SubmitAndRunAsync("Please see that nothing runs out.");

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal("restock", state.Agreed!.Playbook);
        Assert.Equal(["s1", "s2", "s3"], _house.Orders.Order());
        Assert.Equal(["find", "order", "order/1", "order/2", "order/3"], state.Tasks.Select(t => t.Task.Key));
        Assert.All(state.Tasks, t => Assert.Equal(WorkTaskStatus.Done, t.Status));
        Assert.Single(state.Acceptance, a => a.Held);
        Assert.Equal(["understand", "outline", "detail", "detail"], _house.Model.Sent.Select(q => q.Step).Where(s => s is not ("act" or "review")));
    }
}
