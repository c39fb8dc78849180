using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Scenarios.Tests;

/// <summary>The main job over HTTP, and with a model behind the real wire.</summary>
public abstract class HttpContract
{
    /// <summary>A company on a store of the test's own.</summary>
    private protected abstract Task<IStoreRun> OpenAsync();

    [Fact]
    public async Task A_goal_is_submitted_followed_approved_by_others_and_reported_over_HTTP()
    {
        await using var run = await OpenAsync();
        var jana = await run.KeyAsync("jana");
        var petra = await run.KeyAsync("petra");
        var helena = await run.KeyAsync("helena");
        await using var host = await run.ServeAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client.GetAsync(new Uri("/api/workflows", UriKind.Relative))).StatusCode);

        using var requester = host.As(jana);
        using var submitted = await requester.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal });
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
        var id = (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await SharedRun.FollowAsync(requester, id, "ApprovalRequested", 2);
        var waiting = await SharedRun.StatusAsync(requester, id, "waiting");
        Assert.Equal(2, waiting.GetProperty("waitingFor").GetArrayLength());

        foreach (var approval in (await requester.GetFromJsonAsync<JsonElement>("/api/approvals?status=pending")).EnumerateArray().ToList())
        {
            var path = $"/api/approvals/{approval.GetProperty("id").GetString()}";
            Assert.Equal(HttpStatusCode.Forbidden, await SharedRun.DecideAsync(requester, path));
            using var lead = host.As(petra);
            Assert.Equal(HttpStatusCode.OK, await SharedRun.DecideAsync(lead, path));
            Assert.Equal(HttpStatusCode.Conflict, await SharedRun.DecideAsync(lead, path));
            if (approval.GetProperty("seats").GetArrayLength() > 1)
            {
                using var finance = host.As(helena);
                Assert.Equal(HttpStatusCode.OK, await SharedRun.DecideAsync(finance, path));
            }
        }

        var done = await SharedRun.StatusAsync(requester, id, "completed");
        Assert.NotEmpty(ProcurementRun.Report(done));
        using var world = run.World();
        Assert.Equal(14, ProcurementOracle.PlacedLines(world).Count);
    }

    [Fact]
    public async Task Text_that_no_store_could_keep_is_refused_wherever_it_comes_in()
    {
        await using var run = await OpenAsync();
        var jana = await run.KeyAsync("jana");
        await using var host = await run.ServeAsync();
        using var client = host.As(jana);
        var id = await SharedRun.SubmitAsync(client);
        foreach (var (path, body) in new (string, object)[]
        {
            ("/api/workflows", new { goal = "Buy \0 screws." }),
            ("/api/workflows", new { goal = "Buy screws.", inputs = new Dictionary<string, string> { ["a\0"] = "b" } }),
            ($"/api/workflows/{id}/messages", new { text = "Hurry\0up." }),
            ($"/api/workflows/{id}/cancel", new { reason = "\0" }),
        })
        {
            using var refused = await client.PostAsJsonAsync(path, body);
            var said = await refused.Content.ReadAsStringAsync();
            Assert.True(refused.StatusCode == HttpStatusCode.BadRequest, path + said);
            Assert.Contains("U+0000", said, StringComparison.Ordinal);
        }

        using var search = await client.GetAsync(new Uri("/api/workflows?q=a%00b", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, search.StatusCode);
    }

    [Fact]
    public async Task The_same_goal_comes_to_the_same_end_with_a_model_behind_the_real_wire()
    {
        await using var run = await OpenAsync();
        await using var model = await ServedHost.StartAsync(["scripted-model", "--company", RepositoryFiles.Sample("procurement")], "/v1/models");
        var result = await run.SubmitApprovedAsync(
            ProcurementRun.Goal,
            new Dictionary<string, string> { ["AIMANAGER_MODEL_URL"] = new Uri(model.Client.BaseAddress!, "v1").ToString(), ["AIMANAGER_MODEL"] = "scripted", ["AIMANAGER_MODEL_KEY"] = "none" });
        Assert.True(result.ExitCode == 0, result.ToString());
        using var pristine = WorldDatabase.Build(await File.ReadAllTextAsync(Path.Combine(run.Company, "world.sql")));
        using var world = run.World();
        Assert.Equal(ProcurementOracle.Expected(pristine), ProcurementOracle.PlacedLines(world));

        var unrelated = await run.SubmitAsync(
            "Write a poem about autumn for the office wall.",
            new Dictionary<string, string> { ["AIMANAGER_MODEL_URL"] = new Uri(model.Client.BaseAddress!, "v1").ToString(), ["AIMANAGER_MODEL"] = "scripted" });
        Assert.True(unrelated.ExitCode == 4, unrelated.ToString());
    }

    [Fact]
    public async Task Of_several_models_each_is_asked_by_those_who_name_it()
    {
        await using var run = await OpenAsync();
        await using var model = await ServedHost.StartAsync(["scripted-model", "--company", RepositoryFiles.Sample("procurement")], "/v1/models");
        await using var first = await ModelProxy.StartAsync(model.Client);
        await using var second = await ModelProxy.StartAsync(model.Client);
        await run.EditAsync("company.yaml", null, $"models: {{ default: {{ name: big, url: \"{first.Url}\" }}, fast: {{ name: small, url: \"{second.Url}\", inside: true }} }}\n");
        await run.EditAsync("agents/purchaser.md", "model: default", "model: fast");

        var result = await run.SubmitApprovedAsync(ProcurementRun.Goal);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal([("purchaser", "small")], second.Asked.Distinct());
        Assert.Contains(("manager", "big"), first.Asked);
        Assert.Contains(("analyst", "big"), first.Asked);
        Assert.DoesNotContain(first.Asked, a => a.Role == "purchaser");
        var asked = (await run.EventsAsync(result.Workflow.GetProperty("id").GetString()!))
            .Where(e => e.GetProperty("type").GetString() == "ModelAsked").Select(e => e.GetProperty("payload").GetRawText()).ToList();
        Assert.All(asked, payload => Assert.Contains(payload.Contains("\"role\":\"purchaser\"", StringComparison.Ordinal) ? "\"model\":\"fast\"" : "\"model\":\"default\"", payload, StringComparison.Ordinal));
    }
}
