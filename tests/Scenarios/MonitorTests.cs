using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

public sealed class EmbeddedMonitorTests : MonitorContract
{
    private const string EveryTenSeconds =
        """
        monitors:
          - name: often
            schedule: { every: 10s }
            when: { tool: erp.restockable, is: "size(result.rows) > 1000" }
            submit: { goal: "Restock everything below its reorder point." }
        """;

    [Fact]
    public async Task The_scheduler_sets_a_monitor_off_and_a_restart_shifts_nothing()
    {
        using var run = new ProcurementRun();
        await File.WriteAllTextAsync(Path.Combine(run.Company, "monitors.yaml"), EveryTenSeconds);
        var key = await run.KeyAsync("jana");
        for (var start = 1; start <= 2; start++)
        {
            await using var host = await run.ServeAsync();
            using var jana = host.As(key);
            var least = start;
            var often = await UntilAsync(async () => (await MonitorsAsync(jana))["often"], m => m.TryGetProperty("last", out var last) && last.GetProperty("run").GetInt32() >= least && Text(last, "outcome") == "nothingToDo"); // one during which its host was ended is lost
            Assert.Equal(0, often.GetProperty("last").GetProperty("scheduledFor").GetDateTimeOffset().Second % 10);
        }

        Assert.True(File.Exists(Path.Combine(run.Data, "jobs.db")));
    }

    private protected override Task<IStoreRun> OpenAsync() => Task.FromResult<IStoreRun>(new ProcurementRun());
}

/// <summary>That the scheduler sets one off, and goes on when a host is gone: <see cref="TwoHostMonitorTests"/>.</summary>
[NeedsPostgres]
public sealed class SharedMonitorTests : MonitorContract
{
    private protected override async Task<IStoreRun> OpenAsync() => await SharedRun.OpenAsync();
}
