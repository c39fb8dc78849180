using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A monitor on one PostgreSQL store, watched by two processes.</summary>
[NeedsPostgres]
public sealed class TwoHostMonitorTests
{
    /// <summary>Of moments that fall due at once, as on a host that was long in taking over, each is run: one that is left out leaves no row.</summary>
    private const string EveryTenSeconds =
        """
        monitors:
          - name: often
            schedule: { every: 10s }
            when: { tool: erp.restockable, is: "size(result.rows) > 1000" }
            submit: { goal: "Restock everything below its reorder point." }
            catchUp: all
        """;

    [Fact]
    public async Task Each_time_is_run_once_and_when_a_host_is_killed_over_a_run_the_other_says_so_makes_up_for_it_and_goes_on()
    {
        await using var run = await SharedRun.OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(run.Company, "monitors.yaml"), EveryTenSeconds);
        Assert.Equal(0, (await run.VerbAsync("activate")).ExitCode);
        var key = await run.KeyAsync("jana");

        // It stands still in the middle of its second check, whoever set that off.
        await using var first = await run.ServeAsync(null, ("AIMANAGER_TEST_HOOKS", "1"), ("AIMANAGER_FREEZE_AT", "AfterCallStarted:2"));
        await using var second = await run.ServeAsync();
        using var there = first.As(key);
        using var jana = second.As(key);
        await AttemptsAsync(jana, all => all.Any(a => IsScheduled(a) && a.Status == "nothingToDo"));
        var frozen = first.FrozenAsync();
        List<Task> asked = [];
        while (!frozen.IsCompleted)
        {
            asked.Add(AskAsync(there));
            await Task.WhenAny(frozen, asked[^1]);
        }

        await frozen;
        var killed = TimeProvider.System.GetUtcNow();
        first.Signal("KILL");
        Assert.Equal(137, (await first.EndAsync()).Code);
        await Task.WhenAll(asked);
        var all = await AttemptsAsync(
            jana, now => now.Any(a => a.Status == "lost") && now.Any(IsAgain) && now.All(a => a.Status != "running") && now.Any(a => a.ScheduledFor > killed && a.Status == "nothingToDo"));

        // Whatever else the host had begun to write down when it stood still is lost, too, and nothing to make up for.
        var again = Assert.Single(all, IsAgain);
        var lost = Assert.Single(all, a => a is { Status: "lost", Number: 1 } && a.ScheduledFor == again.ScheduledFor);
        Assert.True(lost.EndedAt > killed);
        Assert.Contains($"The host {lost.Node} died over it", lost.Detail, StringComparison.Ordinal);
        Assert.Equal(("nothingToDo", "catchUp"), (again.Status, again.Trigger));
        Assert.NotEqual(lost.Node, again.Node);
        Assert.All(all.Where(a => a.StartedAt > killed), a => Assert.Equal(again.Node, a.Node));
        var times = all.Where(a => IsScheduled(a) && a.Status is not ("skipped" or "missed")).Select(a => a.ScheduledFor!.Value).Order().ToList();
        Assert.Equal(times.Distinct(), times);
        var seen = all.Where(a => a.ScheduledFor is not null).Select(a => a.ScheduledFor!.Value).Distinct().Order().ToList();
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(10), pair.Second - pair.First));
        var verified = await run.VerbAsync("journal", "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    /// <summary>The making up itself: where something else happened to the monitor just then it is decided anew, and a row says so, too.</summary>
    private static bool IsAgain(Attempt attempt) => attempt is { Number: 2, Status: not "skipped" };

    private static bool IsScheduled(Attempt attempt) => attempt is { ScheduledFor: not null, Number: 1 };

    /// <summary>Sets it off at a host that may be frozen or killed over it.</summary>
    private static async Task AskAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.PostAsync(new Uri("/api/monitors/often/run", UriKind.Relative), null);
        }
        catch (HttpRequestException)
        {
            // It was.
        }
    }

    /// <summary>Waits until the attempts are as wanted; all of them.</summary>
    private static async Task<List<Attempt>> AttemptsAsync(HttpClient client, Func<List<Attempt>, bool> areSo) =>
        Read(await SharedRun.UntilAsync(client, "/api/jobs?q=monitor/often&limit=200", page => areSo(Read(page))));

    private static List<Attempt> Read(JsonElement page) =>
    [
        .. page.GetProperty("items").EnumerateArray().Select(i => new Attempt(
            Time(i, "scheduledFor"), Time(i, "startedAt"), Time(i, "endedAt"), i.GetProperty("status").GetString()!, i.GetProperty("trigger").GetString()!,
            i.GetProperty("node").GetString()!, i.GetProperty("detail").GetString()!, i.GetProperty("attempt").GetInt32())),
    ];

    private static DateTimeOffset? Time(JsonElement item, string name) =>
        item.TryGetProperty(name, out var at) && at.ValueKind == JsonValueKind.String ? at.GetDateTimeOffset() : null;

    private sealed record Attempt(
        DateTimeOffset? ScheduledFor, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string Status, string Trigger, string Node, string Detail, int Number);
}
