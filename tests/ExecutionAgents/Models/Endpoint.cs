using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>A real HTTP server in this process, on a free port of the loopback.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Endpoint(WebApplication app) => _app = app;

    /// <summary>Where an OpenAI client has to look.</summary>
    public Uri Url => new(_app.Urls.First() + "/v1");

    public static async Task<Endpoint> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new Endpoint(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
