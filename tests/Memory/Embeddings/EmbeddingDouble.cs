using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AiManager.Memory.Tests;

/// <summary>An endpoint that speaks OpenAI's <c>/embeddings</c> on a loopback port. Its vectors follow from the texts: words that are spelt alike give vectors that are.</summary>
internal sealed class EmbeddingDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmbeddingDouble(WebApplication app) => _app = app;

    /// <summary>What <c>company.yaml</c> would name.</summary>
    public Uri Url => new(_app.Urls.First() + "/v1");

    /// <summary>Every text that came.</summary>
    public ConcurrentQueue<string> Texts { get; } = new();

    /// <summary>Every request's authorization and body.</summary>
    public ConcurrentQueue<(string? Authorization, JsonElement Body)> Requests { get; } = new();

    /// <summary>How many numbers it gives unless it is asked for as many.</summary>
    public int Dimensions { get; set; } = 64;

    /// <summary>What it answers from which request on, counted from 0; null to do as it is asked.</summary>
    public (int From, int Status)? Fails { get; set; }

    /// <summary>A batch with such a text is refused; null for none.</summary>
    public string? Refuses { get; set; }

    /// <summary>Answers instead of vectors; null for vectors.</summary>
    public string? Says { get; set; }

    /// <summary>True to write vectors as Base64, as some do.</summary>
    public bool IsBinary { get; set; }

    /// <summary>Nothing is answered before this is done.</summary>
    public Task Holds { get; set; } = Task.CompletedTask;

    /// <summary>Done when a request has come.</summary>
    public TaskCompletionSource Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<EmbeddingDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var model = new EmbeddingDouble(builder.Build());
        model._app.MapPost("/v1/embeddings", model.AnswerAsync);
        await model._app.StartAsync();
        return model;
    }

    /// <summary>Options that use it.</summary>
    public VectorOptions Options(string name = "minilm", int? dimensions = null) => new() { Embeddings = new EmbeddingOptions(Url, name) { Dimensions = dimensions, Key = "open sesame" } };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
        var texts = body.GetProperty("input").EnumerateArray().Select(t => t.GetString()!).ToList();
        Requests.Enqueue((http.Request.Headers.Authorization, body));
        texts.ForEach(Texts.Enqueue);
        Came.TrySetResult();
        await Holds.WaitAsync(http.RequestAborted);
        if (Fails is { } fails && Requests.Count > fails.From)
        {
            http.Response.StatusCode = fails.Status;
            await http.Response.WriteAsync("open sesame " + texts[0]);
            return;
        }

        if (Refuses is { } word && texts.Any(t => t.Contains(word, StringComparison.Ordinal)))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // Last first: nothing says that they come in order.
        var numbers = body.TryGetProperty("dimensions", out var wanted) ? wanted.GetInt32() : Dimensions;
        var data = new JsonArray([.. texts.Select((t, i) => (JsonNode)new JsonObject { ["object"] = "embedding", ["index"] = i, ["embedding"] = Written(VectorOf(t, numbers)) }).Reverse()]);
        await http.Response.WriteAsync(Says ?? new JsonObject { ["object"] = "list", ["data"] = data, ["model"] = "double" }.ToJsonString());
    }

    private JsonNode Written(float[] vector) => IsBinary ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector)) : new JsonArray([.. vector.Select(v => (JsonNode)v)]);

    private static float[] VectorOf(string text, int numbers)
    {
        var vector = new float[numbers];
        foreach (var (value, place) in HashedEmbedding.OfText(text).Select((v, i) => (v, i)))
        {
            vector[place % numbers] += value * 3;
        }

        return vector;
    }
}
