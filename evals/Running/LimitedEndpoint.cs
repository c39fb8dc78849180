using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiManager.Evals;

/// <summary>
/// Stands between all workers and a model's endpoint, so that they keep its limits together: passes on what comes, each at its turn, and what comes back. A question that waits here
/// waits as for a slow model, under the program's own deadline.
/// </summary>
internal sealed class LimitedEndpoint : IAsyncDisposable
{
    /// <summary>Bytes of a question that are about a token.</summary>
    private const int BytesPerToken = 4;

    private readonly HttpClient _model = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _app;
    private readonly ModelLimiter _limiter;
    private readonly string _url;

    private LimitedEndpoint(ModelChoice model, ModelLimits limits, TimeProvider time)
    {
        (_limiter, _url) = (new ModelLimiter(limits, time), model.Url.TrimEnd('/'));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(PassOnAsync);
        Model = model;
    }

    /// <summary>The same model, at this endpoint.</summary>
    public ModelChoice Model { get; private set; }

    /// <summary>Starts one on a free port.</summary>
    /// <param name="model">Whom to ask.</param>
    /// <param name="limits">How often.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops starting.</param>
    public static async Task<LimitedEndpoint> StartAsync(ModelChoice model, ModelLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var endpoint = new LimitedEndpoint(model, limits, time);
        await endpoint._app.StartAsync(cancellationToken);
        endpoint.Model = model with { Url = endpoint._app.Urls.First() };
        return endpoint;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _limiter.Dispose();
        _model.Dispose();
    }

    private async Task PassOnAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        using var turn = await _limiter.EnterAsync((int)(body.Length / BytesPerToken), http.RequestAborted);
        using var question = new HttpRequestMessage(new HttpMethod(http.Request.Method), _url + http.Request.Path + http.Request.QueryString) { Content = new ByteArrayContent(body.ToArray()) };
        question.Content.Headers.ContentType = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? type : null;
        foreach (var header in http.Request.Headers.Where(h => h.Key is "Authorization" or "Accept" or "User-Agent"))
        {
            question.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]);
        }

        using var answer = await _model.SendAsync(question, http.RequestAborted);
        var reply = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
        turn.Used = TokensOf(reply);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.Headers.RetryAfter is { } pause)
        {
            http.Response.Headers.RetryAfter = pause.ToString();
        }

        await http.Response.Body.WriteAsync(reply, http.RequestAborted);
    }

    /// <summary>What the endpoint says that a question took; null when it does not say.</summary>
    private static int? TokensOf(byte[] reply)
    {
        try
        {
            using var json = JsonDocument.Parse(reply);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
                && usage.TryGetProperty("total_tokens", out var total) && total.TryGetInt32(out var tokens) ? tokens : null;
        }
        catch (JsonException)
        {
            return null; // not JSON: an error page, or a stream
        }
    }
}
