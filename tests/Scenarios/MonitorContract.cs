using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Scenarios.Tests;

/// <summary>The sample's monitors in the real program, with the real scheduler.</summary>
public abstract class MonitorContract
{
    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    [Fact]
    public async Task The_nightly_monitor_restocks_by_itself_is_paused_with_a_reason_and_remembers_after_a_restart()
    {
        await using var run = await OpenAsync();
        var key = await run.KeyAsync("jana");
        string workflow;
        await using (var host = await run.ServeAsync())
        {
            using var jana = host.As(key);
            Assert.Equal(["late-deliveries", "nightly-restock"], (await MonitorsAsync(jana)).Keys.Order());
            var fired = await RunAsync(jana, "nightly-restock");
            Assert.Equal("submitted", Text(fired, "outcome"));
            workflow = Text(fired, "workflow");
            Assert.Equal("skipped", Text(await RunAsync(jana, "nightly-restock"), "outcome"));
            var goal = await UntilAsync(() => jana.GetFromJsonAsync<JsonElement>($"/api/workflows/{workflow}"), w => Text(w, "status") == "waiting");
            Assert.Equal(2, goal.GetProperty("waitingFor").GetArrayLength());
            Assert.Equal("submitted", Text(await RunAsync(jana, "late-deliveries"), "outcome"));

            using var paused = await jana.PostAsJsonAsync("/api/monitors/nightly-restock/pause", new { reason = "Stocktaking until Monday" });
            Assert.Equal(HttpStatusCode.NoContent, paused.StatusCode);
        }

        await using (var host = await run.ServeAsync())
        {
            using var jana = host.As(key);
            var nightly = (await MonitorsAsync(jana))["nightly-restock"];
            Assert.Equal(("paused", "Stocktaking until Monday", workflow), (Text(nightly, "status"), Text(nightly.GetProperty("paused"), "reason"), Text(nightly.GetProperty("open"), "workflow")));
            Assert.Equal("skipped", Text(await RunAsync(jana, "nightly-restock"), "outcome"));
            using var resumed = await jana.PostAsJsonAsync("/api/monitors/nightly-restock/resume", new { });
            Assert.Equal(HttpStatusCode.NoContent, resumed.StatusCode);
            Assert.Equal(3, (await JobsAsync(jana, "?q=nightly-restock")).Count);

            // Somebody cancels the goal: the run is over, and the condition still holds.
            using var cancelled = await jana.PostAsJsonAsync($"/api/workflows/{workflow}/cancel", new { reason = "Enough." });
            Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
            var again = await RunAsync(jana, "nightly-restock");
            Assert.Equal("submitted", Text(again, "outcome"));
            Assert.Equal("cancelled", Text((await MonitorsAsync(jana))["nightly-restock"].GetProperty("last"), "outcome"));
        }

        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    [Fact]
    public async Task A_host_that_is_killed_over_a_run_leaves_it_lost_and_the_next_one_makes_up_for_it_once()
    {
        await using var run = await OpenAsync();
        var key = await run.KeyAsync("jana");
        await using (var host = await run.ServeAsync(new Dictionary<string, string> { ["AIMANAGER_TEST_HOOKS"] = "1", ["AIMANAGER_CRASH_AT"] = "AfterCallStarted" }))
        {
            using var jana = host.As(key);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => RunAsync(jana, "nightly-restock"));
            await host.EndedAsync();
        }

        await using (var host = await run.ServeAsync())
        {
            using var jana = host.As(key);
            var nightly = await UntilAsync(async () => (await MonitorsAsync(jana))["nightly-restock"], m => m.TryGetProperty("open", out var open) && open.TryGetProperty("workflow", out _));
            Assert.Equal(("lost", 2, "catchUp"), (Text(nightly.GetProperty("last"), "outcome"), nightly.GetProperty("open").GetProperty("attempt").GetInt32(), Text(nightly.GetProperty("open"), "trigger")));
            var jobs = await UntilAsync(() => JobsAsync(jana, "?q=nightly-restock"), all => all.All(j => Text(j, "status") != "running"));
            Assert.Equal(["lost", "submitted"], jobs.Select(j => Text(j, "status")).Order());
        }

        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, string name)
    {
        using var answer = await client.PostAsync(new Uri($"/api/monitors/{name}/run", UriKind.Relative), null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private protected static async Task<Dictionary<string, JsonElement>> MonitorsAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/monitors")).EnumerateArray().ToDictionary(m => Text(m, "name"));

    private static async Task<List<JsonElement>> JobsAsync(HttpClient client, string query) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/jobs" + query)).GetProperty("items").EnumerateArray()];

    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> holds)
    {
        for (var attempt = 0; ; attempt++)
        {
            var seen = await read();
            if (holds(seen) || attempt == 900)
            {
                Assert.True(holds(seen), $"It did not come to that: {seen}");
                return seen;
            }

            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await timer.WaitForNextTickAsync();
        }
    }

    private protected static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
