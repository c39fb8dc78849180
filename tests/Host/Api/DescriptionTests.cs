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

    /// <summary>The routes that the API promises, each with an answer that has a body.</summary>
    [Fact]
    public async Task Every_route_of_the_API_that_is_promised_has_examples_and_they_fit_what_it_says_it_takes_and_gives()
    {
        const string Promised =
            """
            post /api/workflows|get /api/workflows|get /api/workflows/{id}|get /api/workflows/{id}/events|get /api/workflows/{id}/stream|post /api/workflows/{id}/messages
            post /api/workflows/{id}/pause|post /api/workflows/{id}/resume|post /api/workflows/{id}/cancel|get /api/approvals|post /api/approvals/{id}|get /api/escalations|post /api/escalations/{id}
            get /api/tasks|post /api/tasks/{id}/deliverable|get /api/monitors|post /api/monitors/{name}/run|post /api/monitors/{name}/pause|post /api/monitors/{name}/resume|get /api/jobs|get /api/nodes
            get /api/tools|post /api/authority/check|get /api/journal/verify|get /api/journal/export|get /api/insights|get /v1/models|post /v1/chat/completions|post /mcp|get /health/live|get /health/ready
            """;
        await using var api = await ApiUnderTest.StartAsync();
        using var jana = await api.AsAsync("jana");
        var document = await jana.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var (fit, faults, named) = (new ApiSchemaFit(document), new List<string>(), new HashSet<string>());
        foreach (var route in Promised.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var operation = document.GetProperty("paths").GetProperty(route.Split(' ')[1]).GetProperty(route.Split(' ')[0]);
            named.Add(operation.GetProperty("operationId").GetString()!);
            var replies = operation.GetProperty("responses").EnumerateObject().Where(r => r.Name.StartsWith('2')).Select(r => r.Value);
            foreach (var part in replies.Concat(operation.TryGetProperty("requestBody", out var body) ? [body] : []))
            {
                foreach (var media in part.TryGetProperty("content", out var content) ? content.EnumerateObject().ToList() : [])
                {
                    if (!media.Value.TryGetProperty("example", out var example))
                    {
                        if (route != "post /mcp" && !(route == "post /v1/chat/completions" && media.Name == "text/event-stream")) // streams whose events are the protocol's
                        {
                            faults.Add($"{route}: {media.Name} has no example");
                        }
                    }
                    else if (media.Name == "application/json" && media.Value.TryGetProperty("schema", out var schema) && fit.Fault(schema, example, route) is { } fault)
                    {
                        faults.Add(fault);
                    }
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Empty(ApiExamples.Names.Except(named));
    }
}
