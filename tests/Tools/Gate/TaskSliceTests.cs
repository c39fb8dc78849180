namespace AiManager.Tools.Tests;

/// <summary>What a task was handed of the budget, at the gate: a ledger of its own, whatever the goal has.</summary>
public sealed class TaskSliceTests
{
    [Fact]
    public async Task A_task_spends_its_slice_and_no_more_however_much_the_goal_has()
    {
        using var shop = await OpenAsync(new Amounts(Money: 100));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(6)));

        var refused = Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(5)));

        Assert.Equal("The task's slice of the budget allows 100 money for 'order'; 60 money is used or set aside, and this call wants 50 money.", refused.Reason);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(4)));
        Assert.Equal((2, 100m), (shop.Orders, shop.Ledger.Money(BudgetDesk.TaskBudget)));
    }

    [Fact]
    public async Task Sixteen_at_once_never_pass_a_slice_together()
    {
        using var shop = await OpenAsync(new Amounts(Money: 100));

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => shop.Order(2)).ToList().Select(o => Task.Run(() => shop.CallAsync(o))));

        Assert.Equal(5, results.Count(r => r is CallResult.Settled));
        Assert.Equal((5, 100m), (shop.Orders, shop.Ledger.Money(BudgetDesk.TaskBudget)));
    }

    [Fact]
    public async Task A_task_that_was_handed_no_money_spends_none_and_reads_all_the_same()
    {
        using var shop = await OpenAsync(new Amounts(Money: 0, ToolCalls: 2));

        Assert.Contains("allows 0 money", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(1))).Reason, StringComparison.Ordinal);
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}")));
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}")));
        Assert.Contains("2 calls of tools is used", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Call("erp.prices", "{}"))).Reason, StringComparison.Ordinal);
        Assert.Equal(0, shop.Orders);

        // What the system looks at to prove the work is not the doer's.
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Call("erp.prices", "{}") with { Caller = Actor.System }));
    }

    [Fact]
    public async Task Repetitions_of_a_task_draw_on_one_slice_and_so_does_the_same_task_of_a_new_plan()
    {
        using var shop = await OpenAsync(new Amounts(Money: 100));
        var plan = shop.Log.State.Tasks[0].Task;
        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(6)));
        var (template, first, second) = (Id("again"), Id("again/1"), Id("again/2"));
        shop.Log.Add(Actor.Manager, new PlanRevised(new Plan(3, [plan with { Id = template, ForEach = "$inputs.list" }]), "Anew."));
        shop.Log.Add(Actor.Manager, new TaskExpanded(template, [Child(first, 1), Child(second, 2)]));
        foreach (var child in new[] { first, second })
        {
            shop.Log.Add(Actor.Manager, new TaskAssigned(child, new Executor(Actor.Agent("purchaser")), "default", new TurnLimits(), "skill"));
        }

        Assert.IsType<CallResult.Settled>(await shop.CallAsync(shop.Order(3) with { Task = first }));
        Assert.Contains("for 'order'; 90 money is used", Assert.IsType<CallResult.Refused>(await shop.CallAsync(shop.Order(2) with { Task = second })).Reason, StringComparison.Ordinal);

        WorkTask Child(TaskId id, int number) => plan with { Id = id, Key = $"order/{number}", Template = template };
        TaskId Id(string name) => PrefixedId.Derive<TaskId>(shop.Log.State.Id.Value, name);
    }

    /// <summary>The shop, in which the one task has a slice.</summary>
    private static async Task<Shop> OpenAsync(Amounts slice)
    {
        var shop = await Shop.OpenAsync();
        var plan = shop.Log.State.Tasks[0].Task;
        shop.Log.Add(Actor.Manager, new PlanRevised(new Plan(2, [plan with { Grant = plan.Grant with { Budget = slice } }]), "With a slice."));
        return shop;
    }
}
