using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Scenarios.Tests;

/// <summary>An endpoint of its own before a model that somebody else serves: passes everything on and remembers who asked.</summary>
internal sealed class ModelProxy : IAsyncDisposable
{
    private readonly HttpClient _model;
    private readonly ConcurrentQueue<(string Role, string Model)> _asked = new();
    private readonly WebApplication _app;

    private ModelProxy(HttpClient model)
    {
        _model = model;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", PassOnAsync);
    }

    /// <summary>Where a company's file says that it is.</summary>
    public string Url => _app.Urls.First() + "/v1";

    /// <summary>Who asked, and for which model, in order.</summary>
    public IReadOnlyCollection<(string Role, string Model)> Asked => _asked;

    /// <summary>Starts one on a free port.</summary>
    public static async Task<ModelProxy> StartAsync(HttpClient model)
    {
        var proxy = new ModelProxy(model);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PassOnAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        using (var request = JsonDocument.Parse(body))
        {
            var content = request.RootElement.GetProperty("messages")[0].GetProperty("content");
            var system = content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
            _asked.Enqueue((system.Split('\n')[0].Replace("Role: ", string.Empty, StringComparison.Ordinal), request.RootElement.GetProperty("model").GetString()!));
        }

        using var sent = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _model.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), sent, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
