using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>A process that is told to stop (SIGTERM) with a monitor's check under way.</summary>
public abstract class MonitorStopContract
{
    private const string Monitor =
        """
        monitors:
          - name: meter
            schedule: { cron: "0 2 * * *", timeZone: Europe/Prague }
            when: { tool: meter.read, is: "size(result.rows) > 1000" }
            submit: { goal: "Restock everything below its reorder point." }
            catchUp: one
        """;

    private const string Rule = "  - { id: read-meter, effect: allow, tools: [meter.read] }\n\n";

    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    [Fact]
    public async Task A_check_that_is_under_way_when_its_host_is_told_to_stop_is_made_again_by_the_next_host_and_nothing_is_lost()
    {
        await using var run = await OpenAsync();
        var readings = Path.Combine(Path.GetDirectoryName(run.Company)!, "readings.db");
        WorldDatabase.Create(readings, "create table readings (n integer)");
        await run.EditAsync("tools.yaml", null, $"""

              - name: meter
                kind: sql
                connection: "Data Source={readings}"
                tools:
                  - name: read
                    description: Every reading.
                    effect: observe
                    readOnly: true
                    timeout: 5m
                    sql: select n from readings

            """);
        await run.EditAsync("authority.yaml", "rules:\n", "rules:\n" + Rule);
        await File.WriteAllTextAsync(Path.Combine(run.Company, "monitors.yaml"), SampleHours.Away(Monitor));
        var key = await run.KeyAsync("jana");
        string workflow;
        using (var meter = WorldDatabase.OpenToChange(readings))
        {
            // Whoever reads it waits.
            meter.Read("pragma journal_mode = delete");
            meter.Read("begin exclusive");
            await using var host = await run.ServeAsync();
            using var jana = host.As(key);
            var fired = jana.PostAsync(new Uri("/api/monitors/meter/run", UriKind.Relative), null);
            await AttemptsAsync(jana, all => all is [("running", _)]);
            workflow = await SharedRun.SubmitAsync(jana);
            await SharedRun.StatusAsync(jana, workflow, "waiting");

            host.Signal();
            var (code, said) = await host.EndAsync();
            Assert.True(code == 0, said);
            using var answer = await fired;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("running", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("outcome").GetString());
        }

        await using (var host = await run.ServeAsync())
        {
            using var jana = host.As(key);
            var attempts = await AttemptsAsync(jana, all => all.Count == 2 && all.TrueForAll(a => a.Status != "running"));
            Assert.Equal([("lost", 1), ("nothingToDo", 2)], attempts.OrderBy(a => a.Number));
            await SharedRun.StatusAsync(jana, workflow, "waiting");
        }

        var verified = await run.VerbAsync(["journal", "verify"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    private static async Task<List<(string Status, int Number)>> AttemptsAsync(HttpClient client, Func<List<(string Status, int Number)>, bool> areSo)
    {
        return Read(await SharedRun.UntilAsync(client, "/api/jobs?q=monitor/meter", page => areSo(Read(page))));

        static List<(string Status, int Number)> Read(JsonElement page) =>
            [.. page.GetProperty("items").EnumerateArray().Select(i => (i.GetProperty("status").GetString()!, i.GetProperty("attempt").GetInt32()))];
    }
}
