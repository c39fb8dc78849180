using System.Net.Http.Json;
using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>Hosts whose machines keep bad time, on one store: the store's clock is everybody's.</summary>
[NeedsPostgres]
public sealed class WrongClockTests
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Two_hosts_that_are_two_minutes_off_either_way_keep_deadlines_leases_and_the_order_of_time()
    {
        await using var run = await SharedRun.OpenAsync();
        await using var ahead = await ServeAsync(run, "120");
        await using var behind = await ServeAsync(run, "-120");
        var key = await run.KeyAsync("jana");
        using var jana = ahead.As(key);
        using var there = behind.As(key);

        var begun = TimeProvider.System.GetUtcNow();
        var deadline = begun.AddSeconds(15);
        using var submitted = await jana.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal, deadline });
        Assert.True(submitted.IsSuccessStatusCode, await submitted.Content.ReadAsStringAsync());
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await SharedRun.FollowAsync(there, id, "DeadlinePassed", 1);
        await SharedRun.StatusAsync(jana, id, "waiting");
        await SharedRun.UntilAsync(there, "/api/nodes", n => n.GetArrayLength() == 2 && n.EnumerateArray().All(e => e.GetProperty("state").GetString() == "alive"));
        var ended = TimeProvider.System.GetUtcNow();

        var events = (await there.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}/events")).EnumerateArray().ToList();
        var times = events.ConvertAll(e => e.GetProperty("at").GetDateTimeOffset());
        Assert.All(times, at => Assert.InRange(at, begun - Slack, ended + Slack));
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second >= pair.First - Slack, $"{pair.First:O} stands before {pair.Second:O}."));
        Assert.InRange(Assert.Single(events, e => e.GetProperty("type").GetString() == "DeadlinePassed").GetProperty("at").GetDateTimeOffset(), deadline, ended + Slack);
        foreach (var host in new[] { ahead, behind })
        {
            host.Signal();
            Assert.Contains("ahead of this machine's; the store's is used", (await host.EndAsync()).Said);
        }
    }

    private static Task<ServedHost> ServeAsync(SharedRun run, string secondsAhead) =>
        run.ServeAsync(null, ("AIMANAGER_TEST_HOOKS", "1"), ("AIMANAGER_CLOCK_AHEAD_SECONDS", secondsAhead), ("AIMANAGER_LEASE", "3s"), ("AIMANAGER_PATIENCE", "1s"));
}
