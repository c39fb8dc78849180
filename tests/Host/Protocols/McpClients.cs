using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AiManager.Host.Tests;

/// <summary>The MCP project's own client for .NET.</summary>
internal static class McpClients
{
    /// <summary>The revision that has no handshake.</summary>
    public const string Current = "2026-07-28";

    /// <summary>The one before it.</summary>
    public const string Previous = "2025-11-25";

    /// <summary>Connects.</summary>
    /// <param name="url">Of the service.</param>
    /// <param name="key">Whose.</param>
    /// <param name="revision">Which one it speaks; null for what the two agree on.</param>
    /// <param name="host">By which name it asks for the service; null for that of the address.</param>
    public static Task<McpClient> ConnectAsync(Uri url, string key, string? revision = null, string? host = null) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(url, "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(host is null ? [] : [KeyValuePair.Create("Host", host)]) { ["Authorization"] = "Bearer " + key },
        }),
        new McpClientOptions { ProtocolVersion = revision });

    /// <summary>Calls a tool.</summary>
    public static async Task<CallToolResult> AskAsync(this McpClient client, string tool, params (string Name, object? Value)[] arguments) =>
        await client.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => a.Value));

    /// <summary>What it says in words.</summary>
    public static string Words(this CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
