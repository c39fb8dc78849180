using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.ManagerAgent;

namespace AiManager.Host.Tests;

/// <summary><c>/api/tasks</c>: pages of what is open, and what is said to whoever hands in what nobody waits for.</summary>
public sealed class TaskApiTests
{
    [Fact]
    public async Task Open_tasks_come_in_pages_and_each_page_names_the_next()
    {
        await using var api = await ApiUnderTest.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await AssignedAsync(api);
        }

        using var petra = await api.AsAsync("petra");
        var (seen, path) = (new List<string>(), (string?)"/api/tasks?mine=true&limit=2");
        for (var pages = 0; path is not null; pages++)
        {
            Assert.InRange(pages, 0, 2);
            using var reply = await petra.GetAsync(new Uri(path, UriKind.Relative));
            seen.AddRange((await reply.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(t => t.GetProperty("id").GetString()!));
            path = reply.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        using var all = await petra.GetAsync(new Uri("/api/tasks", UriKind.Relative));
        Assert.Equal(5, (await all.JsonAsync()).GetArrayLength());
        Assert.False(all.Headers.Contains("Link"));
        foreach (var odd in (string[])["limit=0", "limit=201", "cursor=rubbish"])
        {
            await (await petra.GetAsync(new Uri($"/api/tasks?{odd}", UriKind.Relative))).ProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        }
    }

    [Fact]
    public async Task What_is_handed_in_for_a_task_that_is_over_is_a_conflict_and_for_one_that_is_not_there_not_found()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var (workflow, task) = await AssignedAsync(api);
        using var petra = await api.AsAsync("petra");
        using var omar = await api.AsAsync("omar");
        await (await omar.PostTextAsync($"/api/tasks/{task}/deliverable", "{}")).ProblemAsync(HttpStatusCode.Forbidden, "not-allowed");
        Assert.IsType<OutsideResult.Appended>(await api.Get<WorkflowDesk>().CancelAsync(workflow, "Nobody needs it.", "jana", CancellationToken.None));
        Assert.Contains("over", await (await petra.PostTextAsync($"/api/tasks/{task}/deliverable", "{}")).ProblemAsync(HttpStatusCode.Conflict, "conflict"), StringComparison.Ordinal);
        var nobodys = PrefixedId.Derive<TaskId>(workflow.Value, "another");
        await (await petra.PostTextAsync($"/api/tasks/{nobodys}/deliverable", "{}")).ProblemAsync(HttpStatusCode.NotFound, "not-found");
    }

    private static async Task<(WorkflowId Workflow, TaskId Task)> AssignedAsync(ApiUnderTest api)
    {
        var workflow = await api.SubmittedAsync();
        return (workflow, await AssignedAsync(api, workflow));
    }

    /// <summary>A task of Petra's, for which she is waited.</summary>
    internal static async Task<TaskId> AssignedAsync(ApiUnderTest api, WorkflowId workflow)
    {
        var task = PrefixedId.Derive<TaskId>(workflow.Value, "task");
        var work = new WorkTask(
            task, "count", "Count them", "Count the pens.", [], "counting", new DeliverableContract(JsonText.Parse("""{"type":"object"}"""), null, null), new Grant([]), null, null, JsonText.Null, null, Risk.Low);
        await api.AppendAsync(
            workflow,
            new ContractAgreed(new Contract("Pens.", [], [], null, null), null, null, "test"),
            new PlanAdopted(new Plan(1, [work])),
            new TaskAssigned(task, new Executor(Actor.Person("petra")), null, null, "It fits."));
        return task;
    }
}
