using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AiManager.Tools.Tests;

/// <summary>An MCP server over Streamable HTTP on a free loopback port. It speaks the newest revision, which has no sessions, and those before.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly McpServerOptions _options = new() { ToolCollection = [], ServerInfo = new Implementation { Name = "http", Version = "1" } };

    private HttpServer(WebApplication app) => _app = app;

    /// <summary>What came, as <c>METHOD path authorization</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The token that it wants; null for none.</summary>
    public string? Token { get; set; }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts it with the tools echo and huge.</summary>
    public static async Task<HttpServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new HttpServer(builder.Build());
        server.Tool("echo", "Says it again.", (string text) => text);
        server.Tool("huge", "Says very much.", (int bytes) => new string('x', bytes));
        server._app.MapPost("/mcp", server.AnswerAsync);
        server._app.MapPost("/away", http =>
        {
            server.Requests.Enqueue("POST /away");
            http.Response.StatusCode = (int)HttpStatusCode.TemporaryRedirect;
            http.Response.Headers.Location = "/mcp";
            return Task.CompletedTask;
        });
        server._app.MapPost("/endless", async http =>
        {
            // One event without an end; whoever waits for it anyway is let go at 40 MB.
            http.Response.ContentType = "text/event-stream";
            var line = System.Text.Encoding.ASCII.GetBytes("data: " + new string('x', 8000) + "\n");
            for (var sent = 0; sent < 5000 && !http.RequestAborted.IsCancellationRequested; sent++)
            {
                await http.Response.Body.WriteAsync(line);
            }
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Has a tool from here on, in place of the one of the same name.</summary>
    public void Tool(string name, string description, Delegate does)
    {
        var tools = _options.ToolCollection!;
        if (tools.TryGetPrimitive(name, out var before))
        {
            tools.Remove(before);
        }

        tools.Add(McpServerTool.Create(does, new McpServerToolCreateOptions { Name = name, Description = description }));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Requests.Enqueue($"{http.Request.Method} {http.Request.Path} {http.Request.Headers.Authorization}");
        if (Token is not null && http.Request.Headers.Authorization != "Bearer " + Token)
        {
            http.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        var message = await JsonSerializer.DeserializeAsync<JsonRpcMessage>(http.Request.Body, McpJsonUtilities.DefaultOptions, http.RequestAborted);
        await using var transport = new StreamableHttpServerTransport(NullLoggerFactory.Instance) { Stateless = true };
        await using var server = McpServer.Create(transport, _options, NullLoggerFactory.Instance, http.RequestServices);
        _ = server.RunAsync(http.RequestAborted);
        http.Response.ContentType = "text/event-stream";
        if (!await transport.HandlePostRequestAsync(message!, http.Response.Body, http.RequestAborted))
        {
            http.Response.StatusCode = (int)HttpStatusCode.Accepted;
        }
    }
}
