using System.Net.Http.Json;
using System.Text.Json;

namespace AiManager.Host.Tests;

/// <summary>What the OpenAPI document says of routes beyond their shapes.</summary>
public sealed class DescriptionTests
{
    [Fact]
    public async Task Routes_of_protocols_and_insights_are_described_with_examples()
    {
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var paths = (await jana.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths");
        var chat = paths.GetProperty("/v1/chat/completions").GetProperty("post");
        Assert.Equal("ai-manager", chat.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("model").GetString());
        Assert.Equal("stop", chat.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(12, paths.GetProperty("/api/insights").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("workflows").GetInt32());
        Assert.Equal("SendMessage", paths.GetProperty("/a2a").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("method").GetString());
        Assert.Equal("tools/call", paths.GetProperty("/mcp").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetProperty("method").GetString());
    }
}
