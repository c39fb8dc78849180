using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AiManager.ExecutionAgents.Tests;

/// <summary>An endpoint that does what a test tells it, request by request; the last thing told holds for all that follow.</summary>
internal sealed class ChatStub : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _steps = new();
    private readonly ConcurrentQueue<(string Body, string Authorization, string Headers)> _requests = new();
    private Func<HttpContext, Task> _last = _ => Task.CompletedTask;
    private Endpoint? _endpoint;

    public Uri Url => _endpoint!.Url;

    public IReadOnlyList<JsonElement> Requests => [.. _requests.Select(r => JsonText.Parse(r.Body).ToElement())];

    public string Authorization => _requests.First().Authorization;

    /// <summary>Of the first request, a line each.</summary>
    public string Headers => _requests.First().Headers;

    /// <summary>Where a client of Anthropic's has to look.</summary>
    public Uri Root => new(Url.GetLeftPart(UriPartial.Authority));

    public static async Task<ChatStub> StartAsync(params Func<HttpContext, Task>[] steps)
    {
        var stub = new ChatStub();
        foreach (var step in steps)
        {
            stub._steps.Enqueue(step);
            stub._last = step;
        }

        stub._endpoint = await Endpoint.StartAsync(app =>
        {
            app.MapPost("/v1/chat/completions", stub.AnswerAsync);
            app.MapPost("/v1/messages", stub.AnswerAsync);
        });
        return stub;
    }

    /// <summary>An answer with this status and body.</summary>
    public static Func<HttpContext, Task> Says(int status, string body, string? retryAfter = null) => async http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        if (retryAfter is not null)
        {
            http.Response.Headers.RetryAfter = retryAfter;
        }

        await http.Response.WriteAsync(body);
    };

    /// <summary>A completion with this message.</summary>
    public static Func<HttpContext, Task> Replies(string message, string finish = "\"stop\"", string usage = """{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}""") =>
        Says(200, $$"""{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":{{finish}}}],"usage":{{usage}}}""");

    /// <summary>Promises more bytes than it sends, and hangs up.</summary>
    public static Func<HttpContext, Task> HangsUp { get; } = async http =>
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = 500;
        await http.Response.WriteAsync("""{"id":"c1","choices":[{"ind""");
        await http.Response.Body.FlushAsync();
        http.Abort();
    };

    /// <summary>Never answers; says in <paramref name="arrived"/> that a request came.</summary>
    public static Func<HttpContext, Task> IsSilent(SemaphoreSlim arrived) => async http =>
    {
        arrived.Release();
        var gone = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    public async ValueTask DisposeAsync() => await _endpoint!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        _requests.Enqueue((await reader.ReadToEndAsync(), http.Request.Headers.Authorization.ToString(), string.Join('\n', http.Request.Headers.Select(h => $"{h.Key}: {h.Value}"))));
        await (_steps.TryDequeue(out var step) ? step : _last)(http);
    }
}
