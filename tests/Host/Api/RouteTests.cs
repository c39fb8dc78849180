using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace AiManager.Host.Tests;

/// <summary>All routes that there are, whoever adds one.</summary>
public sealed class RouteTests
{
    [Fact]
    public async Task Every_route_asks_who_calls_but_these()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var routes = api.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 60);
        // A webhook comes with a secret of its own; the others show nothing, or sign in.
        var open = routes.Where(r => r.Metadata.GetMetadata<IAllowAnonymous>() is not null || r.Metadata.GetOrderedMetadata<IAuthorizeData>().Count == 0)
            .Select(r => "/" + r.RoutePattern.RawText!.Trim('/')).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["/", "/.well-known/agent-card.json", "/api/monitors/{name}/webhook", "/console.css", "/console.js", "/console.svg", "/health/live", "/health/ready", "/sign-in", "/sign-in/{code}"], open);
    }

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
