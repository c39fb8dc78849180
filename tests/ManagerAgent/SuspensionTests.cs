namespace AiManager.ManagerAgent.Tests;

/// <summary>What is suspended is held, plainly, and goes on where it stood once that is lifted.</summary>
public sealed class SuspensionTests
{
    private readonly House _house = new();

    [Theory]
    [InlineData("all", "*")]
    [InlineData("workflow", null)]
    public async Task A_workflow_that_is_suspended_is_held_whole_and_goes_on_when_that_is_lifted(string kind, string? name)
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        _house.Company.Suspend(kind, name ?? workflow.ToString());

        var held = await driving.RunAsync(workflow);
        Assert.Equal((WorkflowStatus.Paused, $"{kind}/{name ?? workflow.ToString()}"), (held.Status, held.HeldBy));
        Assert.Contains("Something is odd.", NowLine.Of(held, Plain.Words), StringComparison.Ordinal);
        Assert.Empty(held.Asks);
        Assert.IsType<OutsideResult.Refused>(await driving.Desk.ResumeAsync(workflow, "olga", default));

        _house.Company.Lift(kind, name ?? workflow.ToString());
        await ReleaseAsync(driving, workflow);
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Equal(_house.Low.Order(), _house.Orders.Order());
    }

    [Fact]
    public async Task Whoever_looks_is_told_who_paused_it_and_why_until_it_goes_on()
    {
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.Desk.PauseAsync(workflow, "The auditor comes.", "olga", default);

        Assert.Equal("paused by olga: The auditor comes.", NowLine.Of(await driving.RunAsync(workflow), Plain.Words));

        await driving.Desk.ResumeAsync(workflow, "olga", default);
        Assert.Null((await driving.RunAsync(workflow)).PausedBy);
    }

    [Fact]
    public async Task The_tasks_of_a_suspended_agent_wait_and_blame_nobody()
    {
        var driving = _house.Start();
        var name = _house.Agents.First(a => a.Skills.Contains("purchasing")).Name;
        foreach (var agent in _house.Agents.Where(a => a.Skills.Contains("purchasing")))
        {
            _house.Company.Suspend("agent", agent.Name);
        }

        var workflow = await driving.SubmitAsync();
        var held = await driving.RunAsync(workflow);
        var waiting = held.Tasks.Where(t => t.HeldBy is not null).ToList();
        Assert.Equal(_house.Low.Length, waiting.Count);
        Assert.All(waiting, t => Assert.Equal((WorkTaskStatus.Blocked, "agent/" + name), (t.Status, t.HeldBy)));
        Assert.All(waiting, t => Assert.Contains("Something is odd.", t.Reason, StringComparison.Ordinal));
        Assert.Equal(WorkflowStatus.Waiting, held.ShownStatus);
        Assert.Empty(_house.Orders);
        Assert.Empty(held.Escalations);

        foreach (var agent in _house.Agents.Where(a => a.Skills.Contains("purchasing")))
        {
            _house.Company.Lift("agent", agent.Name);
        }

        await ReleaseAsync(driving, workflow);
        var done = await driving.RunAsync(workflow);
        Assert.Equal(WorkflowStatus.Completed, done.Status);
        Assert.All(done.Tasks, t => Assert.Equal(0, t.Retries));
    }

    [Fact]
    public async Task An_agent_that_is_suspended_in_the_middle_of_its_task_goes_on_there()
    {
        var driving = _house.Start();
        var asked = 0;
        _house.Model.BeforeSend = question =>
        {
            if (question.Step == "act" && _house.Orders.Count > 0 && asked++ == 0)
            {
                _house.Company.Suspend("agent", question.Role);
            }

            return Task.CompletedTask;
        };
        var workflow = await driving.SubmitAsync();

        var held = await driving.RunAsync(workflow);
        var task = held.Tasks.First(t => t.HeldBy is not null);
        Assert.NotEmpty(task.Turn.Items);
        _house.Company.Lift("agent", task.HeldBy!.Split('/')[1]);
        await ReleaseAsync(driving, workflow);

        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Equal(_house.Low.Order(), _house.Orders.Order());
    }

    private async Task ReleaseAsync(Driving driving, WorkflowId workflow) => Assert.IsType<OutsideResult.Appended>(
        await driving.Outside.AppendAsync(workflow, state => new OutsideDecision.Append(_house.Company.State.Released(state)), Actor.System, default));
}
