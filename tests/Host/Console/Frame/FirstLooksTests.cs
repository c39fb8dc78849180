using Microsoft.Extensions.DependencyInjection;

namespace AiManager.Host.Tests;

/// <summary>The pages that are looked at beforehand.</summary>
public sealed class FirstLooksTests
{
    [Fact]
    public async Task Every_page_is_shown_to_nobody_and_nothing_is_written()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var looks = ActivatorUtilities.CreateInstance<FirstLooks>(api.Get<IServiceProvider>());
        var empty = await looks.LookAsync(CancellationToken.None);

        var workflow = await api.SubmittedAsync();
        var journal = api.Get<IWorkflowJournal>();
        var before = (await journal.ReadAllAsync(0, 1000, CancellationToken.None)).Length;
        var withWork = await looks.LookAsync(CancellationToken.None);

        // Another page for each: the workflow and its timeline.
        Assert.InRange(empty, 1, withWork - 2);
        Assert.Equal(before, (await journal.ReadAllAsync(0, 1000, CancellationToken.None)).Length);
        Assert.Equal(WorkflowStatus.Planning, (await api.Get<ManagerAgent.WorkflowDesk>().FindAsync(workflow, CancellationToken.None))!.State.Status);
    }
}
