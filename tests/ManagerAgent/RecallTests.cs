namespace AiManager.ManagerAgent.Tests;

/// <summary>What is remembered of other workflows, before the manager when it plans.</summary>
public sealed class RecallTests
{
    private static readonly RecalledWork Finished = new(WorkflowId.Of(Guid.Parse("01932c07-0000-7000-8000-000000000007")), "same", "failed", "Everything low is ordered.", "Nobody sells bolts.", []);

    private readonly House _house = new(1);

    [Fact]
    public async Task It_is_told_with_its_source_and_stands_in_the_journal_with_the_first_question()
    {
        _house.Remembered = [Finished];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        await driving.RunAsync(workflow);
        Assert.Equal([Finished], Assert.Single(await driving.EventsAsync<WorkRecalled>(workflow)).Works.AsEnumerable());
        var outline = Assert.Single(_house.Model.SentFor("outline"));
        Assert.Contains(Finished.Workflow.ToString(), outline.Messages[1].ToString(), StringComparison.Ordinal);
        Assert.Contains("Nobody sells bolts.", outline.Messages[1].ToString(), StringComparison.Ordinal);
        Assert.All(_house.Model.SentFor("detail"), q => Assert.DoesNotContain("Nobody sells bolts.", q.Messages[1].ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resumed_it_plans_with_what_was_recalled_then_whatever_is_remembered_now()
    {
        _house.Remembered = [Finished];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        _house.Model.On("outline", (_, _) => ModelDouble.Away());
        await driving.RunAsync(workflow);
        _house.Remembered = [Finished with { Ending = "It was done after all." }];
        _house.Model.On("outline", House.Outline(("find", "analysis", [], null), ("order", "purchasing", ["find"], "$results.find.rows")));
        var again = _house.Start("node-2");
        await again.AnswerAsync(workflow, EscalationKind.Model, "retry");
        await again.RunAsync(workflow);
        var asked = _house.Model.SentFor("outline").Select(q => q.Messages[1].ToString()!).ToList();
        Assert.Equal(2, asked.Count);
        Assert.Equal(asked[0], asked[1]);
    }

    [Fact]
    public async Task What_the_model_may_not_be_told_is_left_out_and_holds_nothing_up()
    {
        _house.Model.Kept = "customer-data";
        _house.Remembered = [Finished with { Labels = ["customer-data"] }];
        var driving = _house.Start();
        var workflow = await driving.SubmitAsync();
        Assert.Equal(WorkflowStatus.Completed, (await driving.RunAsync(workflow)).Status);
        Assert.Empty(await driving.EventsAsync<WorkRecalled>(workflow));
        Assert.DoesNotContain("related", Assert.Single(_house.Model.SentFor("outline")).Messages[1].ToString(), StringComparison.Ordinal);
    }
}
