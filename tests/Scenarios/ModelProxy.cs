using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Scenarios.Tests;

/// <summary>An endpoint of its own before a model that somebody else serves: passes on what it is not told to keep, and remembers who asked.</summary>
internal sealed class ModelProxy : IAsyncDisposable
{
    private readonly HttpClient _model;
    private readonly ConcurrentQueue<(string Role, string Model)> _asked = new();
    private readonly TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<string, int, bool> _isKept;
    private readonly WebApplication _app;

    private ModelProxy(HttpClient model, Func<string, int, bool> isKept)
    {
        (_model, _isKept) = (model, isKept);
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

    /// <summary>Comes when the first question is kept: whoever asked it is in the middle of something.</summary>
    public Task Kept => _kept.Task;

    /// <summary>Starts one on a free port.</summary>
    /// <param name="model">What answers.</param>
    /// <param name="isKept">Which questions are never answered, by who asks and the how manieth of theirs it is, from 1; null for none.</param>
    public static async Task<ModelProxy> StartAsync(HttpClient model, Func<string, int, bool>? isKept = null)
    {
        var proxy = new ModelProxy(model, isKept ?? ((_, _) => false));
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PassOnAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        string role;
        using (var request = JsonDocument.Parse(body))
        {
            var content = request.RootElement.GetProperty("messages")[0].GetProperty("content");
            var system = content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
            role = system.Split('\n')[0].Replace("Role: ", string.Empty, StringComparison.Ordinal);
            _asked.Enqueue((role, request.RootElement.GetProperty("model").GetString()!));
        }

        if (_isKept(role, _asked.Count(a => a.Role == role)))
        {
            _kept.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        }

        using var sent = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _model.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), sent, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = "application/json";
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
