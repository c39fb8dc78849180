using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Scenarios.Tests;

/// <summary>The main job on one PostgreSQL store, by several processes.</summary>
[NeedsPostgres]
public sealed class ManyHostsTests
{
    [Fact]
    public async Task A_goal_submitted_at_one_host_is_followed_and_approved_at_another_and_both_report_the_same()
    {
        await using var run = await SharedRun.OpenAsync();
        await using var first = await run.ServeAsync();
        await using var second = await run.ServeAsync();
        using var jana = first.As(await run.KeyAsync("jana"));
        using var petra = second.As(await run.KeyAsync("petra"));
        using var helena = second.As(await run.KeyAsync("helena"));

        var id = await SharedRun.SubmitAsync(jana);
        await SharedRun.FollowAsync(petra, id, "ApprovalRequested", 2);
        await SharedRun.StatusAsync(petra, id, "waiting");
        await SharedRun.ApproveAllAsync(petra, helena);
        var here = await SharedRun.StatusAsync(jana, id, "completed");
        var there = await SharedRun.StatusAsync(petra, id, "completed");

        Assert.NotEmpty(ProcurementRun.Report(here));
        Assert.Equal(here.GetProperty("report").GetRawText(), there.GetProperty("report").GetRawText());
        var nodes = await SharedRun.UntilAsync(jana, "/api/nodes", n => n.GetArrayLength() == 2 && n.EnumerateArray().All(e => e.GetProperty("state").GetString() == "alive"));
        Assert.Single(nodes.EnumerateArray().Select(n => n.GetProperty("bundle").GetString()).Distinct());
        await run.AssertDoneAsync();
    }

    [Fact]
    public async Task What_a_killed_host_was_doing_is_done_by_another()
    {
        await using var run = await SharedRun.OpenAsync();
        await using var first = await run.ServeAsync(null, ("AIMANAGER_LEASE", "3s"), ("AIMANAGER_TEST_HOOKS", "1"), ("AIMANAGER_CRASH_AT", "AfterToolRan:6"));
        var (jana, petra, helena) = (await run.KeyAsync("jana"), await run.KeyAsync("petra"), await run.KeyAsync("helena"));
        string id;
        using (var requester = first.As(jana))
        {
            id = await SharedRun.SubmitAsync(requester);
        }

        Assert.Equal(137, (await first.EndAsync()).Code);
        await using var second = await run.ServeAsync(null, ("AIMANAGER_LEASE", "3s"));
        using var lead = second.As(petra);
        using var finance = second.As(helena);
        await SharedRun.StatusAsync(lead, id, "waiting");
        await SharedRun.ApproveAllAsync(lead, finance);
        await SharedRun.StatusAsync(lead, id, "completed");
        await run.AssertDoneAsync();
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_hands_over_at_once()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var model = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v1";
        await using var run = await SharedRun.OpenAsync();

        // A model that takes the question and never answers: the first host is in the middle of something, with a lease of ten minutes.
        await using var first = await run.ServeAsync(null, ("AIMANAGER_LEASE", "10m"), ("AIMANAGER_MODEL_URL", model), ("AIMANAGER_MODEL", "silent"));
        var jana = await run.KeyAsync("jana");
        string id;
        using (var requester = first.As(jana))
        {
            id = await SharedRun.SubmitAsync(requester);
            await SharedRun.FollowAsync(requester, id, "ModelAsked", 1);
        }

        await using var second = await run.ServeAsync(null, ("AIMANAGER_LEASE", "10m"));
        using var there = second.As(jana);
        await SharedRun.UntilAsync(there, "/api/nodes", n => n.EnumerateArray().Any(e => e.GetProperty("workflows").GetInt32() == 1));
        var begun = Stopwatch.GetTimestamp();
        first.Signal();
        var (code, _) = await first.EndAsync();
        await SharedRun.FollowAsync(there, id, "ModelReplied", 1);

        Assert.Equal(0, code);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), "It was handed over, not found when its lease ran out.");
        var nodes = await SharedRun.UntilAsync(there, "/api/nodes", n => n.EnumerateArray().Any(e => e.GetProperty("state").GetString() == "gone"));
        Assert.Equal(["alive", "gone"], nodes.EnumerateArray().Select(n => n.GetProperty("state").GetString()).Order());
        await SharedRun.StatusAsync(there, id, "waiting");
    }

    [Fact]
    public async Task Hosts_run_what_is_in_force_name_another_folder_and_take_on_what_is_brought_into_force()
    {
        await using var run = await SharedRun.OpenAsync();
        await using var first = await run.ServeAsync();
        var other = run.OtherFolder("authority.yaml", text => text + "# Reviewed in November.\n");
        await using var second = await run.ServeAsync(other);
        using var jana = second.As(await run.KeyAsync("jana"));
        var nodes = await SharedRun.UntilAsync(jana, "/api/nodes", n => n.GetArrayLength() == 2);
        Assert.Single(Values(nodes, "bundle").Distinct());
        Assert.Equal(2, Values(nodes, "folder").Distinct().Count());
        var before = Values(nodes, "bundle").First();

        var activated = await HostVerbAsync(run, "activate", other);
        Assert.True(activated.ExitCode == 0, activated.ToString());
        await SharedRun.UntilAsync(jana, "/api/nodes", n => Values(n, "bundle").Distinct().ToList() is [var now] && now != before);

        second.Signal();
        var (_, said) = await second.EndAsync();
        Assert.Contains("authority.yaml (differs)", said);
        Assert.Contains("different configurations in their folders", said);
    }

    [Fact]
    public async Task A_terminal_drives_its_own_goal_and_answers_for_nobody()
    {
        await using var run = await SharedRun.OpenAsync();
        var submitted = await run.VerbAsync("submit", ProcurementRun.Goal, "--json");
        Assert.True(submitted.ExitCode == 3, submitted.ToString());
        var id = submitted.Workflow.GetProperty("id").GetString()!;

        var approving = await run.VerbAsync("resume", "--workflow", id, "--auto-approve", "cfo");
        Assert.True(approving.ExitCode == 2 && approving.Errors.Contains("key of their own", StringComparison.Ordinal), approving.ToString());
        var pending = await run.VerbAsync("approvals");
        Assert.True(pending.ExitCode == 0, pending.ToString());
        var approval = pending.Output.Split(' ')[0];
        var deciding = await run.VerbAsync("approvals", "decide", approval, "approve", "--as", "petra");
        Assert.True(deciding.ExitCode == 2 && deciding.Errors.Contains("key of their own", StringComparison.Ordinal), deciding.ToString());

        await using var host = await run.ServeAsync();
        using var petra = host.As(await run.KeyAsync("petra"));
        using var helena = host.As(await run.KeyAsync("helena"));
        await SharedRun.ApproveAllAsync(petra, helena);
        var resumed = await run.VerbAsync("resume", "--workflow", id, "--json");
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        await run.AssertDoneAsync();
    }

    [Fact]
    public async Task A_store_that_goes_away_in_the_middle_shows_and_work_goes_on_when_it_is_back()
    {
        using var server = PostgresServer.StartOwn();
        await using var run = await SharedRun.OpenAsync(server);
        await using var host = await run.ServeAsync();
        using var jana = host.As(await run.KeyAsync("jana"));
        using var petra = host.As(await run.KeyAsync("petra"));
        using var helena = host.As(await run.KeyAsync("helena"));
        var id = await SharedRun.SubmitAsync(jana);
        await SharedRun.FollowAsync(jana, id, "PlanAdopted", 1);

        server.Stop();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative), patience.Token)).StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            // What was found a moment ago holds for a moment.
        }

        server.Start();
        await SharedRun.UntilAsync(host.Client, "/health/ready", _ => true);
        await SharedRun.StatusAsync(jana, id, "waiting");
        await SharedRun.ApproveAllAsync(petra, helena);
        await SharedRun.StatusAsync(jana, id, "completed");
        await run.AssertDoneAsync();
    }

    [Fact]
    public async Task Without_a_world_that_all_hosts_share_nothing_starts()
    {
        await using var run = await SharedRun.OpenAsync();
        var nowhere = run.OtherFolder("company.yaml", text => text.Split("worlds:")[0]);
        var refused = await HostVerbAsync(run, "submit", nowhere, ProcurementRun.Goal);
        Assert.True(refused.ExitCode == 2 && refused.Errors.Contains("worlds: { procurement: { connection:", StringComparison.Ordinal), refused.ToString());
    }

    private static Task<HostResult> HostVerbAsync(SharedRun run, string verb, string company, params string[] more) => run.VerbOnAsync([verb, .. more], company);

    private static IEnumerable<string?> Values(JsonElement nodes, string name) => nodes.EnumerateArray().Select(n => n.GetProperty(name).GetString());
}
