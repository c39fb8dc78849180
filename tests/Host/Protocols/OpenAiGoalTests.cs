using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>A goal handed in by OpenAI's own client for node, to the real service with the shipped sample.</summary>
public sealed class OpenAiGoalTests(ServedProcurement service) : IClassFixture<ServedProcurement>
{
    [NpmFact]
    public async Task The_official_client_hands_a_goal_in_hears_plan_and_progress_and_in_the_same_conversation_the_report()
    {
        var said = JsonSerializer.Deserialize<JsonElement>(await NpmServers.RunAsync(
            "openai-goal", service.Url.ToString().TrimEnd('/'), await service.KeyAsync("jana", Permission.Read, Permission.Submit), await service.KeyAsync("petra"), await service.KeyAsync("helena")));

        var first = said.GetProperty("first");
        var words = first.GetProperty("words").GetString()!;
        Assert.Matches(@"\AGoal wf_\w{26} · http://127\.0\.0\.1:\d+/workflows/wf_", words);
        Assert.Contains("My plan has", words, StringComparison.Ordinal);
        Assert.Contains("waiting costs nothing", words, StringComparison.Ordinal);
        Assert.True(first.GetProperty("pieces").GetInt32() > 3, words);
        Assert.Equal("stop", Assert.Single(first.GetProperty("ends").EnumerateArray()).GetString());
        Assert.True(first.GetProperty("tokens").GetInt64() > 0);
        Assert.True(said.GetProperty("decided").GetInt32() > 0);

        var second = said.GetProperty("second").GetProperty("words").GetString()!;
        Assert.StartsWith(words[..34], second, StringComparison.Ordinal);
        Assert.Contains("\nDone:\n", second, StringComparison.Ordinal);
        Assert.Contains("It is completed.", second, StringComparison.Ordinal);
    }
}
