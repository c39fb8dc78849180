using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiManager.Scenarios.Tests;

/// <summary>The main job over HTTP, and with a model behind the real wire.</summary>
public sealed partial class HttpTests
{
    [Fact]
    public async Task A_goal_is_submitted_followed_approved_by_others_and_reported_over_HTTP()
    {
        using var run = new ProcurementRun();
        var jana = await KeyAsync(run, "jana");
        var petra = await KeyAsync(run, "petra");
        var helena = await KeyAsync(run, "helena");
        await using var host = await ServedHost.StartAsync(["serve", "--company", run.Company, "--data", run.Data], "/health/ready");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client.GetAsync(new Uri("/api/workflows", UriKind.Relative))).StatusCode);

        using var requester = host.As(jana);
        using var submitted = await requester.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal });
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await FollowAsync(requester, id, "ApprovalRequested", 2);
        var waiting = await WorkflowAsync(requester, id, "waiting");
        Assert.Equal(2, waiting.GetProperty("waitingFor").GetArrayLength());

        foreach (var approval in (await requester.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending")).EnumerateArray().ToList())
        {
            var path = $"/api/approvals/{approval.GetProperty("id").GetString()}";
            Assert.Equal(HttpStatusCode.Forbidden, await DecideAsync(requester, path));
            using var lead = host.As(petra);
            Assert.Equal(HttpStatusCode.OK, await DecideAsync(lead, path));
            Assert.Equal(HttpStatusCode.Conflict, await DecideAsync(lead, path));
            if (approval.GetProperty("seats").GetArrayLength() > 1)
            {
                using var finance = host.As(helena);
                Assert.Equal(HttpStatusCode.OK, await DecideAsync(finance, path));
            }
        }

        var done = await WorkflowAsync(requester, id, "completed");
        Assert.NotEmpty(ProcurementRun.Report(done));
        using var world = run.World();
        Assert.Equal(14, ProcurementOracle.PlacedLines(world).Count);
    }

    [Fact]
    public async Task The_same_goal_comes_to_the_same_end_with_a_model_behind_the_real_wire()
    {
        using var run = new ProcurementRun();
        await using var model = await ServedHost.StartAsync(["scripted-model", "--company", run.Company], "/v1/models");
        var result = await run.VerbAsync(
            ["submit", ProcurementRun.Goal, "--json", "--auto-approve", "procurement-lead", "--auto-approve", "cfo"],
            new Dictionary<string, string> { ["AIMANAGER_MODEL_URL"] = new Uri(model.Client.BaseAddress!, "v1").ToString(), ["AIMANAGER_MODEL"] = "scripted", ["AIMANAGER_MODEL_KEY"] = "none" });
        Assert.True(result.ExitCode == 0, result.ToString());
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        using var world = run.World();
        Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));

        var unrelated = await run.VerbAsync(
            ["submit", "Write a poem about autumn for the office wall."],
            new Dictionary<string, string> { ["AIMANAGER_MODEL_URL"] = new Uri(model.Client.BaseAddress!, "v1").ToString(), ["AIMANAGER_MODEL"] = "scripted" });
        Assert.True(unrelated.ExitCode == 4, unrelated.ToString());
    }

    [Fact]
    public async Task Of_several_models_each_is_asked_by_those_who_name_it()
    {
        using var run = new ProcurementRun();
        await using var model = await ServedHost.StartAsync(["scripted-model", "--company", run.Company], "/v1/models");
        await using var first = await ModelProxy.StartAsync(model.Client);
        await using var second = await ModelProxy.StartAsync(model.Client);
        await File.AppendAllTextAsync(
            Path.Combine(run.Company, "company.yaml"), $"models: {{ default: {{ name: big, url: \"{first.Url}\" }}, fast: {{ name: small, url: \"{second.Url}\", inside: true }} }}\n");
        var purchaser = Path.Combine(run.Company, "agents", "purchaser.md");
        await File.WriteAllTextAsync(purchaser, (await File.ReadAllTextAsync(purchaser)).Replace("model: default", "model: fast", StringComparison.Ordinal));

        var result = await run.SubmitApprovedAsync(ProcurementRun.Goal);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal([("purchaser", "small")], second.Asked.Distinct());
        Assert.Contains(("manager", "big"), first.Asked);
        Assert.Contains(("analyst", "big"), first.Asked);
        Assert.DoesNotContain(first.Asked, a => a.Role == "purchaser");
        using var journal = WorldDatabase.Open(run.Journal);
        var asked = journal.Read("select cast(payload as text) as payload from events where type = 'ModelAsked'").Select(r => r.Text("payload")).ToList();
        Assert.All(asked, payload => Assert.Contains(payload.Contains("\"role\":\"purchaser\"", StringComparison.Ordinal) ? "\"model\":\"fast\"" : "\"model\":\"default\"", payload, StringComparison.Ordinal));
    }

    private static async Task<string> KeyAsync(ProcurementRun run, string person)
    {
        var made = await run.VerbAsync(["keys", "create", "--person", person]);
        Assert.True(made.ExitCode == 0, made.ToString());
        return Key().Match(made.Output).Value;
    }

    private static async Task<HttpStatusCode> DecideAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsJsonAsync(path, new { decision = "approve", reason = "It is needed." });
        return answer.StatusCode;
    }

    /// <summary>Reads the live stream until events of a type have come so many times.</summary>
    private static async Task FollowAsync(HttpClient client, string id, string type, int times)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var stream = await client.GetStreamAsync(new Uri($"/api/workflows/{id}/stream", UriKind.Relative), patience.Token);
        using var reader = new StreamReader(stream);
        while (times > 0 && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            times -= line.StartsWith("data:", StringComparison.Ordinal) && line.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal(0, times);
    }

    private static async Task<JsonElement> WorkflowAsync(HttpClient client, string id, string status)
    {
        JsonElement workflow = default;
        for (var attempt = 0; attempt < 300; attempt++)
        {
            workflow = await client.GetFromJsonAsync<JsonElement>($"/api/workflows/{id}");
            if (workflow.GetProperty("status").GetString() == status)
            {
                return workflow;
            }

            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await timer.WaitForNextTickAsync();
        }

        Assert.Fail($"It did not become {status}: {workflow}");
        return workflow;
    }

    [GeneratedRegex("aim_[A-Za-z0-9_-]+")]
    private static partial Regex Key();
}
