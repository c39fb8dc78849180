using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>Work handed over by the A2A project's own client, to the real service with the shipped sample.</summary>
public sealed class A2aClientTests(ServedProcurement service) : IClassFixture<ServedProcurement>
{
    [NpmFact]
    public async Task The_official_client_hands_work_over_waits_where_people_must_act_follows_it_to_its_end_and_cancels()
    {
        var said = JsonSerializer.Deserialize<JsonElement>(await NpmServers.RunAsync(
            "a2a", service.Url.ToString().TrimEnd('/'), await service.KeyAsync("jana", Permission.Read, Permission.Submit), await service.KeyAsync("petra"), await service.KeyAsync("helena")));

        Assert.Equal(["goal"], Texts(said.GetProperty("publicSkills")));
        Assert.Equal(["goal", "restock", "track-deliveries"], Texts(said.GetProperty("skills")));

        var waits = said.GetProperty("waits");
        var id = waits.GetProperty("id").GetString()!;
        Assert.Equal("TASK_STATE_INPUT_REQUIRED", waits.GetProperty("state").GetString());
        Assert.Contains("To be decided by somebody with the role", waits.GetProperty("words").GetString(), StringComparison.Ordinal);
        Assert.All(Texts(waits.GetProperty("kinds")), kind => Assert.Equal("approval", kind));
        Assert.Equal(id, said.GetProperty("again").GetString());

        var seen = Texts(said.GetProperty("followed").GetProperty("seen"));
        Assert.Equal("task TASK_STATE_INPUT_REQUIRED", seen[0]);
        Assert.Contains("artifactUpdate", seen);
        Assert.Equal("statusUpdate TASK_STATE_COMPLETED", seen[^1]);
        Assert.Equal("report", Texts(said.GetProperty("followed").GetProperty("artifacts"))[^1]);

        Assert.Equal("TASK_STATE_COMPLETED", said.GetProperty("done").GetProperty("state").GetString());
        Assert.Equal(1, said.GetProperty("done").GetProperty("history").GetInt32());
        Assert.Contains("done", Texts(said.GetProperty("done").GetProperty("report")));
        Assert.Equal([id], Texts(said.GetProperty("listed")));

        Assert.Equal("TASK_STATE_CANCELED", said.GetProperty("second").GetString());
        Assert.Equal("statusUpdate TASK_STATE_CANCELED", Texts(said.GetProperty("cancelled").GetProperty("seen"))[^1]);
        Assert.Equal(3, Texts(said.GetProperty("errors")).Distinct().Count());

        var other = said.GetProperty("other");
        Assert.Equal(Texts(said.GetProperty("skills")), Texts(other.GetProperty("skills")));
        Assert.Equal(("report", id), (other.GetProperty("done").GetString(), other.GetProperty("begun").GetString()));
        Assert.Equal([id], Texts(other.GetProperty("listed")));
        Assert.Equal("statusUpdate TASK_STATE_COMPLETED", Texts(other.GetProperty("seen"))[^1]);
        Assert.Equal(Texts(said.GetProperty("errors")).Select(e => e.Replace("JsonRpc", "Rest", StringComparison.Ordinal)), Texts(other.GetProperty("errors")));
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];
}
