using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AiManager.Domain;

namespace AiManager.Scenarios.Tests;

/// <summary>What leaves the process about its own work, at a real collector: everything that happened, and nothing that was said.</summary>
public sealed class TelemetryTests
{
    private const string Planted = "PLANTED-7f3a91";

    [Fact]
    public async Task A_run_is_one_trace_from_the_drive_down_to_each_effect()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var run = new ProcurementRun();
        var result = await run.VerbAsync(
            ["submit", ProcurementRun.Goal, "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"], collector.Environment);
        Assert.True(result.ExitCode == 0, result.ToString());

        var workflow = PrefixedId.Read<WorkflowId>(result.Workflow.GetProperty("id").GetString()!);
        var spans = collector.Spans.Where(s => s.Trace == workflow.Value.ToString("N")).ToList();
        var byId = spans.ToDictionary(s => s.Id);
        string ParentOf(OtlpSpan span) => byId[span.Parent].Name;

        Assert.All(spans.Where(s => s.Parent.Length == 0), root => Assert.Equal("drive", root.Name));
        Assert.All(spans.Where(s => s.Parent.Length > 0), span => Assert.Contains(span.Parent, byId.Keys));
        Assert.All(spans.Where(s => s.Name.StartsWith("invoke_agent ", StringComparison.Ordinal) || s.Name.StartsWith("step ", StringComparison.Ordinal)), s => Assert.Equal("drive", ParentOf(s)));
        Assert.All(spans.Where(s => s.Name.StartsWith("execute_tool ", StringComparison.Ordinal)), s => Assert.Equal("gate" + s.Name["execute_tool".Length..], ParentOf(s)));

        var chats = spans.Where(s => s.Tags.GetValueOrDefault("gen_ai.operation.name") == "chat").ToList();
        Assert.NotEmpty(chats);
        Assert.All(chats, chat =>
        {
            Assert.Equal(3, chat.Kind);
            Assert.Equal("chat " + chat.Tags["gen_ai.request.model"], chat.Name);
            Assert.Equal("aimanager.scripted", chat.Tags["gen_ai.provider.name"]);
            Assert.True(long.Parse(chat.Tags["gen_ai.usage.input_tokens"]) > 0);
            Assert.Equal(workflow.ToString(), chat.Tags["gen_ai.conversation.id"]);
            Assert.Equal("AiManager.Tools", chat.Scope);
        });
        using var world = run.World();
        var orders = spans.Where(s => s.Name == "execute_tool erp.create_purchase_order").ToList();
        Assert.Equal(world.Read("select id from purchase_orders where idempotency_key is not null").Count, orders.Count);
        Assert.All(orders, o => Assert.Equal(("execute_tool", "function", "spend", "succeeded"), (o.Tags["gen_ai.operation.name"], o.Tags["gen_ai.tool.type"], o.Tags["aimanager.tool.class"], o.Tags["aimanager.call.outcome"])));
        Assert.All(spans.Where(s => s.Name == "journal commit"), s => Assert.NotEmpty(s.Links));
        Assert.Contains(spans, s => s.Name == "journal commit");
        Assert.Contains(spans, s => s.Name.StartsWith("gate ", StringComparison.Ordinal) && s.Tags.GetValueOrDefault("aimanager.call.effect") == "ask" && s.Tags["aimanager.call.result"] == "suspended");

        string[] expected = ["aimanager.calls", "aimanager.call.duration", "aimanager.decisions", "gen_ai.client.token.usage", "gen_ai.client.operation.duration", "aimanager.journal.commit.duration", "aimanager.leases.claimed"];
        Assert.Empty(expected.Except(collector.Figures));
    }

    [Fact]
    public async Task A_secret_in_a_goal_the_environment_or_a_tools_result_is_in_nothing_that_leaves()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var world = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Sample("procurement"), "world.sql"));
        using var run = new ProcurementRun(world + $"\nupdate items set name = name || ' {Planted}';\nupdate quotes set note = '{Planted}';\n");
        var made = await run.VerbAsync(["keys", "create", "--person", "jana"]);
        var environment = new Dictionary<string, string>(collector.Environment) { ["AIMANAGER_PLANTED"] = Planted };
        await using var host = await ServedHost.StartAsync(["serve", "--company", run.Company, "--data", run.Data], "/health/ready", environment);
        using var client = host.As(made.Output.Trim());
        await EndAsync(client, await SubmitAsync(client, $"Write a poem about {Planted}."), "failed");
        await EndAsync(client, await SubmitAsync(client, ProcurementRun.Goal), "waiting");
        using var search = await client.GetAsync(new Uri($"/api/workflows?q={Planted}", UriKind.Relative));
        using var link = await host.Client.GetAsync(new Uri($"/sign-in/{Planted}", UriKind.Relative));
        using var nowhere = await host.Client.GetAsync(new Uri($"/{Planted}", UriKind.Relative));

        var figures = string.Empty;

        // A decision is counted when it is on record, and by then whoever looks may see what followed from it.
        await UntilAsync(async () => (figures = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("aimanager_workflows{status=\"waiting\"} 1\n", StringComparison.Ordinal)
            && figures.Contains("aimanager_decisions_total{effect=\"ask\"} 2\n", StringComparison.Ordinal));
        await UntilAsync(() => collector.Spans.Any(s => s.Name == "GET /sign-in/{code}") && collector.Figures.Contains("aimanager.workflows"));
        var spans = collector.Spans;
        Assert.Contains(spans, s => s.Name == "POST /api/workflows");
        Assert.Contains(spans, s => s.Name == "execute_tool erp.low_stock");

        Assert.Contains(Planted, await client.GetStringAsync(new Uri("/api/journal/export", UriKind.Relative)), StringComparison.Ordinal); // it did pass through
        Assert.DoesNotContain(Planted, figures, StringComparison.Ordinal);
        var key = made.Output.Trim();
        Assert.All(collector.Bodies, body =>
        {
            Assert.True(body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Planted)) < 0, "the planted secret was sent");
            Assert.True(body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(key[^20..])) < 0, "a key was sent");
        });
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_nothing_but_its_figures()
    {
        using var run = new ProcurementRun();
        var away = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" };
        var result = await run.VerbAsync(["submit", ProcurementRun.Goal, "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"], away);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal("completed", result.Workflow.GetProperty("status").GetString());
    }

    private static async Task<string> SubmitAsync(HttpClient client, string goal)
    {
        using var submitted = await client.PostAsJsonAsync("/api/workflows", new { goal });
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        return (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static Task EndAsync(HttpClient client, string id, string status) => UntilAsync(async () =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}")).GetProperty("status").GetString() == status);

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await holds())
            {
                return;
            }

            await timer.WaitForNextTickAsync();
        }

        Assert.Fail("It did not come to that.");
    }
}
