using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AiManager.Contracts;
using AiManager.Domain;

namespace AiManager.Scenarios.Tests;

/// <summary>
/// The previous release beside this one on one store, as long as hosts are replaced one by one: the company in force is one that both can read, the previous
/// release's own.
/// </summary>
[NeedsPostgres]
public sealed class RollingUpgradeTests
{
    private const string Track = "Receive what has arrived and chase late deliveries.";

    [PreviousProgramFact]
    public async Task What_a_host_of_the_previous_program_is_in_the_middle_of_when_it_is_replaced_is_brought_to_its_end_and_ordered_once()
    {
        var sample = await PreviousProgram.SampleAsync("procurement");
        await using var run = await SharedRun.OfAsync(sample);
        run.Program = await PreviousProgram.HostAsync();
        var (jana, petra, helena) = (await run.KeyAsync("jana"), await run.KeyAsync("petra"), await run.KeyAsync("helena"));
        await using var scripted = await ServedHost.StartAsync(["scripted-model", "--company", sample], "/v1/models", program: run.Program);

        // Of seven orders some are placed, some are not, and some wait for people when the model falls silent. The lease would hold for ten minutes more.
        await using var model = await ModelProxy.StartAsync(scripted.Client, (role, nth) => role == "purchaser" && nth > 8);
        await using var old = await run.ServeAsync(null, ("AIMANAGER_LEASE", "10m"), ("AIMANAGER_MODEL_URL", model.Url), ("AIMANAGER_MODEL", "scripted"));
        using var before = old.As(jana);
        var restock = await SharedRun.SubmitAsync(before);
        await model.Kept.WaitAsync(TimeSpan.FromMinutes(1));

        // What was asked before may still be on its way to the world.
        await SharedRun.UntilAsync(before, $"/api/workflows/{restock}", _ => Placed() > 0);
        Assert.InRange(Placed(), 1, 6);

        run.Program = null;
        await using var young = await run.ServeAsync();
        using var requester = young.As(jana);
        using var lead = young.As(petra);
        using var finance = young.As(helena);
        var track = await SubmitAsync(requester, Track);
        Assert.Equal(HttpStatusCode.OK, await JoinAsync(requester, restock));
        old.Signal();
        var (code, said) = await old.EndAsync();
        Assert.True(code == 0, said);

        await SharedRun.UntilAsync(requester, $"/api/workflows/{restock}", w => w.GetProperty("status").GetString() == "waiting" && w.GetProperty("waitingFor").GetArrayLength() == 2);
        await SharedRun.ApproveAllAsync(lead, finance);
        await SharedRun.StatusAsync(requester, restock, "completed");
        await AnswerAsync(lead, track);
        await SharedRun.StatusAsync(requester, track, "completed");
        await run.AssertDoneAsync();

        int Placed()
        {
            using var world = run.World();
            return ProcurementOracle.Placed(world).Count;
        }
    }

    [PreviousProgramFact]
    public async Task What_only_this_program_can_read_a_host_of_the_previous_one_leaves_alone_until_this_one_is_there()
    {
        // Made by this program: the other one starts on the newer store, as a host does that is restarted while the others are replaced.
        await using var run = await SharedRun.OfAsync(await PreviousProgram.SampleAsync("procurement"));
        var (jana, petra, helena) = (await run.KeyAsync("jana"), await run.KeyAsync("petra"), await run.KeyAsync("helena"));
        run.Program = await PreviousProgram.HostAsync();
        await using var old = await run.ServeAsync();
        using var requester = old.As(jana);
        using var lead = old.As(petra);
        using var finance = old.As(helena);
        var restock = await SharedRun.SubmitAsync(requester);
        await SharedRun.StatusAsync(requester, restock, "waiting");

        // The mark that an event of a type which neither knows would leave.
        var read = await run.StreamAsync(restock, "max_schema");
        await PostgresServer.RunAsync(run.Store, $"update streams set max_schema = {EventTypes.NewestGeneration + 1} where stream = '{restock}'");
        var epoch = await run.StreamAsync(restock, "epoch");
        await SharedRun.ApproveAllAsync(lead, finance);
        Assert.Equal(1, await run.StreamAsync(restock, "runnable"));

        // It stands first in the queue; what comes behind it is driven all the same.
        var track = await SubmitAsync(requester, Track);
        await AnswerAsync(lead, track);
        await SharedRun.StatusAsync(requester, track, "completed");
        Assert.Equal((1, epoch), (await run.StreamAsync(restock, "runnable"), await run.StreamAsync(restock, "epoch")));

        run.Program = null;
        await using var young = await run.ServeAsync();
        using var there = young.As(jana);
        await PostgresServer.RunAsync(run.Store, $"update streams set max_schema = {read} where stream = '{restock}'");
        await SharedRun.StatusAsync(there, restock, "completed");
        await run.AssertDoneAsync();
    }

    private static async Task<string> SubmitAsync(HttpClient client, string goal)
    {
        using var submitted = await client.PostAsJsonAsync("/api/workflows", new { goal });
        Assert.True(submitted.StatusCode == HttpStatusCode.Created, await submitted.Content.ReadAsStringAsync());
        return (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Submits the goal that is pursued already, by the other program: it is joined.</summary>
    private static async Task<HttpStatusCode> JoinAsync(HttpClient client, string workflow)
    {
        using var submitted = await client.PostAsJsonAsync("/api/workflows", new { goal = ProcurementRun.Goal });
        Assert.Equal(workflow, (await submitted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        return submitted.StatusCode;
    }

    /// <summary>Waits until a person is told of the three late deliveries, and answers.</summary>
    private static async Task AnswerAsync(HttpClient lead, string workflow)
    {
        var asked = await SharedRun.UntilAsync(lead, "/api/escalations?status=open", all => Of(all).Count() == 3);
        foreach (var question in Of(asked))
        {
            using var answered = await lead.PostAsJsonAsync($"/api/escalations/{question.GetProperty("id").GetString()}", new { answer = question.GetProperty("choices")[0].GetString() });
            Assert.True(answered.StatusCode == HttpStatusCode.OK, await answered.Content.ReadAsStringAsync());
        }

        IEnumerable<JsonElement> Of(JsonElement all) => all.EnumerateArray().Where(e => e.GetProperty("workflow").GetString() == workflow);
    }
}
