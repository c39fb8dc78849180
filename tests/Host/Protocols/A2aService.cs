using System.Text.Json;
using static AiManager.Host.Tests.A2aCalls;

namespace AiManager.Host.Tests;

/// <summary>The service as agents of others find it, under its own names too, and Jana's client of revision 1.0. Nothing drives.</summary>
public abstract class A2aService : IAsyncLifetime
{
    private protected ApiUnderTest Api { get; private set; } = null!;

    private protected HttpClient Jana { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Api = await ApiUnderTest.StartAsync("api: { streamsPerPerson: 1, hosts: [\"https://manager.example.com\", plain.example.com] }\n");
        Jana = await ClientAsync("jana");
    }

    public async Task DisposeAsync()
    {
        Jana.Dispose();
        await Api.DisposeAsync();
    }

    private protected async Task<HttpClient> ClientAsync(string person, params string[] scopes)
    {
        var client = await Api.AsAsync(person, scopes);
        client.DefaultRequestHeaders.Add("A2A-Version", "1.0");
        return client;
    }

    /// <summary>What a JSON-RPC call gives; one that is refused throws with what was said.</summary>
    private protected async Task<JsonElement> ResultAsync(string method, string parameters, HttpClient? client = null)
    {
        var answer = await AnswerAsync(method, parameters, client);
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.GetRawText());
    }

    /// <summary>The whole reply of a JSON-RPC call.</summary>
    private protected async Task<JsonElement> AnswerAsync(string method, string parameters, HttpClient? client = null)
    {
        using var reply = await (client ?? Jana).PostTextAsync("/a2a", Body(method, parameters));
        return await reply.JsonAsync();
    }
}
