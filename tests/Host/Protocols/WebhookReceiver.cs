using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiManager.Host.Tests;

/// <summary>A real server that takes webhooks and answers as a test wants.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What it answers.</summary>
    public int Answer { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>What it answers to a message whose body holds a word; nothing for all the same.</summary>
    public (string Word, int Answer)? Poison { get; set; }

    /// <summary>When it may be asked again; null for nothing said.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>Where it sends on; null for nowhere.</summary>
    public string? Location { get; set; }

    /// <summary>What came.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, string Body)> Came { get; } = new();

    public string Url => _app.Urls.First() + "/hook";

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            receiver.Came.Enqueue((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
            context.Response.StatusCode = receiver.Poison is { } poison && body.Contains(poison.Word, StringComparison.Ordinal) ? poison.Answer : receiver.Answer;
            context.Response.Headers.RetryAfter = receiver.RetryAfter;
            context.Response.Headers.Location = receiver.Location;
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
