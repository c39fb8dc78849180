using System.Net;
using System.Text.Json;
using AiManager.Contracts;

namespace AiManager.Host.Tests;

/// <summary>What the protocols' own clients can read of a refusal that comes before any call is looked at: the status, and why.</summary>
public sealed class RefusedClientTests
{
    private const string Wrong = "aim_00000000_0000000000000000000000000000000000000000000";

    [Theory]
    [InlineData(Wrong, null, HttpStatusCode.Unauthorized, "make one with: keys create")]
    [InlineData(null, "evil.example", HttpStatusCode.MisdirectedRequest, "does not go by this name")]
    public async Task The_MCP_client_for_dotnet_tells_the_status_and_the_words(string? key, string? host, HttpStatusCode status, string words)
    {
        await using var api = await ApiUnderTest.StartAsync();
        key ??= await KeyAsync(api);
        await ToldAsync(status, words, async () => await (await McpClients.ConnectAsync(api.Url, key, host: host)).DisposeAsync());
    }

    [Fact]
    public async Task The_MCP_client_for_dotnet_tells_when_there_is_room_again()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 10 }\n");
        await using var client = await McpClients.ConnectAsync(api.Url, await KeyAsync(api));
        await ToldAsync(HttpStatusCode.TooManyRequests, "There is room again in", async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await client.ListToolsAsync();
            }
        });
    }

    [NpmFact]
    public async Task The_clients_for_node_tell_what_was_refused_and_why()
    {
        await using var api = await ApiUnderTest.StartAsync("api: { writesPerMinute: 1 }\n");
        var (good, full) = (await KeyAsync(api), await KeyAsync(api));
        using var busy = api.Stranger();
        busy.DefaultRequestHeaders.Authorization = new("Bearer", full);
        Assert.Equal(HttpStatusCode.OK, (await busy.PostTextAsync("/mcp", """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")).StatusCode);
        foreach (var (key, host, status, words) in new[]
        {
            (full, "", 429, "There is room again in"), (Wrong, "", 401, "make one with: keys create"), (good, "evil.example", 421, "does not go by this name"),
        })
        {
            var said = JsonSerializer.Deserialize<JsonElement>(await NpmServers.RunAsync("refused", api.Url.ToString().TrimEnd('/'), key, host));
            Assert.Equal((status, status), (said.GetProperty("mcp").GetProperty("code").GetInt32(), said.GetProperty("mcp").GetProperty("error").GetProperty("error").GetProperty("data").GetProperty("status").GetInt32()));
            foreach (var protocol in new[] { "mcp", "a2a", "rest" })
            {
                Assert.Contains(words, said.GetProperty(protocol).GetProperty("words").GetString(), StringComparison.Ordinal);
            }
        }
    }

    private static async Task<string> KeyAsync(ApiUnderTest api) => (await api.Get<KeyDesk>().CreateAsync("jana", [], null, Actor.System, CancellationToken.None)).Write();

    private static async Task ToldAsync(HttpStatusCode status, string words, Func<Task> ask)
    {
        Exception? refused = await Assert.ThrowsAnyAsync<Exception>(ask);
        while (refused is not (null or HttpRequestException))
        {
            refused = refused.InnerException;
        }

        var told = Assert.IsType<HttpRequestException>(refused);
        Assert.Equal(status, told.StatusCode);
        Assert.Contains(words, told.Message, StringComparison.Ordinal);
    }
}
