using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Scenarios.Tests;

/// <summary>A register of files as a service of its own: takes entries of whoever has the token, each key once.</summary>
internal sealed class RegisterService : IAsyncDisposable
{
    /// <summary>What it lets in.</summary>
    public const string Token = "tok-register-7f3a91";

    private readonly ConcurrentDictionary<string, string> _entries = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private RegisterService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _app = builder.Build();
        _app.MapPost("/entries", EnterAsync);
    }

    /// <summary>Where it is.</summary>
    public string Url => _app.Urls.First();

    /// <summary>What was entered, by the key that it came with.</summary>
    public IReadOnlyDictionary<string, string> Entries => _entries;

    /// <summary>Starts one on a free port.</summary>
    public static async Task<RegisterService> StartAsync()
    {
        var service = new RegisterService();
        await service._app.StartAsync();
        return service;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task EnterAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization != "Bearer " + Token || http.Request.Headers["Idempotency-Key"] is not [{ Length: > 0 } key])
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        using var entry = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        http.Response.StatusCode = _entries.TryAdd(key, entry.RootElement.GetRawText()) ? StatusCodes.Status201Created : StatusCodes.Status409Conflict;
        await http.Response.WriteAsJsonAsync(new { entered = true }, http.RequestAborted);
    }
}
